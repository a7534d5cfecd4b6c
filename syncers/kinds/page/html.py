"""Reads HTML: headings, tables with their spans, paragraphs and list items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syncers.errors import BadPayload
from syncers.kinds.page.document import Page, Row, Table, Text, Titles, expanded, squeezed

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_SKIPPED: Final = frozenset({"script", "style", "noscript", "template", "head", "nav", "svg"})
_TEXTS: Final = frozenset({"p", "li", "dd", "blockquote"})
_MARKS: Final = {"sup": "^", "s": "~~", "del": "~~", "strike": "~~"}
_BREAKS: Final = frozenset({"br", "p", "div", "li", "blockquote"})


def read(text: str) -> Page:
    """The tables and texts of an HTML text; the first row of a table is its header. Raises BadPayload."""
    root = LexborHTMLParser(text).body
    page, titles = Page(), Titles()
    if root is not None:
        try:
            _walk(root, page, titles)
        except RecursionError as error:
            raise BadPayload("the page is nested too deeply to be read") from error
    return page


def _walk(node: LexborNode, page: Page, titles: Titles) -> None:
    for child in node.iter():
        name = child.tag or ""
        if name in _SKIPPED:
            continue
        if name in _HEADINGS:
            titles.put(_HEADINGS[name], cell_text(child))
        elif name == "table":
            page.tables.append(_table(child, titles))
        elif (name in _TEXTS or child.attributes.get("data-as") == "p") and child.css_first("table") is None:
            if text := cell_text(child):
                page.texts.append(Text(titles.path, text))
        else:
            _walk(child, page, titles)


def _table(node: LexborNode, titles: Titles) -> Table:
    try:
        rows = expanded(_spans(row) for row in node.css("tr"))
    except ValueError as error:
        raise BadPayload(f"a table below {' > '.join(titles.path) or 'no title'} has {error}") from error
    header: Row = rows[0] if rows else ()
    return Table(titles.path, header, tuple(rows[1:]))


def _spans(row: LexborNode) -> Iterator[tuple[str, int, int]]:
    for cell in row.iter():
        if cell.tag in ("td", "th"):
            yield cell_text(cell), _span(cell, "rowspan"), _span(cell, "colspan")


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return min(int(value), 1000) if value.isascii() and value.isdigit() else 1


def cell_text(node: LexborNode) -> str:
    """The text of a node, with the marks of `document`."""
    return squeezed("".join(_pieces(node)))


def _pieces(node: LexborNode) -> Iterator[str]:
    for child in node.iter(include_text=True):
        name = child.tag or ""
        if name == "-text":
            yield (child.text() or "").replace("\n", " ")
        elif name not in _SKIPPED:
            mark = _MARKS.get(name, "\n" if name in _BREAKS else "")
            yield mark
            yield from _pieces(child)
            yield mark

"""Reads Markdown, also with the tags of documentation systems in it (`<Tabs>`, `<Accordion title="…">`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from syncers.kinds.page.document import Page, Row, Table, Text, Titles, plain, squeezed

#: Indented text is no code: documentation systems indent what stands inside a tag.
_PARSER: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("code")
_TAG_LINE: Final = re.compile(r"\s*</?[A-Za-z][^<>]*>\s*")
_HEADING_LEVEL: Final = 10
"""Headings have the levels 11 to 16. Lines that are titles stand above them, titles of tags below."""
_TAG_LEVEL: Final = 20


def read(text: str, *, line_titles: Mapping[str, int] | None = None) -> Page:
    """The tables and texts of a Markdown text.

    `line_titles` are lines that are titles of sections without being headings, with a level of 1 to 4 among themselves;
    all of them stand above the headings.
    """
    lines = _separated(text)
    tokens = _PARSER.parse("\n".join(lines))
    return _Reader(lines, {plain(title): level for title, level in (line_titles or {}).items()}).page(tokens)


def _separated(text: str) -> list[str]:
    """The lines, with an empty one around each line that is a tag: what follows a tag is read as Markdown."""
    lines: list[str] = []
    for line in text.splitlines():
        lines += ["", line, ""] if _TAG_LINE.fullmatch(line) else [line]
    return lines


class _Reader:
    def __init__(self, lines: Sequence[str], line_titles: Mapping[str, int]) -> None:
        self._lines, self._line_titles = lines, line_titles
        self._titles, self._tags = Titles(), 0
        self._page = Page()

    def page(self, tokens: Sequence[Token]) -> Page:
        for position, token in enumerate(tokens):
            match token.type:
                case "heading_open":
                    self._titles.put(_HEADING_LEVEL + int(token.tag[1:]), inline_text(tokens[position + 1]))
                case "inline" if tokens[position - 1].type == "paragraph_open":
                    self._paragraph(inline_text(token))
                case "html_block":
                    self._tag(token.content)
                case "table_open":
                    self._table(token)
        return self._page

    def _paragraph(self, text: str) -> None:
        if level := self._line_titles.get(plain(text)):
            self._titles.put(level, text)
        elif text:
            self._page.texts.append(Text(self._titles.path, text))

    def _tag(self, html: str) -> None:
        """A tag with a title is a title for what it holds."""
        for name, title in _tags(html):
            if name.startswith("/"):
                self._tags = max(self._tags - 1, 0)
                self._titles.end(_TAG_LEVEL + self._tags)
            else:
                if title:
                    self._titles.put(_TAG_LEVEL + self._tags, title)
                self._tags += 1

    def _table(self, token: Token) -> None:
        first, last = token.map or (0, 0)
        header, _, *rows = (_cells(line) for line in self._lines[first:last])
        self._page.tables.append(Table(self._titles.path, header, tuple(rows)))


def _cells(line: str) -> Row:
    """All cells of a line of a table: Markdown itself drops those beyond the header's number."""
    parts = escapedSplit(line.strip())
    if parts and parts[0] == "":
        parts.pop(0)
    if parts and parts[-1] == "":
        parts.pop()
    return tuple(inline_text(_PARSER.parseInline(part.strip())[0]) for part in parts)


def inline_text(token: Token) -> str:
    """The text of an inline token, with the marks of `document`."""
    return squeezed("".join(_pieces(token.children or ())))


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                yield token.content
            case "softbreak":
                yield " "
            case "hardbreak":
                yield "\n"
            case "s_open" | "s_close":
                yield "~~"
            case "html_inline":
                yield _mark(token.content)


def _mark(tag: str) -> str:
    name = tag.strip("</> ").split()[0].lower() if tag.strip("</> ") else ""
    return {"br": "\n", "sup": "^", "s": "~~", "del": "~~", "strike": "~~"}.get(name, "")


class _TagParser(HTMLParser):
    """Tags that have an end, in order: (name, title) for a beginning, (/name, "") for an end."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes.get("title") or attributes.get("label") or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ""))


_HOLDS_NOTHING: Final = frozenset({"br", "hr", "img", "input", "meta", "link"})


def _tags(html: str) -> list[tuple[str, str]]:
    parser = _TagParser()
    parser.feed(html)
    return [(name, title) for name, title in parser.tags if name.strip("/") not in _HOLDS_NOTHING]

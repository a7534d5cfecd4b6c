"""Moonshot's price pages in USD, one for each family of models, as Markdown with a component for tables.

What is read: the table of each page; its columns are those of the family (some have no price for cache hits). Prices
are without taxes. Not read: batch jobs (a page of their own) and tools. The list in CNY is another one, of another
site. The context window is said better by the list of models.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.rates import RateKey
from syncers.kinds.page import markdown
from syncers.kinds.page.cells import Amount
from syncers.kinds.page.document import Page, Row, Table
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, NOT_READ, Labelled, Price, Shape
from syncers.kinds.page.source import PageSource, Parts

_DOLLARS: Final = Amount()
_INPUT, _OUTPUT = Price(RateKey("input"), _DOLLARS), Price(RateKey("output"), _DOLLARS)
_PATH: Final = ("Product Pricing",)
_IDENT: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
_UNIT: Final = "1M tokens"

_CALL: Final = re.compile(
    r"^<DocTable\s+columns=\{(?P<columns>\[.*?\])\}\s+rows=\{(?P<rows>\[.*?\])\}\s*/>$", re.DOTALL | re.MULTILINE
)
_DOLLAR_CELL: Final = re.compile(r'<>\{"\$"\}([^<>{}"]*)</>')
_KEY: Final = re.compile(r"\b(title|width):")
_LAST_COMMA: Final = re.compile(r",\s*([\]}])")


class MoonshotPricing(PageSource):
    slug, label, speaks_for = "moonshot-pricing", "Moonshot price pages", "moonshot"
    url = "https://platform.kimi.ai/docs/pricing/chat-k3.md"
    also = {
        name: f"https://platform.kimi.ai/docs/pricing/{name}.md"
        for name in ("chat-k27-code", "chat-k26", "chat-k25", "chat-v1")
    }
    homepage = "https://platform.kimi.ai/docs/pricing/chat-k3"
    expected = (2, 50)
    confidence = "high"
    prices_in = "USD per 1M tokens, without taxes"
    shapes = (
        Shape(
            _PATH,
            {
                "Model": LABEL,
                "Unit": NOT_READ,
                "Input Price (Cache Hit)": Price(RateKey("cache_read"), _DOLLARS),
                "Input Price (Cache Miss)": _INPUT,
                "Output Price": _OUTPUT,
                "Context Window": NOT_READ,
            },
        ),
        Shape(
            _PATH,
            {
                "Model": LABEL,
                "Unit": NOT_READ,
                "Input Price": _INPUT,
                "Output Price": _OUTPUT,
                "Context Window": NOT_READ,
            },
        ),
    )

    def statements(self, pages: Parts, reading: PageReading) -> None:
        for name in self.urls():
            if name not in pages:
                reading.hold_table((name,), "the page is absent")
                continue
            below = list(pages[name].below(*_PATH))
            shape = next((shape for shape in self.shapes if any(map(shape.fits, below))), self.shapes[0])
            if len(below) > 1:
                reading.hold_table((*_PATH, name), f"{len(below)} tables with the same titles")
            elif table := self.table_of(pages[name], shape, reading):
                self.read_table(table, shape, pages, reading)

    def labelled(self, label: str, table: Table, pages: Parts) -> list[Labelled]:
        if not _IDENT.fullmatch(label):
            raise InvalidClaim(f"an id such as `kimi-k3` expected, not {label[:120]!r}")
        return [Labelled(label)]

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        unit = table.by_column(row)["Unit"]
        if unit != _UNIT:
            reason = InvalidClaim(f"prices for {_UNIT} expected, not for {unit[:60]!r}")
            reading.hold_row(Evidence(table.path, row[0], "", " | ".join(row)), reason)
            return
        super().read_row(table, row, shape, pages, reading)

    def page(self, text: str) -> Page:
        return markdown.read(_CALL.sub(_as_markdown, text))


def _as_markdown(call: re.Match[str]) -> str:
    """A call of the component as a table of Markdown; nothing where it is not understood."""
    try:
        header = [column["title"] for column in _literal(_KEY.sub(r'"\1":', call["columns"]))]
        lines = [header, *_literal(_DOLLAR_CELL.sub(r'"$\1"', call["rows"]))]
        first, *others = ("| " + " | ".join(map(_escaped, line)) + " |" for line in lines)
    except (ValueError, TypeError, KeyError):
        return ""
    return "\n".join(["", first, "|" + " --- |" * len(header), *others, ""])


def _literal(text: str) -> Any:
    return json.loads(_LAST_COMMA.sub(r"\1", text))


def _escaped(text: str) -> str:
    """A text that Markdown leaves as it is. Raises TypeError for what is no text."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)

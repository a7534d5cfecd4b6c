"""Anthropic's price page, as Markdown, with the names of its overview of models.

What is read: the table of all models, that of the Batch API and that of fast mode. A row may hold for a span of time
(`through August 31, 2026`, `starting September 1, 2026`). Rows of retired models are no offers of Anthropic's own API.
The premium for inference in the US is prose about "4.6 and later models" and is not read, nor are prices of tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.page.cells import Amount, day, day_after
from syncers.kinds.page.document import Page, Row, Table, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, Labelled, Price, Shape, UnknownName
from syncers.kinds.page.source import PageSource, Parts

_MTOK: Final = Amount("/ MTok")
_ROW: Final = re.compile(
    r"(?P<names>Claude [^()\[\]]+?)(?: \((?P<state>[^()]+)\))?"
    r"(?: \(?(?:(?P<through>through (?P<last>\w+ \d+, \d{4}))|starting (?P<first>\w+ \d+, \d{4}))\)?)?"
)
_STATES: Final = frozenset({"deprecated", "limited availability"})
_CACHE: Final = {
    "5m cache writes": Decimal("1.25"),
    "1h cache writes": Decimal(2),
    "cache hits and refreshes": Decimal("0.1"),
}
"""Header → the price as a multiple of that of the input, as the page says under *Prompt caching*."""


class AnthropicPricing(PageSource):
    slug, label, speaks_for = "anthropic-pricing", "Anthropic price page", "anthropic"
    url = "https://platform.claude.com/docs/en/about-claude/pricing.md"
    also = {"models": "https://platform.claude.com/docs/en/about-claude/models/overview.md"}
    homepage = "https://platform.claude.com/docs/en/about-claude/pricing"
    expected = (3, 100)
    confidence = "high"
    prices_in = "USD per 1M tokens"
    shapes = (
        Shape(
            ("Model pricing",),
            {
                "Model": LABEL,
                "Base Input Tokens": Price(RateKey("input"), _MTOK),
                "5m Cache Writes": Price(RateKey("cache_write"), _MTOK),
                "1h Cache Writes": Price(RateKey("cache_write", ttl="1h"), _MTOK),
                "Cache Hits & Refreshes": Price(RateKey("cache_read"), _MTOK),
                "Output Tokens": Price(RateKey("output"), _MTOK),
            },
        ),
        Shape(
            ("Batch processing",),
            {
                "Model": LABEL,
                "Batch input": Price(RateKey("input", tier="batch"), _MTOK),
                "Batch output": Price(RateKey("output", tier="batch"), _MTOK),
            },
        ),
        Shape(
            ("Fast mode pricing",),
            {
                "Model": LABEL,
                "Input": Price(RateKey("input", tier="fast"), _MTOK),
                "Output": Price(RateKey("output", tier="fast"), _MTOK),
            },
            required=False,
        ),
    )
    not_read = frozenset({
        "claude platform on aws pricing", "claude in microsoft foundry pricing", "session runtime", "worked example",
    })  # fmt: skip

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        match = _ROW.fullmatch(label)
        state = match["state"] if match else None
        if not match or (state and state not in _STATES and not state.startswith("retired")):
            raise InvalidClaim(f"a name such as `Claude Opus 5` with a known remark expected, not {label[:120]!r}")
        if state and state.startswith("retired"):
            return
        for name in match["names"].split(" / "):
            yield Labelled(
                ident_of(name, pages),
                valid_from=day(match["first"]) if match["first"] else None,
                valid_to=day_after(match["last"]) if match["last"] else None,
            )

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        if reason := _odd_cache(table.by_column(row)):
            reading.hold_row(Evidence(table.path, row[0], "", " | ".join(row)), InvalidClaim(reason))
            return
        super().read_row(table, row, shape, pages, reading)


def ident_of(name: str, pages: Mapping[str, Page]) -> str:
    """The id of a model by its display name, from the overview of models. Raises UnknownName."""
    overview = pages.get("models")
    if overview is None:
        raise UnknownName(f"{name}: the overview of models is needed for its id")
    idents = {
        row[column]
        for table in overview.tables
        for row in table.rows
        if plain(row[0]) == "claude api id" and not table.is_ragged(row)
        for column, header in enumerate(table.header)
        if plain(header) == plain(name)
    }
    if len(idents) != 1:
        raise UnknownName(f"{name}: {len(idents) or 'no'} ids in the overview of models")
    return idents.pop()


def _odd_cache(cells: Mapping[str, str]) -> str:
    """Why a row is not believed: a price for the cache that is not the page's own multiple of the input's."""
    prices = {plain(header): price for header, text in cells.items() if (price := _amount(text)) is not None}
    base = prices.get("base input tokens")
    for header, factor in _CACHE.items():
        if base and header in prices and prices[header] != base * factor:
            return f"{header} is {prices[header]}, not {factor} × {base}"
    return ""


def _amount(text: str) -> Decimal | None:
    try:
        line: PriceLine | None = _MTOK(text)
    except InvalidClaim:
        return None
    return line[0].amount if line else None

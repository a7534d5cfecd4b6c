"""MiniMax's price page: the section of language models, as Markdown.

What is read: the two bands of long context, standard and with priority, the table without bands, and that of legacy
models. A struck price is the one before a discount; it is left out, and a row is only believed where its discount is
called permanent and is that between the two prices. Not read: audio, video, images and music.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.fields import Value
from registry.domain.rates import PriceLine, RateKey, parse_key
from syncers.kinds.page.cells import Amount
from syncers.kinds.page.document import Path, Row, Table
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, Column, Labelled, Price, Shape
from syncers.kinds.page.source import MAIN, PageSource, Parts

_PER_MILLION: Final = Amount("/ M tokens")
_ROW: Final = re.compile(
    r"(?P<ident>MiniMax-[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)"
    r"(?:\n(?P<side>≤|>) (?P<most>\d+)k input tokens(?P<mark>\*)?)?(?: Permanent (?P<percent>\d+)% off)?"
)
_CELL: Final = re.compile(r"~~\$(?P<before>[\d.]+)~~ (?P<now>\$(?P<amount>[\d.]+) / M tokens)")
_NOTE: Final = re.compile(r"\* Priority provides priority admission.* Pricing is (?P<factor>\d+(?:\.\d+)?)x standard\.")
"""The one note with a mark. What it says is about the tier, not about a row."""


def _now(text: str) -> PriceLine | None:
    match = _CELL.fullmatch(text)
    return _PER_MILLION(match["now"] if match else text)


def _shape(path: Path, *, tier: str = "", writes: bool = False, required: bool = True) -> Shape:
    columns: dict[str, Column] = {
        "Model": LABEL,
        "Input": Price(RateKey("input", tier=tier), _now),
        "Output": Price(RateKey("output", tier=tier), _now),
        "Prompt caching Read": Price(RateKey("cache_read", tier=tier), _now),
    }
    if writes:
        columns["Prompt caching Write"] = Price(RateKey("cache_write", tier=tier), _now)
    return Shape(path, columns, required=required)


class MiniMaxPricing(PageSource):
    slug, label, speaks_for = "minimax-pricing", "MiniMax price page", "minimax"
    url = "https://platform.minimax.io/docs/guides/pricing-paygo.md"
    homepage = "https://platform.minimax.io/docs/guides/pricing-paygo"
    expected = (3, 50)
    confidence = "high"
    prices_in = "USD per 1M tokens"
    shapes = (
        _shape(("LLM", "Standard")),
        _shape(("LLM", "Priority*"), tier="priority"),
        _shape(("LLM",), writes=True),
        _shape(("LLM", "Legacy Models"), writes=True, required=False),
    )

    def statements(self, pages: Parts, reading: PageReading) -> None:
        super().statements(pages, reading)
        factor = _priority_factor(pages)
        for ident, stated in list(reading.stated.items()):
            for name in [name for name in stated if parse_key(name).tier]:
                standard = replace(parse_key(name), tier="").field
                if not factor or standard not in stated or _amount(stated[name]) != factor * _amount(stated[standard]):
                    for field in (name, standard):
                        reading.hold(
                            ident, field, stated[name][0][1], "priority is not the page's multiple of standard"
                        )

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        match = _ROW.fullmatch(label)
        if not match:
            raise InvalidClaim(f"an id with a known remark expected, not {label[:120]!r}")
        if match["mark"] and _priority_factor(pages) is None:
            raise InvalidClaim(f"a mark whose note is not known: {label[:120]!r}")
        conditions = {"above": int(match["most"]) * 1_000} if match["side"] == ">" else {}
        yield Labelled(match["ident"], conditions)

    def read_table(self, table: Table, shape: Shape, pages: Parts, reading: PageReading) -> None:
        if reason := _odd_bands(table):
            reading.hold_table(table.path, reason)
            return
        super().read_table(table, shape, pages, reading)

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        if reason := _odd_discount(table.by_column(row)):
            reading.hold_row(Evidence(table.path, row[0], "", " | ".join(row)), InvalidClaim(reason))
            return
        super().read_row(table, row, shape, pages, reading)


def _amount(stated: list[tuple[Value, Evidence]]) -> Decimal:
    point = stated[0][0][0]
    return point.amount or Decimal(0)


def _priority_factor(pages: Parts) -> Decimal | None:
    """What priority costs, as a multiple; None where the page has other notes with a mark."""
    notes = [_NOTE.fullmatch(text.text) for text in pages[MAIN].texts if text.text.startswith("*")]
    return Decimal(notes[0]["factor"]) if len(notes) == 1 and notes[0] else None


def _odd_bands(table: Table) -> str:
    """Why the bands of a table are not believed: each of a model's two rows names the same number of tokens."""
    bands: dict[str, set[tuple[str, str]]] = {}
    for row in table.rows:
        if row and (match := _ROW.fullmatch(row[0])) and match["side"]:
            bands.setdefault(match["ident"], set()).add((match["side"], match["most"]))
    for ident, sides in bands.items():
        if sorted(side for side, _ in sides) != [">", "≤"] or len({most for _, most in sides}) != 1:
            return f"the bands of {ident} are not two of one number of tokens"
    return ""


def _odd_discount(cells: Mapping[str, str]) -> str:
    """Why a row is not believed: its discount is not permanent, or not that between its prices."""
    match = _ROW.fullmatch(cells["Model"])
    percent = Decimal(match["percent"]) if match and match["percent"] else None
    prices = [text for header, text in cells.items() if header != "Model" and "$" in text]
    for text in prices:
        cell = _CELL.fullmatch(text)
        if bool(cell) != (percent is not None):
            return f"{text[:80]!r} in a row with {'a' if percent else 'no'} permanent discount"
        if cell and percent and Decimal(cell["before"]) * (100 - percent) != Decimal(cell["amount"]) * 100:
            return f"{text[:80]!r} is no discount of {percent} %"
    return ""

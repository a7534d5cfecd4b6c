"""OpenAI's price page, as Markdown: sections and service tiers are plain lines, each above a table of its own.

Fast mode is what was called priority processing: both words are one `service_tier`. The columns for long contexts hold
above the size that the name of a row gives, `gpt-5.5 (<272K context length)`; where a row gives none they are held. A
cost per minute that the page calls estimated is read, as an estimate, where a row has no price per token.

Left out: prices of tools and of fine-tuning; the 10 % for regional processing, which holds for models that the page
does not name; the end of a promotion ("at least through" is no end); `Whisper`, to which no list gives an id; estimated
costs beside prices per token. The HTML of the page shows a part of the rows and hides the tier: it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.rates import RateKey, parse_key
from syncers.kinds.page.cells import NOTHING, Amount
from syncers.kinds.page.document import Page, Row, Table, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, NOT_READ, Column, Condition, Labelled, Price, Shape, UnknownName
from syncers.kinds.page.source import PageSource, Parts

_ROW: Final = re.compile(r"(?P<ident>[a-z0-9]+(?:[.-][a-z0-9]+)*)(?: \(<(?P<short>\d+)K context length\))?")
_NO_IDS: Final = frozenset({"Whisper"})
_NOT_READ: Final = frozenset({"tools", "finetuning"})
_GROUPED: Final = "Grouped Pricing Table data"
_LONG: Final = "long context"
"""Stands in the rates of columns for long contexts until a row says above which size they hold."""
_METERS: Final = {"input": "input", "cached input": "cache_read", "cache writes": "cache_write", "output": "output"}
_CHARACTERS: Final = Price(RateKey("character"), Amount("/ 1M characters"))
_MODALITY: Final = Condition("modality", {"text": "", "audio": "audio", "image": "image"})
_SIZE: Final = Condition("detail", {size: f"resolution:{size}" for size in ("720p", "1024p", "1080p")})
_UNITS: Final = {"video generation models": {"prices per second."}}
_TOKENS: Final = {"prices per 1m tokens.", "prices per 1m tokens unless noted."}
"""What a section says of the unit of its prices, and what any other one says."""


def _contexts(*path: str, tier: str = "") -> Shape:
    columns: dict[str, Column] = {"Model": LABEL}
    for size, detail in (("Short", ""), ("Long", _LONG)):
        for header, meter in _METERS.items():
            columns[f"{size} context {header}"] = Price(RateKey(meter, tier=tier, detail=detail), Amount())
    return Shape(path, columns)


def _tokens(tier: str, output: str = "Output") -> dict[str, Column]:
    free = Amount(free=frozenset({"free"}))
    return {
        "Model": LABEL,
        "Input": Price(RateKey("input", tier=tier), free),
        "Cached input": Price(RateKey("cache_read", tier=tier), Amount()),
        output: Price(RateKey("output", tier=tier), Amount()),
    }


def _images(*path: str, tier: str = "", output: str = "Output") -> Shape:
    return Shape((*path, _GROUPED), {"Modality": _MODALITY, **_tokens(tier, output)})


def _specialized(name: str, tier: str = "", *, required: bool = False) -> Shape:
    return Shape(("Specialized models", name, _GROUPED), {"Category": NOT_READ, **_tokens(tier)}, required)


def _videos(name: str, tier: str = "") -> Shape:
    second = Price(RateKey("output", "video", unit="second", tier=tier), Amount())
    sizes: dict[str, Column] = {"Size": _SIZE, "Portrait": NOT_READ, "Landscape": NOT_READ}
    return Shape(("Video generation models", name, _GROUPED), {"Model": LABEL, **sizes, "Price per second": second})


class OpenAIPricing(PageSource):
    slug, label, speaks_for = "openai-pricing", "OpenAI price page", "openai"
    url = "https://developers.openai.com/api/docs/pricing.md"
    homepage = "https://developers.openai.com/api/docs/pricing"
    expected = (10, 300)
    confidence = "high"
    prices_in = "USD per 1M tokens, or per the unit of the cell"
    shapes = (
        _contexts("Flagship models", "Standard", "Standard pricing data"),
        _contexts("Flagship models", "Batch", "Batch pricing data", tier="batch"),
        _contexts("Flagship models", "Flex", "Flex pricing data", tier="flex"),
        _contexts("Flagship models", "Fast mode", "Fast pricing data", tier="priority"),
        _contexts("Cyber models", _GROUPED),
        _images("Realtime and audio generation models", output="Output / cost"),
        _images("Image generation models", "Standard"),
        _images("Image generation models", "Batch", tier="batch"),
        _videos("Standard"),
        _videos("Batch", tier="batch"),
        Shape(
            ("Transcription models", _GROUPED),
            {
                "Model": LABEL,
                "Use case": NOT_READ,
                "Input": Price(RateKey("input"), Amount()),
                "Output": Price(RateKey("output"), Amount()),
                "Estimated cost": Price(RateKey("input", "audio", unit="minute"), Amount("/ minute")),
            },
        ),
        _specialized("Standard", required=True),
        _specialized("Batch", tier="batch"),
        _specialized("Flex", tier="flex"),
        _specialized("Fast mode", tier="priority"),
    )
    line_titles = {
        **dict.fromkeys(("Multimodal models", "Tools", "Finetuning", *(shape.path[0] for shape in shapes)), 1),
        **dict.fromkeys(("Standard", "Batch", "Flex", "Fast mode", "Priority"), 2),
    }

    def knows(self, table: Table) -> bool:
        return (bool(table.path) and plain(table.path[0]) in _NOT_READ) or super().knows(table)

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        if label in _NO_IDS:
            raise UnknownName(f"{label}: a name to which no list of OpenAI gives an id")
        match = _ROW.fullmatch(label)
        if not match or (match["short"] and not any(_LONG in plain(header) for header in table.header)):
            raise InvalidClaim(f"an id such as `gpt-5.5 (<272K context length)` expected, not {label[:120]!r}")
        yield Labelled(match["ident"], {"above": int(match["short"] or 0) * 1000})

    def table_of(self, page: Page, shape: Shape, reading: PageReading) -> Table | None:
        """Of a section that says its prices are for another unit, no table is read."""
        section = plain(shape.path[0])
        units = {
            plain(text.text)
            for text in page.texts
            if text.path and plain(text.path[0]) == section and plain(text.text).startswith("prices per ")
        }
        table = super().table_of(page, shape, reading)
        if table and not (units and units <= _UNITS.get(section, _TOKENS)):
            reading.hold_table(table.path, f"its unit is not the one known: {', '.join(sorted(units)) or 'none'}")
            return None
        return table

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        cells = {plain(header): plain(text) for header, text in table.by_column(row).items()}
        if "estimated cost" in cells and not {cells["input"], cells["output"]} <= NOTHING:
            shape = replace(shape, columns={**shape.columns, "Estimated cost": NOT_READ})
        super().read_row(table, row, shape, pages, reading)

    def read_price(self, column: Price, labelled: Labelled, evidence: Evidence, reading: PageReading) -> None:
        conditions = dict(labelled.conditions)
        above = conditions.pop("above")
        if column.key.detail == _LONG and above:
            column = replace(column, key=replace(column.key, detail="", above=above))
        elif column.key.detail == _LONG and evidence.text not in NOTHING:
            reason = "the row does not say above how many tokens a context is long"
            reading.hold(labelled.ident, column.key.field, evidence, reason)
            return
        elif "character" in evidence.text and column.key == RateKey("input") and not conditions.get("modality"):
            column = _CHARACTERS
        super().read_price(column, replace(labelled, conditions=conditions), evidence, reading)
        if column.key.unit == "minute":
            reading.estimates.add((labelled.ident, column.key.field))

    def statements(self, pages: Parts, reading: PageReading) -> None:
        super().statements(pages, reading)
        _hold_missing_rows(reading)


def _hold_missing_rows(reading: PageReading) -> None:
    """Holds the standard price where only that of a tier is stated: a row is missing, the model is not without one."""
    held = {(ident, name) for ident, name, *_ in reading.held_cells}
    for ident, stated in reading.stated.items():
        for name, lines in stated.items():
            standard = replace(parse_key(name), tier="").field
            if standard not in stated and (ident, standard) not in held and not reading.held_tables:
                reading.hold(ident, standard, lines[0][1], "stated for a service tier only")

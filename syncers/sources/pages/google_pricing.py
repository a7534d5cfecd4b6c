"""Google's price page of the Gemini API, as Markdown.

A section is about the models whose ids stand in the line below its title, and has a table for each service tier; the
unit stands in the header of the column of the paid tier. Rows that name a variant (`Veo 3.1 Fast video …`) choose among
the ids of their section.

Not read: the free tier, since its quotas are not on the page and no other source states them; grounding, which costs
only beyond a free quota; tuning; the tools; prices in prose and footnotes, such as that of the tokens of an image;
prices by the request or song.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.page.document import Page, Path, Row, Table, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.source import MAIN, PageSource, Parts
from syncers.sources.pages.google_cells import IMAGE, STORAGE, Rate, modalities, read, read_items

_TIERS: Final = ("standard", "batch", "flex", "priority")
"""In the order of the page: tables in another order have lost a title, or changed it."""
_IDENT: Final = r"[a-z][a-z0-9.]*-[a-z0-9.-]+"
_BETWEEN_IDENTS: Final = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
_IDENTS: Final = re.compile(rf"{_IDENT}(?:{_BETWEEN_IDENTS}{_IDENT})*")
_FOOTNOTE: Final = re.compile(r"(?:\[(\*+)\]|\^(\*+)\^)\s*(.*)")
_KNOWN_FOOTNOTE: Final = re.compile(r"Image output is priced at \$\d+(?:\.\d+)? per 1,000,000 tokens\. .*")
_INPUT: Final = re.compile(r"(?:(Text|Image|Audio|Video) input|Input) price(?: \(([^()]*)\))?")
_CACHE: Final = RateKey("cache_read")
_IMAGE: Final = RateKey("output", "image", unit="image")
_ROWS: Final = {
    "Output price": RateKey("output"),
    "Output price (including thinking tokens)": RateKey("output"),
    "Context caching price": _CACHE,
    "Context caching (storage)": RateKey("storage", unit="1M token-hours"),
    "Image generation pricing": _IMAGE,
}
_NO_PRICE: Final = re.compile(r"Grounding with Google (?:Search|Maps)\W*|Tuning price|Used to improve our products")
_ITEM: Final = re.compile(r"(?:(.+) )?(?:image price|video(?: with audio)? price(?: \(default\))?)", re.IGNORECASE)
_VARIANTS: Final = frozenset({"fast", "lite", "ultra"})
_ITEMS: Final = {
    "paid tier, per image in usd": _IMAGE,
    "paid tier, per second in usd": RateKey("output", "video", unit="second"),
}
_OTHER_UNITS: Final = frozenset({"paid tier, per request in usd", "paid tier, per song in usd"})
_HEADERS: Final = frozenset({"paid tier, per 1m tokens in usd", *_ITEMS, *_OTHER_UNITS})
_Price = tuple[str, RateKey, PriceLine]


class GooglePricing(PageSource):
    slug, label, speaks_for = "google-pricing", "Google Gemini API price page", "google"
    url = "https://ai.google.dev/gemini-api/docs/pricing.md.txt"
    homepage = "https://ai.google.dev/gemini-api/docs/pricing"
    expected = (5, 150)
    confidence = "high"
    prices_in = "USD per 1M tokens, image or second"
    not_read = frozenset({"pricing for tools"})

    def knows(self, table: Table) -> bool:
        return _is_price_table(table) or super().knows(table)

    def statements(self, pages: Parts, reading: PageReading) -> None:
        sections: dict[Path, list[Table]] = {}
        for table in filter(_is_price_table, pages[MAIN].tables):
            if not super().knows(table):
                is_tier = plain("".join(table.path[-1:])) in _TIERS
                sections.setdefault(table.path[:-1] if is_tier else table.path, []).append(table)
        for path, tables in sections.items():
            # Open models have no paid tier, and the page names no ids of them.
            if any("$" in "".join(row[1:]) for table in tables for row in table.rows):
                try:
                    _read_section(path, tables, pages[MAIN], reading)
                except InvalidClaim as error:
                    reading.hold_table(path, error)


def _is_price_table(table: Table) -> bool:
    return any(plain(header).startswith(("free tier", "paid tier")) for header in table.header)


def _read_section(path: Path, tables: list[Table], page: Page, reading: PageReading) -> None:
    """Raises InvalidClaim for a section of which nothing is read."""
    idents = _idents(path, page)
    tiers = ["standard" if table.path == path else plain(table.path[-1]) for table in tables]
    if tiers != [tier for tier in _TIERS if tier in tiers]:
        raise InvalidClaim("tables of service tiers twice, or in another order than everywhere on the page")
    for table in tables:
        _check(table, idents)
    marks = _known_marks(path, page)
    for table, tier in zip(tables, tiers, strict=True):
        for row in table.rows:
            reading.rows += 1
            _read_row(table, row, tier, idents, marks, reading)


def _idents(path: Path, page: Page) -> list[str]:
    """The ids of a section, of its only line with ids. Raises InvalidClaim."""
    lines = [text.text for text in page.texts if text.path[: len(path)] == path and _IDENTS.fullmatch(text.text)]
    if len(lines) != 1:
        raise InvalidClaim(f"{len(lines) or 'no'} lines with ids below the title")
    return re.split(_BETWEEN_IDENTS, lines[0])


def _check(table: Table, idents: list[str]) -> None:
    """Raises InvalidClaim for a table whose columns or whose rows are not understood."""
    headers = sorted(map(plain, table.header))
    if headers[:2] != ["", "free tier"] or len(headers) != 3 or headers[2] not in _HEADERS:
        raise InvalidClaim(f"the headers of a table are {' | '.join(table.header)[:200]!r}")
    if any(table.is_ragged(row) for row in table.rows):
        raise InvalidClaim("a row of a table has more or fewer cells than the header")
    if headers[2] in _ITEMS:
        items = [row for row in table.rows if any(map(_ITEM.fullmatch, row))]
        if len(items) != len(idents):
            raise InvalidClaim(f"{len(items)} rows of prices for {len(idents)} ids")


def _known_marks(path: Path, page: Page) -> set[str]:
    """Marks of a section all of whose footnotes say what a price per image comes from."""
    known: dict[str, bool] = {}
    for text in page.texts:
        if text.path[: len(path)] == path and (match := _FOOTNOTE.fullmatch(text.text)):
            mark = match[1] or match[2]
            known[mark] = known.get(mark, True) and bool(_KNOWN_FOOTNOTE.fullmatch(match[3]))
    return {mark for mark, is_known in known.items() if is_known}


def _read_row(table: Table, row: Row, tier: str, idents: list[str], marks: set[str], reading: PageReading) -> None:
    label, _, (column, text) = sorted(table.by_column(row).items(), key=lambda cell: plain(cell[0]))
    evidence, header = Evidence(table.path, label[1], column, text), plain(column)
    if header in _OTHER_UNITS or _NO_PRICE.fullmatch(evidence.row):
        return
    key, words = _ITEMS.get(header), ""
    try:
        if key is None:
            key, words = _rate_of(evidence.row)
        elif not _ITEM.fullmatch(evidence.row):
            raise InvalidClaim("no row that is known")
    except InvalidClaim as error:
        reading.hold_row(evidence, error)
        return
    try:
        if header in _ITEMS:
            prices = list(_item(key, evidence, idents))
        else:
            prices = [(ident, *price) for price in _tokens(key, words, text, marks) for ident in idents]
    except (InvalidClaim, ValueError) as error:
        for ident in idents:
            reading.hold(ident, replace(key, tier=tier).field, evidence, error)
        return
    for ident, key, line in prices:
        reading.state(ident, replace(key, tier=tier).field, line, evidence)


def _rate_of(label: str) -> tuple[RateKey, str]:
    """Which price a row of a table of tokens states, and for which modalities. Raises InvalidClaim."""
    if match := _INPUT.fullmatch(label):
        words = match[1] or match[2] or ""
        return RateKey("input", (match[1] or "").lower()), words
    if label not in _ROWS:
        raise InvalidClaim("no row that is known")
    return _ROWS[label], ""


def _item(key: RateKey, cell: Evidence, idents: list[str]) -> Iterator[_Price]:
    """The price of an image or of a second of video, of the model that the row names."""
    words = set(cell.row.lower().split()) & _VARIANTS
    fitting = [ident for ident in idents if set(ident.split("-")) & _VARIANTS == words]
    if len(idents) > 1 and len(fitting) != 1:
        raise InvalidClaim(f"{len(fitting) or 'no'} ids for the row {cell.row[:80]!r}")
    for resolution, line in read_items(cell.text).items():
        detail = f"resolution:{resolution}" if resolution else ""
        yield (fitting if len(idents) > 1 else idents)[0], replace(key, detail=detail), line


def _tokens(key: RateKey, words: str, text: str, marks: set[str]) -> Iterator[tuple[RateKey, PriceLine]]:
    for rate, line in read(text, marks).items():
        for modality in [rate.modality] if rate.modality is not None else modalities(words) or ("",):
            yield _key(key, rate, modality), line


def _key(key: RateKey, rate: Rate, modality: str) -> RateKey:
    """The rate of a part of a cell. Raises InvalidClaim for one that does not belong into its row."""
    if rate.kind == STORAGE and key.meter in ("cache_read", "storage"):
        return RateKey("storage", unit="1M token-hours")
    if rate.kind == IMAGE and key.meter == "output":
        return replace(_IMAGE, detail=f"resolution:{rate.size}" if rate.size else "")
    if rate.kind in (STORAGE, IMAGE) or key.meter == "storage" or key == _IMAGE:
        raise InvalidClaim(f"a price per {rate.kind} in a row of another unit")
    if key.modality and modality != key.modality:
        raise InvalidClaim(f"a price of {modality or 'text'} in a row of {key.modality}")
    return replace(key, modality=modality, above=rate.above)

"""xAI's price page, as Markdown: text models in one or two rows, and images and videos.

Two rows of a model are its prices below and from a size of the prompt, `(< 200k prompt tokens)` and `(≥ 200k prompt
tokens)`. The second is stated as the price above that size, as xAI's own API and all other sources write it: for a
prompt of exactly that size the page says the higher price. Batch, priority and US prices are computed: the page gives
the factor, and the models for which it holds (priority: all of the table).

Not read: the prices of voice, of which most rows name no model, and those of tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain import rates
from registry.domain.rates import RateKey, parse_key
from syncers.kinds.page.cells import Amount
from syncers.kinds.page.document import Page, Row, Table, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, NOT_READ, Labelled, Price, Shape
from syncers.kinds.page.source import MAIN, PageSource, Parts

_IDENT: Final = r"grok-[a-z0-9.-]*[a-z0-9]"
_ROW: Final = re.compile(rf"(?P<ident>{_IDENT})(?: \((?P<sign>[<≥]) (?P<size>\d+)k prompt tokens\))?")
_PRICES: Final = {
    "Input / 1M tokens": RateKey("input"),
    "Cached input / 1M tokens": RateKey("cache_read"),
    "Output / 1M tokens": RateKey("output"),
}
_TEXT: Final = Shape(
    ("Text API Pricing",),
    {"Model": LABEL, "Context": NOT_READ} | {header: Price(key, Amount()) for header, key in _PRICES.items()},
)
_IMAGINE: Final = Shape(("Imagine Pricing",), {"Model": LABEL, "Cost": NOT_READ}, required=False)
_COSTS: Final = {
    "image": Price(RateKey("output", "image", unit="image"), Amount("/ image")),
    "sec": Price(RateKey("output", "video", unit="second"), Amount("/ sec")),
}
_BATCH, _PRIORITY, _US = "Batch API Pricing", "Priority Processing Pricing", "US Regional Endpoint Pricing"
_OFF: Final = re.compile(r"(\d{1,2})% off standard rates")
_TIMES: Final = re.compile(r"(\d(?:\.\d+)?)x standard rates")
_NAMED: Final = re.compile(rf"Currently ({_IDENT}(?:(?:, | and |, and ){_IDENT})*) only")
_NO_OTHERS: Final = "Models not listed above have no batch discount."


@dataclass(frozen=True, slots=True)
class _Rule:
    """Prices of some models under a condition are those of the table, times a factor."""

    factor: Decimal
    evidence: Evidence
    conditions: dict[str, Any]
    idents: frozenset[str] = field(default_factory=frozenset)
    """Empty for all models of the table."""


class XAIPricing(PageSource):
    slug, label, speaks_for = "xai-pricing", "xAI price page", "xai"
    url = "https://docs.x.ai/developers/pricing.md"
    homepage = "https://docs.x.ai/developers/pricing"
    expected = (3, 60)
    confidence = "high"
    prices_in = "USD per 1M tokens, image or second"
    shapes = (_TEXT, _IMAGINE)
    not_read = frozenset({plain(_BATCH), plain(_PRIORITY), plain(_US), "voice pricing", "tools pricing"})

    def statements(self, pages: Parts, reading: PageReading) -> None:
        super().statements(pages, reading)
        for title, rules in ((_BATCH, _batch), (_PRIORITY, _priority), (_US, _in_the_us)):
            try:
                for rule in list(rules(pages[MAIN])):
                    _compute(rule, reading)
            except InvalidClaim as error:
                reading.hold_table((title,), error)

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        if not (match := _ROW.fullmatch(label)):
            raise InvalidClaim(f"a name such as `grok-4 (< 200k prompt tokens)` expected, not {label[:80]!r}")
        rows = [other for row in table.rows if (other := _ROW.fullmatch(row[0])) and other["ident"] == match["ident"]]
        signs = sorted(other["sign"] or "" for other in rows)
        if signs not in ([""], ["<", "≥"]) or len({other["size"] for other in rows}) > 1:
            raise InvalidClaim(f"not one row for {match['ident']}, or two for the sizes of its prompt")
        above = int(match["size"]) * 1000 if match["sign"] == "≥" else 0
        yield Labelled(match["ident"], {"above": above} if above else {})

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        if shape is _TEXT:
            if reason := _not_higher(table, row):
                reading.hold_row(Evidence(table.path, row[0], "", " | ".join(row)), InvalidClaim(reason))
            else:
                super().read_row(table, row, shape, pages, reading)
            return
        ident, cost = (table.by_column(row)[header] for header in sorted(table.header, key=plain, reverse=True))
        evidence = Evidence(table.path, ident, "Cost", cost)
        price = _COSTS.get(cost.rpartition("/ ")[2])
        if not re.fullmatch(_IDENT, ident) or price is None:
            reading.hold_row(evidence, InvalidClaim("no price of an image or of a second of video"))
        else:
            self.read_price(price, Labelled(ident), evidence, reading)


def _not_higher(table: Table, row: Row) -> str:
    """Why a row is not believed: of two rows of a model the second has, as the page says, the higher prices."""
    rows = {cells["Model"]: cells for cells in map(table.by_column, table.rows)}
    name = table.by_column(row)["Model"].replace("≥", "<")
    low, high = rows.get(name), rows.get(name.replace("<", "≥"))
    for header in _PRICES if low and high else ():
        prices = [amount for cells in (low, high) if cells and (amount := _amount(cells[header]))]
        if prices != sorted(prices):
            return f"{header}: lower for long prompts than for short ones"
    return ""


def _amount(text: str) -> Decimal | None:
    """None for what is held as a cell."""
    try:
        line = Amount()(text)
    except InvalidClaim:
        return None
    return line[0].amount if line else None


def _compute(rule: _Rule, reading: PageReading) -> None:
    """States what a rule makes of the prices of the table."""
    for ident, fields in list(reading.stated.items()):
        if rule.idents and ident not in rule.idents:
            continue
        for name, stated in list(fields.items()):
            key = parse_key(name)
            if key.tier or key.region or replace(key, above=0) not in _PRICES.values():
                continue
            for value, evidence in list(stated):
                line = tuple(replace(p, amount=rates.plain(p.amount * rule.factor)) for p in value if p.amount)
                for source in (evidence, rule.evidence):
                    reading.state(ident, replace(key, **rule.conditions).field, line, source)


def _texts(page: Page, title: str) -> list[str]:
    """The texts of a section. Raises InvalidClaim where there is none."""
    texts = [text.text for text in page.texts if text.path and plain(text.path[-1]) == plain(title)]
    if not texts:
        raise InvalidClaim("it is not on the page")
    return texts


def _batch(page: Page) -> Iterator[_Rule]:
    """A discount, and below it a list of models. Raises InvalidClaim."""
    texts = _texts(page, _BATCH)
    if _NO_OTHERS not in texts or not any("batch discount applies to all token types" in text for text in texts):
        raise InvalidClaim("it does not say for which models and tokens the discount holds")
    if other := next((text for text in texts if "%" in text and not _OFF.fullmatch(text)), ""):
        raise InvalidClaim(f"a discount that is not understood: {other[:80]!r}")
    groups: dict[str, list[str]] = {}
    for text in texts[: texts.index(_NO_OTHERS)]:
        if _OFF.fullmatch(text):
            groups[text] = []
        elif groups or re.fullmatch(_IDENT, text):
            groups.setdefault(next(reversed(groups), ""), []).append(text)
    for text, idents in groups.items():
        if not text or not idents or not all(re.fullmatch(_IDENT, ident) for ident in idents):
            raise InvalidClaim(f"below {text!r} stands no list of models")
        percent = Decimal(text.partition("%")[0])
        yield _Rule(1 - percent / 100, Evidence((_BATCH,), "", "", text), {"tier": "batch"}, frozenset(idents))


def _priority(page: Page) -> Iterator[_Rule]:
    factor, evidence, _ = _factor(page, _PRIORITY, ("Standard", "Priority"))
    texts = _texts(page, _PRIORITY)
    if not any(f"The {factor}x multiplier applies to all token types" in text for text in texts):
        raise InvalidClaim("it does not say to which tokens the factor applies")
    if any(re.search(_IDENT, text) for text in texts):
        raise InvalidClaim("a rule for some models, which is not understood")
    yield _Rule(Decimal(factor), evidence, {"tier": "priority"})


def _in_the_us(page: Page) -> Iterator[_Rule]:
    factor, evidence, cells = _factor(page, _US, ("Global endpoint", "US regional endpoint"))
    named = _NAMED.fullmatch(cells.get("models", ""))
    scope = f"The {factor}x multiplier applies to input, output, and cached input tokens, including long-context rates."
    if not named or not any(scope in text for text in _texts(page, _US)):
        raise InvalidClaim("it does not say for which models and tokens the factor holds")
    yield _Rule(Decimal(factor), evidence, {"region": "us"}, frozenset(re.findall(_IDENT, named[1])))


def _factor(page: Page, title: str, columns: Iterable[str]) -> tuple[str, Evidence, dict[str, str]]:
    """The factor of a section's table, with its evidence and the cells of its last column. Raises InvalidClaim."""
    standard, other = columns
    tables = list(page.below(title))
    if len(tables) != 1 or sorted(map(plain, tables[0].header)) != sorted(["", plain(standard), plain(other)]):
        raise InvalidClaim("it has not the one table with the factor")
    table = tables[0]
    if any(table.is_ragged(row) for row in table.rows):
        raise InvalidClaim("a row has more or fewer cells than the header")
    rows = [{plain(header): text for header, text in table.by_column(row).items()} for row in table.rows]
    factors = [row for row in rows if plain(row[""]) == "token pricing"]
    match = _TIMES.fullmatch(factors[0][plain(other)]) if len(factors) == 1 else None
    if not match or plain(factors[0][plain(standard)]) != "standard rates":
        raise InvalidClaim("it has no factor such as `2x standard rates`")
    cells = {plain(row[""]): row[plain(other)] for row in rows}
    return match[1], Evidence(table.path, "Token pricing", other, match[0]), cells

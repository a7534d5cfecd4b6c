"""Rules that compare a price with other providers' prices of the model, with the provider's other offerings of it, and
with the published price. All compare amounts of one currency under equal conditions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import median, median_high, median_low
from typing import Final

from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.sheets import FactSheet

_FEWEST_PROVIDERS: Final = 2
_UNIT_APART: Final = Decimal(300)
"""Closer to 1,000 than to 100. Providers of one model differ in price, so a unit error is never exactly 1,000."""
_LEAST_APART: Final = 9
_NEAR: Final = Decimal("0.05")
_SIMILAR: Final = 2
"""Offerings of one model at one provider that are priced within this factor have a usual price."""


def _times(amount: Decimal, reference: Decimal) -> Decimal:
    """How many times larger `one` is, to four significant digits."""
    ratio = amount / reference
    return ratio.quantize(Decimal(1).scaleb(ratio.adjusted() - 3), ROUND_HALF_EVEN).normalize()


def _apart(ratio: Decimal) -> Decimal:
    return max(ratio, 1 / ratio)


def _is_power(apart: Decimal) -> bool:
    """Whether two prices differ by a factor of almost exactly 10 or 100."""
    return any(abs(apart / power - 1) <= _NEAR for power in (10, 100))


def usual(name: str, amount: Decimal, currency: str, others: Iterable[FactSheet]) -> tuple[Decimal, int] | None:
    """The median price of other providers, and how many they are; None when they are too few, or all close to `amount`.

    Each provider counts once. Of two middle values it is the one closer to `amount`: where two providers differ by a
    factor of 1,000, it is unknown which is right.
    """
    points = [(other.provider, point) for other in others if (point := other.prices.get(name))]
    priced = [(provider, p.amount) for provider, p in points if p.amount is not None and p.currency == currency]
    if all(amount < other_price * _LEAST_APART and other_price < amount * _LEAST_APART for _, other_price in priced):
        return None  # no rule can fire, whatever the median
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for provider, other_price in priced:
        amounts[provider].append(other_price)
    if len(amounts) < _FEWEST_PROVIDERS:
        return None
    medians = [median(each) for each in amounts.values()]
    return min(median_low(medians), median_high(medians), key=lambda middle: _apart(amount / middle)), len(medians)


def _beside_others(sheet: FactSheet, others: Sequence[FactSheet]) -> Iterator[tuple[str, Decimal, Decimal, int]]:
    for name, point, amount in sheet.priced() if len(others) >= _FEWEST_PROVIDERS else ():
        if reference := usual(name, amount, point.currency, others):
            yield name, amount, *reference


class PriceUnit(Rule):
    code = "price-unit"
    sentence = "A price 300 times above or below what others charge for the same model: possible unit error."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, others, providers in _beside_others(sheet, context.others):
            if _apart(amount / others) >= _UNIT_APART:
                yield self.finding(
                    sheet, name, price=amount, others=others, providers=providers, times=_times(amount, others)
                )


class PriceMagnitude(Rule):
    code = "price-magnitude"
    sentence = "A price almost exactly 10 or 100 times above or below what others charge: possible decimal error."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, others, providers in _beside_others(sheet, context.others):
            if _is_power(_apart(amount / others)):
                yield self.finding(
                    sheet, name, price=amount, others=others, providers=providers, times=_times(amount, others)
                )


class PriceJump(Rule):
    code = "price-jump"
    sentence = "A price changes by a factor of 300 or more: possible unit error."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced() if context.before else ():
            old = context.before.prices.get(name) if context.before else None
            if old and old.amount and old.currency == point.currency and _apart(amount / old.amount) >= _UNIT_APART:
                yield self.finding(sheet, name, price=amount, before=old.amount, times=_times(amount, old.amount))


class PriceSlip(Rule):
    code = "price-slip"
    sentence = "A price changes by a factor of almost exactly 10 or 100."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced() if context.before else ():
            old = context.before.prices.get(name) if context.before else None
            if old and old.amount and old.currency == point.currency and _is_power(_apart(amount / old.amount)):
                yield self.finding(sheet, name, price=amount, before=old.amount, times=_times(amount, old.amount))


class PriceSuddenlyFree(Rule):
    code = "price-suddenly-free"
    sentence = "A known price becomes zero: more often missing data than a free price."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name in sheet.prices if context.before else ():
            old = context.before.amount(name) if context.before else None
            if old is not None and sheet.is_free(name):
                yield self.finding(sheet, name, price="free", before=old)


class PriceAmongSiblings(Rule):
    code = "price-among-siblings"
    sentence = "A price 10, 100 or at least 300 times above or below the provider's other offerings of the model."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        siblings = [other for other in context.others if other.provider == sheet.provider]
        if len(siblings) < _FEWEST_PROVIDERS:
            return
        for name, point, amount in sheet.priced():
            amounts = [
                p.amount for s in siblings if (p := s.prices.get(name)) and p.amount and p.currency == point.currency
            ]
            # Siblings that are far apart themselves (sizes, editions) say nothing about this one.
            if len(amounts) < _FEWEST_PROVIDERS or max(amounts) > min(amounts) * _SIMILAR:
                continue
            usually = median(amounts)
            apart = _apart(amount / usually)
            if apart >= _UNIT_APART or _is_power(apart):
                yield self.finding(
                    sheet, name, price=amount, siblings=usually, offerings=len(amounts), times=_times(amount, usually)
                )

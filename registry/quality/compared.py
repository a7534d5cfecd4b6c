"""Rules that compare a price: with what others charge for the model, with the provider's own other offerings of it, and
with what is published. All compare amounts of one currency, under equal conditions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import median, median_high, median_low
from typing import Final

from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.sheets import FactSheet

_FEWEST_VOICES: Final = 2
_UNIT_APART: Final = Decimal(300)
"""Nearer to 1,000 than to 100. Providers of one model differ in price, so that a slip of units is never exact."""
_LEAST_APART: Final = 9
_NEAR: Final = Decimal("0.05")
_ALIKE: Final = 2
"""Offerings of one model at one provider that are priced within this factor have a usual price."""


def _times(one: Decimal, other: Decimal) -> Decimal:
    """How many times larger `one` is, to four places that count."""
    ratio = one / other
    return ratio.quantize(Decimal(1).scaleb(ratio.adjusted() - 3), ROUND_HALF_EVEN).normalize()


def _apart(ratio: Decimal) -> Decimal:
    return max(ratio, 1 / ratio)


def _is_power(apart: Decimal) -> bool:
    """Whether two prices are just ten or a hundred times apart."""
    return any(abs(apart / power - 1) <= _NEAR for power in (10, 100))


def usual(name: str, amount: Decimal, currency: str, others: Iterable[FactSheet]) -> tuple[Decimal, int] | None:
    """What others charge for the model, and how many they are; None when they are too few, or all of one mind.

    It is the median, one voice a provider. Between two middle ones it is the one nearer to the amount in question:
    where two voices are a thousandfold apart, nobody knows which is right.
    """
    points = [(other.provider, point) for other in others if (point := other.prices.get(name))]
    known = [(voice, p.amount) for voice, p in points if p.amount is not None and p.currency == currency]
    if all(amount < other * _LEAST_APART and other < amount * _LEAST_APART for _, other in known):
        return None  # no rule has anything to say, whatever the median
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for voice, other in known:
        amounts[voice].append(other)
    if len(amounts) < _FEWEST_VOICES:
        return None
    voices = [median(each) for each in amounts.values()]
    return min(median_low(voices), median_high(voices), key=lambda middle: _apart(amount / middle)), len(voices)


def _beside_others(sheet: FactSheet, others: Sequence[FactSheet]) -> Iterator[tuple[str, Decimal, Decimal, int]]:
    for name, point, amount in sheet.priced() if len(others) >= _FEWEST_VOICES else ():
        if found := usual(name, amount, point.currency, others):
            yield name, amount, *found


class PriceUnit(Rule):
    code = "price-unit"
    sentence = "A price 300 times above or below what others charge for the same model: a mix-up of units."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, others, voices in _beside_others(sheet, context.others):
            if _apart(amount / others) >= _UNIT_APART:
                yield self.finding(
                    sheet, name, price=amount, others=others, providers=voices, times=_times(amount, others)
                )


class PriceMagnitude(Rule):
    code = "price-magnitude"
    sentence = "A price just ten or a hundred times above or below what others charge: a slip of the point."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, others, voices in _beside_others(sheet, context.others):
            if _is_power(_apart(amount / others)):
                yield self.finding(
                    sheet, name, price=amount, others=others, providers=voices, times=_times(amount, others)
                )


class PriceJump(Rule):
    code = "price-jump"
    sentence = "A price moves to 300 times, or to a 300th, of what is published: a change of units."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced() if context.before else ():
            old = context.before.prices.get(name) if context.before else None
            if old and old.amount and old.currency == point.currency and _apart(amount / old.amount) >= _UNIT_APART:
                yield self.finding(sheet, name, price=amount, before=old.amount, times=_times(amount, old.amount))


class PriceSlip(Rule):
    code = "price-slip"
    sentence = "A price moves to just ten or a hundred times, or a tenth or a hundredth, of what is published."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced() if context.before else ():
            old = context.before.prices.get(name) if context.before else None
            if old and old.amount and old.currency == point.currency and _is_power(_apart(amount / old.amount)):
                yield self.finding(sheet, name, price=amount, before=old.amount, times=_times(amount, old.amount))


class PriceSuddenlyFree(Rule):
    code = "price-suddenly-free"
    sentence = "A price that is known becomes zero: a gap at the source more often than a gift."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name in sheet.prices if context.before else ():
            old = context.before.amount(name) if context.before else None
            if old is not None and sheet.is_free(name):
                yield self.finding(sheet, name, price="free", before=old)


class PriceAmongSiblings(Rule):
    code = "price-among-siblings"
    sentence = "A price ten, a hundred or 300 and more times apart from the provider's other offerings of the model."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        siblings = [other for other in context.others if other.provider == sheet.provider]
        if len(siblings) < _FEWEST_VOICES:
            return
        for name, point, amount in sheet.priced():
            known = [
                p.amount for s in siblings if (p := s.prices.get(name)) and p.amount and p.currency == point.currency
            ]
            # Siblings that are far apart themselves (sizes, editions) say nothing about this one.
            if len(known) < _FEWEST_VOICES or max(known) > min(known) * _ALIKE:
                continue
            usually = median(known)
            apart = _apart(amount / usually)
            if apart >= _UNIT_APART or _is_power(apart):
                yield self.finding(
                    sheet, name, price=amount, siblings=usually, offerings=len(known), times=_times(amount, usually)
                )

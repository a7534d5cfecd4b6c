"""Rules about the prices of one offering. All compare amounts of one currency under equal conditions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from registry.domain.rates import RateKey
from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.sheets import FactSheet, rate_key

TOKEN_PRICES: Final = (Decimal("0.004"), Decimal(200))
"""USD per 1M text tokens: the lowest and highest price accepted from one catalogue alone."""
_INPUT: Final = "price.input"
_OUTPUT: Final = "price.output"


class PriceAbsurd(Rule):
    code = "price-absurd"
    sentence = "Text tokens above 1,000 USD per 1M: more than any model has ever cost."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced():
            if _is_text(name) and point.currency == "USD" and amount > 1000:
                yield self.finding(sheet, name, price=amount)


class PriceTiny(Rule):
    code = "price-tiny"
    sentence = "Text tokens below 0.0001 USD per 1M: less than any model has ever cost."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced():
            if _is_text(name) and point.currency == "USD" and amount < Decimal("0.0001"):
                yield self.finding(sheet, name, price=amount)


class PriceOutOfRange(Rule):
    code = "price-out-of-range"
    sentence = "Tokens below 0.004 or above 200 USD per 1M, stated by one catalogue only: possible unit error."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced():
            key = rate_key(name)
            if key.meter not in ("input", "output") or not _is_text(name) or point.currency != "USD":
                continue
            # Prices of batch or of long requests are compared with the ordinary price where that is plausible.
            if (
                name not in sheet.corroborated
                and _is_unusual(amount)
                and not (not key.is_base and _is_plausible(sheet, key.meter))
            ):
                yield self.finding(sheet, name, price=amount)


def _is_unusual(amount: Decimal) -> bool:
    least, most = TOKEN_PRICES
    return not least <= amount <= most


def _is_plausible(sheet: FactSheet, meter: str) -> bool:
    name = RateKey(meter).field
    amount = sheet.amount(name)
    return amount is not None and (name in sheet.corroborated or not _is_unusual(amount))


def _is_text(name: str) -> bool:
    key = rate_key(name)
    return not key.modality and key.counted_in == "1M tokens"


class CacheReadAboveInput(Rule):
    code = "cache-read-above-input"
    sentence = "Cache reads cost more than uncached input."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, other, plain in sheet.pairs("cache_read", "input"):
            if amount > plain:
                yield self.finding(sheet, name, other, cache_read=amount, input=plain)


class CacheReadAboveWrite(Rule):
    code = "cache-read-above-write"
    sentence = "Cache reads cost more than cache writes: they may be swapped."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, other, read in sheet.pairs("cache_write", "cache_read"):
            if read > amount:
                yield self.finding(sheet, name, other, cache_write=amount, cache_read=read)


class CacheWriteRange(Rule):
    code = "cache-write-range"
    sentence = "Cache writes cost less than a tenth of the input, or more than four times as much."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, other, plain in sheet.pairs("cache_write", "input"):
            if not plain / 10 <= amount <= plain * 4:
                yield self.finding(sheet, name, other, cache_write=amount, input=plain)


class OutputBelowInput(Rule):
    code = "output-below-input"
    sentence = "Output of a chat model costs less than half of its input."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        if not sheet.may_converse:
            return
        for name, amount, other, plain in sheet.pairs("output", "input"):
            if not rate_key(name).modality and amount < plain / 2:
                yield self.finding(sheet, name, other, output=amount, input=plain)


class OutputFarAboveInput(Rule):
    code = "output-far-above-input"
    sentence = "Output of a chat model costs more than 25 times its input."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        if not sheet.may_converse:
            return
        for name, amount, other, plain in sheet.pairs("output", "input"):
            if not rate_key(name).modality and amount > plain * 25:
                yield self.finding(sheet, name, other, output=amount, input=plain)


class _TierOrder(Rule):
    """Base of the rules that compare a service tier with the standard one."""

    code, sentence, severity = "tier-order", "A tier priced against its order.", Severity.WARNING
    tier = ""
    dearer = False

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, standard, plain in sheet.variants("tier"):
            if rate_key(name).tier == self.tier and (amount < plain if self.dearer else amount > plain):
                yield self.finding(sheet, name, standard, price=amount, standard=plain)


class BatchAboveStandard(_TierOrder):
    code = "batch-above-standard"
    sentence = "The batch price is above the standard price."
    severity = Severity.ERROR
    tier = "batch"


class FlexAboveStandard(_TierOrder):
    code = "flex-above-standard"
    sentence = "The flex price is above the standard price."
    severity = Severity.WARNING
    tier = "flex"


class PriorityBelowStandard(_TierOrder):
    code = "priority-below-standard"
    sentence = "The priority price is below the standard price."
    severity = Severity.WARNING
    tier, dearer = "priority", True


class BandBelowBase(Rule):
    code = "band-below-base"
    sentence = "Long requests cost less per token than short ones."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, amount, base, plain in sheet.variants("above"):
            if amount < plain:
                yield self.finding(sheet, name, base, price=amount, base=plain)


class BandWithoutBase(Rule):
    code = "band-without-base"
    sentence = "There is a price for long requests and none for short ones."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name in sheet.prices:
            key = rate_key(name)
            if key.above and RateKey(key.meter, key.modality, key.unit, key.ttl).field not in sheet.prices:
                yield self.finding(sheet, name, above=key.above)


class FreeAmongPriced(Rule):
    code = "free-among-priced"
    sentence = "Input or output of a chat model is free while the other is not: zero may mean unknown."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        if not sheet.may_converse:
            return
        for free, other in ((_INPUT, _OUTPUT), (_OUTPUT, _INPUT)):
            price = sheet.amount(other)
            if sheet.is_free(free) and price is not None:
                yield self.finding(sheet, free, other, price="free", other=price)

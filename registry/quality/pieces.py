"""Rules about prices per item: images, searches, pages. The usual error is the number of items that a price covers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from registry.domain.rates import RateKey
from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.sheets import FactSheet, rate_key

_PIECES: Final = frozenset({"image", "search", "request", "page", "call"})
#: Units that never cost a dollar. Images, videos and sessions may.
_CHEAP: Final = frozenset({"search", "page", "call"})
_DEAREST: Final = Decimal(1)
_FEWEST_TOKENS: Final = 10
_PER_1M: Final = 1_000_000


class PieceAbsurd(Rule):
    code = "piece-absurd"
    sentence = "A search, a page or a call above 1 USD: probably the price of a thousand."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced():
            if rate_key(name).counted_in in _CHEAP and point.currency == "USD" and amount > _DEAREST:
                yield self.finding(sheet, name, price=amount)


class PieceAsToken(Rule):
    code = "piece-as-token"
    sentence = "An image, a search, a request or a page costs no more than ten tokens: probably a price per token."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, point, amount in sheet.priced():
            key = rate_key(name)
            if key.counted_in not in _PIECES:
                continue
            meter = key.meter if key.meter in ("input", "output") else "input"
            for other in dict.fromkeys((RateKey(meter, key.modality).field, RateKey(meter).field)):
                token = sheet.prices.get(other)
                if token is None or token.amount is None or token.currency != point.currency:
                    continue
                if amount * _PER_1M <= token.amount * _FEWEST_TOKENS:
                    yield self.finding(sheet, name, other, price=amount, tokens_per_1m=token.amount)
                    break

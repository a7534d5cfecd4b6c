"""Sources of exchange rates: what a central bank or a market publishes about currencies, and not about offerings.

A source inherits `ExchangeRateList` and yields `registry.cost.exchange.QuotedRate` from each record. The rates are
kept as they were published, by day; nothing is converted when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from curation.core.authority import SourceType
from curation.core.claim import Claim
from registry.cost.exchange import QuotedRate
from syncers.kinds.parsing import attempt, counted
from syncers.kinds.record import Parsed, Record, Rejected
from syncers.kinds.source import Source


class ExchangeRateList(Source):
    """Base of sources of exchange rates; see the module's text."""

    source_type = SourceType.OFFICIAL
    authority = ()

    def rates(self, record: Record) -> Iterable[QuotedRate]:
        """The rates of one record. Raises InvalidClaim for a record that cannot be taken."""
        raise NotImplementedError

    def claims(self, record: Record) -> Iterator[Claim]:
        """None: exchange rates are not about offerings."""
        yield from ()

    def parse(self, body: bytes) -> ParsedRates:
        """Rates and rejected records of a payload, as `Source.parse` does with claims."""
        document = self.read(body)
        parsed = ParsedRates(notices=self.notices(document))
        for record in counted(self, document, parsed):
            parsed.rates += attempt(self.rates, record, parsed)
        _drop_contradicted(parsed)
        return parsed


@dataclass(slots=True)
class ParsedRates(Parsed):
    """The result of parsing a payload of exchange rates."""

    rates: list[QuotedRate] = field(default_factory=list)


def _drop_contradicted(parsed: ParsedRates) -> None:
    """Of two rates of one currency for one day neither is taken, since choosing one would be a guess."""
    by_place: dict[tuple[date, str, str], QuotedRate] = {}
    contradicted: set[tuple[date, str, str]] = set()
    for rate in parsed.rates:
        place = (rate.day, rate.base, rate.currency)
        if by_place.setdefault(place, rate) != rate:
            contradicted.add(place)
    for day, base, currency in sorted(contradicted):
        del by_place[day, base, currency]
        parsed.rejected.append(Rejected(f"{currency} {day}", "two rates for one day; neither is taken"))
    parsed.rates = list(by_place.values())

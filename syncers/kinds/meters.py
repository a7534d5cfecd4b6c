"""Price lists of clouds: one row for each meter, and no model ids, only names that people gave to meters.

The model of a meter is looked up in a table of names that are certain. All other meters are counted and left out: a
price of the wrong model is worse than none. Every price holds in one region.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.record import Record
from syncers.kinds.source import Source


@dataclass(frozen=True, slots=True)
class Meter:
    """One row of a price list, with its model and rate, or the reason why they are not known."""

    where: str
    data: Any
    ident: str = ""
    """The model's id at the provider; "" when the row is not taken."""
    key: RateKey | None = None
    why_not: str = ""
    """Reason for the run's report when the row is not taken; "" for a row that cannot be read at all."""


class MeterList(Source):
    """Base of such sources. A subclass gives the model, the rate and the price of each meter."""

    source_type = SourceType.OFFICIAL
    authority: ClassVar[tuple[str, ...]] = ("price",)

    def meters(self, document: Any) -> Iterator[Meter]:
        """The rows of a document. Raises BadPayload when it is of another shape."""
        raise NotImplementedError

    def line(self, data: Any) -> PriceLine | None:
        """What one row costs; None when it states nothing. Raises InvalidClaim."""
        raise NotImplementedError

    def records(self, document: Any) -> Iterator[Record]:
        met = [meter for meter in self.meters(document) if not meter.why_not]
        by_ident = self._values(met)
        for meter in met:
            yield Record(meter.where, meter.data, context=(meter, by_ident.get(meter.ident, {})))

    def claims(self, record: Record) -> Iterator[Claim]:
        """One claim for all meters of a model: every record of the model yields the same claim."""
        meter, values = record.context
        if not meter.ident:
            raise InvalidClaim("a row of the price list expected")
        own = self.line(record.data)  # raises for an error in this row
        if own and meter.key:
            values = values | {meter.key.field: values.get(meter.key.field, set()) | {own}}
        yield claim(
            f"{self.speaks_for}/{meter.ident}",
            {name: next(iter(lines)) for name, lines in values.items() if len(lines) == 1},
        )

    def count(self, document: Any) -> int:
        return sum(1 for _ in self.meters(document))

    def notices(self, document: Any) -> dict[str, int]:
        meters = list(self.meters(document))
        skipped = Counter(meter.why_not for meter in meters if meter.why_not)
        for values in self._values(meters).values():
            skipped.update("two prices for one rate" for lines in values.values() if len(lines) > 1)
        return dict(skipped)

    def _values(self, meters: list[Meter]) -> dict[str, dict[str, set[PriceLine]]]:
        """Model → rate field → prices of its meters. Of two different prices for one rate, neither is taken."""
        lines: dict[str, dict[str, set[PriceLine]]] = defaultdict(lambda: defaultdict(set))
        for meter in meters:
            with suppress(InvalidClaim):
                if meter.ident and meter.key and (line := self.line(meter.data)):
                    lines[meter.ident][meter.key.field].add(line)
        return lines

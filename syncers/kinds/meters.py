"""Price lists of clouds: one row for each meter, and no model ids, only names that people gave to meters.

Which model a meter is about is looked up in a table of names that are certain; all others are counted and left out,
since a price that is put to the wrong model is worse than none. Every price holds in one region.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from curation.core.authority import Standing
from curation.core.claim import Claim, InvalidClaim, claim
from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.record import Record
from syncers.kinds.source import Source


@dataclass(frozen=True, slots=True)
class Meter:
    """One row of a price list, with what it is about or why that is not known."""

    where: str
    data: Any
    ident: str = ""
    """The model's id at the provider; "" when the row is not taken."""
    key: RateKey | None = None
    why_not: str = ""
    """Words for the run's report, when the row is not taken; "" for a row that cannot even be read."""


class MeterList(Source):
    """Base of such sources. They say what each meter is about and what it costs."""

    standing = Standing.OFFICIAL
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
        """One statement for all meters of a model: every one of its records says the same."""
        meter, values = record.context
        if not meter.ident:
            raise InvalidClaim("a row of the price list expected")
        own = self.line(record.data)  # which raises what is wrong with this very row
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
        """Model → rate field → what its meters say. Two different prices for one rate: neither is taken."""
        lines: dict[str, dict[str, set[PriceLine]]] = defaultdict(lambda: defaultdict(set))
        for meter in meters:
            with suppress(InvalidClaim):
                if meter.ident and meter.key and (line := self.line(meter.data)):
                    lines[meter.ident][meter.key.field].add(line)
        return lines

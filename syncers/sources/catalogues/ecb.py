"""European Central Bank: euro foreign exchange reference rates, of the last ninety days.

Data: https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml, about 16:00 CET on working days, none for
weekends and holidays; for information only, and to be shown with the source named. The file of one day
(eurofxref-daily.xml) has the same shape; that of ninety days fills gaps of missed runs. The rates are units of
each currency per euro.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn
from xml.parsers import expat

from curation.core.claim import InvalidClaim
from registry.cost.exchange import QuotedRate
from syncers.errors import BadPayload
from syncers.kinds.coerce import full_day
from syncers.kinds.exchange_rates import ExchangeRateList
from syncers.kinds.record import Record

_NAMESPACE: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref"
_MOST_DEEP: Final = 10
_LEAST, _MOST = Decimal("0.000001"), Decimal(10) ** 9
_STEP: Final = Decimal("1e-10")
"""Precision of the column: finer values would be rounded."""


class ECB(ExchangeRateList):
    slug, label = "ecb", "European Central Bank"
    url = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"
    homepage = "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/"
    every = timedelta(hours=6)
    expected = (20, 5_000)
    confidence = "high"

    def read(self, body: bytes) -> list[dict[str, str]]:
        """One object for each rate: `time` of its day, `currency` and `rate`, all verbatim."""
        reader = _Cubes()
        try:
            reader.parser.Parse(body, True)
        except expat.ExpatError as error:
            raise BadPayload(f"{self.slug}: not XML that can be read: {error}") from error
        return reader.found

    def records(self, document: Any) -> Iterator[Record]:
        for index, data in enumerate(document):
            yield Record(f"[{index}] {data.get('currency', '')[:10]}", data)

    def rates(self, record: Record) -> Iterator[QuotedRate]:
        currency, rate_text = record.get("currency"), record.get("rate")
        if not re.fullmatch(r"[A-Z]{3}", currency or ""):
            raise InvalidClaim(f"not a currency code: {str(currency)[:20]!r}")
        try:
            rate = Decimal(rate_text or "")
        except InvalidOperation as error:
            raise InvalidClaim(f"not a rate: {str(rate_text)[:40]!r}") from error
        if not (rate.is_finite() and _LEAST <= rate <= _MOST and rate % _STEP == 0):
            raise InvalidClaim(f"not a rate: {str(rate_text)[:40]!r}")
        day = full_day(record.get("time"))
        if day is None:
            raise InvalidClaim("a rate needs its day")
        yield QuotedRate(day, "EUR", currency, rate)


class _Cubes:
    """Reads the `Cube` elements while parsing. Document types and entities are refused: a list of rates needs none, and
    entities can expand without limit.
    """

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self._days: list[str | None] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        above = self._days[-1] if self._days else None
        self._days.append(attributes.get("time", above))
        if len(self._days) > _MOST_DEEP:
            raise BadPayload("ecb: elements are nested too deeply for a list of rates")
        if name == f"{_NAMESPACE} Cube" and "currency" in attributes:
            day = self._days[-1]
            self.found.append({**attributes, **({"time": day} if day else {})})

    def _end(self, name: str) -> None:
        self._days.pop()

    def _refuse(self, *declared: Any) -> NoReturn:
        raise BadPayload("ecb: the XML declares a document type or an entity; it is not read")

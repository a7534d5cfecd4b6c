"""Base of all sources: a declaration, and one method that turns one record of the payload into claims.

Everything else (fetching, errors, keeping payloads, storing claims, deciding) is done by the framework. A source has no
loop, no HTTP client, no clock and no database. It removes sentinels such as −1. Wrong declarations fail when the class
is created.

    class Example(Source):
        slug, label = "example", "Example AI"
        url = "https://api.example.com/v1/models"
        source_type, speaks_for = SourceType.OFFICIAL, "example"
        authority = ("price", "limit")
        expected = (10, 500)
        records_at = "data"

        def claims(self, record: Record) -> Iterator[Claim]:
            yield claim(f"example/{record.text('id')}", {"context_window": record.get("context_length")})
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from curation.core.authority import EVERYTHING, SourceFacts, SourceType
from curation.core.claim import Claim, InvalidClaim
from registry.domain.rates import Amounts, PriceLine, price
from syncers.errors import BadPayload
from syncers.kinds.coerce import amount
from syncers.kinds.declaration import check
from syncers.kinds.parsing import read_claims
from syncers.kinds.record import Parsed, Record
from syncers.kinds.units import Unit
from syncers.payload.auth import BEARER, Auth, Credential
from syncers.payload.fetch import absent_parts, open_envelope
from syncers.payload.paging import FollowUp, OnePage, Paging
from syncers.payload.parse import read_json


class Source:
    """Base of all sources; see the module's text. Attributes are the declaration, methods the mapping."""

    slug: ClassVar[str]
    label: ClassVar[str]
    url: ClassVar[str] = ""
    """What is fetched; "" for a source whose payload comes with the installation."""
    homepage: ClassVar[str] = ""
    source_type: ClassVar[SourceType]
    speaks_for: ClassVar[str] = ""
    origin: ClassVar[str] = ""
    authority: ClassVar[tuple[str, ...]] = EVERYTHING
    preference: ClassVar[int] = 100
    every: ClassVar[timedelta] = timedelta(hours=6)
    expected: ClassVar[tuple[int, int]]
    """How many claims a sound payload yields, least and most. A run with fewer or more is held."""
    key_variable: ClassVar[str] = ""
    """Environment variable that holds the key; "" when the source is open."""
    key_required: ClassVar[bool] = False
    auth: ClassVar[Auth] = BEARER
    """How the key is sent, when there is one."""
    other_credentials: ClassVar[tuple[Credential, ...]] = ()
    """Other credentials, tried in this order when the key is not set: signatures, requested tokens."""
    headers: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Headers that every request carries."""
    paging: ClassVar[Paging] = OnePage()
    pause: ClassVar[float] = 0.0
    """Seconds to wait between two requests."""
    follow_up: ClassVar[FollowUp | None] = None
    """A second request for data that the list does not have; see `follow_up_ids`."""
    enabled_at_first: ClassVar[bool] = True
    """False for a source that an operator has to switch on: nobody has read what its site allows."""
    optional_parts: ClassVar[bool] = False
    """Whether a part that is gone (404, 410) may be missing from a good run; see `part_lists`."""
    names_parts: ClassVar[bool] = False
    """Whether a single answer is stored with the name of its part too, since it does not tell what that says."""
    records_at: ClassVar[str] = ""
    """Dotted path to the list of records in the document; "" when the document is the list itself."""
    unit: ClassVar[Unit | None] = None
    """The unit of its token prices; None when it states none."""
    zero_is_free: ClassVar[bool] = True
    """False where a price of 0 is known to mean "not filled in": it then states nothing."""
    prices_in: ClassVar[str] = ""
    """In words, the unit of its prices where it is not a single `unit`; "" when `unit` is set, or when it has no
    prices.
    """
    confidence: ClassVar[str] = ""
    """How sure we are of its address and its shape; see `kinds/declaration.py`. "" where only recordings are
    known.
    """
    nothing_fetched: ClassVar[str] = ""
    """Why nothing is fetched: the service has ended, or has no list. Such a source is for information only."""

    table: ClassVar[Mapping[str, Any]] = {}
    """Its declaration where that is data: a table of `sources/simple.toml` or `retired.toml`."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "slug" in cls.__dict__:  # else a shared base of several sources
            check(cls, Source)

    @classmethod
    def facts(cls) -> SourceFacts:
        """The part of the declaration that the merge reads."""
        return SourceFacts(cls.slug, cls.source_type, cls.authority, cls.speaks_for, cls.origin, cls.preference)

    # -- what a source may override ---------------------------------------------------------------------------------

    def claims(self, record: Record) -> Iterable[Claim]:
        """The claims of one record, usually one. Raises InvalidClaim for a record that cannot be taken."""
        raise NotImplementedError

    def stored(self, body: bytes) -> bytes:
        """An answer as a document of an envelope, which is JSON: itself where the answers are JSON."""
        return body

    def records(self, document: Any) -> Iterator[Record]:
        """The records of a document, in order. Raises BadPayload when the document is not of this source's shape."""
        return self.rows(document)

    def rows(self, document: Any) -> Iterator[Record]:
        """The rows of the list in a document, or on one page of it. Raises BadPayload like `records`."""
        part = document
        for step in filter(None, self.records_at.split(".")):
            if not isinstance(part, dict) or step not in part:
                raise BadPayload(f"{self.slug}: the answer has no `{self.records_at}`: {_outline(document)}")
            part = part[step]
        if not isinstance(part, list):
            raise BadPayload(f"{self.slug}: `{self.records_at or 'the answer'}` is not a list: {_outline(part)}")
        for index, data in enumerate(part):
            yield Record(f"{self.records_at}[{index}]", data)

    def urls(self) -> Mapping[str, str]:
        """What is fetched, by name of the part. `{VARIABLE}` in an address is taken from the environment."""
        return {"": self.url}

    def follow_up_ids(self, document: Any) -> Iterable[str]:
        """The ids in a list that its follow-up asks about. Raises BadPayload like `records`."""
        raise NotImplementedError

    def part_lists(self, part: str, offering: str) -> bool:
        """Whether that part lists the offering: while the part is absent, its offerings are not missing."""
        raise NotImplementedError

    def absent(self, document: Any, body: bytes) -> tuple[str, ...]:
        """The parts that are absent from a payload: nothing is known of what they list."""
        return absent_parts(body)

    def really_missing(self, offerings: Iterable[str], parsed: Parsed) -> list[str]:
        """Of the offerings that are not listed any more, those that belong to a part which is present."""
        return [
            offering for offering in offerings if not any(self.part_lists(part, offering) for part in parsed.absent)
        ]

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        """Combines several answers into one document: by default they are the pages of one list."""
        pages = [page for listed in parts.values() for page in listed]
        if not self.records_at:
            return [record for page in pages for record in page]
        *steps, last = self.records_at.split(".")
        whole = pages[0]
        holder = whole
        for step in steps:
            holder = holder[step]
        holder[last] = [record.data for page in pages for record in self.rows(page)]
        return whole

    def read(self, body: bytes) -> Any:
        """The document in a body; JSON by default."""
        document = read_json(body)
        parts = open_envelope(document)
        if parts is None:
            return document
        self._sizes = self._counted(parts)
        return self.combine(parts)

    def _counted(self, parts: Mapping[str, list[Any]]) -> dict[str, int]:
        """Records of each listed part, without those of the follow-up. A part that cannot be counted has none."""
        sizes = dict.fromkeys((part for part in self.urls() if part in parts), 0)
        for part in sizes:
            with suppress(BadPayload):
                sizes[part] = sum(self.count(page) for page in parts[part])
        return sizes

    def count(self, document: Any) -> int:
        """Records on one page, for pagers that go by it."""
        return sum(1 for _ in self.records(document))

    def price(self, value: Any, *, times: Any = 1) -> PriceLine | None:
        """A token price, converted from the source's unit; None for null, and for 0 where that states nothing.

        Raises InvalidClaim.
        `times` is for prices stated as a share of another.
        """
        exact = amount(value)
        if exact is None or self.unit is None:
            return None
        try:
            line = price(exact, times=self.unit.times * Decimal(times), currency=self.unit.currency)
        except ValueError as error:
            raise InvalidClaim(str(error)) from error
        return line if self.zero_is_free or line[0].state is not Amounts.FREE else None

    def prices(self, record: Record, paths: Mapping[str, str]) -> dict[str, PriceLine]:
        """Rates by field name, from dotted paths in a record. What is not stated is left out."""
        lines = {name: self.price(record.at(path)) for name, path in paths.items()}
        return {name: line for name, line in lines.items() if line is not None}

    def embedded(self) -> bytes | None:
        """The payload that comes with the installation, for sources that have one."""
        return None

    def embedded_at(self) -> datetime | None:
        """When the payload that comes with the installation was released; None when that is not known."""
        return None

    def is_older(self, fetched: Any, embedded: Any) -> bool:
        """Whether a fetched document is older than the embedded one, so that it must not replace it."""
        return False

    def notices(self, document: Any) -> dict[str, int]:
        """What this source does not understand in the payload, with counts, for the run's report."""
        return {}

    # -- common to all sources --------------------------------------------------------------------------------------

    def parse(self, body: bytes) -> Parsed:
        """The claims of a payload, its rejected records and its unreadable values. One bad record never loses the
        others, one bad value never loses the record.

        Raises BadPayload when the payload as a whole is unreadable, empty or of another shape.
        """
        document = self.read(body)
        parsed = Parsed(notices=self.notices(document), absent=self.absent(document, body), parts=self._sizes)
        if parsed.absent and not self.optional_parts:
            raise BadPayload(f"{self.slug}: required parts are missing ({', '.join(parsed.absent)[:200]})")
        parsed.notices |= {f"part that is gone: {part}": 1 for part in absent_parts(body)}
        read_claims(self, document, parsed)
        return parsed


def _outline(document: Any) -> str:
    if isinstance(document, dict):
        return f"an object with the keys {', '.join(map(repr, list(document)[:8])) or '(none)'}"
    return f"a {type(document).__name__}"

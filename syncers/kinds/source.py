"""What a source is: a declaration, and one function that turns one record of its payload into claims.

Everything else (fetching, failing, keeping payloads, storing claims, deciding) is done for it. A source has no loop, no
HTTP client, no clock and no database; sentinels such as −1 die in it. Wrong declarations fail when the class is made.

    class Example(Source):
        slug, label = "example", "Example AI"
        url = "https://api.example.com/v1/models"
        standing, speaks_for = Standing.OFFICIAL, "example"
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

from curation.core.authority import EVERYTHING, SourceFacts, Standing
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
    standing: ClassVar[Standing]
    speaks_for: ClassVar[str] = ""
    origin: ClassVar[str] = ""
    authority: ClassVar[tuple[str, ...]] = EVERYTHING
    preference: ClassVar[int] = 100
    every: ClassVar[timedelta] = timedelta(hours=6)
    expected: ClassVar[tuple[int, int]]
    """How many claims a sound payload gives, least and most. Fewer or more is not believed."""
    key_variable: ClassVar[str] = ""
    """Environment variable that holds the key; "" when the source is open."""
    key_required: ClassVar[bool] = False
    auth: ClassVar[Auth] = BEARER
    """How the key is shown, when there is one."""
    other_credentials: ClassVar[tuple[Credential, ...]] = ()
    """Other ways in, tried in this order when the key is not set: signatures, tokens that are asked for."""
    headers: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Headers that every request carries."""
    paging: ClassVar[Paging] = OnePage()
    pause: ClassVar[float] = 0.0
    """Seconds to wait between two requests."""
    follow_up: ClassVar[FollowUp | None] = None
    """What is asked for once the list is there, since the list does not tell it; see `follow_up_ids`."""
    optional_parts: ClassVar[bool] = False
    """Whether a part that is gone (404, 410) may be missing from a good run; see `part_lists`."""
    records_at: ClassVar[str] = ""
    """Dotted path to the list of records in the document; "" when the document is the list itself."""
    unit: ClassVar[Unit | None] = None
    """The unit of its token prices; None when it states none."""
    zero_is_free: ClassVar[bool] = True
    """False where a price of 0 has been seen to mean "not filled in": it is then no statement at all."""
    prices_in: ClassVar[str] = ""
    """In words, what its prices are stated in where that is no one `unit`; "" when `unit` says it, or it has no
    prices.
    """
    confidence: ClassVar[str] = ""
    """How sure we are of its address and its shape; see `kinds/declaration.py`. "" where nothing is known but
    what was recorded.
    """
    nothing_fetched: ClassVar[str] = ""
    """Why nothing is fetched: the service has ended, or has no list. Such a source is only looked at by people."""

    table: ClassVar[Mapping[str, Any]] = {}
    """What it is declared by where that is data: a table of `sources/simple.toml` or `retired.toml`."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "slug" in cls.__dict__:  # else a shared base of several sources
            check(cls, Source)

    @classmethod
    def facts(cls) -> SourceFacts:
        """The part of the declaration that the merge reads."""
        return SourceFacts(cls.slug, cls.standing, cls.authority, cls.speaks_for, cls.origin, cls.preference)

    # -- what a source may say differently ------------------------------------------------------------------------

    def claims(self, record: Record) -> Iterable[Claim]:
        """The claims of one record, usually one. Raises InvalidClaim for a record that cannot be taken."""
        raise NotImplementedError

    def records(self, document: Any) -> Iterator[Record]:
        """The records of a document, in order. Raises BadPayload when the document is not of this source's shape."""
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
        """Whether it is that part which lists the offering: while the part is gone, its offerings are not missing."""
        raise NotImplementedError

    def absent(self, document: Any, body: bytes) -> tuple[str, ...]:
        """The parts that a payload does not have, so that nothing is known of what they list."""
        return absent_parts(body)

    def really_missing(self, offerings: Iterable[str], parsed: Parsed) -> list[str]:
        """Of the offerings that are not listed any more, those that a part which was there would have listed."""
        return [
            offering for offering in offerings if not any(self.part_lists(part, offering) for part in parsed.absent)
        ]

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        """One document out of several answers: the pages of one list, unless the source says otherwise."""
        pages = [page for listed in parts.values() for page in listed]
        if not self.records_at:
            return [record for page in pages for record in page]
        *steps, last = self.records_at.split(".")
        whole = pages[0]
        holder = whole
        for step in steps:
            holder = holder[step]
        holder[last] = [record.data for page in pages for record in self.records(page)]
        return whole

    def read(self, body: bytes) -> Any:
        """The document in a body; JSON unless the source says otherwise."""
        document = read_json(body)
        parts = open_envelope(document)
        if parts is None:
            return document
        self._sizes = self._counted(parts)
        return self.combine(parts)

    def _counted(self, parts: Mapping[str, list[Any]]) -> dict[str, int]:
        """Records of the listed parts; what its follow-up told is no list. One that cannot be counted has none."""
        sizes = dict.fromkeys((part for part in self.urls() if part in parts), 0)
        for part in sizes:
            with suppress(BadPayload):
                sizes[part] = sum(self.count(page) for page in parts[part])
        return sizes

    def count(self, document: Any) -> int:
        """Records on one page, for pagers that go by it."""
        return sum(1 for _ in self.records(document))

    def price(self, value: Any, *, times: Any = 1) -> PriceLine | None:
        """A token price in the source's own unit; None for null, and for 0 where that says nothing.

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
        """Whether a fetched document is behind the embedded one, so that it must not replace it."""
        return False

    def notices(self, document: Any) -> dict[str, int]:
        """Keys of the payload that this source does not understand and will not drop in silence, with how often."""
        return {}

    # -- what all sources do alike --------------------------------------------------------------------------------

    def parse(self, body: bytes) -> Parsed:
        """Claims of a payload, and what could not be read of it: records, or single values of those that were taken.
        One bad record never loses the others, one bad value never the record.

        Raises BadPayload when the payload as a whole is unreadable, empty or of another shape.
        """
        document = self.read(body)
        parsed = Parsed(notices=self.notices(document), absent=self.absent(document, body), parts=self._sizes)
        if parsed.absent and not self.optional_parts:
            raise BadPayload(f"{self.slug}: parts are missing ({', '.join(parsed.absent)[:200]}), none of which may")
        parsed.notices |= {f"part that is gone: {part}": 1 for part in absent_parts(body)}
        read_claims(self, document, parsed)
        return parsed


def _outline(document: Any) -> str:
    if isinstance(document, dict):
        return f"an object with the keys {', '.join(map(repr, list(document)[:8])) or '(none)'}"
    return f"a {type(document).__name__}"

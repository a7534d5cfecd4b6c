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

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeVar

from curation.core.authority import EVERYTHING, SourceFacts, Standing, check_authority
from curation.core.claim import Claim, InvalidClaim
from curation.core.merge import DERIVING_SOURCE, PIN_SOURCE
from registry.domain import fields
from registry.domain.rates import Amounts, PriceLine, price
from syncers.errors import BadPayload
from syncers.kinds import partial
from syncers.kinds.coerce import amount
from syncers.kinds.listed_twice import together
from syncers.kinds.units import Unit
from syncers.kinds.unknown_units import without_unknown_units
from syncers.payload import shape
from syncers.payload.auth import BEARER, Auth, Way
from syncers.payload.fetch import absent_parts, open_envelope
from syncers.payload.paging import FollowUp, OnePage, Paging
from syncers.payload.parse import read_json

T = TypeVar("T")
MAX_RECORDS: Final = 50_000
#: high: seen in working code or in the vendor's schema. medium: the vendor's documentation, or one place only.
#: low: seen from afar, thin or conflicting. What is between two of them is the lower one.
CONFIDENCE: Final = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Record:
    """One element of a payload, with where it was found and readers that fail in words."""

    where: str
    """Place in the payload, such as `data[12]` or `openai/gpt-5.2`."""
    data: Any
    context: Any = None
    """What the source wants to know besides, such as the enclosing provider."""

    def text(self, key: str) -> str:
        """A text that must be there. Raises InvalidClaim."""
        value = self.data.get(key) if isinstance(self.data, dict) else None
        if not isinstance(value, str) or not value.strip():
            raise InvalidClaim(f"{key}: text expected, not {value!r}")
        return value.strip()

    def get(self, *path: str) -> Any:
        """The value at a path of keys, None when any step of it is missing or null."""
        value = self.data
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be taken, or a value of one, why, and the offending piece."""

    where: str
    reason: str
    fragment: Any = None
    field: str = ""
    """The field, or several by commas, of a record that was taken without it; the key in the payload where it is not
    known which fields that is; "" where the record itself was not taken.
    """


@dataclass(slots=True)
class Parsed:
    """What a payload held."""

    claims: list[Claim] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    """Records that could not be taken: not even their id could be read."""
    unreadable: list[Rejected] = field(default_factory=list)
    """Values that could not be taken, of records that were."""
    notices: dict[str, int] = field(default_factory=dict)
    """Things that were seen and not understood, such as an unknown price key, with how often."""
    seen: int = 0
    """Elements met, taken or not."""
    absent: tuple[str, ...] = ()
    """Parts that the provider did not have, of a source with `optional_parts`."""
    parts: dict[str, int] = field(default_factory=dict)
    """How many records each fetched part had, of a source of several; see `urls`."""
    shape: dict[str, list[str]] = field(default_factory=dict)
    """Keys of the records and the types under them, see `syncers.payload.shape`."""


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
    other_ways: ClassVar[tuple[Way, ...]] = ()
    """Other ways in, tried in this order when the key is not set: signatures, tokens that are asked for."""
    headers: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Headers that every request carries."""
    paging: ClassVar[Paging] = OnePage()
    pause: ClassVar[float] = 0.0
    """Seconds to wait between two requests."""
    follow_up: ClassVar[FollowUp | None] = None
    """What is asked for once the list is there, since the list does not tell it; see `named`."""
    optional_parts: ClassVar[bool] = False
    """Whether a part that is gone (404, 410) may be missing from a good run; see `tells`."""
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
    """How sure we are of its address and its shape; see CONFIDENCE. "" where nothing is known but what was recorded."""
    nothing_fetched: ClassVar[str] = ""
    """Why nothing is fetched: the service has ended, or has no list. Such a source is only looked at by people."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "slug" not in cls.__dict__:
            return  # a shared base of several sources
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,59}", cls.slug):
            raise TypeError(f"{cls.__name__}.slug must be lower-case words joined by hyphens, not {cls.slug!r}")
        if cls.slug in (PIN_SOURCE, DERIVING_SOURCE):
            raise TypeError(f"{cls.__name__}.slug: {cls.slug!r} is what the registry itself is called as a source")
        for name in ("label", "standing", "expected"):
            if not hasattr(cls, name):
                raise TypeError(f"source {cls.slug} does not declare `{name}`")
        if cls.url and not cls.url.startswith("https://"):
            raise TypeError(f"source {cls.slug} must be fetched over https, not from {cls.url!r}")
        if cls.confidence not in ("", *CONFIDENCE):
            raise TypeError(
                f"source {cls.slug}: `confidence` is one of {', '.join(CONFIDENCE)}, not {cls.confidence!r}"
            )
        if cls.unit and cls.prices_in:
            raise TypeError(f"source {cls.slug}: `unit` and `prices_in`? The second is for sources of no one unit")
        if cls.url and cls.nothing_fetched:
            raise TypeError(f"source {cls.slug}: an address, and a reason why nothing is fetched? Only one can be true")
        if cls.optional_parts and cls.tells is Source.tells:
            raise TypeError(f"source {cls.slug}: `optional_parts` needs `tells`: what goes missing with a part")
        if cls.follow_up and cls.named is Source.named:
            raise TypeError(f"source {cls.slug}: `follow_up` needs `named`, the ids to ask about")
        if not 0 < cls.expected[0] <= cls.expected[1] <= MAX_RECORDS:
            raise TypeError(f"source {cls.slug}: `expected` must be (least, most) within 1…{MAX_RECORDS}")
        try:
            check_authority(cls.authority)
        except ValueError as error:
            raise TypeError(f"source {cls.slug}: authority: {error}") from error

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
        found = document
        for step in filter(None, self.records_at.split(".")):
            if not isinstance(found, dict) or step not in found:
                raise BadPayload(f"{self.slug}: the answer has no `{self.records_at}`: {_outline(document)}")
            found = found[step]
        if not isinstance(found, list):
            raise BadPayload(f"{self.slug}: `{self.records_at or 'the answer'}` is not a list: {_outline(found)}")
        for index, data in enumerate(found):
            yield Record(f"{self.records_at}[{index}]", data)

    def urls(self) -> Mapping[str, str]:
        """What is fetched, by name of the part. `{VARIABLE}` in an address is taken from the environment."""
        return {"": self.url}

    def named(self, document: Any) -> Iterable[str]:
        """The ids in a list that its follow-up asks about. Raises BadPayload like `records`."""
        raise NotImplementedError

    def tells(self, part: str, offering: str) -> bool:
        """Whether it is that part which lists the offering: while the part is gone, its offerings are not missing."""
        raise NotImplementedError

    def absent(self, document: Any, body: bytes) -> tuple[str, ...]:
        """The parts that a payload does not have, so that nothing is known of what they list."""
        return absent_parts(body)

    def really_missing(self, offerings: Iterable[str], parsed: Parsed) -> list[str]:
        """Of the offerings that are not listed any more, those that a part which was there would have listed."""
        return [one for one in offerings if not any(self.tells(part, one) for part in parsed.absent)]

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        """One document out of several answers: the pages of one list, unless the source says otherwise."""
        pages = [page for listed in parts.values() for page in listed]
        if not self.records_at:
            return [record for page in pages for record in page]
        *way, last = self.records_at.split(".")
        whole = pages[0]
        holder = whole
        for step in way:
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
        found = dict.fromkeys((part for part in self.urls() if part in parts), 0)
        for part in found:
            with suppress(BadPayload):
                found[part] = sum(self.count(page) for page in parts[part])
        return found

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
        found = {name: self.price(record.get(*path.split("."))) for name, path in paths.items()}
        return {name: line for name, line in found.items() if line is not None}

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
        met: list[Any] = []
        reader = partial.Reader()
        taken: dict[str, list[Claim]] = {}
        bad: list[tuple[Record, Exception]] = []
        for record in self.records(document):
            parsed.seen += 1
            met.append(record.data)
            if parsed.seen > MAX_RECORDS:
                raise BadPayload(f"{self.slug}: more than {MAX_RECORDS:,} records")
            try:
                claims = list(self.claims(record))
            except partial.FAILURES as error:
                bad.append((record, error))
                continue
            reader.learn(record.data, claims)
            _take(claims, taken, parsed)
        # At the end, since sound records tell what a value of a bad one should have looked like.
        for record, failure in bad:
            _take(self._readable(record, failure, parsed, reader), taken, parsed)
        if not parsed.seen:
            raise BadPayload(f"{self.slug}: the list is empty; nothing is changed")
        for offering, statements in taken.items():
            claim, disputed = together(statements)
            parsed.claims.append(claim)
            parsed.unreadable += [_disputed(offering, name, values) for name, values in disputed.items()]
        parsed.shape = shape.outline(met)
        return parsed

    def _readable(self, record: Record, error: Exception, parsed: Parsed, reader: partial.Reader) -> list[Claim]:
        """The claims of a record without the fields that cannot be read; nothing where not even its id can be."""

        def mapping(data: Any) -> list[Claim]:
            return list(self.claims(replace(record, data=data)))

        if read := reader.read(record.data, mapping, error):
            parsed.unreadable += [_unreadable(record, value) for value in read[1]]
            return read[0]
        parsed.rejected.append(self._rejected(record, error))
        return []

    def attempt(self, mapping: Callable[[Record], Iterable[T]], record: Record, parsed: Parsed) -> list[T]:
        """What a mapping makes of a record; nothing of one that cannot be taken, which goes to the rejected."""
        try:
            return list(mapping(record))
        except partial.FAILURES as error:
            parsed.rejected.append(self._rejected(record, error))
            return []

    def _rejected(self, record: Record, error: Exception) -> Rejected:
        return Rejected(record.where, partial.describe(error), _fragment(record.data))


def _take(claims: Iterable[Claim], taken: dict[str, list[Claim]], parsed: Parsed) -> None:
    """Puts claims to the others about their offerings, without prices in units that are not known."""
    for claim in claims:
        known, unknown = without_unknown_units(claim)
        if unknown:
            parsed.notices[unknown] = parsed.notices.get(unknown, 0) + 1
        taken.setdefault(known.offering, []).append(known)


def _unreadable(record: Record, value: partial.Unreadable) -> Rejected:
    where = f"{record.where}.{value.where}"
    return Rejected(where, value.reason, _fragment(value.value), field=value.shown or value.where)


def _disputed(offering: str, name: str, values: list[Any]) -> Rejected:
    shown = " | ".join(str(fields.field(name).encode(value)) for value in values)
    why = "listed twice with different statements; neither is taken"
    return Rejected(offering, why, _fragment(shown), field=name)


def _fragment(data: Any, limit: int = 2_000) -> str:
    return repr(data)[:limit]


def _outline(document: Any) -> str:
    if isinstance(document, dict):
        return f"an object with the keys {', '.join(map(repr, list(document)[:8])) or '(none)'}"
    return f"a {type(document).__name__}"

"""Parses a document into claims: one bad record never loses the others, one bad value never loses the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from curation.core.claim import Claim
from registry.domain import fields
from syncers.errors import BadPayload
from syncers.kinds import partial
from syncers.kinds.attempts import FAILURES, describe
from syncers.kinds.declaration import MAX_RECORDS
from syncers.kinds.duplicates import merge_duplicates
from syncers.kinds.record import Parsed, Record, Rejected
from syncers.kinds.unknown_units import without_unknown_units
from syncers.payload import shape

if TYPE_CHECKING:
    from syncers.kinds.source import Source

T = TypeVar("T")


def read_claims(source: Source, document: Any, parsed: Parsed) -> None:
    """Puts the claims of a document, and what could not be read of it, into `parsed`. Raises BadPayload."""
    reader = partial.Reader()
    by_offering: dict[str, list[Claim]] = {}
    bad: list[tuple[Record, Exception]] = []
    for record in counted(source, document, parsed):
        try:
            claims = list(source.claims(record))
        except FAILURES as error:
            bad.append((record, error))
            continue
        reader.learn(record.data, claims)
        _take(claims, by_offering, parsed)
    # At the end, since readable records show what a value of a bad one should look like.
    for record, failure in bad:
        _take(_readable(source, record, failure, parsed, reader), by_offering, parsed)
    for offering, statements in by_offering.items():
        claim, disputed = merge_duplicates(statements)
        parsed.claims.append(claim)
        parsed.unreadable += [_disputed(offering, name, values) for name, values in disputed.items()]


def counted(source: Source, document: Any, parsed: Parsed) -> Iterator[Record]:
    """The records of a document; counts them and notes their shape. Raises BadPayload for none, and for too many."""
    outlined: list[Any] = []
    for record in source.records(document):
        outlined.append(record.data)
        parsed.seen += 1
        if parsed.seen > MAX_RECORDS:
            raise BadPayload(f"{source.slug}: more than {MAX_RECORDS:,} records")
        yield record
    if not parsed.seen:
        raise BadPayload(f"{source.slug}: the list is empty; nothing is changed")
    parsed.shape = shape.outline(outlined)


def attempt(mapping: Callable[[Record], Iterable[T]], record: Record, parsed: Parsed) -> list[T]:
    """What a mapping yields for a record; nothing for one that cannot be read, which is added to the rejected."""
    try:
        return list(mapping(record))
    except FAILURES as error:
        parsed.rejected.append(_rejected(record, error))
        return []


def _readable(source: Source, record: Record, error: Exception, parsed: Parsed, reader: partial.Reader) -> list[Claim]:
    """The claims of a record without its unreadable fields; none where not even its id can be read."""

    def mapping(data: Any) -> list[Claim]:
        return list(source.claims(replace(record, data=data)))

    if read := reader.read(record.data, mapping, error):
        parsed.unreadable += [_unreadable(record, value) for value in read[1]]
        return read[0]
    parsed.rejected.append(_rejected(record, error))
    return []


def _take(claims: Iterable[Claim], by_offering: dict[str, list[Claim]], parsed: Parsed) -> None:
    """Adds claims to those of the same offerings, without prices in unknown units."""
    for claim in claims:
        priced, notice = without_unknown_units(claim)
        if notice:
            parsed.notices[notice] = parsed.notices.get(notice, 0) + 1
        by_offering.setdefault(priced.offering, []).append(priced)


def _rejected(record: Record, error: Exception) -> Rejected:
    return Rejected(record.where, describe(error), _fragment(record.data))


def _unreadable(record: Record, value: partial.Unreadable) -> Rejected:
    where = f"{record.where}.{value.where}"
    return Rejected(where, value.reason, _fragment(value.value), field=value.field_names or value.where)


def _disputed(offering: str, name: str, values: list[Any]) -> Rejected:
    values_text = " | ".join(str(fields.field(name).encode(value)) for value in values)
    why = "listed twice with different statements; neither is taken"
    return Rejected(offering, why, _fragment(values_text), field=name)


def _fragment(data: Any, limit: int = 2_000) -> str:
    return repr(data)[:limit]

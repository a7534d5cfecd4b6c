"""When published values were last confirmed: by whom, when, and whether that is too long ago.

Repeated statements are not stored again: that they still hold follows from the last successful reading of the source.
Sources belong to the layer above, which registers a `ReadingLog` here at start. Without one, every confirmation is
unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from registry import json_schema as schema
from registry.domain.iso import instant
from registry.domain.provenance import Provenance, of_fields

STALE_DAYS: Final = 30
"""A value that was not confirmed for so many days is marked stale."""
NOTHING_DATED: Final[Mapping[tuple[str, str], datetime]] = {}
_DERIVED: Final = frozenset({"identity", "pin"})
"""Sources without readings: values derived from ids, and pins."""


@dataclass(frozen=True, slots=True)
class SourceReading:
    """When a source was last read."""

    slug: str
    confirmed_at: datetime | None
    """Its last good reading, in which all it still lists was stated anew. None for one that is never read: what it
    states has dates of its own.
    """
    speaks_for: str = ""
    """The provider whose own list it is."""


class ReadingLog(Protocol):
    """Knows when sources were read, and what they no longer state."""

    def readings(self) -> Mapping[str, SourceReading]:
        """All sources by slug."""

    def gone(self, offerings: Collection[str] | None) -> Collection[tuple[str, str, str]]:
        """What a source does not confirm any more: offering, source and field, "" for all fields where it does not
        list the offering any more. A field is named where what it says of it now cannot be read. None asks for all.
        """

    def dated(self, offerings: Collection[str] | None) -> Mapping[tuple[str, str], datetime]:
        """By offering and source: when a statement was confirmed that has a date of its own; None asks for all."""


class _NoReadings:
    def readings(self) -> Mapping[str, SourceReading]:
        return {}

    def gone(self, offerings: Collection[str] | None) -> Collection[tuple[str, str, str]]:
        return ()

    def dated(self, offerings: Collection[str] | None) -> Mapping[tuple[str, str], datetime]:
        return {}


_reading_log: ReadingLog = _NoReadings()


def register(reading_log: ReadingLog) -> None:
    """Sets the log of readings, when the application starts."""
    global _reading_log
    _reading_log = reading_log


def reading_log() -> ReadingLog:
    return _reading_log


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirmed a value last, and when. `at` is None when that is unknown."""

    at: datetime | None
    by: str | None = None

    def is_stale(self, now: datetime) -> bool | None:
        age = age_in_days(self.at, now)
        return age >= STALE_DAYS if age is not None else None


_CONFIRMED: Final = {
    "confirmed_at": schema.moment(null=True),
    "confirmed_by": schema.text(null=True),
    "age_days": schema.count(null=True),
    "stale": schema.flag(null=True),
}
FRESHNESS: Final = schema.record(
    {
        "id": schema.text(),
        **_CONFIRMED,
        "fields": schema.mapping(
            schema.record(
                {
                    "source": schema.text(null=True),
                    "quality": schema.text(),
                    "since": schema.day(null=True),
                    **_CONFIRMED,
                }
            )
        ),
    }
)


def confirmation(
    offering: str,
    name: str,
    account: Provenance,
    readings: Mapping[str, SourceReading],
    gone: Collection[tuple[str, str, str]],
    dated: Mapping[tuple[str, str], datetime] = NOTHING_DATED,
) -> Confirmation:
    """The latest confirmation of one value, by its source or by one that agrees with it. Pure.

    `account` is the provenance of the value, `gone` is what `ReadingLog.gone` answers. A source that no longer lists
    the offering confirms nothing, and one whose value of the field cannot be read does not confirm the field.
    """
    sources = [account.source, *account.agree]
    heard = [
        (at, slug)
        for slug in sources
        if slug not in _DERIVED
        and (reading := readings.get(slug))
        and (at := dated.get((offering, slug)) or reading.confirmed_at)
        and (offering, slug, "") not in gone
        and (offering, slug, name) not in gone
    ]
    if not heard:
        return Confirmation(None)
    at, by = max(heard)
    return Confirmation(at, by)


def of_offering(offering: str, provenance: Mapping[str, Mapping[str, Any]], *, now: datetime) -> dict[str, Any]:
    """Every published value of an offering with its age, JSON-ready: three queries of the log.

    `confirmed_at` of the whole is that of its oldest price or, without prices, of its oldest value; pins and what is
    derived have none. It is unknown while one of these is.
    """
    accounts = of_fields(provenance)
    readings, gone, dated = (
        _reading_log.readings(),
        frozenset(_reading_log.gone([offering])),
        _reading_log.dated([offering]),
    )
    confirmations = {
        name: confirmation(offering, name, account, readings, gone, dated) for name, account in sorted(accounts.items())
    }
    read = {name: confirmed for name, confirmed in confirmations.items() if accounts[name].source not in _DERIVED}
    primary = [confirmed for name, confirmed in read.items() if name.startswith("price.")] or list(read.values())
    timed = [confirmed for confirmed in primary if confirmed.at]
    oldest = (
        min(timed, key=lambda confirmed: (confirmed.at, confirmed.by)) if timed and len(timed) == len(primary) else None
    )
    return {
        "id": offering,
        **_as_json(oldest or Confirmation(None), now),
        "fields": {
            name: {
                "source": accounts[name].source or None,
                "quality": accounts[name].quality,
                "since": accounts[name].since,
                **_as_json(confirmed, now),
            }
            for name, confirmed in confirmations.items()
        },
    }


def _as_json(confirmed: Confirmation, now: datetime) -> dict[str, Any]:
    return {
        "confirmed_at": instant(confirmed.at),
        "confirmed_by": confirmed.by,
        "age_days": age_in_days(confirmed.at, now),
        "stale": confirmed.is_stale(now),
    }


def age_in_days(at: datetime | None, now: datetime) -> int | None:
    """Days since the day of a moment, never below 0. By the day, so that an answer holds for all of one."""
    return max((now.date() - at.astimezone(UTC).date()).days, 0) if at else None


def oldest(times: Iterable[datetime | None]) -> datetime | None:
    """The oldest known moment; None when none is known."""
    return min((at for at in times if at), default=None)

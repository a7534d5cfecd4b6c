"""Changes and prices over time as public JSON: each value with its valid time and its recorded time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from registry import json_schema as schema
from registry.domain import fields, rates
from registry.domain.announced import Revoked, revoked
from registry.domain.fields import Group, Json
from registry.domain.iso import instant
from registry.history import entries as history
from registry.models import LedgerEntry
from registry.models.choices import QUALITY

_OPEN = {Group.PRICE: rates.PREFIX, Group.BENCHMARK: fields.BENCHMARK_PREFIX}

KNOWN: Final = schema.shape(
    "Known", "A revision and when it was published.", {"revision": schema.whole(), "at": schema.moment()}
)
_SOURCE: Final = schema.text("Who states it.", null=True)
_NOTE: Final = schema.text("Note.", null=True)
CHANGE: Final = schema.shape(
    "LedgerChange",
    "One field of one offering going from an old value to a new one, as published.",
    {
        "id": schema.whole("Position in the ledger; later entries have greater ids."),
        "revision": schema.whole(),
        "at": schema.moment("When the revision was published."),
        "offering": schema.text("Id of the offering."),
        "field": schema.text("Field, such as `context_window` or `price.input[tier=batch]`."),
        "group": schema.text("Group of the field; null for a field that no longer exists.", null=True),
        "old": schema.anything("Null: there was none. A price is a list of its points in time."),
        "new": schema.anything("Null: there is none, or no source states it any longer (`reason`: no longer stated)."),
        "source": _SOURCE,
        "quality": schema.one(QUALITY, "Quality of the value."),
        "reason": schema.text("Why this source won.", null=True),
        "policy": schema.text("The policy under which it was published.", null=True),
        "actor": schema.text("Who did it: a person's name, or `sync:` and a source."),
        "note": _NOTE,
    },
)
PRICE_POINT: Final = schema.shape(
    "PricePointKnown",
    "What a rate cost in one span of time, and in which revisions the registry said so.",
    {
        "amount": schema.amount("In `currency` per `unit`. `0` when free; null when there is no number.", null=True),
        "state": schema.word((*rates.Amounts, "unknown"), "State of the price; `unknown` while no source stated it."),
        "currency": schema.text("ISO 4217 code; null when unknown.", null=True),
        "valid_from": schema.day("First day; null is open.", null=True),
        "valid_to": schema.day("First day on which it no longer holds; null is open.", null=True),
        "unit": schema.text("What one amount pays for."),
        "known_from": schema.one(KNOWN, "The revision that published it."),
        "known_to": schema.one(KNOWN, "The revision that replaced it; null: it is published now.", null=True),
        "revoked": schema.text(
            "How it ended before its day: withdrawn, or the price before it was extended. Null: it did not.",
            null=True, pattern=f"^({'|'.join(Revoked)})$",
        ),
        "source": _SOURCE,
        "quality": schema.one(QUALITY, "Quality of the value."),
        "actor": schema.text("Who published it."),
        "note": _NOTE,
    },
)  # fmt: skip


def public_value(name: str, value: Json) -> Json:
    """A value as the API shows it: a price as its points with amounts as text, all else as stored."""
    if value is None or not name.startswith(rates.PREFIX):
        return value
    return [public_point(point) for point in value]


def public_point(point: Mapping[str, str]) -> dict[str, Json]:
    state = point.get("state", "priced")
    return {
        "amount": "0" if state == "free" else point.get("amount"),
        "state": state,
        "currency": point.get("currency", "USD"),
        "valid_from": point.get("from"),
        "valid_to": point.get("to"),
    }


def change(entry: LedgerEntry, at: datetime) -> dict[str, Json]:
    """One entry of the ledger; `at` is when its revision was published."""
    return {
        "id": entry.pk,
        "revision": entry.revision_id,
        "at": instant(at),
        "offering": entry.offering_key,
        "field": entry.field,
        "group": group_of(entry.field),
        "old": public_value(entry.field, entry.old),
        "new": public_value(entry.field, entry.new),
        "source": entry.source or None,
        "quality": entry.quality,
        "reason": entry.reason or None,
        "policy": entry.policy or None,
        "actor": actor_shown(entry.actor),
        "note": entry.note or None,
    }


def actor_shown(name: str) -> str:
    """The actor as the API shows it: a sync by its name, a person as `curator` unless names may be shown."""
    return name if settings.API_SHOWS_PEOPLE or name == "registry" or name.startswith("sync:") else "curator"


def changes(entries: Sequence[LedgerEntry]) -> list[dict[str, Json]]:
    """Entries as JSON, in their order. One query for the dates of their revisions."""
    numbers = {entry.revision_id for entry in entries}
    dates = history.revision_dates(max(numbers, default=0), numbers)
    return [change(entry, dates[entry.revision_id]) for entry in entries]


def group_of(name: str) -> str | None:
    """The group of a field; None for a field that no longer exists."""
    try:
        return fields.field(name).group.value
    except ValueError:
        return None


def of_group(group: Group) -> dict[str, Any]:
    """Filter arguments for the entries of a group's fields."""
    if prefix := _OPEN.get(group):
        return {"field__startswith": prefix}
    return {"field__in": [field.name for field in fields.FIELDS.values() if field.group is group]}


def prices(entries: Iterable[LedgerEntry]) -> dict[str, list[dict[str, Json]]]:
    """Every price by its rate, bitemporal: each point (valid time) with the revisions that began and ended it (recorded
    time).

    `entries` are those of one offering, oldest first. A span without a price has the state `unknown`. One query for the
    dates of revisions.
    """
    lines = {
        name: line_entries for name, line_entries in history.by_field(entries).items() if name.startswith(rates.PREFIX)
    }
    numbers = {entry.revision_id for line_entries in lines.values() for entry in line_entries}
    dates = history.revision_dates(max(numbers, default=0), numbers)
    return {name: list(_line(name, line_entries, dates)) for name, line_entries in lines.items()}


def _line(name: str, entries: Sequence[LedgerEntry], dates: Mapping[int, datetime]) -> Iterator[dict[str, Json]]:
    unit = rates.parse_key(name).counted_in
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        recorded = {
            "known_from": known_in(entry.revision_id, dates[entry.revision_id]),
            "known_to": known_in(following.revision_id, dates[following.revision_id]) if following else None,
            "source": entry.source or None,
            "quality": entry.quality,
            "actor": actor_shown(entry.actor),
            "note": entry.note or None,
        }
        gone = _revoked(entry, following, dates)
        for point in entry.new or [{"state": "unknown"}]:
            public = public_point(point)
            public["revoked"] = gone.get(point.get("from"))
            if public["state"] == "unknown":
                public["currency"] = None
            yield {**public, "unit": unit, **recorded}


def _revoked(
    entry: LedgerEntry, following: LedgerEntry | None, dates: Mapping[int, datetime]
) -> dict[str | None, Revoked]:
    """First day of an announced price → how it ended before that day."""
    if not entry.new or following is None:
        return {}
    old, new = rates.decode(entry.new), rates.decode(following.new) if following.new else ()
    return {day.isoformat(): how for day, how in revoked(old, new, dates[following.revision_id].date()).items()}


def known_in(revision: int, at: datetime) -> dict[str, Json]:
    return {"revision": revision, "at": instant(at)}

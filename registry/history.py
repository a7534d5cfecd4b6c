"""The published catalogue as it stood, folded from the append-only ledger, so that a revision is the same for ever.

Which revision and which day are meant is in `registry.moments`. The ledger holds values with their source, quality and
reason. It does not hold aliases, since when an offering is no longer listed, and who agreed or disagreed: of the past
these are not known.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from registry.catalogue import Catalogue, Entry
from registry.fields import Json
from registry.models import LedgerEntry, Model, Revision
from registry.moments import Moment, NotYet, UnknownRevision, end_of, moment
from registry.published import Stamp

__all__ = [
    "Account", "Moment", "NotYet", "PastOffering", "State", "UnknownRevision", "by_field", "end_of", "entries_of",
    "forget", "known_since", "model_known_since", "moment", "offerings_at", "offerings_of", "provenance",
    "revision_dates", "state",
]  # fmt: skip

WITHDRAWN: Final = "withdrawn"
"""The reason of an entry that took a field out: nobody states it any more."""
_UNDATED: Final = datetime.min.replace(tzinfo=UTC)
_CHUNK: Final = 500
_KEPT: Final = 2


# -- offerings at a revision ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """What the ledger tells of a value: who stated it, how sure it was, why it won, and in which revision it came."""

    source: str
    quality: str
    reason: str
    policy: str
    revision: int


@dataclass(slots=True)
class PastOffering:
    """One offering as it was published. Values are kept as they stand in the ledger, and read when asked for."""

    key: str
    said: dict[str, tuple[str | None, Account]]
    """Field → the value as JSON text (None: there is none), and its account."""
    first: int
    """Revision in which it was published first."""
    last: int
    """Revision in which a value changed last."""
    created_at: datetime = _UNDATED
    updated_at: datetime = _UNDATED

    @property
    def facts(self) -> dict[str, Json]:
        """Values in canonical JSON, as `Offering.facts` holds them."""
        return {name: _read(raw) for name, (raw, _) in self.said.items()}

    @property
    def accounts(self) -> dict[str, Account]:
        return {name: account for name, (_, account) in self.said.items()}

    def fact(self, name: str) -> Json:
        """One value; None when there is none, or none is known."""
        found = self.said.get(name)
        return _read(found[0]) if found else None


def _read(raw: str | None) -> Json:
    return None if raw is None else orjson.loads(raw)


def offerings_at(revision: int, keys: Collection[str] | None = None) -> dict[str, PastOffering]:
    """Some offerings, or all of them, as they stood at a revision, by id in order. Those that came later are left out.

    Two queries for up to 500 offerings, and two for all, the longer of which is streamed.
    """
    if keys is None:
        return _dated(_fold(_entries(revision)), revision)
    found: dict[str, PastOffering] = {}
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _CHUNK):
        found |= _fold(_entries(revision).filter(offering_key__in=wanted[start : start + _CHUNK]))
    return _dated(found, revision)


def offerings_of(model: str, revision: int) -> dict[str, PastOffering]:
    """The offerings that were linked to a model (its key) at a revision, by id in order. Three queries."""
    ever = LedgerEntry.objects.filter(field="model", new=model, revision_id__lte=revision)
    found = offerings_at(revision, set(ever.order_by().values_list("offering_key", flat=True)))
    return {key: one for key, one in found.items() if one.fact("model") == model}


def known_since(key: str) -> Stamp | None:
    """The revision in which an offering was published first; None when it never was. One query."""
    return _first(LedgerEntry.objects.filter(offering_key=key))


def model_known_since(model: str) -> Stamp | None:
    """The revision in which an offering was linked to a model (its key) first; None when none ever was. One query."""
    return _first(LedgerEntry.objects.filter(field="model", new=model))


def _first(entries: QuerySet[LedgerEntry]) -> Stamp | None:
    first = entries.order_by("id")
    row = first.values_list("revision_id", "revision__batch", "revision__created_at").first()
    return Stamp(*row) if row else None


def _entries(revision: int) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(revision_id__lte=revision)


def _fold(entries: QuerySet[LedgerEntry]) -> dict[str, PastOffering]:
    """What was said last holds. The one writer writes in order of id."""
    found: dict[str, PastOffering] = {}
    accounts: dict[tuple[Any, ...], Account] = {}
    # Read as text: most of it is never looked at, and many values repeat the account of their neighbours.
    rows = entries.annotate(raw_new=Cast("new", TextField())).order_by("id")
    columns = ("offering_key", "field", "raw_new", "source", "quality", "reason", "policy", "revision_id")
    for key, name, raw, *told in rows.values_list(*columns).iterator(chunk_size=5000):
        account = accounts.get(tuple(told)) or accounts.setdefault(tuple(told), Account(*told))
        offering = found.get(key)
        if offering is None:
            offering = found[key] = PastOffering(key, {}, account.revision, account.revision)
        offering.last = account.revision
        raw = None if raw == "null" else raw
        if raw is None and account.reason == WITHDRAWN:
            offering.said.pop(name, None)
        else:
            offering.said[name] = (raw, account)
    return found


def _dated(found: dict[str, PastOffering], revision: int) -> dict[str, PastOffering]:
    dates = revision_dates(revision, {n for one in found.values() for n in (one.first, one.last)})
    for one in found.values():
        one.created_at, one.updated_at = dates[one.first], dates[one.last]
    return dict(sorted(found.items()))


def revision_dates(upto: int, wanted: Collection[int]) -> dict[int, datetime]:
    """When revisions were published. One query: of these alone when they are few, else of all up to one."""
    dates = Revision.objects.filter(number__lte=upto).order_by()
    if len(wanted) <= _CHUNK:
        dates = dates.filter(number__in=wanted)
    return dict(dates.values_list("number", "created_at"))


# -- all of it --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """All offerings at one revision."""

    stamp: Stamp | None
    offerings: Mapping[str, PastOffering]
    slugs: Mapping[str, str]
    """Key of each model → its id as it is spelt today."""

    @property
    def revision(self) -> int:
        return self.stamp.number if self.stamp else 0

    def catalogue(self) -> Catalogue:
        """The same for everything that takes a catalogue. Aliases of the past are not known."""
        return Catalogue(self.revision, {entry.key: entry for entry in self._catalogue_entries()}, self.slugs)

    def _catalogue_entries(self) -> Iterator[Entry]:
        for key, one in self.offerings.items():
            provider, _, native_id = key.partition("/")
            facts = one.facts
            said = {name: provenance(account) for name, account in one.accounts.items()}
            model = facts.get("model")
            yield Entry(key, provider, native_id, model, self.slugs.get(model or ""), facts, said, ())


def provenance(account: Account) -> dict[str, Any]:
    """An account as the provenance of a value. Since when its source said so is not in the ledger."""
    return {
        "source": account.source,
        "quality": account.quality,
        "reason": account.reason,
        "policy": account.policy,
        "revision": account.revision,
    }


_lock = threading.Lock()
_held: dict[Stamp, State] = {}


def state(stamp: Stamp | None) -> State:
    """The whole catalogue of a revision. The last few asked for are held in memory; they cannot change."""
    if stamp is None:
        return State(None, {}, {})
    if held := _held.get(stamp):
        return held  # without waiting for others who have another state folded
    with _lock:  # so that many who ask for one state at once have it folded once
        held = _held.get(stamp)
        if held is None:
            slugs = dict(Model.objects.values_list("key", "slug"))
            held = _held[stamp] = State(stamp, offerings_at(stamp.number), slugs)
        while len(_held) > _KEPT:
            _held.pop(next(iter(_held)))
        return held


def forget() -> None:
    """Drops what this process holds, as tests need between databases."""
    _held.clear()


# -- one offering over time -------------------------------------------------------------------------------------------


def entries_of(key: str) -> QuerySet[LedgerEntry]:
    """All that ever changed about an offering, oldest first."""
    return LedgerEntry.objects.filter(offering_key=key).order_by("id")


def by_field(entries: Iterable[LedgerEntry]) -> dict[str, Sequence[LedgerEntry]]:
    """Entries under their fields, in the order in which they came."""
    found: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        found.setdefault(entry.field, []).append(entry)
    return {name: found[name] for name in sorted(found)}

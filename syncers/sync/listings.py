"""What a source listed in its good readings, and whether its new list is believable beside that; see `key_guard`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from curation.models import Source as SourceRow
from curation.models import StoredClaim
from syncers.errors import SourceError, Suspicious
from syncers.kinds.record import Parsed
from syncers.kinds.source import Source
from syncers.models import StoredPayload
from syncers.payload import store
from syncers.payload.parser_version import mapping_version
from syncers.sync import key_guard
from syncers.sync.key_guard import Listing, section_of


@dataclass(frozen=True, slots=True)
class AcceptedListing:
    """The list of a run, as far as it is believed."""

    keys: frozenset[str] = frozenset()
    """What counts as listed now: of the parts that are held, what they listed before."""
    before: frozenset[str] = frozenset()
    """What the source listed in its last good reading."""
    days: float = 0.0
    """Since that reading."""
    held: Mapping[str, str] = field(default_factory=dict)
    """Provider → why its part of the list is not believed. What it said before stands."""

    @property
    def note(self) -> str:
        """What is held, for the run's record; "" when nothing is."""
        return "; ".join(f"not believed about {section}: {why}" for section, why in self.held.items())

    def without_held(self, offerings: Iterable[str]) -> list[str]:
        """The offerings that are no part of what is held."""
        return [key for key in offerings if section_of(key) not in self.held]


def check(row: SourceRow, source: Source, parsed: Parsed, *, at: datetime, accept: bool) -> AcceptedListing:
    """Judges what a payload lists, and takes the claims of what is not believed out of it.

    Raises Suspicious, naming keys, when it is not believed as a whole. With `accept`, nothing is held.
    """
    earlier, parts = _earlier(row, source)
    keys = frozenset(claim.offering for claim in parsed.claims)
    if not earlier:
        return AcceptedListing(keys)
    last = earlier[-1]
    # What a part that is gone lists is not known, and it is not missing.
    unread = last.keys - keys - set(source.really_missing(last.keys - keys, parsed))
    keys |= unread
    listed = AcceptedListing(keys, last.keys, max((at - last.at).total_seconds() / 86_400, 0.0))
    if accept:
        return listed
    checked = keys - _in_files_never_seen(source, keys, last.keys)
    key_check = key_guard.check_keys(checked, earlier, at=at)
    # The files of a source of files are its providers, which are judged by their keys.
    sizes = {} if source.optional_parts else parsed.parts
    if why := [*key_check.whole, *key_guard.check_parts(sizes, parts, since=last.at, at=at)]:
        raise Suspicious(f"{'; '.join(why)}. Nothing was changed; if that is right, run `sync {row.slug} --accept`")
    if not key_check.sections:
        return listed
    parsed.claims = [claim for claim in parsed.claims if section_of(claim.offering) not in key_check.sections]
    stands = {key for key in last.keys if section_of(key) in key_check.sections}
    rest = {key for key in keys if section_of(key) not in key_check.sections}
    return AcceptedListing(frozenset(stands | rest), last.keys, listed.days, key_check.sections)


def _earlier(row: SourceRow, source: Source) -> tuple[list[Listing], Mapping[str, int]]:
    """What the kept good payloads listed, the oldest first, and how many records each part of the last one had."""
    good = StoredPayload.objects.filter(source=row, role=StoredPayload.Role.GOOD).order_by("fetched_at", "pk")
    rows = list(good.values_list("fetched_at", "keys", "parts"))
    earlier = [Listing(at, frozenset(keys)) for at, keys, _parts in rows if keys]
    latest = store.latest(row.slug)
    versions = ("", mapping_version(type(source)))
    if latest and latest.mapping not in versions and (keys := _read_anew(source, latest)):
        # Our own mapping names offerings otherwise by now. That is no doing of the source.
        earlier = [Listing(latest.fetched_at, keys)]
    if not earlier and latest and (keys := _claimed(row)):
        earlier = [Listing(latest.fetched_at, keys)]
    return earlier, rows[-1][2] if rows else {}


def _in_files_never_seen(source: Source, keys: frozenset[str], last: frozenset[str]) -> set[str]:
    """Keys out of a file that was not there before, of a source of files: what it lists is new, and no growth."""
    sections = {section_of(key) for key in last} if source.optional_parts else set()
    return {key for key in keys if source.optional_parts and section_of(key) not in sections}


def _read_anew(source: Source, payload: StoredPayload) -> frozenset[str]:
    try:
        parsed = type(source)().parse(store.body_of(payload))
    except SourceError:
        return frozenset()
    return frozenset(claim.offering for claim in parsed.claims)


def _claimed(row: SourceRow) -> frozenset[str]:
    """What is stored as listed, for a payload that was kept before keys were."""
    listed = StoredClaim.objects.filter(source=row, missing_since__isnull=True)
    return frozenset(listed.values_list("offering_key", flat=True))

"""The lists of a source's good readings, and whether a new list is plausible against them; see `key_guard`."""

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
    """The accepted part of a run's list."""

    keys: frozenset[str] = frozenset()
    """The keys that count as listed now: for held parts, those that were listed before."""
    before: frozenset[str] = frozenset()
    """The keys of the last good reading."""
    days: float = 0.0
    """Days since that reading."""
    held: Mapping[str, str] = field(default_factory=dict)
    """Provider → why its part of the list is held. Its earlier statements stay."""

    @property
    def note(self) -> str:
        """What is held, for the run's message; "" when nothing is."""
        return "; ".join(f"held for {section}: {why}" for section, why in self.held.items())

    def without_held(self, offerings: Iterable[str]) -> list[str]:
        """The offerings that are not in a held part."""
        return [key for key in offerings if section_of(key) not in self.held]


def check(row: SourceRow, source: Source, parsed: Parsed, *, at: datetime, accept: bool) -> AcceptedListing:
    """Checks the list of a payload, and removes the claims of held parts from it.

    Raises Suspicious, naming keys, when the whole list is held. With `accept`, nothing is held.
    """
    earlier, parts = _earlier(row, source)
    keys = frozenset(claim.offering for claim in parsed.claims)
    if not earlier:
        return AcceptedListing(keys)
    last = earlier[-1]
    # The keys of an absent part are unknown, not missing.
    unread = last.keys - keys - set(source.really_missing(last.keys - keys, parsed))
    keys |= unread
    listed = AcceptedListing(keys, last.keys, max((at - last.at).total_seconds() / 86_400, 0.0))
    if accept:
        return listed
    checked = keys - _in_files_never_seen(source, keys, last.keys)
    key_check = key_guard.check_keys(checked, earlier, at=at)
    # The files of a source of files are its providers, which are checked by their keys.
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
    """The keys of the stored good payloads, oldest first, and the number of records of each part of the last one."""
    good = StoredPayload.objects.filter(source=row, role=StoredPayload.Role.GOOD).order_by("fetched_at", "pk")
    rows = list(good.values_list("fetched_at", "keys", "parts"))
    earlier = [Listing(at, frozenset(keys)) for at, keys, _parts in rows if keys]
    latest = store.latest(row.slug)
    versions = ("", mapping_version(type(source)))
    if latest and latest.mapping not in versions and (keys := _read_anew(source, latest)):
        # Our own mapping has changed the names of offerings. The source did not.
        earlier = [Listing(latest.fetched_at, keys)]
    if not earlier and latest and (keys := _claimed(row)):
        earlier = [Listing(latest.fetched_at, keys)]
    return earlier, rows[-1][2] if rows else {}


def _in_files_never_seen(source: Source, keys: frozenset[str], last: frozenset[str]) -> set[str]:
    """Keys of a file that was absent before, for a source of files: they are expected to be new."""
    sections = {section_of(key) for key in last} if source.optional_parts else set()
    return {key for key in keys if source.optional_parts and section_of(key) not in sections}


def _read_anew(source: Source, payload: StoredPayload) -> frozenset[str]:
    try:
        parsed = type(source)().parse(store.body_of(payload))
    except SourceError:
        return frozenset()
    return frozenset(claim.offering for claim in parsed.claims)


def _claimed(row: SourceRow) -> frozenset[str]:
    """The keys of the stored claims, for a payload that was stored without its keys."""
    listed = StoredClaim.objects.filter(source=row, missing_since__isnull=True)
    return frozenset(listed.values_list("offering_key", flat=True))

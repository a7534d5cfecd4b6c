"""Whether a list is plausible by its keys: how many of the last listed ones are gone, how many are new.

Pure. The limits grow with the time since the last good reading, and with how much the source usually changes from one
reading to the next. They are set so that no sound recorded list is held, and every list that lost a fifth of its keys
overnight is. See docs/operations.md.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from registry.domain.offering_ids import provider_of


@dataclass(frozen=True, slots=True)
class Limit:
    """The share of the known keys that may be gone, or new: an initial share, and more with each day."""

    at_once: float
    a_day: float
    most: float | None = None
    """Upper bound, whatever the time and the habit."""

    def after(self, days: float) -> float:
        return self.at_once + self.a_day * days

    def allows(self, days: float, habit: float) -> float:
        """The accepted share, for a source that usually uses `habit` times the plain limit."""
        share = self.after(days) * max(1.0, ROOM * habit)
        return share if self.most is None else min(share, self.most)


GONE: Final = Limit(0.10, 0.007, most=0.9)
NEW: Final = Limit(0.30, 0.010)
GONE_OF_A_SECTION: Final = Limit(0.5, 0.016)
"""For the keys of one provider in a list of several. Providers leave such lists: after a month all may be gone."""
RESPELT: Final = 0.05
"""For keys that reappear in another spelling; the same at any age of a list."""
ROOM: Final = 2.0
"""Factor by which a source may exceed its habit."""
LEAST_PAIRS: Final = 3
"""How many pairs of readings make a habit."""
LEAST_GONE: Final = 4
LEAST_NEW: Final = 20
LEAST_SECTION: Final = 8
EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """The keys that one good reading listed."""

    at: datetime
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """What is implausible about a list, with examples of keys; empty for an accepted list."""

    whole: tuple[str, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    """Provider → what is implausible about its part of the list."""


NOTHING_WRONG: Final = KeyCheck()


def check_keys(keys: Collection[str], earlier: Sequence[Listing], *, at: datetime) -> KeyCheck:
    """Checks the keys (`provider/id`) of a list against the earlier lists of its source, oldest first.

    Providers that are the smaller part of a list are checked one by one, and the rest of the list without them.
    """
    if not earlier:
        return NOTHING_WRONG
    last, days = earlier[-1], _days(earlier[-1].at, at)
    sections = _sections(last.keys - frozenset(keys), last, days)
    if 2 * sum(section_of(key) in sections for key in last.keys) > len(last.keys):
        sections = {}
    rest = [Listing(listing.at, _outside(sections, listing.keys)) for listing in earlier] if sections else earlier
    return KeyCheck(_of_the_whole(_outside(sections, keys), rest, days), sections)


def _of_the_whole(now: frozenset[str], earlier: Sequence[Listing], days: float) -> tuple[str, ...]:
    last = earlier[-1]
    gone, new = last.keys - now, now - _ever(earlier)
    changes = [_moved(before, after, earlier[:n]) for n, (before, after) in enumerate(pairwise(earlier), 1)]
    gone_limit = GONE.allows(days, _habit(GONE, [(share, span) for share, _, span in changes]))
    new_limit = NEW.allows(days, _habit(NEW, [(share, span) for _, share, span in changes]))
    return tuple(filter(None, (_respelt(gone, new, last), _gone(gone, last, gone_limit), _new(new, last, new_limit))))


def _outside(sections: Collection[str], keys: Iterable[str]) -> frozenset[str]:
    return frozenset(key for key in keys if section_of(key) not in sections)


def check_parts(sizes: Mapping[str, int], before: Mapping[str, int], *, since: datetime, at: datetime) -> list[str]:
    """What is implausible about the number of records in each fetched part, compared with the last good reading.

    Lists of several regions or kinds overlap, so a part may be emptied while hardly a key is gone.
    """
    most = GONE_OF_A_SECTION.after(_days(since, at))
    return [
        f"the part {part!r} has {sizes[part]:,} records, {count:,} on {since:%Y-%m-%d}; {_upto(most, ' less')}"
        for part, count in sorted(before.items())
        if part in sizes and count >= LEAST_SECTION and count - sizes[part] > most * count
    ]


def section_of(key: str) -> str:
    """The part of a list to which a key belongs: its provider."""
    return provider_of(key)


def _gone(gone: Collection[str], last: Listing, most: float) -> str:
    is_more_than_half = len(gone) > 1 and 2 * len(gone) > len(last.keys)  # few, but most of a short list
    if (len(gone) < LEAST_GONE and not is_more_than_half) or len(gone) <= most * len(last.keys):
        return ""
    return f"{len(gone):,} of the {len(last.keys):,} listed on {_day(last)} are gone ({_such_as(gone)}); {_upto(most)}"


def _new(new: Collection[str], last: Listing, most: float) -> str:
    if len(new) < LEAST_NEW or len(new) <= most * len(last.keys):
        return ""
    return f"{len(new):,} are new, beside {len(last.keys):,} listed on {_day(last)} ({_such_as(new)}); {_upto(most)}"


def _respelt(gone: Collection[str], new: Collection[str], last: Listing) -> str:
    """Keys that differ in letter case or punctuation only are most likely the same models."""
    spelt = {_letters(key): key for key in new}
    pairs = [f"{key} → {spelt[_letters(key)]}" for key in sorted(gone) if _letters(key) in spelt]
    if len(pairs) < LEAST_GONE or len(pairs) <= RESPELT * len(last.keys):
        return ""
    return f"{len(pairs):,} of {len(last.keys):,} are spelt differently ({_such_as(pairs)}); {_upto(RESPELT)}"


def _sections(gone: Collection[str], last: Listing, days: float) -> dict[str, str]:
    sizes = Counter(map(section_of, last.keys))
    lost: dict[str, list[str]] = defaultdict(list)
    for key in gone if len(sizes) > 1 else ():
        lost[section_of(key)].append(key)
    most = GONE_OF_A_SECTION.after(days)
    return {
        name: f"{len(keys):,} of its {sizes[name]:,} listed on {_day(last)} are gone ({_such_as(keys)}); {_upto(most)}"
        for name, keys in sorted(lost.items())
        if sizes[name] >= LEAST_SECTION and len(keys) > most * sizes[name]
    }


def _moved(before: Listing, after: Listing, earlier: Sequence[Listing]) -> tuple[float, float, float]:
    """Between two readings: the share that was gone, the share that was new, and the days between them."""
    size = max(len(before.keys), 1)
    gone, new = before.keys - after.keys, after.keys - _ever(earlier)
    return len(gone) / size, len(new) / size, _days(before.at, after.at)


def _habit(limit: Limit, changes: Sequence[tuple[float, float]]) -> float:
    """How much of a limit a source usually uses, by pairs of a share and its days; 0 when too few are known.

    It is the median, so that one unusual reading that a person accepted does not widen the limit.
    """
    return median(share / limit.after(days) for share, days in changes) if len(changes) >= LEAST_PAIRS else 0.0


def _ever(listings: Iterable[Listing]) -> frozenset[str]:
    return frozenset().union(*(listing.keys for listing in listings))


def _day(listing: Listing) -> str:
    return f"{listing.at:%Y-%m-%d}"


def _days(since: datetime, until: datetime) -> float:
    return max((until - since) / timedelta(days=1), 0.0)


def _letters(key: str) -> str:
    return re.sub(r"[\W_]+", "", key.casefold())


def _such_as(keys: Iterable[str]) -> str:
    examples = sorted(keys)
    return f"such as {', '.join(examples[:EXAMPLES])}" if len(examples) > EXAMPLES else ", ".join(examples)


def _upto(share: float, less: str = "") -> str:
    return f"up to {share:.0%}{less} is accepted"

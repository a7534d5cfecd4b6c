"""Placeholder dates: `2099-12-31` for "none planned", 1970 for an empty timestamp, one default day on all rows.

They state nothing. One rule for all sources is applied to their claims, so that no mapping needs its own list.
A placeholder for an end of service means that none is planned: it removes what the source stated before. Any other
placeholder counts as no statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from curation.core.claim import Claim
from syncers.kinds.record import Parsed, Rejected

FARTHEST_END: Final = 20
"""Years ahead from which an end of service means "never"."""
FARTHEST_RELEASE: Final = 2
"""Years ahead from which a release date is not plausible."""
OLDEST: Final = 2015
"""No offered language model is older."""
EQUAL_ON: Final = 50
"""From this many rows on, a date on more than half of the rows is a default value."""


def _end(value: date, on: date) -> str:
    if value.year > on.year + FARTHEST_END:
        return f"{value} is more than {FARTHEST_END} years ahead: no end is planned"
    return ""


def _release(value: date, on: date) -> str:
    return f"{value} is too far ahead for a release" if value.year > on.year + FARTHEST_RELEASE else ""


def _cutoff(value: str, on: date) -> str:
    if int(value[:4]) < OLDEST:
        return f"{value} is older than any language model on offer"
    return f"{value} is in the future" if value > on.isoformat()[: len(value)] else ""


_RULES: Final[Mapping[str, Callable[[Any, date], str]]] = {
    "retires_on": _end,
    "deprecated_on": _end,
    "released_on": _release,
    "knowledge_cutoff": _cutoff,
}

_ENDS: Final = frozenset(name for name, rule in _RULES.items() if rule is _end)
"""Fields whose impossible dates mean "never"."""


def why_impossible(name: str, value: Any, *, on: date) -> str:
    """Why a date of a field is implausible on that day; "" for a plausible one, and for fields that are no dates."""
    return _RULES[name](value, on) if name in _RULES and value is not None else ""


def drop_impossible(parsed: Parsed, *, on: date) -> None:
    """Removes such dates from the claims and adds them to the unreadable values; a default date on most rows becomes
    one notice.
    """
    default = _by_default(parsed)
    for index, claim in enumerate(parsed.claims):
        bad = {name: why for name in _RULES if (why := why_impossible(name, claim.values.get(name), on=on))}
        parsed.unreadable += [
            Rejected(claim.offering, why, str(claim.values[name]), field=name) for name, why in bad.items()
        ]
        filled_in = {name for name in _RULES if (name, claim.values.get(name)) in default}
        if bad or filled_in:
            parsed.claims[index] = _without(claim, {*bad, *filled_in}, denied=_ENDS & bad.keys())
    parsed.notices |= {f"{name} {value} on most rows, not taken": count for (name, value), count in default.items()}


def _by_default(parsed: Parsed) -> dict[tuple[str, Any], int]:
    """Fields and dates that most rows have, with the number of rows."""
    counts = Counter(
        (name, value) for claim in parsed.claims for name in _RULES if (value := claim.values.get(name)) is not None
    )
    return {what: n for what, n in counts.items() if n >= EQUAL_ON and 2 * n > len(parsed.claims)}


def _without(claim: Claim, names: set[str], *, denied: frozenset[str]) -> Claim:
    values = {name: value for name, value in claim.values.items() if name not in names}
    return replace(claim, values=values, estimates=claim.estimates & values.keys(), denied=claim.denied | denied)

"""Dates that no one can mean: `2099-12-31` for "none planned", 1970 for an empty clock, one day on all rows of a list.

They state nothing. One rule for all sources, applied to what they claim, so that no mapping needs a list of its own.
An end of this kind can be read, and says that none is planned: it keeps nothing that the source stated before, while
any other counts as silence.
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
"""Years ahead from which an end of service is a way of saying "never"."""
FARTHEST_RELEASE: Final = 2
"""Years ahead from which a release is none that anybody announced."""
OLDEST: Final = 2015
"""No language model on offer is older."""
EQUAL_ON: Final = 50
"""From so many rows on, a date that more than half of a list carries is what stands there by default."""


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
    """Why nobody can mean this value of a field on that day; "" where one can, and for fields that are no dates."""
    return _RULES[name](value, on) if name in _RULES and value is not None else ""


def drop_impossible(parsed: Parsed, *, on: date) -> None:
    """Takes such dates out of the claims, and puts them among what could not be read; a date that stands on most rows
    becomes one notice.
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
    """Field and date that stand on most rows, with how many those are."""
    counts = Counter(
        (name, value) for claim in parsed.claims for name in _RULES if (value := claim.values.get(name)) is not None
    )
    return {what: n for what, n in counts.items() if n >= EQUAL_ON and 2 * n > len(parsed.claims)}


def _without(claim: Claim, names: set[str], *, denied: frozenset[str]) -> Claim:
    values = {name: value for name, value in claim.values.items() if name not in names}
    return replace(claim, values=values, estimates=claim.estimates & values.keys(), denied=claim.denied | denied)

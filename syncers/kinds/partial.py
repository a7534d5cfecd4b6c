"""Reads a record that has unreadable values without those values: one bad value loses only the fields that use it.

Mappings raise for a value that is not valid. Instead of error handling in each mapping, the record is mapped again
without some of its values, until the smallest set of values is found whose absence lets it pass. Then valid values are
tried in place of each removed value: a field that changes depends on it, and is left out of the claim. So a bad limit
is not replaced by the fallback for a missing one, and a price in an unreadable currency is not taken to be in dollars.

In lists of rows (bands, tiers, overrides) whole rows are left out, since half a row would be a price without its
condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Final

from curation.core.claim import ANY_FIELD, Claim
from syncers.kinds.attempts import Attempt, claims_of, describe
from syncers.kinds.dependent_fields import Dependencies
from syncers.kinds.json_paths import Path, leaves, value_at, with_value
from syncers.kinds.largest_part import LargestPart

_MOST_PAIRED: Final = 40
"""How many values are combined in pairs to find the id of a record."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value of a record that was left out."""

    path: Path
    value: Any
    reason: str
    fields: frozenset[str]
    """Fields that depend on it; ANY_FIELD alone where the dependency could not be determined."""

    @property
    def field_names(self) -> str:
        """The fields for the report: without the conditions of rates, where the row that names them cannot be read."""
        is_row = any(isinstance(step, int) for step in self.path)
        names = {name.partition("[")[0] if is_row else name for name in self.fields - {ANY_FIELD}}
        return ", ".join(sorted(names))

    @property
    def where(self) -> str:
        """The path in the usual notation: `pricing.overrides[0]`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")


@dataclass(slots=True)
class Reader:
    """Reads the records of one payload. Remembers which keys are the id, and an example of a readable record."""

    sound: Any = None
    """The data of the record with the most values, of those that could be read completely."""
    _most: int = -1
    _ids: list[tuple[Path, ...]] = field(default_factory=list)

    def learn(self, data: Any, claims: list[Claim]) -> None:
        """Remembers a record that could be read completely."""
        count = sum(len(claim.values) for claim in claims)
        if claims and count > self._most:
            self.sound, self._most = data, count

    def read(self, data: Any, attempt: Attempt, error: Exception) -> tuple[list[Claim], list[Unreadable]] | None:
        """The claims of a record that cannot be read completely, and the values that had to be left out.

        None when not even its id can be read.
        """
        if not isinstance(data, dict):
            return None
        base = self.identifying_part(data, attempt)
        if base is None:
            return None
        part, bad = LargestPart(attempt).grow(base, (), data)
        claims = claims_of(attempt, part)
        dependencies = Dependencies(attempt, claims, self.sound)
        left_out = []
        for path in bad:
            fields, reason = dependencies.of(path, data, bad)
            left_out.append(Unreadable(path, value_at(data, path), reason or describe(error), fields))
        names = frozenset().union(*(value.fields for value in left_out))
        return [_without(claim, names) for claim in claims], left_out

    def identifying_part(self, data: dict[str, Any], attempt: Attempt) -> dict[str, Any] | None:
        """The smallest part of a record that yields a claim: its id."""
        places = list(leaves(data))
        wanted = self._ids.copy()
        wanted += [(), *((path,) for path in places), *combinations(places[:_MOST_PAIRED], 2)]
        for paths in wanted:
            base: dict[str, Any] = {}
            for path in paths:
                if (value := value_at(data, path)) is not None:
                    base = with_value(base, path, value)
            if claims_of(attempt, base):
                if paths not in self._ids:
                    self._ids.insert(0, paths)
                return base
        return None


def _without(claim: Claim, names: frozenset[str]) -> Claim:
    values = {name: value for name, value in claim.values.items() if name not in names}
    return replace(claim, values=values, estimates=claim.estimates & values.keys(), unreadable=names)


def without_unreadable(data: Any, attempt: Callable[[Any], Iterable[Claim]]) -> Any:
    """The data of a record without what cannot be read; as it is where even its id cannot. For sources that look at
    several records at once.
    """

    def listed(part: Any) -> list[Claim]:
        return list(attempt(part))

    if claims_of(listed, data) or not isinstance(data, dict):
        return data
    reader = Reader()
    base = reader.identifying_part(data, listed)
    return data if base is None else LargestPart(listed).grow(base, (), data)[0]

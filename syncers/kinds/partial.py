"""A record with values that cannot be read, read without them: one bad value costs the fields it feeds, nothing more.

Mappings raise for a value that cannot be what it should be. Instead of teaching each mapping to go on, the record is
mapped again without parts of it, until the smallest set of values is found whose absence lets it pass. Then sound
values are tried in the place of each that was left out: a field that comes out differently depends on it, and is left
out of the claim. So a bad limit is not replaced by the limit that stands in for a missing one, and a price in a
currency that cannot be read is not taken to be in dollars.

What stands in a list of rows (bands, tiers, overrides) is left out by the row, since half a row would be a price
without its condition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from curation.core.claim import ANY_FIELD, Claim

Path = tuple[str | int, ...]
Attempt = Callable[[Any], list[Claim]]
"""A mapping: the data of a record → its claims. Raises for what it cannot take."""

FAILURES: Final = (
    ValueError, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError,
)  # fmt: skip
"""What a mapping raises: InvalidClaim (a ValueError), or what a shape made it say that it did not foresee."""

_PROBES: Final[tuple[Any, ...]] = (
    0, 1, 1000, 2024, 1719705600, Decimal("0.000001"), "0", "1", "0.000001", "text", "EUR", "2024-06-30",
    "2024-06-30T00:00:00Z", True, False, ["text"], ["image"], [], {"year": 2024, "month": 6, "day": 30},
)  # fmt: skip
"""Sound values of every kind that a payload holds, one of which is likely to be of the kind that was expected."""
_GONE: Final = object()
_HERE: Final = object()
_MOST_PAIRED: Final = 40
"""Values of which every pair is tried as the id of a record."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value of a record that was left out."""

    path: Path
    value: Any
    reason: str
    fields: frozenset[str]
    """Fields that it has a say in; ANY_FIELD alone where that could not be found out."""

    @property
    def shown(self) -> str:
        """The fields for people: without the conditions of rates, where the row that names them cannot be read."""
        is_row = any(isinstance(step, int) for step in self.path)
        names = {name.partition("[")[0] if is_row else name for name in self.fields - {ANY_FIELD}}
        return ", ".join(sorted(names))

    @property
    def where(self) -> str:
        """The path as people write it: `pricing.overrides[0]`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")


@dataclass(slots=True)
class Reader:
    """Reads the records of one payload. Remembers which keys are the id, and how a sound record looks."""

    sound: Any = None
    """The data of the record that says most of those that could be read whole."""
    _most: int = -1
    _ids: list[tuple[Path, ...]] = field(default_factory=list)

    def learn(self, data: Any, claims: list[Claim]) -> None:
        """Remembers a record that could be read whole."""
        stated = sum(len(claim.values) for claim in claims)
        if claims and stated > self._most:
            self.sound, self._most = data, stated

    def read(self, data: Any, attempt: Attempt, error: Exception) -> tuple[list[Claim], list[Unreadable]] | None:
        """The claims of a record that cannot be read whole because of an error, and what had to be left out.

        None when not even its id can be read.
        """
        if not isinstance(data, dict):
            return None
        base = self._base(data, attempt)
        if base is None:
            return None
        kept, bad = _Search(attempt).grow(base, (), data)
        claims = _claims(attempt, kept)
        left_out = []
        for path in bad:
            depending, reason = self._explained(path, data, bad, claims, attempt)
            left_out.append(Unreadable(path, _at(data, path), reason or describe(error), depending))
        names = frozenset().union(*(one.fields for one in left_out))
        return [_without(claim, names) for claim in claims], left_out

    def _base(self, data: dict[str, Any], attempt: Attempt) -> dict[str, Any] | None:
        """The least of a record that gives a claim: its id."""
        leaves = list(_leaves(data))
        wanted = self._ids.copy()
        wanted += [(), *((path,) for path in leaves), *combinations(leaves[:_MOST_PAIRED], 2)]
        for paths in wanted:
            base: dict[str, Any] = {}
            for path in paths:
                if (value := _at(data, path)) is not None:
                    base = _put(base, path, value)
            if _claims(attempt, base):
                if paths not in self._ids:
                    self._ids.insert(0, paths)
                return base
        return None

    def _explained(
        self, path: Path, data: Any, bad: Sequence[Path], claims: list[Claim], attempt: Attempt
    ) -> tuple[frozenset[str], str]:
        """Which fields hang on a value that was left out, and why it cannot be read; "" where it could, without others
        that contradict it.
        """
        value = _at(data, path)
        for other in bad:
            data = _set(data, other, _HERE if other == path else _GONE)
        reason = _reason(attempt, _filled(_swept(data), value))
        depending = self._depending(path, value, _swept(data), claims, attempt)
        while depending is None and len(path) > 1 and isinstance(path[-1], str):
            # No value makes sense there alone (the year of a day without a month): what hangs on the whole object?
            *above, _last = path
            path, value = tuple(above), _at(data, above)
            depending = self._depending(path, value, _swept(_set(data, path, _HERE)), claims, attempt)
        return depending if depending is not None else frozenset({ANY_FIELD}), reason

    def _depending(
        self, path: Path, value: Any, template: Any, claims: list[Claim], attempt: Attempt
    ) -> frozenset[str] | None:
        """The fields that come out otherwise with other values at the marked place; None where no value does that.

        A row of a list has a say in what the other rows state only if it has with most values: a later price of a dated
        line does, a further band does not, though a band that begins at 0 would.
        """
        is_row = any(isinstance(step, int) for step in path)
        donor = None if is_row else _at(self.sound, path)
        for stand_ins in ([*_variants(value), ((), donor)], _all_changed(value)):
            changed = [
                (part, len(other.values), _differing(one.values, other.values))
                for part, stand_in in stand_ins
                if stand_in is not None
                for one, other in _changed(claims, _claims(attempt, _filled(template, stand_in)))
            ]
            if changed:
                # The bad part is the one that can be put right so that most is stated; others make it be passed over.
                most = max(stated for _, stated, _ in changed)
                bad = {part for part, stated, _ in changed if stated == most}
                differing = [names for part, _, names in changed if part in bad]
                times = Counter(name for names in differing for name in names)
                known = {name for one in claims for name in one.values} if is_row else set()
                return frozenset(name for name, n in times.items() if name not in known or 2 * n > len(differing))
        return None


class _Search:
    """Puts as much of a record together as can be read."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt

    def grow(self, kept: Any, path: Path, value: Any) -> tuple[Any, list[Path]]:
        """`kept` with as much of `value` at `path` as can be read, and the paths of what cannot."""
        if _claims(self.attempt, whole := _put(kept, path, value)):
            return whole, []
        if isinstance(value, dict) and value:
            return self._without_one(kept, path, value) or self._key_by_key(kept, path, value)
        if isinstance(value, list) and any(isinstance(row, dict) for row in value):
            return self._row_by_row(kept, path, value)
        return kept, [path]

    def _without_one(self, kept: Any, path: Path, table: dict[str, Any]) -> tuple[Any, list[Path]] | None:
        """The table without the one key that spoils it. Of several that would do, that one which costs least.

        Two that cost the same contradict each other (two prices for one rate): both go, since choosing is inventing.
        """
        found = []
        for key, value in table.items():
            rest = _put(kept, path, {name: item for name, item in table.items() if name != key})
            if _claims(self.attempt, rest):
                found.append(self.grow(rest, (*path, key), value))
        if not found:
            return None
        most = max(self._stated(data) for data, _ in found)
        best = [(data, bad) for data, bad in found if self._stated(data) == most]
        both = [one for _, bad in best for one in bad]
        rest = _put(kept, path, table)
        for one in both:
            rest = _set(rest, one, _GONE)
        rest = _swept(rest)
        return (rest, both) if len(best) > 1 and _claims(self.attempt, rest) else best[0]

    def _key_by_key(self, kept: Any, path: Path, table: dict[str, Any]) -> tuple[Any, list[Path]]:
        bad: list[Path] = []
        if path and not isinstance(_at(kept, path), dict) and _claims(self.attempt, empty := _put(kept, path, {})):
            kept = empty
        for key, value in table.items():
            kept, more = self.grow(kept, (*path, key), value)
            bad += more
        nothing_of_it = path and all((*path, key) in bad for key in table)
        return kept, [path] if nothing_of_it else bad

    def _row_by_row(self, kept: Any, path: Path, rows: list[Any]) -> tuple[Any, list[Path]]:
        if not _claims(self.attempt, _put(kept, path, [])):
            return kept, [path]
        good: list[Any] = []
        bad: list[Path] = []
        for index, row in enumerate(rows):
            if _claims(self.attempt, _put(kept, path, [*good, row])):
                good.append(row)
            elif trimmed := self._without_rows(kept, path, good, row):
                good.append(trimmed[0])
                bad += [(*path, index, *place) for place in trimmed[1]]
            else:
                bad.append((*path, index))
        return _put(kept, path, good), bad

    def _without_rows(self, kept: Any, path: Path, good: list[Any], row: Any) -> tuple[Any, list[Path]] | None:
        """A row without those rows of its own that spoil it: the prices of a band, which stand in a list again."""
        for key, inner in row.items() if isinstance(row, dict) else ():
            part: list[Any] = []
            bad: list[Path] = []
            for index, item in enumerate(inner if isinstance(inner, list) else ()):
                if _claims(self.attempt, _put(kept, path, [*good, {**row, key: [*part, item]}])):
                    part.append(item)
                else:
                    bad.append((key, index))
            if part:
                return {**row, key: part}, bad
        return None

    def _stated(self, data: Any) -> int:
        return sum(len(one.values) for one in _claims(self.attempt, data))


def _claims(attempt: Attempt, data: Any) -> list[Claim]:
    """What a mapping makes of the data; nothing where it fails."""
    try:
        return attempt(data)
    except FAILURES:
        return []


def _reason(attempt: Attempt, data: Any) -> str:
    try:
        attempt(data)
    except FAILURES as error:
        return describe(error)
    return ""


def describe(error: Exception) -> str:
    """Why a record or a value could not be taken, in words."""
    if isinstance(error, ValueError):
        return str(error)
    return f"a shape that was not foreseen: {type(error).__name__}: {error}"


def _without(claim: Claim, names: frozenset[str]) -> Claim:
    values = {name: value for name, value in claim.values.items() if name not in names}
    return replace(claim, values=values, estimates=claim.estimates & values.keys(), unreadable=names)


def _changed(claims: list[Claim], others: list[Claim]) -> list[tuple[Claim, Claim]]:
    """The claims that came out differently, in pairs; none where they are about other offerings."""
    if [one.offering for one in claims] != [other.offering for other in others]:
        return []
    return [(one, other) for one, other in zip(claims, others, strict=True) if one.digest() != other.digest()]


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {name for name in {*one, *other} if name not in one or name not in other or one[name] != other[name]}


def _all_changed(value: Any) -> Iterator[tuple[Path, Any]]:
    """An object of which no part can be read, with all of them changed."""
    if isinstance(value, dict):
        yield from (((), dict.fromkeys(value, probe)) for probe in _PROBES)


def _variants(value: Any) -> Iterator[tuple[Path, Any]]:
    """Values to try in place of one that cannot be read; for an object also the same with one part of it changed. Each
    with the path of what was changed.
    """
    yield from (((), probe) for probe in _PROBES)
    for path in _parts(value):
        yield path, _swept(_set(value, path, _GONE))
        yield from ((path, _set(value, path, probe)) for probe in _PROBES)


def _parts(value: Any) -> Iterator[Path]:
    """Paths of all that is in an object, and in the objects in it."""
    for key, part in value.items() if isinstance(value, dict) else ():
        yield (key,)
        yield from ((key, *path) for path in _parts(part))


def _leaves(data: dict[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, key))
        elif value is not None:
            yield (*above, key)


def _at(data: Any, path: Sequence[str | int]) -> Any:
    """The value at a path, None when there is none."""
    for step in path:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def _put(data: Any, path: Sequence[str | int], value: Any) -> Any:
    """A copy with the value at a path of keys, and objects on the way to it where there are none."""
    if not path:
        return value
    step, *further = path
    table = data if isinstance(data, dict) else {}
    return {**table, step: _put(table.get(step), further, value)}


def _set(data: Any, path: Sequence[str | int], value: Any) -> Any:
    """A copy in which something stands at a place that exists."""
    if not path:
        return value
    step, *further = path
    if isinstance(data, list):
        return [_set(item, further, value) if index == step else item for index, item in enumerate(data)]
    return {**data, step: _set(data[step], further, value)}


def _swept(data: Any) -> Any:
    """A copy without what is marked as gone."""
    if isinstance(data, dict):
        return {key: _swept(value) for key, value in data.items() if value is not _GONE}
    return [_swept(item) for item in data if item is not _GONE] if isinstance(data, list) else data


def _filled(data: Any, value: Any) -> Any:
    """A copy with the value at the marked place."""
    if data is _HERE:
        return value
    if isinstance(data, dict):
        return {key: _filled(item, value) for key, item in data.items()}
    return [_filled(item, value) for item in data] if isinstance(data, list) else data


def mended(data: Any, attempt: Callable[[Any], Iterable[Claim]]) -> Any:
    """The data of a record without what cannot be read; as it is where even its id cannot. For sources that look at
    several records at once.
    """

    def listed(part: Any) -> list[Claim]:
        return list(attempt(part))

    if _claims(listed, data) or not isinstance(data, dict):
        return data
    reader = Reader()
    base = reader._base(data, listed)
    return data if base is None else _Search(listed).grow(base, (), data)[0]

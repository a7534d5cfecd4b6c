"""Which fields of a claim depend on a value that could not be read: valid values are tried in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import ANY_FIELD, Claim
from syncers.kinds.attempts import Attempt, claims_of, failure_of
from syncers.kinds.json_paths import GONE, HERE, Path, filled, parts, replaced, swept, value_at

_PROBES: Final[tuple[Any, ...]] = (
    0, 1, 1000, 2024, 1719705600, Decimal("0.000001"), "0", "1", "0.000001", "text", "EUR", "2024-06-30",
    "2024-06-30T00:00:00Z", True, False, ["text"], ["image"], [], {"year": 2024, "month": 6, "day": 30},
)  # fmt: skip
"""Valid values of every kind that occurs in payloads; one of them is likely to be of the expected kind."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Finds the fields that depend on values of a record which were left out."""

    attempt: Attempt
    claims: list[Claim]
    """The claims of the record without those values."""
    sound: Any
    """The data of another record of the payload that could be read completely; None where there is none."""

    def of(self, path: Path, data: Any, bad: Sequence[Path]) -> tuple[frozenset[str], str]:
        """The fields that depend on the value at a path, one of several `bad` ones in the data, and why it cannot be
        read; "" where it can be read without others that contradict it.
        """
        value = value_at(data, path)
        for other in bad:
            data = replaced(data, other, HERE if other == path else GONE)
        reason = failure_of(self.attempt, filled(swept(data), value))
        fields = self._depending(path, value, swept(data))
        while fields is None and len(path) > 1 and isinstance(path[-1], str):
            # No value is valid there alone (the year of a day without a month): try the enclosing object.
            *above, _last = path
            path, value = tuple(above), value_at(data, above)
            fields = self._depending(path, value, swept(replaced(data, path, HERE)))
        return fields if fields is not None else frozenset({ANY_FIELD}), reason

    def _depending(self, path: Path, value: Any, template: Any) -> frozenset[str] | None:
        """The fields that change with other values at the marked place; None where no value changes anything.

        A row of a list counts as affecting the values of other rows only if most tried values do: a later price of a
        dated line does, a further band does not, though a band that begins at 0 would.
        """
        is_row = any(isinstance(step, int) for step in path)
        donor = None if is_row else value_at(self.sound, path)
        for stand_ins in ([*_variants(value), ((), donor)], _all_changed(value)):
            changed = [
                (part, len(other.values), _differing(claim.values, other.values))
                for part, stand_in in stand_ins
                if stand_in is not None
                for claim, other in _changed(self.claims, claims_of(self.attempt, filled(template, stand_in)))
            ]
            if changed:
                # The bad part is the one whose replacement yields the most values; other replacements skip the row.
                most = max(count for _, count, _ in changed)
                bad = {part for part, count, _ in changed if count == most}
                differing = [names for part, _, names in changed if part in bad]
                times = Counter(name for names in differing for name in names)
                without_row = {name for claim in self.claims for name in claim.values} if is_row else set()
                return frozenset(name for name, n in times.items() if name not in without_row or 2 * n > len(differing))
        return None


def _changed(claims: list[Claim], others: list[Claim]) -> list[tuple[Claim, Claim]]:
    """The pairs of claims that differ; none where they are about other offerings."""
    if [claim.offering for claim in claims] != [other.offering for other in others]:
        return []
    return [(before, after) for before, after in zip(claims, others, strict=True) if before.digest() != after.digest()]


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {
        name for name in {*before, *after} if name not in before or name not in after or before[name] != after[name]
    }


def _all_changed(value: Any) -> Iterator[tuple[Path, Any]]:
    """An object with all of its parts replaced, for one of which no part can be read."""
    if isinstance(value, dict):
        yield from (((), dict.fromkeys(value, probe)) for probe in _PROBES)


def _variants(value: Any) -> Iterator[tuple[Path, Any]]:
    """Values to try in place of an unreadable one; for an object also copies with one part replaced. Each with the path
    of what was replaced.
    """
    yield from (((), probe) for probe in _PROBES)
    for path in parts(value):
        yield path, swept(replaced(value, path, GONE))
        yield from ((path, replaced(value, path, probe)) for probe in _PROBES)

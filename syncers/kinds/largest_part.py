"""The largest part of a record that a mapping can read, and the paths of what it cannot."""

from __future__ import annotations

from typing import Any

from syncers.kinds.attempts import Attempt, claims_of
from syncers.kinds.json_paths import GONE, Path, replaced, swept, value_at, with_value


class LargestPart:
    """Puts as much of a record together as can be read."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt

    def grow(self, kept: Any, path: Path, value: Any) -> tuple[Any, list[Path]]:
        """`kept` with as much of `value` at `path` as can be read, and the paths of what cannot."""
        if claims_of(self.attempt, whole := with_value(kept, path, value)):
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
            rest = with_value(kept, path, {name: item for name, item in table.items() if name != key})
            if claims_of(self.attempt, rest):
                found.append(self.grow(rest, (*path, key), value))
        if not found:
            return None
        most = max(self._stated(data) for data, _ in found)
        best = [(data, bad) for data, bad in found if self._stated(data) == most]
        both = [one for _, bad in best for one in bad]
        rest = with_value(kept, path, table)
        for one in both:
            rest = replaced(rest, one, GONE)
        rest = swept(rest)
        return (rest, both) if len(best) > 1 and claims_of(self.attempt, rest) else best[0]

    def _key_by_key(self, kept: Any, path: Path, table: dict[str, Any]) -> tuple[Any, list[Path]]:
        bad: list[Path] = []
        if (
            path
            and not isinstance(value_at(kept, path), dict)
            and claims_of(self.attempt, empty := with_value(kept, path, {}))
        ):
            kept = empty
        for key, value in table.items():
            kept, more = self.grow(kept, (*path, key), value)
            bad += more
        nothing_of_it = path and all((*path, key) in bad for key in table)
        return kept, [path] if nothing_of_it else bad

    def _row_by_row(self, kept: Any, path: Path, rows: list[Any]) -> tuple[Any, list[Path]]:
        if not claims_of(self.attempt, with_value(kept, path, [])):
            return kept, [path]
        good: list[Any] = []
        bad: list[Path] = []
        for index, row in enumerate(rows):
            if claims_of(self.attempt, with_value(kept, path, [*good, row])):
                good.append(row)
            elif trimmed := self._without_rows(kept, path, good, row):
                good.append(trimmed[0])
                bad += [(*path, index, *place) for place in trimmed[1]]
            else:
                bad.append((*path, index))
        return with_value(kept, path, good), bad

    def _without_rows(self, kept: Any, path: Path, good: list[Any], row: Any) -> tuple[Any, list[Path]] | None:
        """A row without those rows of its own that spoil it: the prices of a band, which stand in a list again."""
        for key, inner in row.items() if isinstance(row, dict) else ():
            part: list[Any] = []
            bad: list[Path] = []
            for index, item in enumerate(inner if isinstance(inner, list) else ()):
                if claims_of(self.attempt, with_value(kept, path, [*good, {**row, key: [*part, item]}])):
                    part.append(item)
                else:
                    bad.append((key, index))
            if part:
                return {**row, key: part}, bad
        return None

    def _stated(self, data: Any) -> int:
        return sum(len(one.values) for one in claims_of(self.attempt, data))

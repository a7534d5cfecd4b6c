"""The largest part of a record that a mapping can read, and the paths of what it cannot."""

from __future__ import annotations

from typing import Any

from syncers.kinds.attempts import Attempt, claims_of
from syncers.kinds.json_paths import GONE, Path, replaced, swept, value_at, with_value


class LargestPart:
    """Builds the largest part of a record that can be read."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt

    def grow(self, base: Any, path: Path, value: Any) -> tuple[Any, list[Path]]:
        """`base` with the readable part of `value` at `path`, and the paths of what cannot be read."""
        if claims_of(self.attempt, whole := with_value(base, path, value)):
            return whole, []
        if isinstance(value, dict) and value:
            return self._without_one(base, path, value) or self._key_by_key(base, path, value)
        if isinstance(value, list) and any(isinstance(row, dict) for row in value):
            return self._row_by_row(base, path, value)
        return base, [path]

    def _without_one(self, base: Any, path: Path, table: dict[str, Any]) -> tuple[Any, list[Path]] | None:
        """The table without the one key that makes it unreadable. Of several candidates, the one that loses least.

        Two that lose the same contradict each other (two prices for one rate): both are removed, since choosing one
        would be a guess.
        """
        candidates = []
        for key, value in table.items():
            rest = with_value(base, path, {name: item for name, item in table.items() if name != key})
            if claims_of(self.attempt, rest):
                candidates.append(self.grow(rest, (*path, key), value))
        if not candidates:
            return None
        most = max(self._stated(data) for data, _ in candidates)
        best = [(data, bad) for data, bad in candidates if self._stated(data) == most]
        dropped = [place for _, bad in best for place in bad]
        rest = with_value(base, path, table)
        for place in dropped:
            rest = replaced(rest, place, GONE)
        rest = swept(rest)
        return (rest, dropped) if len(best) > 1 and claims_of(self.attempt, rest) else best[0]

    def _key_by_key(self, base: Any, path: Path, table: dict[str, Any]) -> tuple[Any, list[Path]]:
        bad: list[Path] = []
        if (
            path
            and not isinstance(value_at(base, path), dict)
            and claims_of(self.attempt, empty := with_value(base, path, {}))
        ):
            base = empty
        for key, value in table.items():
            base, more = self.grow(base, (*path, key), value)
            bad += more
        nothing_of_it = path and all((*path, key) in bad for key in table)
        return base, [path] if nothing_of_it else bad

    def _row_by_row(self, base: Any, path: Path, rows: list[Any]) -> tuple[Any, list[Path]]:
        if not claims_of(self.attempt, with_value(base, path, [])):
            return base, [path]
        good: list[Any] = []
        bad: list[Path] = []
        for index, row in enumerate(rows):
            if claims_of(self.attempt, with_value(base, path, [*good, row])):
                good.append(row)
            elif trimmed := self._without_rows(base, path, good, row):
                good.append(trimmed[0])
                bad += [(*path, index, *place) for place in trimmed[1]]
            else:
                bad.append((*path, index))
        return with_value(base, path, good), bad

    def _without_rows(self, base: Any, path: Path, good: list[Any], row: Any) -> tuple[Any, list[Path]] | None:
        """A row without those rows nested in it that cannot be read, such as the prices of a band."""
        for key, inner in row.items() if isinstance(row, dict) else ():
            part: list[Any] = []
            bad: list[Path] = []
            for index, item in enumerate(inner if isinstance(inner, list) else ()):
                if claims_of(self.attempt, with_value(base, path, [*good, {**row, key: [*part, item]}])):
                    part.append(item)
                else:
                    bad.append((key, index))
            if part:
                return {**row, key: part}, bad
        return None

    def _stated(self, data: Any) -> int:
        return sum(len(claim.values) for claim in claims_of(self.attempt, data))

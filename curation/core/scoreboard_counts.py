"""How many values of a catalogue have each verdict. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from curation.core.scoreboard import UNSTATED, Row, Verdict

Label = TypeVar("Label", bound=str | tuple[str, ...])


def catalogue_of(row: Row) -> str:
    """The catalogue of a row."""
    return row.catalogue


def counts(rows: Iterable[Row], by: Callable[[Row], Label]) -> dict[Label, dict[Verdict, int]]:
    """Label of a row → verdict → number of values; all verdicts, also those that never occur."""
    table: dict[Label, dict[Verdict, int]] = {}
    for row in rows:
        table.setdefault(by(row), dict.fromkeys(Verdict, 0))[row.verdict] += 1
    return dict(sorted(table.items()))


def stated(by_verdict: Mapping[Verdict, int]) -> int:
    """How many values the catalogue states."""
    return sum(number for verdict, number in by_verdict.items() if verdict not in UNSTATED)


def share_equal(by_verdict: Mapping[Verdict, int]) -> float | None:
    """The share of equal values among those that the catalogue states; None where it states none."""
    number = stated(by_verdict)
    return by_verdict[Verdict.EQUAL] / number if number else None

"""How right the rules of identity are, measured on ids labelled by hand.

`labelled.csv` holds real ids of providers' recorded lists. `model` is the model meant, by what its author and the
provider say; `-` means that the id is a model of its own, which nothing else may be linked to. Two ids are linked when
the rules derive the same model from both. The misses that stand would be mended only by facts about single ids.
"""

from __future__ import annotations

import csv
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from registry.identity.normalise import identify

LEAST_PRECISION = 0.99
LEAST_RECALL = 0.95


class Labelled(NamedTuple):
    provider: str
    native_id: str
    model: str
    note: str

    @property
    def derived(self) -> str | None:
        found = identify(self.provider, self.native_id)
        return found.key if found else None


def load() -> list[Labelled]:
    with (Path(__file__).parent / "labelled.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [Labelled(*row) for row in rows]


class Measured(NamedTuple):
    made: int
    """Pairs of ids that the rules link."""
    wanted: int
    """Pairs that the labels link."""
    right: int
    wrong: list[str]
    missed: list[str]

    @property
    def precision(self) -> float:
        return self.right / self.made

    @property
    def recall(self) -> float:
        return self.right / self.wanted


def measure(rows: list[Labelled]) -> Measured:
    made = wanted = right = 0
    wrong, missed = [], []
    derived = [(row, row.derived) for row in rows]
    for (one, key), (other, other_key) in combinations(derived, 2):
        linked, same = key is not None and key == other_key, one.model != "-" and one.model == other.model
        made, wanted, right = made + linked, wanted + same, right + (linked and same)
        pair = f"{one.provider} {one.native_id} = {other.provider} {other.native_id} ({key}, {other_key})"
        if linked and not same:
            wrong.append(pair)
        if same and not linked:
            missed.append(pair)
    return Measured(made, wanted, right, wrong, missed)


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    return load()


def test_the_labelled_set_is_large_and_varied(rows):
    assert len(rows) >= 300
    assert len({row.provider for row in rows}) >= 10
    assert sum(row.model == "-" for row in rows) >= 50
    assert [pair for pair, times in Counter((row.provider, row.native_id) for row in rows).items() if times > 1] == []


def test_the_rules_link_what_is_one_model_and_nothing_else(rows, capsys):
    found = measure(rows)

    with capsys.disabled():
        print(
            f"\nidentity: {len(rows)} ids of {len({row.provider for row in rows})} providers, "
            f"precision {found.precision:.4f} "
            f"({found.right}/{found.made} links), recall {found.recall:.4f} ({found.right}/{found.wanted})"
        )
    assert found.precision >= LEAST_PRECISION, found.wrong
    assert found.recall >= LEAST_RECALL, found.missed

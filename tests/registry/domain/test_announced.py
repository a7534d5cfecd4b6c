"""What is announced for later days, and how an announcement ends before its day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.domain import rates
from registry.domain.announced import announced, revoked

TODAY = date(2026, 8, 11)


def line(*points: str) -> list[dict[str, Any]]:
    """`2 to 2026-09-01`, `3 from 2026-09-01`: a price line in canonical JSON."""
    return [_point(*text.split()) for text in points]


def _point(amount: str, *words: str) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD", **dict(zip(words[::2], words[1::2], strict=True))}


RAISED = line("2 to 2026-09-01", "3 from 2026-09-01")


def ahead(points: list[dict[str, Any]], **account: Any) -> list[tuple[str, str, bool]]:
    found = announced({"price.input": points}, {"price.input": account}, TODAY)
    return [
        (change.day.isoformat(), str(change.point.amount) if change.point else "-", change.is_accepted)
        for change in found
    ]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param(line("2"), [], id="no dates"),
        pytest.param(RAISED, [("2026-09-01", "3", True)], id="another price"),
        pytest.param(line("2 to 2026-09-01"), [("2026-09-01", "-", True)], id="an end"),
        pytest.param(line("2 to 2026-08-11", "3 from 2026-08-11"), [], id="it begins today"),
        pytest.param(line("2 to 2026-08-01", "3 from 2026-08-01"), [], id="past"),
    ],
)
def test_what_begins_or_ends_on_a_later_day_is_announced(points, expected):
    assert ahead(points) == expected


def test_what_is_not_accepted_is_told_apart_with_its_source():
    account = {"source": "own", "announced": [{"source": "list", "prices": line("4 from 2026-10-01")}]}
    assert ahead(RAISED, **account) == [("2026-09-01", "3", True), ("2026-10-01", "4", False)]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(RAISED, {}, id="as before"),
        pytest.param(line("2"), {"2026-09-01": "withdrawn"}, id="withdrawn"),
        pytest.param([], {"2026-09-01": "withdrawn"}, id="nothing is stated any more"),
        pytest.param(line("2 to 2026-10-01", "3 from 2026-10-01"), {"2026-09-01": "extended"}, id="extended"),
        pytest.param(line("2 to 2026-09-01", "4 from 2026-09-01"), {"2026-09-01": "withdrawn"}, id="another price"),
        pytest.param(line("2 to 2026-08-20", "3 from 2026-08-20"), {}, id="it begins earlier"),
        pytest.param(line("3"), {}, id="in force already"),
    ],
)
def test_an_announcement_is_withdrawn_extended_or_stands(new, expected):
    how = revoked(rates.decode(RAISED), rates.decode(new) if new else (), TODAY)
    assert {day.isoformat(): str(word) for day, word in how.items()} == expected


def test_a_price_in_force_is_not_withdrawn_by_another():
    assert revoked(rates.decode(RAISED), rates.decode(line("4")), date(2026, 9, 2)) == {}


def test_an_end_that_is_taken_back_withdraws_no_price():
    assert revoked(rates.decode(line("2 to 2026-09-01")), rates.decode(line("2")), TODAY) == {}

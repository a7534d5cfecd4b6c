"""Dates that nobody can mean are no dates, whichever source states them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from curation.models import Change, StoredClaim
from registry.models import Offering
from syncers.kinds.dates import EQUAL_ON, why_impossible
from syncers.models import RejectedRecord, Run
from syncers.registry import load
from syncers.sync.engine import sync
from syncers.sync.record import Report
from tests.builders import NOW

TODAY = date(2026, 1, 15)


def azure(*ends: int | None) -> bytes:
    rows: list[dict[str, Any]] = [
        {
            "id": f"gpt-{n}",
            "lifecycle_status": "generally-available",
            "capabilities": {"chat_completion": True},
            "deprecation": {"inference": end},
        }
        for n, end in enumerate(ends)
    ]
    return json.dumps({"data": rows}).encode()


def read(body: bytes, **more: Any) -> Report:
    return sync(load("azure"), body=body, accept=True, **{"at": NOW} | more)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("retires_on", date(2099, 12, 31)),
        ("deprecated_on", date(2047, 1, 1)),
        ("released_on", date(2030, 1, 1)),
        ("knowledge_cutoff", "2026-02"),
        ("knowledge_cutoff", "2027"),
        ("knowledge_cutoff", "2014-01-01"),
    ],
)
def test_a_date_beyond_reason_states_nothing(name, value):
    assert str(value) in why_impossible(name, value, on=TODAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("retires_on", date(2046, 12, 31)),
        ("retires_on", date(2024, 1, 1)),
        ("released_on", date(2026, 6, 1)),
        ("released_on", date(2019, 2, 14)),
        ("knowledge_cutoff", "2026"),
        ("knowledge_cutoff", "2026-01"),
        ("knowledge_cutoff", "2025-06-30"),
        ("context_window", 2099),
        ("retires_on", None),
    ],
)
def test_a_date_within_reason_is_a_date(name, value):
    assert why_impossible(name, value, on=TODAY) == ""


@pytest.mark.django_db
def test_an_end_in_2099_is_no_end_and_is_reported():
    report = read(azure(4102358400, 1798675200, None, None, None))

    ends = dict(Offering.objects.values_list("key", "retires_on"))
    assert (ends["azure/gpt-0"], ends["azure/gpt-1"]) == (None, date(2026, 12, 31))
    assert (report.rejected, report.unreadable) == (0, 1)
    bad = RejectedRecord.objects.get()
    assert (bad.where, bad.field, bad.fragment) == ("azure/gpt-0", "retires_on", "2099-12-31")
    assert Offering.objects.get(key="azure/gpt-0").status == "active"


@pytest.mark.django_db
def test_an_end_that_became_a_way_of_saying_never_is_not_kept():
    read(azure(1798675200, 1798675200, None))
    read(azure(4102358400, 1798675200, None), at=NOW + timedelta(days=1))

    row = StoredClaim.objects.get(offering_key="azure/gpt-0")
    assert ("retires_on" in row.values, row.dropped) == (False, {})
    ends = dict(Offering.objects.values_list("key", "retires_on"))
    assert (ends["azure/gpt-0"], ends["azure/gpt-1"]) == (None, date(2026, 12, 31))
    assert not Change.objects.awaiting_review().exists()


@pytest.mark.django_db
def test_an_end_that_is_left_out_is_kept_until_it_turns_out_to_be_never():
    read(azure(1798675200, 1798675200, None))
    read(azure(None, 1798675200, None), at=NOW + timedelta(days=1))

    row = StoredClaim.objects.get(offering_key="azure/gpt-0")
    assert ("retires_on" in row.values, set(row.dropped)) == (True, {"retires_on"})

    read(azure(4102358400, 1798675200, None), at=NOW + timedelta(days=2))
    row.refresh_from_db()
    assert ("retires_on" in row.values, row.dropped) == (False, {})


@pytest.mark.django_db
def test_one_day_on_most_rows_of_a_list_is_not_taken_and_noticed():
    read(azure(*[1798675200] * EQUAL_ON, *[1830211200] * 10))

    assert set(Offering.objects.values_list("retires_on", flat=True)) == {None, date(2027, 12, 31)}
    assert Run.objects.get().notices == {"retires_on 2026-12-31 on most rows, not taken": EQUAL_ON}


@pytest.mark.django_db
@pytest.mark.parametrize("others", [0, EQUAL_ON])
def test_one_day_on_a_few_rows_or_on_half_of_them_is_a_date(others):
    same = EQUAL_ON if others else EQUAL_ON - 1
    read(azure(*[1798675200] * same, *[None] * others))

    assert Offering.objects.filter(retires_on=date(2026, 12, 31)).count() == same

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.lifecycle import AHEAD_DAYS, NEW_DAYS, Stage, alerts, lifecycle, retirements

TODAY = date(2026, 11, 20)


@dataclass
class Subject:
    key: str
    facts: dict[str, Any]
    provenance: dict[str, dict[str, Any]] = field(default_factory=dict)


def in_days(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def ending(days: int, key: str = "acme/old", since: str = "2026-01-01", **facts: Any) -> Subject:
    provenance = {"source": "acme", "quality": "verified", "since": since}
    return Subject(key, {"retires_on": in_days(days), **facts}, {"retires_on": provenance})


@pytest.mark.parametrize(
    ("facts", "stage", "because"),
    [
        ({}, None, ()),
        ({"status": "active"}, Stage.ACTIVE, ("status",)),
        ({"status": "preview"}, Stage.PREVIEW, ("status",)),
        ({"status": "legacy"}, Stage.LEGACY, ("status",)),
        ({"status": "deprecated"}, Stage.DEPRECATED, ("status",)),
        ({"status": "retired"}, Stage.RETIRED, ("status",)),
        ({"released_on": in_days(0)}, Stage.NEW, ("released_on",)),
        ({"released_on": in_days(1 - NEW_DAYS), "status": "active"}, Stage.NEW, ("released_on",)),
        ({"released_on": in_days(-NEW_DAYS), "status": "active"}, Stage.ACTIVE, ("status",)),
        ({"released_on": in_days(-NEW_DAYS)}, None, ()),
        ({"released_on": in_days(1)}, None, ()),
        ({"released_on": in_days(-1), "status": "preview"}, Stage.PREVIEW, ("status",)),
        ({"deprecated_on": in_days(0), "status": "active"}, Stage.DEPRECATED, ("deprecated_on",)),
        ({"deprecated_on": in_days(1), "status": "active"}, Stage.ACTIVE, ("status",)),
        ({"retires_on": in_days(0), "status": "active"}, Stage.RETIRED, ("retires_on",)),
        ({"retires_on": in_days(1), "status": "active"}, Stage.ACTIVE, ("status",)),
        ({"retires_on": in_days(1)}, None, ()),
        ({"status": None, "retires_on": None}, None, ()),
    ],
)
def test_a_stage_follows_from_what_is_stated_and_says_from_what(facts, stage, because):
    life = lifecycle(facts, TODAY)

    assert (life.stage, life.because) == (stage, because)


def test_it_counts_the_days_that_are_left_and_names_the_successor():
    life = lifecycle({"retires_on": in_days(12), "successor": "acme/next"}, TODAY)

    assert (life.days_left, life.successor) == (12, "acme/next")
    assert lifecycle({"retires_on": in_days(-5)}, TODAY).days_left == 0
    assert lifecycle({}, TODAY).days_left is None


days = st.dates(date(2015, 1, 1), date(2100, 1, 1))
fact_sets = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["preview", "active", "legacy", "deprecated", "retired"]),
        **{name: days.map(date.isoformat) for name in ("released_on", "deprecated_on", "retires_on")},
    },
)


@given(fact_sets, days, days)
def test_nothing_comes_back_from_retirement(facts, day, another_day):
    first, later = sorted((day, another_day))

    if lifecycle(facts, first).stage is Stage.RETIRED:
        assert lifecycle(facts, later).stage is Stage.RETIRED


@given(fact_sets, days)
def test_a_stage_never_stands_without_grounds_that_are_stated(facts, on):
    life = lifecycle(facts, on)

    assert bool(life.stage) == bool(life.because)
    assert set(life.because) <= set(facts)


# -- retirements ----------------------------------------------------------------------------------


def test_it_lists_what_ends_soon_the_next_first_and_who_says_so():
    subjects = [ending(40, "acme/b", successor="acme/next"), ending(5, "acme/a"), ending(91, "acme/c"), ending(0)]

    ending_soon = retirements(subjects, on=TODAY, within=90)

    assert [(retirement.offering, retirement.days_left) for retirement in ending_soon] == [
        ("acme/a", 5),
        ("acme/b", 40),
    ]
    assert ending_soon[1].as_json() == {
        "offering": "acme/b",
        "retires_on": in_days(40),
        "days_left": 40,
        "successor": "acme/next",
        "source": "acme",
        "quality": "verified",
        "stated_on": "2026-01-01",
    }


def test_it_does_not_announce_what_is_retired_already():
    assert retirements([ending(5, status="retired")], on=TODAY) == []


def test_an_alert_comes_when_the_notice_begins_also_where_a_day_was_skipped():
    subjects = [ending(30)]
    yesterday, last_week = TODAY - timedelta(days=1), TODAY - timedelta(days=7)

    assert [mark for mark, _ in alerts(subjects, since=yesterday, on=TODAY)] == [30]
    assert [mark for mark, _ in alerts(subjects, since=last_week, on=TODAY + timedelta(days=2))] == [30]
    assert alerts(subjects, since=TODAY, on=TODAY + timedelta(days=1)) == []


def test_an_announcement_at_short_notice_is_told_on_the_day_that_it_is_made():
    subjects = [ending(10, since=TODAY.isoformat())]

    assert [mark for mark, _ in alerts(subjects, since=TODAY - timedelta(days=1), on=TODAY)] == [30]
    assert alerts(subjects, since=TODAY, on=TODAY + timedelta(days=1)) == []


@given(st.integers(1, 400), st.integers(1, 40))
def test_every_retirement_is_told_once_for_each_notice_however_often_one_looks(notice, step):
    subject = ending(0)
    day, notices = TODAY - timedelta(days=notice), []
    start = day
    subject.provenance["retires_on"]["since"] = start.isoformat()
    since = start - timedelta(days=1)
    while day < TODAY:
        notices += [mark for mark, _ in alerts([subject], since=since, on=day)]
        since, day = day, day + timedelta(days=step)

    assert len(notices) == len(set(notices))
    assert set(notices) <= set(AHEAD_DAYS)
    if step == 1:
        assert sorted(notices) == sorted(mark for mark in AHEAD_DAYS if mark < notice or mark == min(
            (mark for mark in AHEAD_DAYS if notice <= mark), default=0
        ))  # fmt: skip

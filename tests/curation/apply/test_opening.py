"""The values that changes are compared with: start of the day, last decision of a person, a month ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.apply.load import published_states
from curation.apply.month_ago import month_ago
from curation.apply.opening import openings
from curation.core.inputs import Opening
from curation.pins import pinning
from curation.policies.installed import ensure_defaults
from registry.domain.provenance import AccountedValue
from registry.models import LedgerEntry
from tests.builders import OFFERING, claim, curator, listed, source, state, usd
from tests.curation.decision.courses import world
from tests.random_courses import count

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 1, 5, 8, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)
DAY = timedelta(days=1)
PRICE = "price.input"


@pytest.fixture(autouse=True)
def _default_policies(db: None) -> None:
    ensure_defaults()


def says(price: str, at: datetime, **more: Any) -> None:
    """The one source lists the offering at this price."""
    state(source(), claim(price_input=usd(price), **more), at=at)


def opening(at: datetime = EVENING) -> Opening:
    return openings(published_states([OFFERING]), at=at).get(OFFERING, Opening())


def before_the_month(at: datetime = EVENING) -> Mapping[str, Any]:
    return month_ago(published_states([OFFERING]), at=at).get(OFFERING, {})


def began(at: datetime = EVENING) -> Any:
    """The price at the start of the day; "now" where it is the published one."""
    before = opening(at).before
    return value(before[PRICE]) if PRICE in before else "now"


def value(stood: AccountedValue | None) -> Any:
    return stood.value if stood else None


def test_a_day_on_which_nothing_moved_begins_with_what_is_published():
    says("3", MORNING - 9 * DAY)

    assert (opening(), before_the_month()) == (Opening(), {})


def test_an_automatic_change_of_the_morning_is_no_base_for_the_evening():
    says("3", MORNING - DAY)
    says("3.3", MORNING)
    says("3.6", MORNING + timedelta(hours=1))

    assert began() == listed("3")
    assert began(EVENING + DAY) == "now"


def test_what_a_person_decided_is_a_base_from_then_on():
    says("3", MORNING - DAY)
    says("3.3", MORNING)
    pinning.pin(
        offering=OFFERING, field=PRICE, value=usd("9"), actor=curator(), reason="x", at=MORNING + timedelta(hours=1)
    )

    assert began() == "now"


def test_what_came_into_the_catalogue_today_had_nothing_when_the_day_began():
    says("3", MORNING)
    says("3.3", MORNING + timedelta(hours=1))

    assert (opening().before, opening().was_new) == ({}, True)
    assert not opening(EVENING + DAY).was_new


def test_a_field_that_came_today_was_not_there_in_the_morning():
    says("3", MORNING - DAY, context_window=...)
    says("3", MORNING, context_window=100)

    assert opening().before == {"context_window": None}


def test_the_account_of_the_morning_names_the_source_of_then():
    says("3", MORNING - DAY)
    state(source("own", source_type="official", speaks_for="acme"), claim(price_input=usd("3.3")), at=MORNING)

    stood = opening().before[PRICE]
    assert stood is not None
    assert stood.account.source == "list"
    assert published_states([OFFERING])[OFFERING].provenance[PRICE].source == "own"


def test_small_steps_add_up_over_thirty_days():
    for days, price in ((40, "3"), (29, "3.3"), (15, "3.6"), (2, "3.9")):
        says(price, MORNING - days * DAY)

    assert before_the_month() == {PRICE: listed("3")}
    assert before_the_month(MORNING + 20 * DAY) == {PRICE: listed("3.6")}
    assert before_the_month(MORNING + 60 * DAY) == {}


def test_a_month_ago_is_a_day_and_not_an_hour():
    """What moved that day counts whole, however late the day it is compared with is read."""
    says("3", MORNING - 40 * DAY)
    for hours, price in ((0, "3.3"), (2, "3.6")):
        says(price, MORNING - 30 * DAY + timedelta(hours=hours))

    for hours in (0, 1, 12):
        assert before_the_month(MORNING + timedelta(hours=hours)) == {PRICE: listed("3")}


def test_what_came_and_went_within_a_day_was_no_price_of_a_month_ago():
    for hours, price in ((0, "2"), (1, "2.8")):
        says(price, MORNING - 9 * DAY + timedelta(hours=hours))
    says("3.2", MORNING)

    assert before_the_month() == {PRICE: listed("2.8")}


def test_it_takes_as_many_queries_for_many_moves_as_for_one(django_assert_num_queries):
    says("3", MORNING - 9 * DAY)
    for days, price in ((5, "3.1"), (4, "3.2"), (3, "3.3"), (2, "3.4")):
        says(price, MORNING - days * DAY)
    says("3.5", MORNING)
    states = published_states([OFFERING])

    # The moves of the month, which of them waited for their time, their days; where the day began, what moved since,
    # its versions, its moves, and which of these waited for their time.
    with django_assert_num_queries(8):
        month_ago(states, at=EVENING)
        openings(states, at=EVENING)


def test_a_person_who_decided_since_begins_the_month_anew():
    says("3", MORNING - 9 * DAY)
    says("3.3", MORNING - 8 * DAY)
    pin = pinning.pin(
        offering=OFFERING, field=PRICE, value=usd("9"), actor=curator(), reason="x", at=MORNING - 7 * DAY
    )  # fmt: skip
    pinning.release(pin, actor=curator(), reason="x", at=MORNING - 6 * DAY)
    says("3.6", MORNING - 5 * DAY)

    assert before_the_month() == {PRICE: listed("3.3")}


_steps = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["3", "3.3", "3.6", "3.9"])), min_size=1, max_size=6
)  # fmt: skip


@given(_steps)
@settings(max_examples=count(12))
def test_the_day_begins_with_what_the_day_before_ended_with(steps):
    """Whatever automatic changes the days brought, read back from the ledger alone."""
    with world():
        source()
        ended: dict[int, Any] = {}
        for hour, (day, price) in enumerate(sorted(steps, key=lambda step: step[0])):
            says(price, MORNING + day * DAY + timedelta(hours=hour))
            ended[day] = published_states([OFFERING])[OFFERING].facts.get(PRICE)
        last = max(ended)
        before = [day for day in ended if day < last]
        day_began = opening(MORNING + last * DAY + timedelta(hours=15))
        changed_today = LedgerEntry.objects.filter(
            revision__created_at__gte=(MORNING + last * DAY).replace(hour=0)
        ).exists()

        if not before:
            assert day_began.was_new
        elif changed_today:
            assert value(day_began.before[PRICE]) == ended[max(before)]
        else:
            assert not day_began.before

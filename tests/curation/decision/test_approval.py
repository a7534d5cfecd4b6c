"""Law 8: you approve what you saw, and what did not move is never refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.models import Policy
from curation.review import decisions
from tests.builders import curator
from tests.curation.decision.world import (
    BEFORE,
    HOUR,
    TODAY,
    approve,
    base,
    dated,
    fact,
    lists,
    newest,
    pins,
    published,
    puts_first,
    says,
    shown,
    shown_of,
    stated,
    units,
    waiting,
)  # fmt: skip

pytestmark = pytest.mark.django_db

THREE = [f"acme/rocket-{number}" for number in range(1, 4)]


def three_wait() -> dict[int, str]:
    """Three offerings of which one price waits each, as somebody has them on the screen."""
    lists("L", *(stated("2", key=key) for key in THREE), at=BEFORE)
    lists("L", *(stated("9", key=key) for key in THREE))
    return shown()


def one_moves() -> None:
    """The source says something else of the third."""
    lists("L", *(stated("8" if key == THREE[2] else "9", key=key) for key in THREE), at=TODAY + HOUR / 2)


def test_an_approval_stands_when_only_who_agrees_has_moved():
    """E1"""
    base("L", "4/20")
    says("L", "2/10")
    fingerprints = shown()
    says("M", "4/20", at=TODAY + HOUR / 2)
    outcome = approve(fingerprints)

    assert (published(), outcome.refused) == ("2/10", [])


def test_an_approval_of_a_list_is_refused_when_a_rate_was_added():
    """E2: the list is shown anew, whole."""
    base("L", "2/10")
    says("L", "4/20")
    fingerprints = shown()
    says("L", "4/20 cache=0.4", at=TODAY + HOUR / 2)
    outcome = approve(fingerprints)

    assert (published(), outcome.done) == ("2/10", [])
    assert outcome.refused
    assert waiting() == {"price.input", "price.output", "price.cache_read"}


def test_an_approval_is_refused_when_somebody_has_pinned_a_part():
    """E3"""
    base("L", "4/20")
    says("L", "2/10")
    fingerprints = shown()
    pins("price.output", "30", by="bob")
    outcome = approve(fingerprints)

    assert outcome.refused
    assert published().endswith("/30")


def test_an_approval_of_a_list_with_a_pinned_part_publishes_none_of_it():
    """E3: the base stays."""
    base("L", "4/20")
    says("L", "2/10")
    fingerprints = shown()
    pins("price.output", "30", by="bob")
    approve(fingerprints)

    assert published() == "4/30"


def test_an_approval_is_refused_when_it_is_another_sources_word_now():
    """The digest holds the source: the catalogue has taken its word back, the provider says the same now."""
    base("L", "2")
    says("L", "9")
    fingerprints = shown()
    says("L", "2", at=TODAY + HOUR / 2)
    says("O", "9", at=TODAY + HOUR / 2)
    outcome = approve(fingerprints)

    assert (published(), outcome.done, len(outcome.refused)) == ("2", [], 1)


def test_of_several_approvals_the_one_that_moved_is_refused():
    """E4: two are applied in one revision."""
    fingerprints = three_wait()
    before = newest()
    one_moves()
    outcome = approve(fingerprints)

    assert (len(outcome.done), len(outcome.refused), newest()) == (2, 1, before + 1)
    assert [published(key) for key in THREE] == ["9", "9", "2"]


def test_an_approval_of_several_takes_few_queries():
    """E4. Savepoints ask for nothing."""
    fingerprints = three_wait()
    one_moves()
    curator()
    with CaptureQueriesContext(connection) as queries:
        approve(fingerprints)

    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 25, "\n".join(statements)


def test_a_first_approval_is_void_when_the_list_moves(settings):
    """E5: four eyes above ×10; the second person is refused, and nobody has approved what is shown now."""
    settings.SECOND_PERSON_ABOVE = 10
    base("L", "5/25")
    says("L", "60/300")
    fingerprints = shown()
    assert len(approve(fingerprints, by="ada").waiting) == len(fingerprints)
    says("L", "65/325", at=TODAY + HOUR)
    outcome = approve(fingerprints, by="bob", at=TODAY + 2 * HOUR)

    assert (published(), outcome.done) == ("5/25", [])
    assert len(outcome.refused) == len(fingerprints)
    again = approve(by="bob", at=TODAY + 3 * HOUR)
    assert (published(), again.done) == ("5/25", [])


# -- a person decides beside what a policy would let through by now ----------------------------------------------------

LIST_AND_SOUND = {"price.input", "price.output", "price.input[modality=audio]", "price.output[modality=audio]"}
IN_TIME = TODAY + 25 * HOUR


def first_list_waits(**policy: Any) -> None:
    """The first price list of an offering waits by a policy, though of one rate the sources contradict each other, and
    its shrinking limit waits by another.
    """
    base("L", context_window=200_000)
    base("M", context_window=200_000)
    puts_first("first prices", kinds=["fill"], **policy)
    says("M", "2.5/10 audio=2.5", context_window=200_000)
    says("L", "2.5/10 audio=40/80", context_window=100_000)
    assert [unit.parts for unit in units()] == [{"context_window"}, LIST_AND_SOUND]


def approves_the_limit(at: datetime) -> None:
    decisions.approve(shown_of("context_window"), actor=curator(), at=at)
    assert fact("context_window") == 100_000


def rejects_the_limit(at: datetime) -> None:
    decisions.reject(shown_of("context_window"), actor=curator(), reason="not so", at=at)
    assert fact("context_window") == 200_000


@pytest.mark.parametrize("decides", [approves_the_limit, rejects_the_limit])
def test_a_list_that_a_policy_lets_through_by_now_waits_whole_beside_what_is_decided(decides):
    first_list_waits(verdict="hold")
    Policy.objects.filter(name="first prices").update(verdict="apply")
    decides(IN_TIME)

    assert published() == "-"
    assert [unit.parts for unit in units()] == [LIST_AND_SOUND]


@pytest.mark.parametrize("decides", [approves_the_limit, rejects_the_limit])
def test_a_list_whose_time_is_up_waits_whole_beside_what_is_decided(decides):
    first_list_waits(verdict="apply", grace_hours=24)
    decides(IN_TIME)

    assert published() == "-"
    assert [unit.parts for unit in units()] == [LIST_AND_SOUND]


def test_a_list_that_a_policy_lets_through_by_now_is_approved_as_it_was_shown():
    first_list_waits(verdict="hold")
    Policy.objects.filter(name="first prices").update(verdict="apply")
    outcome = decisions.approve(shown_of("price.input"), actor=curator(), at=IN_TIME)

    assert (len(outcome.done), outcome.refused) == (1, [])
    assert published(on=IN_TIME.date()) == "2.5/10 audio=40/80"


def test_a_list_that_a_policy_lets_through_by_now_is_refused_as_it_was_shown():
    first_list_waits(verdict="hold")
    Policy.objects.filter(name="first prices").update(verdict="apply")
    decisions.reject(shown_of("price.input"), actor=curator(), reason="not so", at=IN_TIME)

    assert (published(), waiting()) == ("-", {"context_window"})


def test_news_waits_for_its_turn_while_a_person_decides_beside_what_the_lead_says():
    """The lead's own move waits by a policy, which then lets it through; an equal has moved elsewhere."""
    base("L", "5/25", context_window=200_000)
    base("M", "5/25", context_window=200_000)
    puts_first("moves", verdict="hold", groups=["price"])
    says("M", "4/20", context_window=200_000)
    says("L", "4.8/24", context_window=100_000)
    Policy.objects.filter(name="moves").update(verdict="apply")
    approves_the_limit(IN_TIME)

    assert published() == "5/25"
    assert [(set(unit.parts), unit.source) for unit in units()] == [({"price.input", "price.output"}, "litellm")]


def test_news_is_approved_as_it_was_shown_while_the_lead_announces_another_price():
    """What is announced moves nothing today, whoever decides."""
    new_year = "2027-01-01"
    base("L", "5/25")
    base("M", "5/25")
    says(
        "L",
        price_input=dated(("5", None, new_year), ("5.5", new_year, None)),
        price_output=dated(("25", None, new_year), ("27.5", new_year, None)),
    )
    says("M", "4/20", at=TODAY + HOUR / 2)
    outcome = approve()

    assert (published(), outcome.refused) == ("4/20", [])

"""The eight laws of the decision as properties of random courses, each on four offerings at once.

A law that the present decision breaks is marked with the reason, like the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.models import Offering
from tests.curation.decision import model
from tests.curation.decision.courses import (
    CATALOGUES,
    DAYS,
    OFFERINGS,
    Course,
    State,
    agrees,
    claims,
    courses,
    examples,
    of_one,
    play,
    split,
    state,
    states,
    world,
)
from tests.curation.decision.world import (
    DAY,
    HOUR,
    TODAY,
    approve,
    base,
    dated,
    fact,
    lists,
    missing_since,
    pending,
    pins,
    proposals,
    published,
    releases,
    says,
    shown,
    slug_of,
    stated_now,
    waiting,
)

pytestmark = pytest.mark.django_db

PINNED = ("price.input", "price.output[tier=batch]", "price.cache_read")


# -- law 1 -------------------------------------------------------------------------------------------------------------


@given(course=courses())
@examples(4)
def test_every_published_list_was_stated_whole(course):
    """Ordinary prices are those of one claim; special ones stand in a claim with the same ordinary prices."""
    ever: dict[str, set[str]] = {key: set() for key in OFFERINGS}

    def look(number: int) -> None:
        for day in course[: number + 1]:
            for listed in day.values():
                for key, text in listed.items():
                    ordinary, special = split(text)
                    ever[key] |= {ordinary, *(f"{ordinary} {rate}" for rate in special)}
        for key in OFFERINGS:
            if (text := published(key)) != "-":
                ordinary, special = split(text)
                assert {ordinary, *(f"{ordinary} {rate}" for rate in special)} <= ever[key]

    with world():
        play(course, after_reading=look)


@given(course=courses(), name=st.sampled_from(PINNED), amount=st.sampled_from(("0.7", "2", "8")))
@examples(4)
def test_a_pin_that_is_released_at_once_leaves_what_was_published(course, name, amount):
    """Nothing was read between: what passed before the pin is published after it."""
    with world():
        play(course)
        before = [(published(key), state(key).lead) for key in OFFERINGS]
        end = TODAY + 2 * DAY + HOUR
        for key in Offering.objects.values_list("key", flat=True):
            releases(pins(name, amount, at=end, key=key), at=end + HOUR)

        assert [(published(key), state(key).lead) for key in OFFERINGS] == before


# -- law 2 -------------------------------------------------------------------------------------------------------------


@given(amounts=st.lists(st.sampled_from(("0.2", "1.5", "2", "2.5", "4", "2000", "free")), min_size=2, max_size=4))
@examples(8)
def test_no_day_to_come_is_far_from_what_was_accepted(amounts):
    """However many points a line has, the worst stretch decides; what waits is not published on any day."""
    starts = [None, *((TODAY + number * 10 * DAY).date().isoformat() for number in range(1, len(amounts)))]
    spans = zip(amounts, starts, [*starts[1:], None], strict=True)
    with world():
        base("L", "2")
        says("L", price_input=dated(*spans))
        for number in range(50):
            amount = published(on=(TODAY + number * DAY).date())
            assert amount != "free"
            assert model.factor([Decimal(2)], [Decimal(amount)]) < model.HALF


# -- law 3 -------------------------------------------------------------------------------------------------------------


@given(course=courses(CATALOGUES))
@examples(10)
def test_a_lead_changes_by_its_own_word_a_majority_or_an_empty_seat(course):
    """Among equals that have no better source beside them."""
    days: list[dict[str, tuple[str, str]]] = []

    def look(number: int) -> None:
        days.append({key: (split(published(key))[0], state(key).lead) for key in OFFERINGS})

    with world():
        play(course, after_day=look)
    for (before, after), day in zip(pairwise(days), course[1:], strict=True):
        for key in OFFERINGS:
            (old, seat), (new, lead) = before[key], after[key]
            if "-" in (old, new) or old == new or seat == lead:
                continue
            by_source = {slug_of(letter): split(listed[key])[0] for letter, listed in day.items() if key in listed}
            own_word, majority = by_source[seat] != old, list(by_source.values()).count(new) >= 2
            assert own_word or majority, f"{key}: {old} ({seat}) became {new} ({lead})"


@given(course=courses(CATALOGUES, specials=False))
@examples(8)
def test_equals_are_decided_as_the_model_does(course):
    """The published list and its lead at the end of each day are those of the executable model."""
    ends: list[list[tuple[str, str]]] = []
    with world():
        play(course, after_day=lambda _: ends.append([(end.published, end.lead) for end in states()]))

    assert ends == [[_as_state(accepted) for accepted in day] for day in modelled(course)]


def modelled(course: Course) -> list[list[model.Accepted | None]]:
    """What the model accepts at the end of each day, by offering."""
    days: list[list[model.Accepted | None]] = [[] for _ in course]
    for key in OFFERINGS:
        accepted: model.Accepted | None = None
        claims_by_letter: dict[str, model.Stated] = {}
        for number, day in enumerate(course):
            for letter, listed in day.items():
                if key in listed:
                    claims_by_letter[letter] = _said(letter, listed[key], claims_by_letter.get(letter), number)
            accepted = model.decide(accepted, claims_by_letter.values())
            days[number].append(accepted)
    return days


def _said(letter: str, listed: str, before: model.Stated | None, day: int) -> model.Stated:
    first, second = (Decimal(amount) for amount in listed.split("/"))
    moved_on = -1 if before is None else before.moved_on if before.ordinary == (first, second) else day
    return model.Stated(slug_of(letter), (first, second), moved_on=moved_on)


def _as_state(accepted: model.Accepted | None) -> tuple[str, str]:
    return ("/".join(f"{price:f}" for price in accepted.ordinary), accepted.lead) if accepted else ("-", "")


# -- law 4 -------------------------------------------------------------------------------------------------------------


@given(course=courses(), seed=st.integers(0, 999))
@example(  # M, read first, was published and went on the first day: the provider's move was measured against it as well
    course=of_one(
        {"L": "2/8", "M": "4/2", "G": "2/8 batch=0.7/1.5", "O": ""},
        {"L": "2/8", "M": "4/2", "G": "2/8 batch=0.7/1.5", "O": "2/4 batch=0.7/1.5"},
        {"L": "2/8", "M": "4/2", "G": "40/2 batch=0.7/1.5", "O": "4/8 batch=0.7/1.5"},
    ),
    seed=98,
)
@examples(4)
def test_the_order_of_one_days_readings_does_not_matter(course, seed):
    """Three orders of each day give one catalogue and one queue at its end."""
    orders = list(permutations(course[0]))
    ends = [_ends(course, [orders[(seed + step * 7 + day) % len(orders)] for day in range(DAYS)]) for step in range(3)]

    assert ends[0] == ends[1] == ends[2]


def _ends(course: Course, orders: Sequence[Sequence[str]]) -> list[tuple[list[State], dict[str, Any]]]:
    """What is published and waits at the end of each day, whose sources are read in the given orders, and the accounts
    of what is published.
    """
    ends: list[tuple[list[State], dict[str, Any]]] = []

    def look(_: int) -> None:
        ends.append((states(), dict(Offering.objects.values_list("key", "provenance"))))

    with world():
        play(course, order=lambda day, _: orders[day], after_day=look)
    return ends


# -- law 5 -------------------------------------------------------------------------------------------------------------


@given(course=courses(("L", "M")))
@examples(5)
def test_a_copy_moves_nothing(course):
    """G repeats what M says on the same day: the same is published and waits as without it."""
    ends = []
    for copies in (False, True):
        with world():
            for number, day in enumerate(course):
                at = TODAY + number * DAY
                for letter in day:
                    lists(letter, *claims(day, letter), at=at)
                if copies:
                    lists("G", *claims(day, "M", origin="models-dev"), at=at + HOUR)
            ends.append([(end.published, end.units) for end in states()])

    assert ends[0] == ends[1]


# -- law 6 -------------------------------------------------------------------------------------------------------------


@given(course=courses())
@examples(4)
def test_what_is_verified_is_stated_by_the_source_it_names(course):
    """After every reading."""

    def look(_: int) -> None:
        for row in Offering.objects.all():
            values_by_source = stated_now(row.key)
            for name, value in row.facts.items():
                account = row.provenance[name]
                if account["quality"] == "verified":
                    theirs = values_by_source[account["source"]].get(name)
                    assert theirs is not None, f"{row.key} {name}"
                    assert agrees(name, value, theirs), f"{row.key} {name}"

    with world():
        play(course, after_reading=look)


@given(course=courses())
@examples(4)
def test_what_waits_is_in_the_answer(course):
    """Every unit that waits is told in the account of the fields that it would move."""

    def look(_: int) -> None:
        for key in OFFERINGS:
            for name in waiting(key):
                if Offering.objects.filter(key=key).exists() and fact(name, key) is not None:
                    assert pending(name, key)

    with world():
        play(course, after_day=look)


# -- law 7 -------------------------------------------------------------------------------------------------------------


@given(course=courses(("L",)))
@examples(4)
def test_one_absence_changes_nothing(course):
    """A source that lists nothing in one reading and the same again in the next. Half of it another repeats."""
    for day in course:
        day["M"] = {key: day["L"][key] for key in OFFERINGS[:2] if key in day["L"]}

    def look() -> list[object]:
        gone = [missing_since(key) if Offering.objects.filter(key=key).exists() else None for key in OFFERINGS]
        return [states(), gone]

    end = TODAY + 3 * DAY
    with world():
        play(course)
        approve(at=end - HOUR)
        before = look()
        lists("L", at=end)
        absent = look()
        lists("L", *claims(course[-1], "L"), at=end + HOUR)
        again = look()

    assert before == absent == again


# -- law 8 -------------------------------------------------------------------------------------------------------------


@given(course=courses())
@examples(3)
def test_an_approval_is_refused_where_its_unit_has_moved_and_only_there(course):
    """Shown on the second day, approved on the third."""
    with world():
        play(course[:2])
        fingerprints, before = shown(), proposals()
        for minute, letter in enumerate(course[2]):
            lists(letter, *claims(course[2], letter), at=TODAY + 2 * DAY + timedelta(minutes=minute))
        after = list(proposals().values())
        outcome = approve(fingerprints, at=TODAY + 3 * DAY)

    untouched = {number for number, proposal in before.items() if proposal in after}
    assert set(outcome.done) == untouched
    assert {number for number, _ in outcome.refused} == set(fingerprints) - untouched


# -- the model itself --------------------------------------------------------------------------------------------------


@given(course=courses(CATALOGUES))
@examples(60)
def test_the_model_publishes_no_list_that_nobody_stated(course):
    for key, days in zip(OFFERINGS, zip(*modelled_whole(course), strict=True), strict=True):
        ever: set[str] = set()
        for accepted, day in zip(days, course, strict=True):
            ever |= {split(listed[key])[0] for listed in day.values() if key in listed}
            assert accepted is None or _as_state(accepted)[0] in ever


def modelled_whole(course: Course) -> list[list[model.Accepted | None]]:
    """The same of a course whose lists have batch prices, which the model is not asked about here."""
    return modelled([{w: {k: split(t)[0] for k, t in listed.items()} for w, listed in day.items()} for day in course])


def test_the_model_keeps_the_incumbent_among_equals():
    """I1, I3 and the threshold of law 3, in the model."""
    seat = model.Accepted("litellm", (Decimal(5), Decimal(25)))
    stays = model.Stated("litellm", (Decimal(5), Decimal(25)))
    others = [model.Stated(name, (Decimal(4), Decimal(20))) for name in ("genai-prices", "models-dev")]

    assert model.decide(seat, [stays, others[0]]) == seat
    assert model.decide(seat, [stays, *others]) == model.Accepted("genai-prices", (Decimal(4), Decimal(20)))


def test_the_model_publishes_nothing_where_first_lists_are_far_apart():
    far = [model.Stated("litellm", (Decimal(5), Decimal(25))), model.Stated("models-dev", (Decimal(2), Decimal(10)))]

    assert model.decide(None, far) is None
    assert model.decide(None, far[:1]) == model.Accepted("litellm", (Decimal(5), Decimal(25)))

"""A decision is computed without a lock and written in slices: what is stale is computed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.apply import counters, delisting
from curation.apply.due import decide_due
from curation.apply.reconcile import Outcome, reconcile
from curation.core.decide import decide
from curation.core.decided import SLICE_FIELDS, Decided, Fate, Ruling
from curation.core.policy import Judgement, Verdict
from curation.core.run_guard import TooMuchAtOnce
from curation.core.units import UnitJudgement
from curation.models import Policy, Source, StoredClaim
from curation.pins import pinning
from curation.policies.installed import ensure_defaults
from curation.review import delayed_apply, postpone
from registry.catalogue.publish import is_sole_writer, sole_writer
from registry.domain.changeset import FieldChange, OfferingChange
from registry.domain.provenance import UNKNOWN
from registry.models import LedgerEntry, Offering, Revision
from syncers.sync import stored_claims
from tests.builders import NOW, OFFERING, change, claim, curator, held, held_fields, listed, source, state, usd
from tests.random_courses import count

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def _policies(db: None) -> None:
    ensure_defaults()


pytestmark = pytest.mark.usefixtures("_policies")


def interrupt(happens: Callable[[], Any], act: Callable[[], Any], times: int = 1) -> Any:
    """Does something, and before what was decided by it is written something else happens, so many times."""
    left = times

    def interrupted(*args: Any, **more: Any) -> Decided:
        nonlocal left
        decided = decide(*args, **more)
        if left:
            left -= 1
            happens()
        return decided

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("curation.apply.reconcile.decide", interrupted)
        return act()


def reads(
    row: Source, *claims: Any, while_computed: Callable[[], Any] = lambda: None, times: int = 1, **more: Any
) -> Outcome:
    """A source lists exactly these claims, and something happens while the decision about them is computed."""
    difference = stored_claims.compare(row, claims)

    def act() -> Outcome:
        return reconcile(
            difference.touched,
            actor=f"sync:{row.slug}",
            reason="a sync",
            batch=uuid4(),
            at=TOMORROW,
            is_reading=True,
            incoming=stored_claims.incoming(row, difference, TOMORROW),
            **more,
        )

    outcome: Outcome = interrupt(while_computed, act, times)
    return outcome


def facts(key: str = OFFERING) -> dict[str, Any]:
    return dict(Offering.objects.get(key=key).facts)


# -- nothing is locked while a decision is computed, and what moved meanwhile counts ---------------


def test_nobody_else_is_kept_from_writing_while_a_decision_is_computed():
    locked: list[bool] = []
    reads(source(), claim(), while_computed=lambda: locked.append(is_sole_writer()), times=9)

    assert locked == [False]
    assert facts()["price.input"] == listed("3")


def test_a_pin_that_a_curator_sets_meanwhile_is_not_overwritten():
    state(source(), claim(context_window=100))

    def pin() -> None:
        pinning.pin(offering=OFFERING, field="context_window", value=7, actor=curator(), reason="the docs", at=NOW)

    reads(source(), claim(context_window=110), while_computed=pin)

    assert facts()["context_window"] == 7
    assert Offering.objects.get().behind["context_window"]["value"] == 110
    assert StoredClaim.objects.get().values["context_window"] == 110


def test_what_another_source_says_meanwhile_is_part_of_the_decision():
    state(source("one"), claim())

    def say() -> None:
        state(source("two"), claim(license="Apache-2.0"), at=TOMORROW)

    reads(source("one"), claim(license="MIT"), while_computed=say)

    assert facts()["license"] == "MIT"
    assert "two" in str(Offering.objects.get().provenance["license"]["disagree"])


def test_a_policy_that_is_switched_off_meanwhile_does_not_decide():
    state(source(), claim(price_input=usd("3")))

    def hold_all() -> None:
        Policy.objects.all().delete()

    reads(source(), claim(price_input=usd("3.1")), while_computed=hold_all)

    assert facts()["price.input"] == listed("3")
    assert held_fields() == {"price.input"}


def test_what_moves_again_and_again_is_computed_under_the_lock_at_last():
    state(source(), claim(context_window=100))
    locked: list[bool] = []

    def disturb() -> None:
        locked.append(is_sole_writer())
        if not is_sole_writer():
            counters.disturb([OFFERING])

    reads(source(), claim(context_window=110), while_computed=disturb, times=9)

    assert locked == [False, False, True]
    assert facts()["context_window"] == 110
    assert counters.due() == []


def test_only_what_moved_is_computed_again():
    keys = [f"acme/rocket-{number}" for number in range(4)]
    before = reads(source(), *(claim(key) for key in keys), while_computed=lambda: counters.disturb(keys[:1]))

    assert before.applied == 16  # each counted once
    assert LedgerEntry.objects.count() == 16
    assert Revision.objects.exclude(number=0).count() == 2


def test_two_runs_that_find_an_offering_new_at_once_both_count():
    def say() -> None:
        state(source("other"), claim(license="MIT"), at=TOMORROW)

    reads(source(), claim(price_input=usd("3"), license=...), while_computed=say)

    assert facts()["license"] == "MIT"
    assert Offering.objects.get().provenance["price.input"]["agree"] != []


# -- a run that is not accepted leaves nothing -----------------------------------------------------


def test_a_run_that_is_not_accepted_leaves_no_claim():
    keys = [f"acme/rocket-{number}" for number in range(20)]
    state(source(), *(claim(key) for key in keys))
    Policy.objects.create(name="mine", position=0, verdict="quarantine", conditions={"fields": ["price.input"]})

    with pytest.raises(TooMuchAtOnce):
        reads(source(), *(claim(key, price_input=usd("3.2")) for key in keys), run="list")

    assert {str(row.values["price.input"]) for row in StoredClaim.objects.all()} == {str(listed("3"))}
    assert not held_fields()


def test_a_run_is_judged_once_before_anything_of_it_is_written():
    """A policy that comes while it is written holds what is left, and cannot call back what is published."""
    state(source(), claim())

    def doubt() -> None:
        Policy.objects.create(name="mine", position=0, verdict="quarantine", conditions={"fields": ["price.input"]})

    reads(source(), claim(price_input=usd("3.2")), run="list", while_computed=doubt)

    assert held_fields() == {"price.input"}


def test_what_is_not_to_be_kept_is_computed_and_counted_all_the_same():
    state(source(), claim(context_window=100))
    before = Revision.objects.count()
    outcome = reads(source(), claim(context_window=110), keep=False)

    assert outcome.applied == 1
    assert (facts()["context_window"], Revision.objects.count()) == (100, before)
    assert StoredClaim.objects.get().values["context_window"] == 100


# -- slices ----------------------------------------------------------------------------------------


def _decided(sizes: Sequence[int]) -> Decided:
    changes = [
        OfferingChange(f"acme/{at}", [FieldChange(f"field{number}", None, number, UNKNOWN) for number in range(size)])
        for at, size in enumerate(sizes)
    ]
    rulings = [_ruling(change.key) for change in changes]
    refused = [(change.key, "context_window") for change in changes]
    return Decided(
        rulings, [change for change in changes if change.changes], refused, {change.key: {} for change in changes}
    )


def _ruling(key: str) -> Ruling:
    judged = Judgement(change(offering=key), Verdict.HOLD, "everything else")
    return Ruling(UnitJudgement(key, "context_window", (judged,)), {}, Fate.HELD)


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 9), st.integers(1, 60))
@settings(max_examples=count(100))
def test_slices_are_the_whole_in_its_order_and_each_is_small(sizes, most, most_fields):
    whole = _decided(sizes)
    parts = list(whole.slices(most=most, most_fields=most_fields))

    assert [key for part in parts for key in part.conflicts] == list(whole.conflicts)
    assert [change for part in parts for change in part.publish] == whole.publish
    assert [ruling for part in parts for ruling in part.rulings] == whole.rulings
    assert [place for part in parts for place in part.refused] == whole.refused
    for part in parts:
        assert len(part.conflicts) <= most
        fields = sum(len(change.changes) for change in part.publish)
        assert fields <= most_fields or len(part.publish) == 1


@given(st.lists(st.integers(0, 3), max_size=9), st.sets(st.integers(0, 9)))
@settings(max_examples=count(50))
def test_what_is_left_out_of_a_decision_is_the_only_difference(sizes, left_out):
    whole, gone = _decided(sizes), {f"acme/{at}" for at in left_out}
    rest = whole.without(gone)

    assert list(rest.conflicts) == [key for key in whole.conflicts if key not in gone]
    assert rest.publish == [change for change in whole.publish if change.key not in gone]
    assert rest.rulings == [ruling for ruling in whole.rulings if ruling.unit.offering not in gone]
    assert rest.refused == [place for place in whole.refused if place[0] not in gone]


def test_a_long_list_is_published_in_several_revisions_of_one_batch():
    keys = [f"acme/rocket-{number}" for number in range(200)]
    outcome = reads(source(), *(claim(key) for key in keys))
    revisions = list(Revision.objects.exclude(number=0).order_by("number"))

    assert len(revisions) == 2
    assert len({revision.batch for revision in revisions}) == 1
    assert max(revision.entries_count for revision in revisions) <= SLICE_FIELDS
    assert sum(revision.entries_count for revision in revisions) == outcome.published.entries == 800
    assert outcome.published.revision == revisions[-1].number


def test_what_the_sole_writer_does_is_one_revision_however_much_it_is():
    """One act of a person: it is shown, and taken back, by its revision."""
    keys = [f"acme/rocket-{number}" for number in range(200)]
    with sole_writer():
        reads(source(), *(claim(key) for key in keys))

    assert Revision.objects.exclude(number=0).get().entries_count == 800


@pytest.mark.parametrize("verdict", ["hold", "reject"])
def test_a_policy_that_counts_is_asked_of_the_whole_though_some_of_it_is_computed_again(verdict):
    keys = [f"acme/rocket-{number}" for number in range(5)]
    state(source(), *(claim(key) for key in keys))
    counting = {"groups": ["price"], "kinds": ["change"], "count_at_least": 3}
    Policy.objects.create(name="many", position=1, verdict=verdict, conditions=counting)

    def disturb() -> None:
        counters.disturb(keys[:1])

    reads(source(), *(claim(key, price_input=usd("3.2")) for key in keys), while_computed=disturb)

    assert {str(facts(key)["price.input"]) for key in keys} == {str(listed("3"))}


def test_what_is_declared_of_a_source_meanwhile_is_what_decides():
    state(source("one"), claim(context_window=100))
    state(source("two"), claim(context_window=100))

    def speak_officially() -> None:
        Source.objects.filter(pk="one").update(source_type="official", speaks_for="acme")

    reads(source("two"), claim(context_window=120), while_computed=speak_officially)

    assert Offering.objects.get().provenance["context_window"]["quality"] == "verified"


def test_what_is_postponed_while_its_time_comes_is_not_applied():
    Policy.objects.create(name="wait", position=0, verdict="apply", conditions={"kinds": ["change"]}, grace_hours=1)
    state(source(), claim())
    state(source(), claim(price_input=usd("3.2")))
    waiting = held()

    def put_off() -> None:
        postpone.postpone(
            {waiting.pk: waiting.fingerprint}, until=TOMORROW + timedelta(days=9), actor=curator(), at=NOW
        )

    interrupt(put_off, lambda: delayed_apply.apply_due(at=TOMORROW))

    assert facts()["price.input"] == listed("3")


# -- what was not decided is due -------------------------------------------------------------------


def test_what_was_written_and_not_decided_is_decided_by_the_schedule():
    row = source()
    state(row, claim(context_window=100))
    difference = stored_claims.compare(row, [claim(context_window=110)])
    stored_claims.write(row, difference, TOMORROW)
    counters.touch(difference.touched)  # and here somebody stopped

    assert counters.due() == [OFFERING]
    assert decide_due(at=TOMORROW) == 1
    assert facts()["context_window"] == 110
    assert counters.due() == []
    assert decide_due(at=TOMORROW) == 0


def test_what_a_source_has_missed_for_long_enough_stays_due_until_it_is_decided():
    row = source()
    state(row, claim())
    for days in range(3):
        at = NOW + timedelta(days=days)
        delisting.read_well(row.slug, at=at)
        difference = stored_claims.compare(row, [])
        stored_claims.write(row, difference, at)

    assert delisting.due(row.slug) == [OFFERING]
    assert delisting.due(row.slug) == []  # it is asked for once; what was not decided then is due
    assert decide_due(at=at) == 1
    assert Offering.objects.get().missing_since is not None


def test_what_is_due_and_comes_to_nothing_is_settled():
    state(source(), claim())
    counters.touch([OFFERING])

    assert (decide_due(at=TOMORROW), counters.due()) == (1, [])


def test_a_source_that_is_read_while_it_is_found_silent_is_not_counted_as_silent():
    state(source(), claim())
    Source.objects.update(last_good_at=NOW - timedelta(days=30), failed_readings=3)
    usual = Source.is_silent

    def read_meanwhile(row: Source, at: datetime) -> bool:
        silent = usual(row, at)
        Source.objects.update(last_good_at=at, failed_readings=0)
        return silent

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Source, "is_silent", read_meanwhile)
        decide_due(at=NOW)

    assert not Source.objects.get().counted_silent

"""A list of token prices in the queue: proposed, approved, rejected, pinned, put off and undone as one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.apply.load import published_states
from curation.core.accepted import accepted
from curation.models import Change, Pin, Policy
from curation.pins import pinning
from curation.pins.pin_current import pin_current
from curation.policies import history, re_evaluate, simulate
from curation.policies.installed import ensure_defaults
from curation.review import decisions, delayed_apply, queue
from curation.rollback import steps, undo_decision
from curation.rollback.plan import plan
from curation.rollback.selection import Selection
from curation.rollback.undo import preview, roll_back
from registry.models import LedgerEntry, Offering, OfferingContent, Revision
from tests.builders import (
    NOW,
    OFFERING,
    claim,
    curator,
    grace_passes,
    held,
    held_fields,
    listed,
    part,
    source,
    state,
    usd,
)  # fmt: skip
from tests.random_courses import count

pytestmark = pytest.mark.django_db

TOMORROW, LATER = NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1)
INPUT, OUTPUT, CACHE, BATCH = "price.input", "price.output", "price.cache_read", "price.input[tier=batch]"
LIST = {INPUT, OUTPUT}


@pytest.fixture(autouse=True)
def _policies(db: None) -> None:
    ensure_defaults()


def says(listed_prices: str, key: str = OFFERING, *, at: Any = NOW, by: str = "list", **more: str) -> Any:
    """A source states `input/output`, and what else is given by field."""
    first, _, second = listed_prices.partition("/")
    prices = {"price_input": usd(first), "price_output": usd(second)}
    return state(source(by), claim(key, **prices | {name: usd(amount) for name, amount in more.items()}), at=at)


def prices(key: str = OFFERING) -> dict[str, str]:
    """The published prices by field."""
    facts = Offering.objects.get(key=key).facts
    return {name: line[0]["amount"] for name, line in facts.items() if name.startswith("price.")}


def shown(*changes: Change) -> dict[int, str]:
    return {change.pk: change.fingerprint for change in changes}


def a_waiting_list(key: str = OFFERING) -> Change:
    """5/25 are published, 2.5/12 are stated now and wait."""
    says("5/25", key)
    says("2.5/12", key, at=TOMORROW)
    return held(key, INPUT)


# -- proposing -------------------------------------------------------------------------------------


def test_a_list_is_one_change_with_every_price_that_moves():
    change = a_waiting_list()

    assert Change.objects.count() == 1
    assert (change.unit, change.moved_fields, change.kind, change.source) == (
        "token_prices",
        (INPUT, OUTPUT),
        "change",
        "list",
    )
    assert (change.policy, change.factor) == ("price moves by half", Decimal("0.48"))
    assert (part(change, INPUT).old, part(change, INPUT).new) == (listed("5"), listed("2.5"))


def test_the_price_that_moves_little_waits_with_the_one_that_moves_far():
    says("5/25")
    outcome = says("4.9/2", at=TOMORROW)

    assert (outcome.applied, outcome.held) == (0, 1)
    assert prices() == {INPUT: "5", OUTPUT: "25"}
    contexts = held().policy_context
    assert (contexts[INPUT]["verdict"], contexts[OUTPUT]["verdict"]) == ("apply", "hold")


def test_a_rate_that_is_new_waits_with_its_list_and_other_fields_do_not():
    says("5/25")
    state(source(), claim(price_input=usd("2.5"), price_output=usd("12"), price_cache_read=usd("0.2"), name="New"))

    assert held_fields() == LIST | {CACHE}
    assert Offering.objects.get().facts["name"] == "New"


def test_a_rate_that_the_list_drops_while_it_moves_goes_with_it():
    says("5/25", price_cache_read="0.5")
    says("4.5/22", at=TOMORROW)

    assert (prices(), held_fields()) == ({INPUT: "4.5", OUTPUT: "22"}, set())
    gone = LedgerEntry.objects.get(field=CACHE, revision=Revision.objects.latest())
    assert (gone.new, gone.policy) == (None, "left with its price list")


def test_a_rate_that_a_standing_list_drops_is_asked_about():
    says("5/25", price_cache_read="0.5")
    says("5/25", at=TOMORROW)
    assert (prices()[CACHE], held_fields()) == ("0.5", set())

    grace_passes(source(), since=TOMORROW)
    assert (prices()[CACHE], held_fields(), held(field=CACHE).kind) == ("0.5", {CACHE}, "no_longer_stated")


def test_a_list_that_moves_on_is_asked_anew_as_a_whole():
    first = a_waiting_list()
    says("2.5/12", at=LATER, price_cache_read="0.2")

    first.refresh_from_db()
    assert (first.state, held().moved_fields) == ("superseded", (CACHE, INPUT, OUTPUT))


# -- deciding --------------------------------------------------------------------------------------


def test_an_approval_publishes_the_whole_list_in_one_revision():
    change = a_waiting_list()
    outcome = decisions.approve(shown(change), actor=curator(), at=LATER)

    assert (outcome.done, prices()) == ([change.pk], {INPUT: "2.5", OUTPUT: "12"})
    entries = LedgerEntry.objects.filter(revision=Revision.objects.latest())
    assert {(entry.field, entry.policy) for entry in entries} == {(name, "approved by ada") for name in LIST}


def test_who_else_agrees_is_no_reason_to_refuse_an_approval():
    """A copy agrees, which is no second source: the change waits as before."""
    change = a_waiting_list()
    source("copy", origin="list")
    says("2.5/12", at=LATER, by="copy")

    outcome = decisions.approve(shown(change), actor=curator(), at=LATER)
    assert (outcome.done, outcome.refused) == ([change.pk], [])
    assert prices() == {INPUT: "2.5", OUTPUT: "12"}


def test_a_pin_on_one_of_its_prices_makes_it_another_change():
    change = a_waiting_list()
    pinning.pin(offering=OFFERING, field=OUTPUT, value=usd("30"), actor=curator("eve"), reason="x", at=LATER)

    outcome = decisions.approve(shown(change), actor=curator(), at=LATER)
    assert (outcome.done, len(outcome.refused)) == ([], 1)
    assert (prices(), held_fields()) == ({INPUT: "5", OUTPUT: "30"}, LIST)
    assert part(held(), OUTPUT).old == listed("25")


def test_of_several_lists_only_the_one_that_moved_is_refused_and_it_is_shown_anew_in_the_same_pass():
    changes = [a_waiting_list(f"acme/rocket-{number}") for number in range(3)]
    moving = source().claims.get(offering_key="acme/rocket-1")
    moving.values = moving.values | {OUTPUT: listed("13")}
    moving.save()

    ada = curator()
    with CaptureQueriesContext(connection) as queries:
        outcome = decisions.approve(shown(*changes), actor=ada, at=LATER)

    assert outcome.done == [changes[0].pk, changes[2].pk]
    assert [pk for pk, _why in outcome.refused] == [changes[1].pk]
    assert LedgerEntry.objects.filter(revision=Revision.objects.latest()).count() == 4
    assert part(held("acme/rocket-1"), OUTPUT).new == listed("13")
    assert prices("acme/rocket-1") == {INPUT: "5", OUTPUT: "25"}
    statements = [query["sql"][:120] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 29, "\n".join(statements)  # three of them for the account of the list that is refused


def test_a_refused_list_is_not_asked_about_while_a_refused_value_is_in_it():
    change = a_waiting_list()
    decisions.reject(shown(change), actor=curator(), reason="a slip", at=LATER)
    outcome = says("2.5/11", at=LATER + timedelta(hours=1), price_cache_read="0.2")

    assert (outcome.remembered, prices(), held_fields()) == (1, {INPUT: "5", OUTPUT: "25"}, set())
    says("4.8/24", at=LATER + timedelta(hours=2))
    assert prices() == {INPUT: "4.8", OUTPUT: "24"}


def test_a_rate_that_a_refused_list_dropped_does_not_stand_against_the_next_list():
    says("5/25", price_cache_read="0.5")
    says("2.5/12", at=TOMORROW)
    decisions.reject(shown(held()), actor=curator(), reason="a slip", at=LATER)
    says("4.8/24", at=LATER + timedelta(hours=1))

    assert prices() == {INPUT: "4.8", OUTPUT: "24"}


def test_a_no_that_is_taken_back_brings_the_whole_list_back():
    change = a_waiting_list()
    decisions.reject(shown(change), actor=curator(), reason="a slip", at=LATER)
    outcome = decisions.reconsider([change.pk], actor=curator(), reason="they announced it", at=LATER)

    assert (outcome.done, held().pk, held_fields()) == ([change.pk], change.pk, LIST)


def test_two_people_are_needed_as_soon_as_one_price_moves_far(settings):
    settings.SECOND_PERSON_ABOVE = 10
    bob = curator("bob")
    bob.user_permissions.add(Permission.objects.get(codename="approve_second"))
    says("5/25")
    says("4.9/2", at=TOMORROW)

    assert decisions.approve(shown(held()), actor=curator(), at=LATER).waiting == [held().pk]
    assert decisions.approve(shown(held()), actor=bob, at=LATER).done
    assert prices() == {INPUT: "4.9", OUTPUT: "2"}


def test_the_first_of_two_approvals_is_void_once_the_list_moves(settings):
    settings.SECOND_PERSON_ABOVE = 10
    says("5/25")
    says("4.9/2", at=TOMORROW)
    first = held()
    decisions.approve(shown(first), actor=curator(), at=LATER)
    says("4.9/2", at=LATER, price_cache_read="0.4")

    assert decisions.approve(shown(first), actor=curator("bob"), at=LATER).done == []
    assert (held().first_approved_by, prices()) == ("", {INPUT: "5", OUTPUT: "25"})


def test_a_pin_of_what_is_published_is_a_pin_of_every_price():
    change = a_waiting_list()
    outcome = pin_current(shown(change), actor=curator(), reason="their page", at=LATER)

    assert outcome.done == [change.pk]
    assert dict(Pin.objects.values_list("field", "value")) == {INPUT: listed("5"), OUTPUT: listed("25")}
    assert (prices(), held_fields()) == ({INPUT: "5", OUTPUT: "25"}, set())


def test_a_rate_that_came_with_the_list_stays_out_when_the_old_list_is_pinned():
    says("5/25")
    says("2.5/12", at=TOMORROW, price_cache_read="0.2")
    pin_current(shown(held()), actor=curator(), reason="their page", at=LATER)
    says("2.5/12", at=LATER + timedelta(hours=1), price_cache_read="0.2", **{"price_input[tier=batch]": "1.2"})

    assert (prices(), held_fields()) == ({INPUT: "5", OUTPUT: "25"}, set())


def a_waiting_list_half_pinned() -> Change:
    """The list of `a_waiting_list`, of which somebody has pinned the input price to something else."""
    a_waiting_list()
    pinning.pin(offering=OFFERING, field=INPUT, value=usd("7"), actor=curator("eve"), reason="x", at=LATER)
    return held()


def test_what_is_pinned_already_stays_as_it_is_when_the_rest_of_the_list_is_pinned():
    change = a_waiting_list_half_pinned()
    outcome = pin_current(shown(change), actor=curator(), reason="their page", at=LATER)

    assert (outcome.done, outcome.refused) == ([change.pk], [])
    in_force = Pin.objects.filter(released_at__isnull=True)
    assert set(in_force.values_list("field", "author__username")) == {(INPUT, "eve"), (OUTPUT, "ada")}
    assert (prices(), held_fields()) == ({INPUT: "7", OUTPUT: "25"}, set())


def test_taking_back_pins_of_half_a_list_leaves_the_earlier_pin():
    change = a_waiting_list_half_pinned()
    pinned = undo_decision.to_be_pinned(shown(change))
    outcome = pin_current(shown(change), actor=curator(), reason="their page", at=LATER)
    decision = undo_decision.Decision("keep", outcome.done, pinned=pinned)

    assert undo_decision.retract(decision, actor=curator(), at=LATER).done == [change.pk]
    assert [pin.field for pin in Pin.objects.filter(released_at__isnull=True)] == [INPUT]
    assert held_fields() == LIST


def test_a_list_that_is_pinned_whole_can_only_be_rejected():
    a_waiting_list_half_pinned()
    pinning.pin(offering=OFFERING, field=OUTPUT, value=usd("30"), actor=curator("eve"), reason="x", at=LATER)

    ((_pk, why),) = pin_current(shown(held()), actor=curator(), reason="x", at=LATER).refused
    assert why.startswith("All that is published of it is pinned already")


def test_pins_that_are_taken_back_at_once_leave_the_list_waiting():
    change = a_waiting_list()
    pinned = undo_decision.to_be_pinned(shown(change))
    outcome = pin_current(shown(change), actor=curator(), reason="their page", at=LATER)
    decision = undo_decision.Decision("keep", outcome.done, pinned=pinned)

    assert undo_decision.retract(decision, actor=curator(), at=LATER).done == [change.pk]
    assert not Pin.objects.filter(released_at__isnull=True).exists()
    assert (held().pk, held_fields()) == (change.pk, LIST)
    assert Offering.objects.get().provenance[INPUT]["source"] == "list"


def test_a_pin_that_somebody_else_ended_keeps_all_of_them_from_being_taken_back():
    change = a_waiting_list()
    pinned = undo_decision.to_be_pinned(shown(change))
    outcome = pin_current(shown(change), actor=curator(), reason="their page", at=LATER)
    pinning.release(Pin.objects.get(field=OUTPUT), actor=curator("eve"), at=LATER)

    decision = undo_decision.Decision("keep", outcome.done, pinned=pinned)
    assert len(undo_decision.retract(decision, actor=curator(), at=LATER).refused) == 1
    assert Pin.objects.get(field=INPUT).released_at is None


def test_an_approval_that_is_taken_back_leaves_the_list_waiting():
    change = a_waiting_list()
    done = decisions.approve(shown(change), actor=curator(), at=LATER)
    decision = undo_decision.Decision("approve", done.done, revision=done.revision)

    assert undo_decision.retract(decision, actor=curator(), at=LATER).done == [change.pk]
    assert (prices(), held_fields()) == ({INPUT: "5", OUTPUT: "25"}, LIST)


# -- time ------------------------------------------------------------------------------------------


def policy(name: str, verdict: str, *, grace_hours: int | None = None, **conditions: Any) -> None:
    Policy.objects.create(name=name, verdict=verdict, position=0, grace_hours=grace_hours, conditions=conditions)


def test_a_list_is_applied_whole_when_its_time_has_come():
    says("5/25")
    policy("after a day", "apply", fields=[OUTPUT], grace_hours=24)
    says("4.9/24", at=TOMORROW)
    assert (held().apply_after, held_fields()) == (TOMORROW + timedelta(hours=24), LIST)

    delayed_apply.apply_due(at=TOMORROW + timedelta(hours=25))
    assert (prices(), held_fields()) == ({INPUT: "4.9", OUTPUT: "24"}, set())


def test_it_waits_without_a_time_while_a_person_is_asked_about_one_of_its_prices():
    says("5/25")
    policy("after a day", "apply", fields=[OUTPUT], grace_hours=24)
    says("50/24", at=TOMORROW)

    assert (held().apply_after, held().policy) == (None, "possible unit error")


def test_it_is_rejected_whole_or_not_at_all():
    says("5/25")
    policy("never", "reject", fields=[OUTPUT])
    says("4.9/24", at=TOMORROW)
    assert (held().policy, held_fields()) == ("never", LIST)

    Policy.objects.filter(name="never").update(conditions={})
    assert re_evaluate.judge_again(actor=curator(), at=LATER).rejected == 1
    assert held_fields() == set()


# -- undoing ---------------------------------------------------------------------------------------


def undo(**chosen: Any) -> Any:
    return roll_back(Selection(**chosen), actor=curator("uma"), reason="a mistake", at=LATER)


def test_whoever_undoes_one_price_undoes_its_list():
    says("5/25")
    says("4/20", at=TOMORROW)
    entry = LedgerEntry.objects.filter(field=OUTPUT).latest("pk")
    outcome = undo(entries=[entry.pk])

    assert (len(outcome.done), prices()) == (2, {INPUT: "5", OUTPUT: "25"})
    assert Revision.objects.latest().number == outcome.revision
    row = Change.objects.get(state="rejected")
    assert (row.unit, row.moved_fields, row.source) == ("token_prices", (INPUT, OUTPUT), "list")
    assert says("4/20", at=LATER, price_cache_read="0.4").remembered == 1


def test_a_rate_that_went_with_its_list_comes_back_with_it():
    says("5/25", price_cache_read="0.5")
    says("4.5/22", at=TOMORROW)
    undo(entries=[LedgerEntry.objects.filter(field=INPUT).latest("pk").pk])

    assert prices() == {INPUT: "5", OUTPUT: "25", CACHE: "0.5"}


def test_other_fields_of_the_revision_are_left_alone():
    says("5/25")
    state(source(), claim(price_input=usd("4"), price_output=usd("20"), name="New"), at=TOMORROW)
    undo(entries=[LedgerEntry.objects.filter(field=INPUT).latest("pk").pk])

    assert (prices(), Offering.objects.get().facts["name"]) == ({INPUT: "5", OUTPUT: "25"}, "New")


def test_a_list_stays_whole_where_one_of_its_prices_has_moved_since():
    says("5/25")
    says("4/20", at=TOMORROW)
    number = Revision.objects.latest().number
    says("4/21", at=TOMORROW + timedelta(minutes=1))
    outcome = undo(revision=number)

    assert (outcome.done, prices()) == ([], {INPUT: "4", OUTPUT: "21"})
    assert {str(why) for _pk, why in outcome.skipped} == {str(steps.NEWER), str(steps.WITH_ITS_LIST)}


def test_a_list_goes_back_as_far_as_all_of_its_prices_do():
    says("5/25")
    numbers = []
    for listed_prices in ("4.8/24", "4.6/23", "4.4/22"):
        says(listed_prices, at=TOMORROW)
        numbers.append(Revision.objects.latest().number)
        if listed_prices == "4.6/23":
            numbers.pop()  # this one is not undone
    entries = LedgerEntry.objects.filter(revision__in=numbers).values_list("pk", flat=True)
    outcome = undo(entries=list(entries))

    assert (len(outcome.done), prices()) == (2, {INPUT: "4.6", OUTPUT: "23"})


def test_a_list_stays_where_another_price_of_it_was_published_since():
    says("5/25")
    says("4/20", at=TOMORROW)
    number = Revision.objects.latest().number
    says("4/20", at=TOMORROW + timedelta(minutes=1), price_cache_read="0.4")
    outcome = undo(revision=number)

    assert (outcome.done, prices()) == ([], {INPUT: "4", OUTPUT: "20", CACHE: "0.4"})
    assert {str(why) for _pk, why in outcome.skipped} == {str(steps.LIST_MOVED)}
    both = LedgerEntry.objects.filter(revision__gte=number).values_list("pk", flat=True)
    assert (len(undo(entries=list(both)).done), prices()) == (3, {INPUT: "5", OUTPUT: "25"})


def test_a_price_that_came_and_went_since_is_in_nobodys_way():
    says("5/25")
    says("4/20", at=TOMORROW)
    number = Revision.objects.latest().number
    says("4/20", at=TOMORROW + timedelta(minutes=1), price_cache_read="0.4")
    undo(revision=Revision.objects.latest().number)
    undo(revision=number)

    assert prices() == {INPUT: "5", OUTPUT: "25"}


def test_a_pinned_price_does_not_keep_the_rest_of_its_list():
    says("5/25")
    says("4/20", at=TOMORROW)
    number = Revision.objects.latest().number
    pinning.pin(offering=OFFERING, field=OUTPUT, value=usd("30"), actor=curator("eve"), reason="x", at=TOMORROW)
    outcome = undo(revision=number)

    assert (prices(), accepted_prices()) == ({INPUT: "5", OUTPUT: "30"}, {INPUT: "5", OUTPUT: "25"})
    assert (len(outcome.done), outcome.skipped) == (2, [])


def pinned(amount: str, name: str = INPUT, at: Any = NOW) -> Pin:
    return pinning.pin(offering=OFFERING, field=name, value=usd(amount), actor=curator("eve"), reason="x", at=at)


def accepted_prices() -> dict[str, str]:
    """The accepted prices by field, also behind pins."""
    facts = accepted(published_states([OFFERING])[OFFERING]).facts
    return {name: line[0]["amount"] for name, line in facts.items() if name.startswith("price.")}


def approved() -> undo_decision.Decision:
    """What waits is approved, and can be taken back."""
    waiting = held()
    outcome = decisions.approve(shown(waiting), actor=curator("uma"), at=TOMORROW)
    return undo_decision.Decision("approve", outcome.done, revision=outcome.revision)


@pytest.mark.parametrize("is_over", [False, True])
def test_a_list_goes_back_whole_behind_the_pin_of_one_of_its_prices(is_over):
    says("2/4")
    pin = pinned("5")
    says("3/9", at=TOMORROW)
    approved()
    number = Revision.objects.latest().number
    if is_over:
        pinning.release(pin, actor=curator("eve"), at=TOMORROW)
    undo(revision=number)

    assert accepted_prices() == {INPUT: "2", OUTPUT: "4"}
    assert prices() == {INPUT: "2" if is_over else "5", OUTPUT: "4"}
    assert says("3/9", at=LATER, price_cache_read="0.4").remembered == 1


@pytest.mark.parametrize("names", [(INPUT,), (INPUT, OUTPUT)])
def test_an_approval_of_a_list_with_a_pinned_price_is_taken_back_whole(names):
    says("2/4")
    for name in names:
        pinned("5", name)
    says("3/9", at=TOMORROW)
    decision = approved()
    outcome = undo_decision.retract(decision, actor=curator("uma"), at=LATER)

    assert (outcome.done, outcome.refused) == (decision.changes, [])
    assert accepted_prices() == {INPUT: "2", OUTPUT: "4"}
    assert ({INPUT, OUTPUT}, 0) == (held_fields(), Change.objects.filter(state="rejected").count())


def test_an_approval_that_something_moved_on_behind_a_pin_is_not_taken_back():
    says("2/4")
    pinned("5"), pinned("5", OUTPUT)
    says("3/9", at=TOMORROW)
    decision = approved()
    says("3.1/9", at=TOMORROW)
    outcome = undo_decision.retract(decision, actor=curator("uma"), at=LATER)

    assert ([pk for pk, _why in outcome.refused], outcome.done) == (decision.changes, [])
    assert accepted_prices() == {INPUT: "3.1", OUTPUT: "9"}


def test_a_list_stays_where_a_pinned_price_of_it_moved_since():
    says("2/4")
    pinned("5")
    says("2.1/4.2", at=TOMORROW)
    number = Revision.objects.latest().number
    says("2.2/4.2", at=TOMORROW)
    outcome = undo(revision=number)

    assert (accepted_prices(), outcome.done) == ({INPUT: "2.2", OUTPUT: "4.2"}, [])
    assert [str(why) for _pk, why in outcome.skipped] == [str(steps.LIST_MOVED)]


def test_a_list_stays_where_nobody_knows_what_lay_behind_a_pin_of_it():
    says("2/4")
    pinned("5")
    says("2.1/4.2", at=TOMORROW)
    OfferingContent.objects.update(behind={})  # as it was written before that was kept
    outcome = undo(revision=Revision.objects.latest().number)

    assert prices() == {INPUT: "5", OUTPUT: "4.2"}
    assert [str(why) for _pk, why in outcome.skipped] == [str(steps.NOT_KEPT)]


def test_a_first_pin_again_and_what_it_hid_go_back_together():
    says("2/4")
    pin, since = pinned("5"), NOW + timedelta(minutes=1)
    pinning.release(pin, actor=curator("uma"), at=since)
    says("3/9", at=since + timedelta(minutes=1))
    decisions.approve(shown(held()), actor=curator("uma"), at=since + timedelta(minutes=2))
    roll_back(Selection(actor_name="uma", since=since), actor=curator(), reason="x", at=TOMORROW)

    assert (prices(), accepted_prices()) == ({INPUT: "5", OUTPUT: "4"}, {INPUT: "2", OUTPUT: "4"})


def test_the_preview_shows_what_goes_back_behind_a_pin():
    says("2/4")
    pinned("5")
    says("2.1/4.2", at=TOMORROW)
    number = Revision.objects.latest().number
    rollback = plan(Selection(revision=number).ledger(), at=LATER, whole=[number])
    (row,) = preview(rollback, on=LATER.date())

    assert [(change_part.old, change_part.new) for change_part in row.parts_shown] == [
        (listed("2.1"), listed("2")), (listed("4.2"), listed("4")),
    ]  # fmt: skip


def test_undoing_a_pin_undoes_that_pin_only():
    says("5/25")
    pinning.pin(offering=OFFERING, field=OUTPUT, value=usd("30"), actor=curator("eve"), reason="x", at=TOMORROW)
    undo(entries=[LedgerEntry.objects.filter(field=OUTPUT).latest("pk").pk])

    assert prices() == {INPUT: "5", OUTPUT: "25"}


def test_the_preview_of_an_undo_shows_a_list_as_one_change():
    says("5/25")
    says("4/20", at=TOMORROW)
    rollback = plan(Selection(revision=Revision.objects.latest().number).ledger(), at=LATER)
    (row,) = preview(rollback, on=LATER.date())

    assert (row.unit, part(row, OUTPUT).old, part(row, OUTPUT).new) == ("token_prices", listed("20"), listed("25"))


_lists = st.tuples(st.sampled_from(["5/25", "4/20", "4/25", "3/15"]), st.sampled_from(["", "0.5", "0.4"]))
_acts = (
    st.tuples(st.just("says"), _lists),
    st.tuples(st.just("undoes"), st.integers(0, 40)),
    st.tuples(st.just("undoes a revision"), st.integers(2, 12)),
    st.tuples(st.just("pins"), st.sampled_from([INPUT, OUTPUT, CACHE])),
    st.tuples(st.just("releases"), st.sampled_from([INPUT, OUTPUT, CACHE])),
)
_courses = st.lists(st.one_of(*_acts), max_size=14)


@settings(max_examples=count(30))
@given(_courses)
def test_whatever_is_undone_what_is_published_then_was_published_as_a_whole_before(course):
    """A list moves at random, prices of it are pinned, and any of its ledger entries and revisions are undone: no
    mixture of two lists is accepted.
    """
    with transaction.atomic():
        Policy.objects.all().delete()
        policy("everything", "apply")
        says("5/25")
        accepted_lists, at = [accepted_prices()], TOMORROW
        for step, what in course:
            at += timedelta(minutes=1)
            if step == "says":
                says(what[0], at=at, **({"price_cache_read": what[1]} if what[1] else {}))
                accepted_lists.append(accepted_prices())
            elif step == "pins":
                pinned("7", what, at=at)
            elif step == "releases":
                for pin in Pin.objects.filter(field=what, released_at__isnull=True):
                    pinning.release(pin, actor=curator("eve"), at=at)
            elif step == "undoes a revision":
                roll_back(Selection(revision=what), actor=curator("uma"), reason="x", at=at)
                assert accepted_prices() in accepted_lists
            else:
                entries = list(LedgerEntry.objects.filter(field__startswith="price.").values_list("pk", flat=True))
                roll_back(Selection(entries=[entries[what % len(entries)]]), actor=curator("uma"), reason="x", at=at)
                assert accepted_prices() in accepted_lists
        transaction.set_rollback(True)


# -- finding, backtest, explaining ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ({"field": INPUT}, 1), ({"field": OUTPUT}, 1), ({"field": "token_prices"}, 1), ({"field": CACHE}, 0),
        ({"field": "price.in"}, 0), ({"field": "price_input"}, 0), ({"group": "price"}, 1), ({"group": "limit"}, 0),
    ],
)  # fmt: skip
def test_a_list_is_found_by_any_of_its_prices(query, matches):
    a_waiting_list()

    assert queue.filtered(Change.objects.all(), query).count() == matches


def test_a_group_of_the_same_list_everywhere_is_named_by_its_prices():
    for key in ("acme/one", "acme/two"):
        a_waiting_list(key)

    (same,) = queue.facets(queue.filtered(Change.objects.all(), {}), "same")
    assert same.count == 2
    assert same.label == (
        "Token prices: Input price $5 / 1M tokens → $2.5 / 1M tokens, Output price $25 / 1M tokens → $12 / 1M tokens"
    )


def test_the_history_tells_each_price_with_what_its_own_policy_said():
    says("5/25")
    says("4.9/2", at=TOMORROW)

    verdicts = {
        case.change.field: (case.decided.name, case.decided.policy)
        for case in history.history(TOMORROW).cases
        if not case.in_ledger
    }
    assert verdicts == {INPUT: ("apply", "everything else"), OUTPUT: ("hold", "possible unit error")}


def test_what_was_held_and_approved_is_told_once():
    change = a_waiting_list()
    decisions.approve(shown(change), actor=curator(), at=LATER)

    cases = history.history(TOMORROW).cases
    assert sorted(case.change.field for case in cases) == [INPUT, OUTPUT]


def test_the_tester_answers_for_the_price_that_decides_and_for_any_other():
    says("5/25")
    says("4.9/2", at=TOMORROW)
    deciding, other = simulate.of_change(held(), at=LATER), simulate.of_change(held(), INPUT, at=LATER)

    assert (deciding.change.field, deciding.by) == (OUTPUT, "possible unit error")
    assert (other.change.field, other.by) == (INPUT, "everything else")


def test_the_tester_answers_for_a_price_that_becomes_free_however_far_another_moves():
    Policy.objects.create(name="moved", position=0, verdict="hold", conditions={"kinds": ["free", "change"]})
    says("5/25")
    says("0/2", at=TOMORROW)

    assert (held().kind, simulate.of_change(held(), at=LATER).change.field) == ("free", INPUT)


def test_an_undone_list_of_which_one_price_became_free_is_remembered_as_that():
    says("5/25")
    says("0/2", at=TOMORROW)
    decisions.approve(shown(held()), actor=curator(), at=LATER)
    roll_back(Selection(revision=Revision.objects.latest().number), actor=curator(), reason="a mistake", at=LATER)

    assert Change.objects.get(state="rejected").kind == "free"


def test_the_tester_knows_that_a_list_with_a_refused_price_is_not_asked_about():
    a_waiting_list()
    decisions.reject(shown(held()), actor=curator(), reason="no", at=LATER)
    says("2.4/12", at=LATER)

    answer = simulate.of_statement(OFFERING, INPUT, source(), usd("2.4"), at=LATER + timedelta(hours=1))
    assert any("rejected by ada" in sentence for sentence in answer.before)


def test_a_large_approval_is_taken_back_whole():
    """It is one revision, by which it goes back."""
    keys = [f"acme/rocket-{number}" for number in range(200)]
    Policy.objects.create(
        name="ask", position=0, verdict="hold", conditions={"kinds": ["change"], "fields": ["context_window"]}
    )
    state(source(), *(claim(key) for key in keys))
    state(source(), *(claim(key, context_window=210_000) for key in keys), at=LATER)
    waiting = {row.pk: row.fingerprint for row in Change.objects.awaiting_review()}

    approved = decisions.approve(waiting, actor=curator(), at=LATER + timedelta(hours=1))
    approval = undo_decision.Decision("approve", approved.done, approved.waiting, approved.revision)
    back = undo_decision.retract(approval, actor=curator(), at=LATER + timedelta(hours=2))

    assert (len(approved.done), len(back.done), back.refused) == (200, 200, [])
    assert not Offering.objects.filter(context_window=210_000).exists()

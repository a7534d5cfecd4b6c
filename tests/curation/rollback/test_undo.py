from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curation.apply.reconcile import reconcile
from curation.core.merge import PIN_SOURCE
from curation.models import Change, Pin
from curation.pins import pinning
from curation.policies.installed import ensure_defaults
from curation.review import decisions
from curation.review.decisions import Refused
from curation.rollback import plan
from curation.rollback.selection import Selection
from curation.rollback.steps import IS_NEW, NEWER, NO_MOVE, PIN_EXPIRED, PIN_OVER, PINNED, PINNED_SINCE
from curation.rollback.undo import Outcome, roll_back
from registry.domain.fields import field as declared
from registry.domain.spans import OPEN
from registry.models import LedgerEntry, Offering, OfferingVersion, Revision
from tests.builders import NOW, OFFERING, claim, curator, grace_passes, listed, offering, part, source, state, usd
from tests.random_courses import SHARE, count

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
FEW = count(60 if SHARE > 1 else 30)
"""Random histories: each is many publications."""


@pytest.fixture(autouse=True)
def _policies(db: None) -> None:
    ensure_defaults()


def published(field: str) -> Any:
    return Offering.objects.get().facts.get(field, ...)


def account(field: str) -> dict[str, Any]:
    return dict(Offering.objects.get().provenance[field])


def last() -> Revision:
    return Revision.objects.latest()


def undo(revision: int | None = None, at: datetime = LATER, **chosen: Any) -> Outcome:
    if not chosen:
        chosen = {"revision": last().number if revision is None else revision}
    return roll_back(Selection(**chosen), actor=curator("uma"), reason="a mistake", at=at)


def pin(
    field: str = "context_window", value: Any = 128_000, who: str = "ada", at: datetime = LATER, **more: Any
) -> Pin:
    return pinning.pin(offering=OFFERING, field=field, value=value, actor=curator(who), reason="docs", at=at, **more)


def moved(**by_name: Any) -> None:
    """The catalogue states something else, and the policies apply it."""
    state(source(), claim(**by_name))


# -- what goes back --------------------------------------------------------------------------------


def test_it_takes_back_a_sync_as_new_entries_of_one_new_revision():
    offering(price_input=usd("3"), context_window=200_000)
    moved(price_input=usd("3.3"), context_window=210_000)
    done = undo()

    assert (published("price.input"), published("context_window")) == (listed("3"), 200_000)
    assert (len(done.done), done.skipped, done.revision) == (2, [], last().number)
    assert (last().actor, last().reason) == ("uma", "rolled back by uma: a mistake")
    entry = LedgerEntry.objects.filter(field="price.input").latest("id")
    assert (entry.old, entry.new, entry.source, entry.policy) == (
        listed("3.3"),
        listed("3"),
        "list",
        "rolled back by uma",
    )
    assert OfferingVersion.objects.get(revision_to=OPEN).input_price == 3


def test_it_says_whose_the_restored_value_was():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    undo()

    assert account("price.input") == {
        "source": "list",
        "quality": "partial",
        "reason": "incumbent",
        "stated": False,
        "rejected": {"value": listed("3.3"), "source": "list", "why": "rejected by uma on 2026-01-05"},
        "since": None,
        "policy": "rolled back by uma",
        "agree": [],
        "disagree": ["list"],
        "agreement": {"agree": 0, "of": 1},
    }


def test_it_takes_out_what_was_unknown_before():
    offering()
    moved(license="MIT")
    undo()

    assert "license" not in Offering.objects.get().facts | Offering.objects.get().provenance
    assert LedgerEntry.objects.latest("id").reason == "no longer stated"


def test_it_goes_back_to_stated_to_be_none_and_not_to_unknown():
    offering(context_window=200_000)
    pin("license", None)
    pin("license", "MIT")
    undo()

    assert published("license") is None


def test_several_entries_of_one_field_go_back_to_the_oldest_value():
    offering(price_input=usd("3"))
    for amount in ("3.3", "3.6", "3.9"):
        moved(price_input=usd(amount))
    done = undo(actor_name="sync:list", since=NOW)

    assert published("price.input") == listed("3")
    assert LedgerEntry.objects.filter(revision=done.revision).count() == 1


def test_it_takes_back_what_one_person_did_since_a_time():
    offering(context_window=200_000)
    pin("context_window", 100_000, who="bob")
    pin("license", "MIT", at=LATER + timedelta(minutes=1))
    undo(actor_name="bob", since=LATER, at=LATER + timedelta(hours=1))

    assert (published("context_window"), published("license")) == (200_000, "MIT")


def test_it_takes_back_chosen_entries_only():
    offering(price_input=usd("3"), context_window=200_000)
    moved(price_input=usd("3.3"), context_window=210_000)
    undo(entries=[LedgerEntry.objects.filter(field="price.input").latest("id").pk])

    assert (published("price.input"), published("context_window")) == (listed("3"), 210_000)


def test_an_undo_can_be_undone():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    undo()
    undo()

    assert published("price.input") == listed("3.3")
    assert not Change.objects.filter(state=Change.State.REJECTED).exists()
    moved(price_input=usd("3"))
    assert published("price.input") == listed("3")


# -- what stays ------------------------------------------------------------------------------------


def test_it_leaves_what_has_something_newer_on_top():
    offering(price_input=usd("3"), context_window=200_000)
    moved(price_input=usd("3.3"), context_window=210_000)
    first = last().number
    moved(price_input=usd("3.5"), context_window=210_000)
    done = undo(first)

    assert (published("price.input"), published("context_window")) == (listed("3.5"), 200_000)
    assert [why for _pk, why in done.skipped] == [str(NEWER)]
    assert LedgerEntry.objects.get(pk=done.skipped[0][0]).field == "price.input"


def test_it_leaves_a_pinned_field():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    first = last().number
    pin("price.input", usd("3.3"))
    done = undo(first)

    assert [why for _pk, why in done.skipped] == [str(PINNED)]
    assert (published("price.input"), done.revision) == (listed("3.3"), None)


def test_it_does_not_delete_a_new_offering():
    offering()
    done = undo()

    assert (done.done, done.revision) == ([], None)
    assert {why for _pk, why in done.skipped} == {str(IS_NEW)}


def test_it_undoes_nothing_twice():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    batch = last().batch
    undo(batch=batch)
    again = undo(batch=batch)

    assert (again.done, again.revision, len(again.skipped)) == ([], None, 1)


def test_it_leaves_what_comes_to_nothing():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    moved(price_input=usd("3"))
    done = undo(actor_name="sync:list", since=NOW)

    assert done.revision is None
    assert str(NO_MOVE) in {why for _pk, why in done.skipped}


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_needs_a_reason(reason):
    with pytest.raises(Refused, match="Say why"):
        roll_back(Selection(revision=1), actor=curator(), reason=reason)


@pytest.mark.parametrize("chosen", [{}, {"revision": 1, "entries": [1]}, {"actor_name": "ada"}, {"since": NOW}])
def test_it_takes_exactly_one_selection(chosen):
    with pytest.raises(TypeError, match="give one of"):
        roll_back(Selection(**chosen), actor=curator(), reason="x")


# -- what is remembered ----------------------------------------------------------------------------


def test_the_next_sync_does_not_apply_it_again():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    undo()
    moved(price_input=usd("3.3"), name="Another")

    assert published("price.input") == listed("3")
    assert published("name") == "Another"
    row = Change.objects.get()
    assert (row.state, row.source, part(row).old, part(row).new, row.decided_by, row.reason) == (
        "rejected",
        "list",
        listed("3"),
        listed("3.3"),
        "uma",
        "a mistake",
    )


def test_it_hears_the_source_again_when_it_says_something_else():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    undo()
    moved(price_input=usd("3.4"))

    assert published("price.input") == listed("3.4")


def test_it_remembers_a_withdrawal_that_was_approved_and_undone():
    offering(price_search=usd("0.01"))
    moved(price_search=...)
    later = grace_passes(source())
    waiting = Change.objects.awaiting_review().get()
    decisions.approve({waiting.pk: waiting.fingerprint}, actor=curator(), at=later)
    undo(at=later + timedelta(hours=1))
    moved(price_search=..., name="Another")

    assert published("price.search") == listed("0.01")
    assert not Change.objects.awaiting_review().exists()


def test_it_holds_against_another_source_that_has_come_to_say_the_same():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    number = last().number
    state(source("official", source_type="official"), claim(price_input=usd("3.3")))
    undo(number)
    state(source("official"), claim(price_input=usd("3.3"), name="Another"))

    assert published("price.input") == listed("3")


def test_what_waited_on_the_undone_value_is_asked_anew():
    offering(price_input=usd("3"))
    moved(price_input=usd("3.3"))
    number = last().number
    moved(price_input=usd("33"))
    undo(number)

    assert [(part(c).old, part(c).new) for c in Change.objects.awaiting_review()] == [(listed("3"), listed("33"))]


# -- pins ------------------------------------------------------------------------------------------


def test_an_undone_pin_is_released():
    offering(context_window=200_000)
    held = pin()
    undo()

    held.refresh_from_db()
    assert (held.released_by, held.released_at) == ("uma", LATER)
    assert (published("context_window"), account("context_window")["source"]) == (200_000, "list")
    assert Offering.objects.get().pinned_fields == 0
    assert not Change.objects.exists()


def test_behind_an_undone_pin_stands_what_was_accepted_meanwhile():
    offering(context_window=200_000)
    pin()
    number = last().number
    moved(context_window=220_000)
    undo(number)

    assert published("context_window") == 220_000
    assert not Change.objects.exists()


def test_what_waited_behind_an_undone_pin_goes_on_waiting():
    offering(context_window=200_000)
    pin()
    number = last().number
    moved(context_window=20_000)
    undo(number)

    assert published("context_window") == 200_000
    assert part(Change.objects.awaiting_review().get()).new == 20_000


def test_the_pin_before_holds_again():
    offering(context_window=200_000)
    pin(value=128_000)
    pin(value=64_000, who="bob", at=LATER + timedelta(minutes=1))
    undo(at=LATER + timedelta(hours=1))

    held = Pin.objects.get(released_at__isnull=True)
    assert (held.value, held.reason, published("context_window")) == (128_000, "docs", 128_000)
    assert account("context_window")["reason"] == "pinned"


def test_an_undone_release_pins_again():
    offering(context_window=200_000)
    pinning.release(pin(), actor=curator(), at=LATER + timedelta(minutes=1))
    undo(at=LATER + timedelta(hours=1))

    assert published("context_window") == 128_000
    assert Pin.objects.get(released_at__isnull=True).author.get_username() == "uma"


def test_a_pin_that_has_expired_is_not_pinned_again():
    offering(context_window=200_000)
    pin(expires_at=LATER + timedelta(minutes=1))
    pinning.end_expired_pins(at=LATER + timedelta(minutes=1))
    done = undo(at=LATER + timedelta(hours=1))

    assert [why for _pk, why in done.skipped] == [str(PIN_EXPIRED)]


def test_a_pin_that_was_pinned_anew_stays():
    offering(context_window=200_000)
    pin()
    number = last().number
    pin(who="bob", at=LATER + timedelta(minutes=1))
    done = undo(number, at=LATER + timedelta(hours=1))

    assert [why for _pk, why in done.skipped] == [str(PINNED_SINCE)]
    assert Pin.objects.filter(released_at__isnull=True).get().author.get_username() == "bob"


# -- one person's edits ----------------------------------------------------------------------------


def undo_of(name: str, since: datetime = NOW, at: datetime = LATER + timedelta(hours=1), **more: Any) -> Outcome:
    return roll_back(Selection(actor_name=name, since=since), actor=curator("uma"), reason="a mistake", at=at, **more)


def held(field: str = "context_window") -> Pin | None:
    return Pin.objects.filter(field=field, released_at__isnull=True).first()


def test_a_persons_pin_that_moved_no_value_is_released_too():
    offering(context_window=200_000)
    bobs_pin = pin(value=200_000, who="bob")
    done = undo_of("bob")

    assert (done.pins, done.done, held()) == ([bobs_pin.pk], [], None)
    assert (published("context_window"), account("context_window")["source"]) == (200_000, "list")
    assert Offering.objects.get().pinned_fields == 0


def test_what_the_source_said_meanwhile_was_accepted_behind_a_persons_pin():
    offering(context_window=200_000)
    pin(value=200_000, who="bob")
    moved(context_window=220_000)
    undo_of("bob")

    assert published("context_window") == 220_000
    assert not Change.objects.exists()


def test_a_change_that_somebody_approved_and_pinned_goes_back_as_a_whole():
    offering(price_input=usd("3"))
    moved(price_input=usd("30"))
    waiting = Change.objects.awaiting_review().get()
    decisions.approve({waiting.pk: waiting.fingerprint}, actor=curator("bob"), at=LATER)
    pin("price.input", usd("30"), who="bob", at=LATER + timedelta(minutes=1))
    done = undo_of("bob")

    assert (published("price.input"), held("price.input"), done.skipped) == (listed("3"), None, [])


def test_a_release_that_moved_no_value_is_taken_back():
    offering(context_window=200_000)
    earlier = pin(value=200_000, who="ada")
    pinning.release(earlier, actor=curator("bob"), at=LATER + timedelta(minutes=1))
    done = undo_of("bob")

    assert done.pins == [earlier.pk]
    again = held()
    assert again is not None
    assert (again.value, again.reason, account("context_window")["reason"]) == (200_000, "docs", "pinned")


def test_the_pin_of_another_that_somebody_replaced_holds_again():
    offering(context_window=200_000)
    pin(value=128_000, who="ada")
    pin(value=128_000, who="bob", at=LATER + timedelta(minutes=1))
    pin(value=64_000, who="bob", at=LATER + timedelta(minutes=2))
    undo_of("bob")

    again = held()
    assert again is not None
    assert (again.value, again.author.get_username(), published("context_window")) == (128_000, "uma", 128_000)


def test_what_a_source_says_too_by_now_stays_when_the_pin_that_said_it_is_undone():
    offering(context_window=...)
    pin(value=1000, who="bob")
    state(source("official", source_type="official"), claim(context_window=1000), at=LATER + timedelta(minutes=1))
    pinning.release(held(), actor=curator("bob"), at=LATER + timedelta(minutes=2))  # type: ignore[arg-type]
    done = undo_of("bob")

    assert [why for _entry, why in done.skipped] == [str(PIN_OVER)]
    assert (published("context_window"), account("context_window")["source"]) == (1000, "official")


def test_what_another_pinned_since_stays_and_is_listed():
    offering(context_window=200_000)
    bobs_pin = pin(value=200_000, who="bob")
    pin(value=200_000, who="ada", at=LATER + timedelta(minutes=1))
    done = undo_of("bob")

    assert (done.pins, done.skipped_pins) == ([], [(bobs_pin.pk, str(PINNED_SINCE))])
    assert held().author.get_username() == "ada"  # type: ignore[union-attr]


def test_a_pin_that_another_released_is_listed_as_over():
    offering(context_window=200_000)
    bobs_pin = pin(value=200_000, who="bob")
    pinning.release(bobs_pin, actor=curator("ada"), at=LATER + timedelta(minutes=1))
    done = undo_of("bob")

    assert (done.pins, done.skipped_pins) == ([], [(bobs_pin.pk, str(PIN_OVER))])


def test_what_somebody_pinned_and_released_themselves_comes_to_nothing():
    offering(context_window=200_000)
    bobs_pin = pin(value=200_000, who="bob")
    pinning.release(bobs_pin, actor=curator("bob"), at=LATER + timedelta(minutes=1))
    done = undo_of("bob")

    assert (done.pins, done.skipped_pins) == ([], [(bobs_pin.pk, str(NO_MOVE))])


def test_what_was_done_before_the_time_stays():
    offering(context_window=200_000, license="MIT")
    pin(value=200_000, who="bob")
    pin("license", "MIT", who="bob", at=LATER + timedelta(minutes=10))
    undo_of("bob", since=LATER + timedelta(minutes=5))

    assert held("license") is None
    assert held("context_window") is not None


def test_the_pins_of_a_batch_go_with_it():
    offering(context_window=200_000, license="MIT")
    batch = uuid4()
    pin(value=200_000, batch=batch)
    pin("license", "Apache-2.0", batch=batch)
    undo(batch=batch, at=LATER + timedelta(hours=1))

    assert not Pin.objects.filter(released_at__isnull=True).exists()
    assert published("license") == "MIT"


def test_what_moved_since_it_was_shown_is_not_undone():
    offering(context_window=200_000)
    pin(who="bob")
    chosen = Selection(actor_name="bob", since=NOW)
    fingerprint = plan.plan(chosen.ledger(), chosen.pin_acts(), at=LATER).fingerprint
    pin("license", "MIT", who="bob", at=LATER + timedelta(minutes=1))

    with pytest.raises(Refused, match="moved since you looked"):
        undo_of("bob", shown=fingerprint)
    assert published("license") == "MIT"


def test_what_stands_as_it_was_shown_is_undone():
    offering(context_window=200_000)
    pin(who="bob")
    chosen = Selection(actor_name="bob", since=NOW)
    fingerprint = plan.plan(chosen.ledger(), chosen.pin_acts(), at=LATER).fingerprint

    assert undo_of("bob", shown=fingerprint).done


# -- property --------------------------------------------------------------------------------------

_FIELDS = ("price.input", "context_window", "license")
_VALUES: dict[str, list[Any]] = {
    "price.input": [..., usd("3"), usd("3.3"), usd("30"), usd("0")],
    "context_window": [..., None, 1000, 2000, 200_000],
    "license": [..., None, "MIT", "Apache-2.0"],
}
_said = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in _VALUES.items()})
_pinned = st.one_of(*(st.tuples(st.just(name), st.sampled_from(values[1:])) for name, values in _VALUES.items()))
_steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(["list", "official"]), _said),
    st.tuples(st.sampled_from(["approve", "reject", "release"]), st.none(), st.none()),
    st.tuples(st.just("pin"), st.none(), _pinned),
    st.tuples(st.just("undo"), st.integers(0, 8), st.none()),
)
_SOURCE_TYPES = {"list": "catalogue", "official": "official"}


def _do(what: str, which: Any, how: Any, at: datetime) -> None:
    open_changes = {c.pk: c.fingerprint for c in Change.objects.awaiting_review()}
    match what:
        case "say":
            by_name = {name.replace(".", "_"): value for name, value in how.items()}
            state(source(which, source_type=_SOURCE_TYPES[which]), claim(**by_name), at=at)
        case "approve":
            decisions.approve(open_changes, actor=curator(), at=at)
        case "reject":
            decisions.reject(open_changes, actor=curator(), reason="no", at=at)
        case "pin":
            pin(how[0], how[1], at=at)
        case "release":
            for held in Pin.objects.filter(released_at__isnull=True):
                pinning.release(held, actor=curator(), at=at)
        case "undo":
            undo(which, at=at)


def _known() -> dict[str, Any]:
    return {name: value for name, value in Offering.objects.get().facts.items() if value is not None}


def _lies_behind() -> dict[str, Any]:
    """Pinned field → the accepted value behind its pin, None where there is none."""
    return {name: held and held["value"] for name, held in Offering.objects.get().behind.items()}


def _replayed() -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for entry in LedgerEntry.objects.order_by("id"):
        assert facts.get(entry.field) == entry.old
        facts[entry.field] = entry.new
    return {name: value for name, value in facts.items() if value is not None}


@settings(max_examples=FEW)
@given(st.lists(_steps, min_size=1, max_size=8), st.integers(2, 9))
def test_undo_restores_what_nobody_touched_since_and_it_lasts(steps, chosen):
    with transaction.atomic():
        offering(price_input=usd("3"))
        at = NOW
        for what, which, how in steps:
            at += timedelta(minutes=1)
            _do(what, which, how, at)
        at += timedelta(minutes=1)
        number = min(chosen, last().number)
        of_batch = list(LedgerEntry.objects.filter(revision_id=number).order_by("id"))
        untouched = [
            entry
            for entry in of_batch
            if number > 1
            and not LedgerEntry.objects.filter(field=entry.field, id__gt=entry.pk).exists()
            and not Pin.objects.filter(field=entry.field, created_at__gte=entry.revision.created_at).exists()
        ]
        before, behind = dict(Offering.objects.get().facts), _lies_behind()
        done = undo(number, at=at)

        skipped = dict(done.skipped)
        assert sorted([*done.done, *skipped]) == [entry.pk for entry in of_batch]
        restored = {e.field: e.old for e in of_batch if e.pk in done.done}
        for entry in untouched:
            pinned_then = skipped.get(entry.pk) in (str(PINNED), str(PIN_OVER))
            assert entry.pk in done.done or pinned_then, skipped
        for name, value in restored.items():  # where a pin goes, what was accepted behind it meanwhile shows
            assert Offering.objects.get().facts.get(name) in (value, behind.get(name, value))
        for name in before.keys() - restored.keys() - {name for _key, name in done.behind}:
            assert Offering.objects.get().facts.get(name) == before[name]

        again = undo(number, at=at)
        assert (again.done, again.revision) == ([], None)
        assert _replayed() == _known()

        undone = {e.field: e.new for e in of_batch if e.pk in done.done and e.source != "pin"}
        remembered = {name for name, new in undone.items() if new != restored[name]}
        reconcile([OFFERING], actor="sync:list", reason="the next sync", batch=last().batch, at=at)
        for name in remembered:
            was_redo = LedgerEntry.objects.get(pk__in=done.done, field=name).policy.startswith("rolled back")
            assert was_redo or Offering.objects.get().facts.get(name) != undone[name]
        transaction.set_rollback(True)


_PEOPLE = ("ada", "bob")
_edits = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(["list", "official"]), _said),
    st.tuples(st.sampled_from(["approve", "reject", "release"]), st.sampled_from(_PEOPLE), st.none()),
    st.tuples(st.just("pin"), st.sampled_from(_PEOPLE), _pinned),
    st.tuples(st.just("keep"), st.sampled_from(_PEOPLE), st.sampled_from(_FIELDS)),
)


def _edit(what: str, who: Any, how: Any, at: datetime) -> None:
    """One act of a person, or a sync."""
    waiting = {c.pk: c.fingerprint for c in Change.objects.awaiting_review()}
    match what:
        case "say":
            by_name = {name.replace(".", "_"): value for name, value in how.items()}
            state(source(who, source_type=_SOURCE_TYPES[who]), claim(**by_name), at=at)
        case "approve":
            decisions.approve(waiting, actor=curator(who), at=at)
        case "reject":
            decisions.reject(waiting, actor=curator(who), reason="no", at=at)
        case "pin":
            pin(how[0], how[1], who=who, at=at)
        case "keep":  # pins what is published already: no value moves
            facts = Offering.objects.get().facts
            if how in facts:
                pin(how, declared(how).decode(facts[how]), who=who, at=at)
        case "release":
            for earlier in Pin.objects.filter(released_at__isnull=True):
                pinning.release(earlier, actor=curator(who), at=at)


_NOTHING_SAID: dict[str, Any] = dict.fromkeys(_FIELDS, ...)


@settings(max_examples=FEW)
@example(  # a source comes round behind the pin, and the pin is released
    steps=[
        ("pin", "bob", ("context_window", 1000)),
        ("say", "official", _NOTHING_SAID | {"context_window": 1000}),
        ("release", "bob", None),
    ],
    after=0,
)
@given(st.lists(_edits, min_size=1, max_size=10), st.integers(0, 6))
def test_undoing_a_persons_edits_restores_what_nobody_touched_since(steps, after):
    with transaction.atomic():
        offering(price_input=usd("3"))
        at, since = NOW, NOW + timedelta(minutes=after, seconds=30)
        pinned_before: dict[str, Any] = {}
        for what, who, how in steps:
            at += timedelta(minutes=1)
            if at - timedelta(minutes=1) < since <= at:
                pinned_before = _pins_in_force()
            _edit(what, who, how, at)
        if at < since:
            pinned_before = _pins_in_force()
        facts, pins_before = dict(Offering.objects.get().facts), _pins_in_force()
        behind = _lies_behind()
        touched = {entry.field for entry in LedgerEntry.objects.filter(revision__created_at__gte=since)}
        by_others = {
            entry.field for entry in LedgerEntry.objects.filter(revision__created_at__gte=since).exclude(actor="bob")
        } | _pinned_by("ada", since)
        first = {
            entry.field: entry.old
            for entry in LedgerEntry.objects.filter(revision__created_at__gte=since, actor="bob").order_by("-id")
        }
        came_round = _came_round()
        done = undo_of("bob", since=since, at=at + timedelta(minutes=1))
        now, held_now = dict(Offering.objects.get().facts), _pins_in_force()

        # Every pin of his that was in force is gone, unless somebody else has acted on the field since.
        for name in _FIELDS:
            if name in by_others:
                continue
            assert held_now.get(name, _NOBODY)[1] == pinned_before.get(name, _NOBODY)[1], name
            if name in first and name not in came_round:
                # What was accepted behind his pin meanwhile shows when the pin goes.
                assert now.get(name) in (first[name], behind.get(name, first[name])), (name, done.skipped)
            elif name not in touched:
                freed = name in behind and name not in held_now
                assert now.get(name) == (behind[name] if freed else facts.get(name))
        # What others pinned is never released by it.
        for name, (author, value) in pins_before.items():
            if author != "bob":
                assert held_now.get(name) == (author, value)
        # All of it is accounted for: done or skipped, each entry once.
        of_his = set(Selection(actor_name="bob", since=since).ledger().values_list("pk", flat=True))
        assert sorted([*done.done, *(pk for pk, _why in done.skipped)]) == sorted(of_his)
        assert _replayed() == _known()
        again = undo_of("bob", since=since, at=at + timedelta(minutes=2))
        assert (again.done, again.pins) == ([], [])
        transaction.set_rollback(True)


def _came_round() -> set[str]:
    """Fields whose pin is over and whose sources state what was pinned. No entry tells of it, since no value moved: the
    published value is the sources' by now, and undoing the pin does not change it.
    """
    newest = {entry.field: entry.source for entry in LedgerEntry.objects.order_by("id")}
    accounts = Offering.objects.get().provenance
    return {
        name
        for name, source_then in newest.items()
        if source_then == PIN_SOURCE and accounts.get(name, {}).get("source", PIN_SOURCE) != PIN_SOURCE
    }


_NOBODY = ("", "not pinned")


def _pins_in_force() -> dict[str, Any]:
    """Field → who pinned it, and to what."""
    in_force = Pin.objects.filter(released_at__isnull=True).select_related("author")
    return {pin.field: (pin.author.get_username(), str(pin.value)) for pin in in_force}


def _pinned_by(name: str, since: datetime) -> set[str]:
    created = Pin.objects.filter(author__username=name, created_at__gte=since)
    ended = Pin.objects.filter(released_by=name, released_at__gte=since)
    return {*created.values_list("field", flat=True), *ended.values_list("field", flat=True)}

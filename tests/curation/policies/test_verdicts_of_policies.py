"""What becomes of a change that a policy rejects, does not accept, or applies after a time; and judging again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from curation.apply.proposals import BY_POLICY
from curation.apply.reconcile import reconcile
from curation.core.run_guard import TooMuchAtOnce
from curation.models import Change, Policy
from curation.policies import re_evaluate
from curation.review import decisions, delayed_apply, postpone
from registry.models import LedgerEntry, Offering
from syncers.sync import stored_claims
from tests.builders import NOW, OFFERING, claim, curator, listed, offering, part, source, state, usd

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=2, hours=1)


def policy(verdict: str, *, grace_hours: int | None = None, **conditions: Any) -> Policy:
    return Policy.objects.create(
        name="mine",
        position=1,
        verdict=verdict,
        explanation="we know better",
        grace_hours=grace_hours,
        conditions=conditions,
    )


def published(field: str = "price.input") -> Any:
    return Offering.objects.get(key=OFFERING).facts.get(field)


def moved(price: str = "4", at=TOMORROW):
    return state(source(), claim(price_input=usd(price)), at=at)


# -- rejecting ---------------------------------------------------------------------------------------


def test_what_a_policy_rejects_is_not_published_and_says_why():
    offering(price_input=usd("3"))
    policy("reject", fields=["price.input"])

    outcome = moved()

    row = Change.objects.get()
    assert published() == listed("3")
    assert (row.state, row.decided_by, row.reason) == (Change.State.REJECTED, BY_POLICY, "mine: we know better")
    assert (outcome.declined, outcome.applied, outcome.held) == (1, 0, 0)


def test_what_a_policy_rejected_is_remembered():
    offering(price_input=usd("3"))
    rule = policy("reject", fields=["price.input"])
    moved()
    moved(at=LATER)
    rule.delete()

    reconcile([OFFERING], actor="ada", reason="again", batch=LedgerEntry.objects.latest("id").revision.batch, at=LATER)

    assert Change.objects.count() == 1
    assert published() == listed("3")


def test_a_policy_that_rejects_closes_what_waits_already():
    offering(price_input=usd("3"))
    moved("30")
    policy("reject", fields=["price.input"])
    moved("30", at=LATER)

    reconcile([OFFERING], actor="x", reason="again", batch=Change.objects.get().batch, at=LATER)

    assert [row.state for row in Change.objects.all()] == [Change.State.REJECTED]


# -- not accepting a run -----------------------------------------------------------------------------


def test_a_policy_that_does_not_accept_a_run_stops_it_as_a_whole():
    offering(price_input=usd("3"))
    policy("quarantine", fields=["price.input"], sources=["list"])

    with pytest.raises(TooMuchAtOnce, match="mine"):
        reconcile_run(guarded=True)
    assert published() == listed("3")


def test_a_run_that_people_accept_is_held_change_by_change():
    offering(price_input=usd("3"))
    policy("quarantine", fields=["price.input"])

    reconcile_run(guarded=False)

    assert [(part(row).field, row.policy) for row in Change.objects.awaiting_review()] == [("price.input", "mine")]


def test_a_run_is_not_blamed_for_what_another_source_says():
    offering(price_input=usd("3"))
    policy("quarantine", fields=["price.input"])

    reconcile_run(guarded=True, read="other")

    assert Change.objects.awaiting_review().get().source == "list"


def test_a_policy_that_counts_stops_a_run_of_many():
    keys = [f"acme/rocket-{n}" for n in range(3)]
    state(source(), *(claim(key, price_input=usd("3")) for key in keys))
    policy("quarantine", groups=["price"], kinds=["change"], count_at_least=3)

    assert reconcile_run(*keys[:2], guarded=True).applied == 2
    with pytest.raises(TooMuchAtOnce):
        reconcile_run(*keys, price="3.6", guarded=True)


def reconcile_run(*keys: str, price: str = "3.3", guarded: bool, read: str = "list") -> Any:
    """What a reading of a source does with offerings whose price it states now."""
    keys = keys or (OFFERING,)
    claims = [claim(key, price_input=usd(price)) for key in keys]
    stored_claims.write(source(), stored_claims.compare(source(), claims), TOMORROW)
    run = read if guarded else ""
    return reconcile(keys, actor=f"sync:{read}", reason="a sync", batch=uuid4(), at=TOMORROW, run=run)


# -- grace time --------------------------------------------------------------------------------------


@pytest.fixture
def slow():
    offering(price_input=usd("3"))
    rule = policy("apply", fields=["price.input"], grace_hours=24)
    moved()
    return rule


def test_it_waits_with_its_time(slow):
    row = Change.objects.awaiting_review().get()

    assert (row.policy, row.apply_after) == ("mine", TOMORROW + timedelta(hours=24))
    assert published() == listed("3")
    assert list(delayed_apply.waiting_for_time()) == [row]


def test_it_is_applied_when_its_time_has_come_and_nobody_objected(slow):
    assert delayed_apply.apply_due(at=TOMORROW + timedelta(hours=23)).applied == 0
    assert delayed_apply.apply_due(at=LATER).applied == 1

    row = Change.objects.get()
    assert published() == listed("4")
    assert (row.state, row.decided_by) == (Change.State.APPLIED, BY_POLICY)
    assert (LedgerEntry.objects.latest("id").policy, row.reason) == ("mine", "nobody objected in time: mine")


def test_a_sync_after_its_time_applies_it_too(slow):
    moved(at=LATER)
    state(source("other"), claim(price_input=...), at=LATER)

    assert published() == listed("4")


def test_a_rejection_is_an_objection(slow):
    row = Change.objects.get()
    decisions.reject({row.pk: row.fingerprint}, actor=curator(), reason="no", at=TOMORROW)

    assert delayed_apply.apply_due(at=LATER).applied == 0
    assert published() == listed("3")


def test_who_postpones_it_takes_it_over(slow):
    row = Change.objects.get()
    postpone.postpone({row.pk: row.fingerprint}, until=TOMORROW + timedelta(hours=2), actor=curator(), at=TOMORROW)

    assert delayed_apply.apply_due(at=LATER).applied == 0
    moved(at=LATER)
    assert published() == listed("3")
    assert Change.objects.awaiting_review().count() == 1


def test_a_value_that_moves_starts_its_time_anew(slow):
    moved("5", at=TOMORROW + timedelta(hours=20))

    assert delayed_apply.apply_due(at=LATER).applied == 0
    assert Change.objects.awaiting_review().get().apply_after == TOMORROW + timedelta(hours=44)


def test_what_its_policy_holds_by_then_is_held(slow):
    Policy.objects.filter(pk=slow.pk).update(verdict="hold", grace_hours=None)

    assert delayed_apply.apply_due(at=LATER).applied == 0
    row = Change.objects.awaiting_review().get()
    assert (row.policy, row.apply_after) == ("mine", None)


def test_the_gate_looks_at_it_when_its_time_has_come():
    offering(price_input=usd("3"))
    policy("apply", fields=["price.input"], grace_hours=24)
    moved("3000")

    assert delayed_apply.apply_due(at=LATER).applied == 0
    row = Change.objects.awaiting_review().get()
    assert row.policy.startswith("rule: ")
    assert delayed_apply.apply_due(at=LATER + timedelta(days=9)).applied == 0
    assert published() == listed("3")


# -- judging again -----------------------------------------------------------------------------------


def test_what_was_decided_is_not_judged_again():
    offering(price_input=usd("3"))
    moved("3.3")
    policy("reject", fields=["price.input"])

    reconcile([OFFERING], actor="x", reason="again", batch=LedgerEntry.objects.latest("id").revision.batch, at=LATER)

    assert published() == listed("3.3")
    assert not Change.objects.exists()


def test_a_preview_tells_what_judging_again_does_and_changes_nothing():
    offering(price_input=usd("3"))
    moved("6")
    policy("apply", fields=["price.input"])
    before = list(Change.objects.values())

    preview = re_evaluate.preview(at=LATER)

    assert (preview.looked_at, preview.applied, preview.rejected, preview.stay) == (1, 1, 0, 0)
    assert [part(row).field for row in preview.examples] == ["price.input"]
    assert (list(Change.objects.values()), published()) == (before, listed("3"))
    done = re_evaluate.judge_again(actor=User(username="ada"), at=LATER)
    assert (done.applied, published()) == (1, listed("6"))
    assert LedgerEntry.objects.latest("id").actor == "ada"


def test_judging_again_names_the_policy_that_holds_now():
    offering(price_input=usd("3"))
    moved("6")
    policy("hold", fields=["price.input"])

    done = re_evaluate.judge_again(actor=User(username="ada"), at=LATER)

    assert (done.held_otherwise, done.stay) == (1, 0)
    assert Change.objects.awaiting_review().get().policy == "mine"


def test_judging_again_is_previewed_as_a_whole_where_a_policy_counts(monkeypatch):
    monkeypatch.setattr(re_evaluate, "_PREVIEWED", 2)
    keys = [f"acme/rocket-{n}" for n in range(5)]
    state(source(), *(claim(key, price_input=usd("3")) for key in keys))
    policy("hold", groups=["price"], kinds=["change"])
    state(source(), *(claim(key, price_input=usd("3.3")) for key in keys), at=TOMORROW)
    Policy.objects.filter(name="mine").delete()
    policy("hold", groups=["price"], kinds=["change"], count_at_least=4)

    preview = re_evaluate.preview(at=LATER)
    done = re_evaluate.judge_again(actor=curator(), at=LATER)

    assert (preview.applied, preview.looked_at) == (done.applied, done.looked_at) == (0, 5)

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.apply.load import published_states
from curation.core.accepted import accepted
from curation.models import Change, Pin
from curation.pins import pinning, release
from curation.review import decisions
from curation.review.decisions import Refused
from registry.domain import fields
from registry.domain.spans import OPEN
from registry.models import LedgerEntry, Offering, OfferingVersion, Revision
from tests.builders import NOW, OFFERING, claim, curator, grace_passes, listed, offering, part, source, state, usd
from tests.random_courses import count

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def published(field: str, key: str = OFFERING) -> Any:
    return Offering.objects.get(key=key).facts.get(field)


def account(field: str) -> dict[str, Any]:
    return dict(Offering.objects.get(key=OFFERING).provenance[field])


def accepted_price() -> Any:
    """The price that is published, or that stands behind its pin."""
    return accepted(published_states([OFFERING])[OFFERING]).facts.get("price.input")


def held(amount: str = "30") -> Change:
    """A price of 3 that would become ten times as much, waiting for a curator."""
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd(amount)))
    return Change.objects.awaiting_review().get()


def approve(*changes: Change, **more: Any) -> decisions.ReviewOutcome:
    return decisions.approve({c.pk: c.fingerprint for c in changes}, actor=curator(), at=LATER, **more)


def pin(field: str = "context_window", value: Any = 128_000, **more: Any) -> Pin:
    return pinning.pin(
        **{
            "offering": OFFERING,
            "field": field,
            "value": value,
            "actor": curator(),
            "reason": "read the docs",
            "at": LATER,
        }
        | more
    )


# -- approving -------------------------------------------------------------------------------------


def test_it_publishes_exactly_what_was_shown_and_records_who():
    change = held("30")
    outcome = approve(change, reason="they announced it")

    assert (outcome.done, outcome.refused) == ([change.pk], [])
    assert published("price.input") == listed("30")
    entry = LedgerEntry.objects.latest("id")
    assert (entry.old, entry.new, entry.actor, entry.policy) == (listed("3"), listed("30"), "ada", "approved by ada")
    change.refresh_from_db()
    assert (change.state, change.decided_by, change.reason, change.decided_at) == (
        "applied",
        "ada",
        "they announced it",
        LATER,
    )
    assert Revision.objects.latest().reason == "they announced it"


def test_it_publishes_nothing_besides_what_was_approved():
    offering(price_input=usd("3"), supports_tools=True)
    state(source(), claim(price_input=usd("30"), supports_tools=False))
    price = Change.objects.get(unit="token_prices")
    approve(price)

    assert published("supports_tools") is True
    assert [c.unit for c in Change.objects.awaiting_review()] == ["supports_tools"]


def test_it_publishes_a_withdrawal_that_was_approved():
    offering(price_input=usd("3"), price_search=usd("0.01"))
    state(source(), claim(price_input=usd("3"), price_search=...))
    grace_passes(source())
    assert published("price.search") == listed("0.01")
    approve(Change.objects.get())

    assert "price.search" not in Offering.objects.get().facts
    assert "price.search" not in Offering.objects.get().provenance
    assert published("price.input") == listed("3")


def test_it_does_not_pin_what_was_approved():
    approve(held("30"))
    state(source(), claim(price_input=usd("31")))

    assert published("price.input") == listed("31")
    assert not Pin.objects.exists()


def _source_says_more(change: Change) -> None:
    state(source(), claim(price_input=usd("60")))


def _source_takes_it_back(change: Change) -> None:
    state(source(), claim(price_input=usd("3")))


def _source_stops_stating_it(change: Change) -> None:
    state(source(), claim(price_input=...))
    grace_passes(source())


def _another_curator_pins(change: Change) -> None:
    pin("price.input", usd("5"), actor=curator("bob"))


def _another_curator_approves(change: Change) -> None:
    decisions.approve({change.pk: change.fingerprint}, actor=curator("bob"))


def _another_curator_rejects(change: Change) -> None:
    decisions.reject({change.pk: change.fingerprint}, actor=curator("bob"), reason="no")


def _a_better_source_speaks(change: Change) -> None:
    state(source("official", source_type="official"), claim(price_input=usd("3.1")))


@pytest.mark.parametrize(
    "meanwhile",
    [
        _source_says_more,
        _source_takes_it_back,
        _source_stops_stating_it,
        _another_curator_pins,
        _another_curator_approves,
        _another_curator_rejects,
        _a_better_source_speaks,
    ],
    ids=lambda what: what.__name__.strip("_").replace("_", " "),
)
def test_it_refuses_to_approve_what_has_moved_since_it_was_shown(meanwhile):
    change = held("30")
    meanwhile(change)
    before, entries = published("price.input"), LedgerEntry.objects.count()

    outcome = approve(change)
    assert outcome.done == []
    assert [pk for pk, _ in outcome.refused] == [change.pk]
    assert (published("price.input"), LedgerEntry.objects.count()) == (before, entries)


def test_what_a_source_leaves_out_once_can_be_approved_until_its_grace_is_over():
    change = held("30")
    state(source(), claim(price_input=...))

    assert approve(change).done == [change.pk]
    assert published("price.input") == listed("30")


def test_it_refuses_to_approve_what_a_claim_contradicts_that_is_not_reconciled_yet():
    change = held("30")
    row = source().claims.get()
    row.values = row.values | {"price.input": listed("60")}
    row.save()

    outcome = approve(change)
    assert [(pk, "moved" in why) for pk, why in outcome.refused] == [(change.pk, True)]
    assert published("price.input") == listed("3")
    assert [part(c).new for c in Change.objects.awaiting_review()] == [listed("60")]


@pytest.mark.parametrize("fingerprint", ["", "0" * 64])
def test_it_refuses_a_fingerprint_of_something_else(fingerprint):
    change = held()
    outcome = decisions.approve({change.pk: fingerprint}, actor=curator())

    assert outcome.refused[0][0] == change.pk
    assert published("price.input") == listed("3")


def test_it_refuses_a_change_that_is_not_there():
    assert decisions.approve({4711: "x"}, actor=curator()).refused == [(4711, "This change does not exist any more.")]


def test_it_approves_what_it_can_and_refuses_the_rest():
    for amount in ("3", "30"):
        state(source(), claim(price_input=usd(amount)), claim("acme/rocket-2", price_input=usd(amount)))
    first, second = Change.objects.awaiting_review().order_by("offering_key")

    outcome = decisions.approve({first.pk: first.fingerprint, second.pk: "stale"}, actor=curator())
    assert outcome.done == [first.pk]
    assert [pk for pk, _ in outcome.refused] == [second.pk]
    assert (published("price.input"), published("price.input", "acme/rocket-2")) == (listed("30"), listed("3"))


# -- rejecting -------------------------------------------------------------------------------------


def test_it_declines_a_change_and_says_who_and_why():
    change = held()
    outcome = decisions.reject({change.pk: change.fingerprint}, actor=curator(), reason="unit mix-up", at=LATER)

    change.refresh_from_db()
    assert outcome.done == [change.pk]
    assert (change.state, change.decided_by, change.reason) == ("rejected", "ada", "unit mix-up")
    assert published("price.input") == listed("3")


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_declines_nothing_without_a_reason(reason):
    change = held()

    with pytest.raises(Refused, match="Say why"):
        decisions.reject({change.pk: change.fingerprint}, actor=curator(), reason=reason)


# -- reconsidering ---------------------------------------------------------------------------------


def reject(change: Change) -> None:
    decisions.reject({change.pk: change.fingerprint}, actor=curator(), reason="unit mix-up", at=LATER)


def reconsider(*changes: Change) -> decisions.ReviewOutcome:
    return decisions.reconsider([c.pk for c in changes], actor=curator("bob"), reason="they announced it", at=LATER)


def test_a_no_can_be_taken_back():
    change = held("30")
    reject(change)
    outcome = reconsider(change)

    change.refresh_from_db()
    assert (outcome.done, outcome.refused) == ([change.pk], [])
    assert (change.state, change.decided_by, change.reason) == (
        "proposed",
        "",
        "reconsidered by bob: they announced it",
    )
    assert published("price.input") == listed("3")
    approve(change)
    assert published("price.input") == listed("30")


def test_a_no_that_is_taken_back_is_no_longer_remembered():
    change = held("30")
    reject(change)
    state(source(), claim(price_input=usd("3")))
    reconsider(change)
    state(source(), claim(price_input=usd("30")))

    change.refresh_from_db()
    assert change.state == "superseded"
    assert part(Change.objects.awaiting_review().get()).new == listed("30")


def test_what_has_another_base_by_now_is_asked_as_it_is_now():
    change = held("30")
    reject(change)
    state(source("official", source_type="official"), claim(price_input=usd("3.1")))
    state(source("official"), claim(price_input=...))
    grace_passes(source("official"))
    reconsider(change)

    assert [(part(c).old, part(c).new) for c in Change.objects.awaiting_review()] == [(listed("3.1"), listed("30"))]


def test_only_a_rejected_change_can_be_reconsidered():
    change = held("30")
    outcome = decisions.reconsider([change.pk, 4711], actor=curator(), reason="x")

    assert outcome.done == []
    assert [pk for pk, _ in outcome.refused] == [change.pk, 4711]


def test_it_takes_nothing_back_without_a_reason():
    change = held("30")
    reject(change)

    with pytest.raises(Refused, match="Say why"):
        decisions.reconsider([change.pk], actor=curator(), reason=" ")


# -- pinning ---------------------------------------------------------------------------------------


def test_it_publishes_a_pin_at_once_and_says_whose_it_is():
    offering(context_window=200_000)
    pin(value=128_000, evidence="https://acme.example/docs")

    assert published("context_window") == 128_000
    assert (account("context_window")["source"], account("context_window")["quality"]) == ("pin", "verified")
    assert account("context_window")["disagree"] == ["list"]
    assert Offering.objects.get().pinned_fields == 1
    assert LedgerEntry.objects.latest("id").actor == "ada"


def test_it_pins_that_there_is_none():
    offering(context_window=200_000)
    pin(value=None)

    assert Offering.objects.get().facts["context_window"] is None
    assert Offering.objects.get().context_window is None


def test_it_pins_what_is_published_already_without_a_change():
    offering(context_window=200_000)
    entries = LedgerEntry.objects.count()
    pin(value=200_000)

    assert account("context_window")["reason"] == "pinned"
    assert LedgerEntry.objects.count() == entries


def test_a_change_goes_on_waiting_behind_a_pin():
    held("30")
    pin("price.input", usd("5"))

    waiting = Change.objects.awaiting_review().get()
    assert (part(waiting).old, part(waiting).new) == (listed("3"), listed("30"))
    assert OfferingVersion.objects.get(revision_to=OPEN).input_price == 5


def test_it_settles_a_change_that_was_waiting_for_the_very_value():
    held("30")
    pin("price.input", usd("30"))

    assert not Change.objects.awaiting_review().exists()


def test_it_shows_what_the_sources_say_behind_a_pin():
    offering(context_window=200_000)
    pin(value=128_000)
    state(source("other"), claim(context_window=128_000))

    assert (account("context_window")["agree"], account("context_window")["disagree"]) == (["other"], ["list"])


def test_it_pins_a_model_by_the_id_that_people_see():
    state(source(), claim("openrouter/anthropic/claude-opus-4.5"))
    pin("model", "anthropic/claude-opus-4.5", offering="openrouter/anthropic/claude-opus-4.5")

    assert Offering.objects.get().model_id == "anthropic/claude-opus-4-5"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 501}, "500"),
        ({"field": "nmae"}, "unknown field"),
        ({"value": "many"}, "context_window: whole number"),
        ({"value": -1}, "context_window"),
        ({"field": "price.input", "value": 3}, "price line"),
        ({"offering": "acme/nobody"}, "no published offering"),
        ({"expires_at": NOW}, "expired already"),
        ({"evidence": "javascript:alert(1)"}, "web address"),
        ({"evidence": "see the docs"}, "web address"),
        ({"evidence": f"https://acme.example/{'x' * 500}"}, "web address"),
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_it_refuses_a_pin_that_could_not_be_judged_later(wrong, why):
    offering()
    before = (LedgerEntry.objects.count(), Revision.objects.count())

    with pytest.raises(Refused, match=why):
        pin(**wrong)
    assert not Pin.objects.exists()
    assert (LedgerEntry.objects.count(), Revision.objects.count()) == before


def test_a_later_pin_replaces_an_earlier_one():
    offering(context_window=200_000)
    first = pin(value=128_000)
    pin(value=64_000, actor=curator("bob"))

    first.refresh_from_db()
    assert published("context_window") == 64_000
    assert (first.released_by, first.released_at) == ("bob", LATER)


# -- releasing -------------------------------------------------------------------------------------


def test_it_goes_back_to_the_source_when_a_pin_is_released():
    offering(context_window=200_000)
    pinning.release(pin(value=128_000), actor=curator("bob"), at=LATER)

    assert published("context_window") == 200_000
    assert account("context_window")["source"] == "list"
    assert Pin.objects.get().released_by == "bob"


def test_one_click_releases_no_pin_behind_which_another_value_was_accepted():
    offering(price_input=usd("3"))
    mine = pin("price.input", usd("30"))
    state(source(), claim(price_input=usd("30")), at=LATER)

    outcome = release.release_agreed([mine.pk], actor=curator(), at=LATER)

    assert (outcome.done, [pk for pk, _why in outcome.refused]) == ([], [mine.pk])
    assert published("price.input") == listed("30")


def test_it_goes_back_to_what_was_accepted_behind_the_pin_meanwhile():
    offering(price_input=usd("3"))
    held_back = pin("price.input", usd("5"))
    state(source(), claim(price_input=usd("3.3")))
    pinning.release(held_back, actor=curator(), at=LATER)

    assert published("price.input") == listed("3.3")


def test_what_is_accepted_behind_a_pin_is_a_revision_that_writes_nothing_in_the_ledger():
    offering(context_window=200_000)
    pinning.pin(offering=OFFERING, field="context_window", value=100_000, actor=curator(), reason="docs", at=NOW)
    before, entries = Revision.objects.latest().number, LedgerEntry.objects.count()
    state(source(), claim(context_window=210_000), at=LATER)

    version = OfferingVersion.objects.get(revision_to=OPEN)
    assert (version.revision_from, LedgerEntry.objects.count()) == (before + 1, entries)
    assert version.content.behind["context_window"]["value"] == 210_000


def test_the_end_of_a_pin_never_shows_a_value_that_nobody_has_judged():
    offering(price_input=usd("3"))
    held_back = pin("price.input", usd("5"))
    state(source(), claim(price_input=usd("50")))
    pinning.release(held_back, actor=curator(), at=LATER)

    assert published("price.input") == listed("3")
    assert part(Change.objects.awaiting_review().get()).new == listed("50")


def test_it_removes_what_nobody_else_claims():
    offering()
    pinning.release(pin("license", "MIT"), actor=curator(), at=LATER)

    assert "license" not in Offering.objects.get().facts
    assert "license" not in Offering.objects.get().provenance
    assert Offering.objects.get().license == ""


def test_it_says_who_states_a_value_that_stays_the_same_after_release():
    offering(context_window=200_000)
    pinning.release(pin(value=200_000), actor=curator(), at=LATER)

    assert (account("context_window")["source"], account("context_window")["reason"]) == ("list", "only source")


def test_it_refuses_to_release_twice():
    offering()
    held_back = pin()
    pinning.release(held_back, actor=curator(), at=LATER)

    with pytest.raises(Refused, match="released already"):
        pinning.release(held_back, actor=curator(), at=LATER)


def test_it_gives_a_field_back_when_its_pin_expires():
    offering(context_window=200_000)
    pin(value=128_000, expires_at=LATER + timedelta(days=1))

    assert pinning.end_expired_pins(at=LATER) == []
    assert published("context_window") == 128_000
    assert len(pinning.end_expired_pins(at=LATER + timedelta(days=1))) == 1
    assert published("context_window") == 200_000
    assert Pin.objects.get().released_by == "expiry"


def test_a_sync_honours_an_expiry_that_nobody_has_noticed_yet():
    offering(context_window=200_000)
    pin(value=128_000, expires_at=LATER + timedelta(days=1))
    state(source(), claim(context_window=200_001), at=LATER + timedelta(days=2))

    assert published("context_window") == 200_001


# -- properties ------------------------------------------------------------------------------------

_windows = st.sampled_from([1000, 2000, 4000, 100_000])
_claims = st.lists(
    st.tuples(st.sampled_from(["list", "official", "junk"]), st.just(...) | st.none() | _windows), max_size=8
)
_SOURCE_TYPES = {"list": "catalogue", "official": "official", "junk": "community"}


@settings(max_examples=count(40))
@given(_windows, _claims)
def test_a_pin_stands_against_any_later_claim(pinned_to, later):
    with transaction.atomic():
        offering(context_window=3000)
        pin(value=pinned_to)
        for slug, window in later:
            state(source(slug, source_type=_SOURCE_TYPES[slug]), claim(context_window=window), at=LATER)

            assert published("context_window") == pinned_to
            assert account("context_window")["reason"] == "pinned"
        transaction.set_rollback(True)


_amounts = st.sampled_from(["3", "3.5", "30", "60", "0"])
_steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(["list", "official"]), st.just(...) | _amounts),
    st.tuples(st.just("see"), st.none(), st.none()),
    st.tuples(st.sampled_from(["approve", "reject"]), st.none(), st.none()),
    st.tuples(st.just("pin"), st.none(), _amounts),
    st.tuples(st.just("release"), st.none(), st.none()),
)


@settings(max_examples=count(40))
@given(st.lists(_steps, max_size=10))
def test_whatever_happens_in_between_an_approval_publishes_what_was_seen_or_nothing(steps):
    """Curators look, sources move, others pin; what is published was always stated, seen or pinned.

    While a pin holds, an approval is published behind it: the pinned value stays, and its end shows what was approved.
    """
    with transaction.atomic():
        offering(price_input=usd("3"))
        prices: dict[str, Any] = {"list": usd("3")}
        fingerprints: dict[int, tuple[str, Any]] = {}
        pinned: Pin | None = None
        for step, slug, amount in steps:
            before, stood = published("price.input"), accepted_price()
            if step == "say":
                prices[slug] = amount if amount is ... else usd(amount)
                state(source(slug, source_type=_SOURCE_TYPES[slug]), claim(price_input=prices[slug]), at=LATER)
            elif step == "see":
                fingerprints = {
                    c.pk: (c.fingerprint, part(c).new)
                    for c in Change.objects.awaiting_review().filter(unit="token_prices")
                }
            elif step == "approve":
                outcome = decisions.approve(
                    {pk: mark for pk, (mark, _) in fingerprints.items()}, actor=curator(), at=LATER
                )
                applied = [new for pk, (_, new) in fingerprints.items() if pk in outcome.done]
                assert accepted_price() == (applied[0] if applied else stood)
                assert published("price.input") == (before if pinned else accepted_price())
                assert set(outcome.done) | {pk for pk, _ in outcome.refused} == set(fingerprints)
            elif step == "reject":
                decisions.reject(
                    {pk: mark for pk, (mark, _) in fingerprints.items()}, actor=curator(), reason="no", at=LATER
                )
                assert (published("price.input"), accepted_price()) == (before, stood)
            elif step == "pin":
                pinned = pin("price.input", usd(amount))
                assert published("price.input") == fields.field("price.input").encode(usd(amount))
                assert accepted_price() == stood
            elif pinned is not None:
                pinning.release(pinned, actor=curator(), at=LATER)
                pinned = None
                assert published("price.input") == stood

            if pinned is not None:
                assert account("price.input")["source"] == "pin"
            assert Change.objects.awaiting_review().filter(unit="token_prices").count() <= 1
        transaction.set_rollback(True)

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.apply.reconcile import Outcome, reconcile
from curation.core.claim import claim as checked_claim
from curation.models import Change, Policy, StoredClaim
from curation.review import decisions
from registry.domain import rates
from registry.models import Alias, LedgerEntry, Offering, Revision
from tests.builders import NOW, OFFERING, claim, curator, grace_passes, listed, offering, part, source, state, usd

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)


def facts(key: str = OFFERING) -> dict[str, Any]:
    return dict(Offering.objects.get(key=key).facts)


def account(field: str, key: str = OFFERING) -> dict[str, Any]:
    return dict(Offering.objects.get(key=key).provenance[field])


def again(*keys: str, **more: Any) -> Outcome:
    """Reconciles offerings about which nothing new was said."""
    return reconcile(keys or [OFFERING], actor="ada", reason="again", batch=uuid4(), at=NOW, **more)


def waiting() -> list[tuple[str, Any]]:
    rows = Change.objects.awaiting_review()
    return sorted((name, value) for row in rows for name, value in row.new_values.items())


# -- publishing ------------------------------------------------------------------------------------


def test_it_publishes_an_offering_that_is_new():
    outcome = state(source(), claim(context_window=200_000, price_input=usd("3")))

    assert facts() == {
        "name": "Rocket 1",
        "context_window": 200_000,
        "price.input": listed("3"),
        "supports_tools": True,
    }
    assert (outcome.applied, outcome.held, outcome.published.revision) == (4, 0, 1)


def test_it_says_of_every_value_who_states_it_and_why_it_won():
    offering(context_window=200_000)

    assert account("context_window") == {
        "source": "list",
        "quality": "partial",
        "reason": "only source",
        "since": "2026-01-05",
        "policy": "new offerings",
        "agree": [],
        "disagree": [],
    }


def test_it_publishes_nothing_about_an_offering_of_which_nothing_is_stated():
    state(source(), claim(name=..., context_window=..., price_input=..., supports_tools=...))

    assert not Offering.objects.exists()
    assert not Revision.objects.filter(number__gt=0).exists()


def test_it_derives_the_model_and_says_so():
    state(source(), claim("openrouter/anthropic/claude-opus-4.5"))

    assert facts("openrouter/anthropic/claude-opus-4.5")["model"] == "anthropic/claude-opus-4-5"
    assert account("model", "openrouter/anthropic/claude-opus-4.5")["reason"] == "derived"


def test_a_source_that_names_the_model_knows_better_than_the_rules():
    state(source(), claim("openrouter/anthropic/claude-opus-4.5", model="acme/rocket"))

    assert facts("openrouter/anthropic/claude-opus-4.5")["model"] == "acme/rocket"


def test_it_writes_nothing_when_nothing_has_changed():
    offering()
    revision = Revision.objects.count()

    with CaptureQueriesContext(connection) as captured:
        outcome = again()

    assert [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert (outcome.applied, outcome.held, outcome.rows, Revision.objects.count()) == (0, 0, 0, revision)


def test_it_asks_as_many_questions_for_many_offerings_as_for_one():
    state(source(), *(claim(f"acme/rocket-{n}") for n in range(40)))

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            again(*(f"acme/rocket-{n}" for n in range(count)))
        return len(captured)

    assert queries(40) == queries(1)


def test_it_applies_a_benign_change_and_names_the_policy():
    offering(context_window=200_000)
    state(source(), claim(context_window=400_000), at=TOMORROW)

    entry = LedgerEntry.objects.latest("id")
    assert (entry.old, entry.new, entry.policy, entry.actor) == (200_000, 400_000, "everything else", "sync:list")
    assert facts()["context_window"] == 400_000


def test_it_says_since_when_the_winner_says_so():
    offering(context_window=200_000, name="Rocket")
    state(source(), claim(context_window=400_000, name="Rocket"), at=TOMORROW)

    assert account("context_window")["since"] == "2026-01-06"
    assert account("name")["since"] == "2026-01-05"


def test_it_keeps_the_account_of_a_value_up_to_date_without_entering_a_change():
    offering(context_window=200_000)
    entries = LedgerEntry.objects.count()
    state(source("other"), claim(context_window=200_000), at=TOMORROW)

    assert account("context_window")["quality"] == "verified"
    assert LedgerEntry.objects.filter(field="context_window").count() == 1
    assert LedgerEntry.objects.count() == entries


def test_it_counts_the_independent_sources_of_a_value():
    offering(context_window=200_000)
    for slug, tokens in (("other", 200_000), ("worse", 100_000)):
        state(source(slug, source_type="community"), claim(context_window=tokens))
    state(source("copy", source_type="community", origin="other"), claim(context_window=200_000))

    assert account("context_window")["agreement"] == {"agree": 2, "of": 3}


def test_it_counts_a_field_as_disputed_while_sources_disagree():
    offering(context_window=200_000)
    state(source("worse", source_type="community"), claim(context_window=100_000))

    assert account("context_window")["disagree"] == ["worse"]
    assert Offering.objects.get().disputed_fields == 1


# -- holding ---------------------------------------------------------------------------------------


def test_it_holds_what_a_policy_holds_and_publishes_the_rest():
    offering(price_input=usd("3"), name="Rocket")
    outcome = state(source(), claim(price_input=usd("30"), name="Rocket One"))

    assert (outcome.applied, outcome.held) == (1, 1)
    assert (facts()["price.input"], facts()["name"]) == (listed("3"), "Rocket One")
    (held,) = Change.objects.all()
    assert (part(held).old, part(held).new) == (listed("3"), listed("30"))
    assert (held.policy, held.factor) == ("possible unit error", Decimal(10))


def test_it_proposes_a_held_change_once():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("30")))

    assert again().held == 0
    assert waiting() == [("price.input", listed("30"))]


def test_it_supersedes_a_held_change_when_its_value_moves():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("30")))
    state(source(), claim(price_input=usd("60")))

    assert waiting() == [("price.input", listed("60"))]
    assert part(Change.objects.get(state="superseded")).new == listed("30")


def test_it_withdraws_a_held_change_when_the_source_takes_it_back():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("30")))
    state(source(), claim(price_input=usd("3")))

    assert waiting() == []
    assert facts()["price.input"] == listed("3")


def test_it_tells_who_disagrees_with_a_value_that_stands_against_its_own_source():
    offering(price_input=usd("3"))
    state(source("other", preference=200), claim(price_input=usd("3")))
    state(source(), claim(price_input=usd("30")), at=TOMORROW)

    assert facts()["price.input"] == listed("3")
    assert (account("price.input")["agree"], account("price.input")["disagree"]) == (["other"], ["list"])


_dated = rates.line([rates.PricePoint(usd("30")[0].amount, valid_from=NOW.date(), valid_to=TOMORROW.date())])


@pytest.mark.parametrize("value", [usd("30"), usd("0"), None, _dated], ids=["amount", "free", "none", "dated"])
def test_it_never_proposes_again_what_was_rejected(value):
    offering(price_input=usd("3"))
    state(source(), claim(price_input=value))
    (held,) = Change.objects.awaiting_review()
    decisions.reject({held.pk: held.fingerprint}, actor=curator(), reason="a slip of theirs")
    state(source(), claim(price_input=usd("3")))
    outcome = state(source(), claim(price_input=value))

    assert (outcome.held, outcome.remembered, waiting()) == (0, 1, [])
    assert facts()["price.input"] == listed("3")


def test_it_proposes_another_value_after_a_rejection():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("30")))
    held = Change.objects.get()
    decisions.reject({held.pk: held.fingerprint}, actor=curator(), reason="a slip of theirs")
    state(source(), claim(price_input=usd("31")))

    assert waiting() == [("price.input", listed("31"))]


def test_it_holds_everything_where_there_is_no_policy():
    Policy.objects.all().delete()
    outcome = state(source(), claim())

    assert (outcome.applied, outcome.held) == (0, 4)
    assert not Offering.objects.exists()


# -- corrections -----------------------------------------------------------------------------------


def test_a_wrong_first_price_is_corrected_by_the_provider_itself():
    state(source("mirror"), claim(price_input=usd("3")))
    state(source("own", source_type="official", speaks_for="acme"), claim(price_input=usd("6")), at=TOMORROW)

    assert (facts()["price.input"], waiting()) == (listed("6"), [])
    assert account("price.input")["policy"] == "the provider moves its own list"


def test_a_correction_that_one_source_alone_makes_waits_until_a_second_says_so():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("6")), at=TOMORROW)
    assert waiting() == [("price.input", listed("6"))]

    state(source("other"), claim(price_input=usd("6")), at=TOMORROW)
    assert (facts()["price.input"], waiting()) == (listed("6"), [])


def test_a_possible_unit_error_waits_however_many_say_so():
    state(source("mirror"), claim(price_input=usd("3")))
    for slug in ("one", "two"):
        state(source(slug, source_type="marketplace"), claim(price_input=usd("3000")), at=TOMORROW)

    assert (facts()["price.input"], waiting()) == (listed("3"), [("price.input", listed("3000"))])


def test_a_no_is_remembered_whoever_backs_it_later():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("6")), at=TOMORROW)
    change = Change.objects.awaiting_review().get()
    decisions.reject({change.pk: change.fingerprint}, actor=curator(), reason="not so", at=TOMORROW)
    state(source("other", source_type="community"), claim(price_input=usd("6")), at=TOMORROW)

    assert facts()["price.input"] == listed("3")


# -- price lists -----------------------------------------------------------------------------------


def test_a_special_price_whose_list_moves_away_is_held_and_not_dropped():
    state(source("own", source_type="official", speaks_for="acme"), claim(price_input=usd("3")))
    batch: dict[str, Any] = {"price_input[tier=batch]": usd("1.5")}
    state(source(), claim(price_input=usd("3"), **batch))
    assert facts()["price.input[tier=batch]"] == listed("1.5")

    batch_after: dict[str, Any] = {"price_input[tier=batch]": usd("1.4")}
    state(source(), claim(price_input=usd("2.8"), **batch_after), at=TOMORROW)
    assert facts()["price.input[tier=batch]"] == listed("1.5")
    assert Change.objects.awaiting_review().get().kind == "other_list"

    state(source("own"), claim(price_input=usd("2.8")), at=TOMORROW)
    assert (facts()["price.input[tier=batch]"], waiting()) == (listed("1.4"), [])


# -- what disappears -------------------------------------------------------------------------------


def test_it_proposes_to_withdraw_a_price_and_never_drops_it():
    offering(price_search=usd("0.01"))
    state(source(), claim(price_search=...))
    assert (facts()["price.search"], account("price.search")["stated"], waiting()) == (listed("0.01"), False, [])

    grace_passes(source())
    assert facts()["price.search"] == listed("0.01")
    assert waiting() == [("price.search", None)]
    assert Change.objects.get().kind == "no_longer_stated"


@pytest.mark.parametrize(
    ("field", "value"), [("supports_tools", True), ("context_window", 200_000), ("license", "MIT")]
)
def test_it_withdraws_any_other_value_that_nobody_states_after_its_grace(field, value):
    silent: dict[str, Any] = {field: ...}
    offering(**{field: value})
    state(source(), claim(**silent))
    assert (facts()[field], account(field)["stated"], waiting()) == (value, False, [])

    grace_passes(source())
    assert field not in facts()
    assert field not in Offering.objects.get().provenance
    assert waiting() == []
    entry = LedgerEntry.objects.latest("id")
    assert (entry.field, entry.old, entry.new, entry.policy) == (field, value, None, "no longer stated")


def test_it_names_nobody_as_agreeing_with_a_value_that_nobody_states():
    offering(price_search=usd("0.01"))
    state(source("other"), claim(price_search=usd("0.01")))
    for slug in ("list", "other"):
        state(source(slug), claim(price_search=...))
    price = account("price.search")
    assert (price["agree"], price["agreement"], price["quality"]) == ([], {"agree": 0, "of": 0}, "partial")

    for slug in ("list", "other"):
        grace_passes(source(slug))
    assert (facts()["price.search"], account("price.search")["agree"]) == (listed("0.01"), [])


def test_it_says_since_when_an_offering_is_not_seen_that_no_source_lists():
    offering()
    state(source(), claim("acme/another"), at=TOMORROW)

    gone = Offering.objects.get(key=OFFERING)
    assert (gone.not_seen_since, gone.missing_since) == (TOMORROW, None)
    assert gone.facts["context_window"] == 200_000
    assert waiting() == []


def test_it_keeps_an_offering_that_another_source_still_lists():
    offering()
    state(source("other"), claim())
    state(source(), claim("acme/another"), at=TOMORROW)

    assert Offering.objects.get(key=OFFERING).missing_since is None


@pytest.mark.parametrize("fields", [{}, {"context_window": 400_000}], ids=["unchanged", "changed"])
def test_it_takes_the_mark_off_when_the_offering_comes_back(fields):
    offering()
    state(source(), claim("acme/another"))
    state(source(), claim("acme/another"), claim(**fields), at=TOMORROW)

    assert Offering.objects.get(key=OFFERING).missing_since is None
    assert not StoredClaim.objects.filter(missing_since__isnull=False).exists()


# -- other names -----------------------------------------------------------------------------------


def test_it_publishes_the_names_that_sources_know_and_takes_back_those_that_none_knows_any_more():
    offering(aliases=("rocket", "r1"))
    state(source(), claim(aliases=("rocket", "rkt")))

    assert sorted(Alias.objects.values_list("name", flat=True)) == ["rkt", "rocket"]


def test_it_names_the_source_of_best_source_type_for_a_name():
    state(source("a", source_type="community"), claim(aliases=("rocket",)))
    state(source("b", source_type="official"), claim(aliases=("rocket",)), claim("acme/rocket-2", aliases=("r2",)))
    state(source("a"), claim(aliases=("rocket",)), claim("acme/rocket-2", aliases=("r2", "r3")))

    assert dict(Alias.objects.filter(offering__key="acme/rocket-2").values_list("name", "source")) == {
        "r2": "b",
        "r3": "a",
    }


# -- units -----------------------------------------------------------------------------------------

PER_TOKEN, PER_IMAGE = "price.input[modality=image]", "price.input[modality=image;unit=image]"


def stating(**prices: str) -> Any:
    """A claim with prices by field, without the usual other values."""
    return checked_claim(OFFERING, {"price.input": usd("3")} | {name: usd(amount) for name, amount in prices.items()})


def test_a_price_in_another_unit_replaces_the_old_one_in_the_same_revision():
    state(source(), stating(**{PER_IMAGE: "0.0036"}))

    outcome = state(source(), stating(**{PER_TOKEN: "2.5"}), at=TOMORROW)

    assert facts() == {"price.input": listed("3"), PER_TOKEN: listed("2.5")}
    assert (outcome.applied, outcome.held) == (2, 0)
    entry = LedgerEntry.objects.filter(field=PER_IMAGE).latest("pk")
    assert (entry.new, entry.revision_id, entry.policy) == (
        None,
        outcome.published.revision,
        "stated in another unit now",
    )


def test_a_price_in_another_unit_that_is_held_leaves_the_old_one():
    state(source(), stating(**{PER_TOKEN: "2.5"}))

    state(source(), stating(**{PER_IMAGE: "0.0000025"}), at=TOMORROW)  # a token, read as an image

    assert facts() == {"price.input": listed("3"), PER_TOKEN: listed("2.5")}
    assert waiting() == [(PER_IMAGE, listed("0.0000025")), (PER_TOKEN, None)]


def test_a_unit_that_somebody_states_still_stays_beside_the_new_one():
    state(source(), stating(**{PER_IMAGE: "0.0036"}))
    state(source("other"), stating(**{PER_IMAGE: "0.0036"}))

    state(source(), stating(**{PER_TOKEN: "2.5"}), at=TOMORROW)

    assert {PER_IMAGE, PER_TOKEN} <= facts().keys()


def test_a_price_that_vanishes_without_another_unit_still_waits():
    state(source(), stating(**{PER_IMAGE: "0.0036"}))

    state(source(), stating(**{"price.output": "9"}), at=TOMORROW)

    grace_passes(source(), since=TOMORROW)
    assert facts()[PER_IMAGE] == listed("0.0036")
    assert waiting() == [(PER_IMAGE, None)]

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from curation.apply.pin_drift import Drift
from curation.explanation.explain import FieldStory, Verdict, explain
from curation.models import Source, StoredClaim
from curation.pins import pinning
from registry.domain import rates
from registry.models import Offering
from tests.curation.admin import world

pytestmark = pytest.mark.django_db


def story(field: str, key: str = "acme/one") -> FieldStory:
    return next(candidate for candidate in explain(Offering.objects.get(key=key)) if candidate.name == field)


def verdicts(field: str) -> dict[str, Verdict]:
    return {statement.source: statement.verdict for statement in story(field).statements}


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada")


def test_it_names_the_only_source():
    world.an_offering()

    price = story("price.input")

    assert price.text == "$2.5 / 1M tokens"
    assert price.why == "catalogue-a says so, and is the only source that counts for it."
    assert verdicts("price.input") == {"catalogue-a": Verdict.WON}


def test_it_tells_who_won_who_agrees_who_differs_and_who_is_not_heard():
    world.source("acme", source_type="official", speaks_for="acme")
    world.source("limits", authority=["limit"])
    for slug, price in (("acme", "1"), ("same", "1"), ("other", "2"), ("limits", "3")):
        world.says(slug, "acme/one", price__input=rates.price(price))
    world.publish("acme/one")

    assert verdicts("price.input") == {
        "acme": Verdict.WON,
        "same": Verdict.AGREES,
        "other": Verdict.DIFFERS,
        "limits": Verdict.NOT_HEARD,
    }
    assert story("price.input").is_disputed
    assert story("price.input").account.agreement == (2, 3)
    assert "best source type" in story("price.input").why


def test_it_says_what_belongs_to_another_price_list():
    world.source("acme", source_type="official", speaks_for="acme")
    world.says("acme", "acme/one", price__input=rates.price("3"))
    world.says("other", "acme/one", price__input=rates.price("2"), price__cache_read=rates.price("0.2"))
    world.publish("acme/one")

    price = story("price.cache_read")
    assert verdicts("price.cache_read") == {"other": Verdict.OTHER_LIST}
    assert (price.is_published, price.is_disputed) == (False, False)
    assert price.why == "Stated only by sources whose ordinary prices are not the published ones."


def test_it_marks_what_nobody_confirms_any_more():
    world.an_offering()
    assert not story("context_window").statements[0].is_aged

    Source.objects.update(last_good_at=timezone.now() - timedelta(days=15), failed_readings=3)
    StoredClaim.objects.update(changed_at=timezone.now() - timedelta(days=30))
    assert story("context_window").statements[0].is_aged


def test_it_tells_what_a_source_lists_and_does_not_state_any_more():
    world.an_offering()
    claim = StoredClaim.objects.get(offering_key="acme/one")
    claim.dropped = {"context_window": "2026-01-05T12:00:00+00:00"}
    claim.save()

    window = story("context_window")
    assert window.statements[0].dropped_since == datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert window.statements[0].confirmed is None
    assert window.why == "catalogue-a said so, and does not any more."


def test_a_pin_on_a_special_price_is_compared_with_what_would_be_published(ada):
    world.source("acme", source_type="official", speaks_for="acme")
    world.says("acme", "acme/one", price__input=rates.price("3"))
    world.says("other", "acme/one", price__input=rates.price("2"), price__cache_read=rates.price("0.2"))
    world.publish("acme/one")
    pinning.pin(offering="acme/one", field="price.cache_read", value=rates.price("0.3"), actor=ada, reason="their page")

    price = story("price.cache_read")
    assert price.pin is not None
    assert price.pin.drift is Drift.UNSTATED


def test_it_shows_the_change_that_waits():
    world.a_held_change()

    price = story("price.input")

    assert price.text == "$2.5 / 1M tokens"
    assert price.waiting is not None
    assert price.why == "catalogue-a said so, and does not any more."


def test_a_pin_says_who_and_why_and_what_it_holds_back(ada):
    world.an_offering()
    pinning.pin(offering="acme/one", field="context_window", value=100, actor=ada, reason="measured")

    window = story("context_window")

    assert window.why.startswith("Pinned by ada on ")
    assert window.why.endswith("because: measured")
    assert window.pin is not None
    assert (window.pin.drift, window.pin.behind) == (Drift.DIFFERS, "200,000 (catalogue-a)")


def test_it_notices_that_the_sources_came_round(ada):
    world.an_offering()
    pinning.pin(offering="acme/one", field="context_window", value=100, actor=ada, reason="measured")
    world.says("catalogue-a", "acme/one", context_window=100)

    window = story("context_window")

    assert window.pin is not None
    assert window.pin.drift is Drift.CAME_ROUND


def test_none_and_unknown_are_told_apart():
    world.an_offering(supports_tools=None)
    world.says("catalogue-a", "acme/one", supports_tools=None, quantization="fp8")
    world.source("catalogue-a")

    assert story("quantization").text == "unknown"
    assert story("name").text == "One"


def test_a_source_that_no_longer_lists_it_is_marked():
    world.an_offering()
    gone = timezone.now()
    StoredClaim.objects.update(missing_since=gone)

    statement = story("name").statements[0]

    assert statement.gone_since == gone
    assert statement.confirmed is None


def test_it_asks_three_queries(django_assert_num_queries, ada):
    world.an_offering()
    for number in range(5):
        world.says(f"more-{number}", "acme/one", name="One", task="chat")
    pinning.pin(offering="acme/one", field="task", value="chat", actor=ada, reason="x")
    offering = Offering.objects.select_related("provider").get()

    with django_assert_num_queries(3):
        explain(offering)

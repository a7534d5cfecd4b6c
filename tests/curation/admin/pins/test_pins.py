"""Pinning and releasing through the admin, with an input that fits each kind of field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from curation.apply import pin_drift
from curation.apply.pin_drift import State
from curation.models import Pin, Source, StoredClaim
from curation.pins import pinning
from curation.review import decisions
from registry.domain import rates
from registry.models import LedgerEntry, Offering
from tests import builders
from tests.curation.admin import world

pytestmark = pytest.mark.django_db


def pin_url(key: str, field: str) -> str:
    pk = Offering.objects.get(key=key).pk
    return f"{reverse('admin:registry_offering_pin', args=[pk])}?field={field}"


KINDS = [
    (
        "price.input",
        {"state": "priced", "amount": "0.000000125", "currency": "eur"},
        [{"amount": "0.000000125", "currency": "EUR"}],
    ),
    ("price.input", {"state": "free"}, [{"state": "free", "currency": "USD"}]),
    ("price.input", {"state": "none"}, None),
    ("price.output[tier=batch]", {"state": "dynamic"}, [{"state": "dynamic", "currency": "USD"}]),
    ("supports_tools", {"value": "no"}, False),
    ("context_window", {"value": "128000"}, 128_000),
    ("context_window", {"none": "on"}, None),
    ("status", {"value": "legacy"}, "legacy"),
    ("released_on", {"value": "2025-03-01"}, "2025-03-01"),
    ("input_modalities", {"value": "Text, image"}, ["image", "text"]),
    ("ttft_ms", {"value": "120.5"}, "120.5"),
    ("benchmark.mmlu", {"value": "88.7"}, "88.7"),
    ("description", {"value": "Fast."}, "Fast."),
]


@pytest.mark.parametrize(("field", "filled_in", "published"), KINDS)
def test_a_field_of_any_kind_can_be_pinned(field, filled_in, published, enter):
    key = world.an_offering()
    client = enter("curator")

    assert client.get(pin_url(key, field)).status_code == 200
    answer = client.post(pin_url(key, field), {**filled_in, "reason": "seen on the page"})

    offering = Offering.objects.get(key=key)
    assert answer.status_code == 302
    assert offering.facts[field] == published
    assert offering.provenance[field]["source"] == "pin"


def test_there_is_none_can_be_pinned_where_nothing_was_known(enter):
    """Nothing is published either way, but the pin holds against whoever says otherwise later."""
    key = world.an_offering()

    enter("curator").post(pin_url(key, "supports_tools"), {"value": "none", "reason": "asked them"})
    world.says("catalogue-b", key, supports_tools=True)
    world.publish(key)

    assert Offering.objects.get(key=key).facts.get("supports_tools") is None


WRONG = [
    ("price.input", {"state": "priced", "amount": "-1"}),
    ("price.input", {"state": "priced", "amount": ""}),
    ("price.input", {"state": "priced", "amount": "1", "currency": "dollars"}),
    ("context_window", {"value": "0"}),
    ("context_window", {}),
    ("status", {"value": "nice"}),
    ("released_on", {"value": "1905-01-01"}),
]


@pytest.mark.parametrize(("field", "filled_in"), WRONG)
def test_what_cannot_be_a_value_is_answered_with_the_reason(field, filled_in, enter):
    key = world.an_offering()

    answer = enter("curator").post(pin_url(key, field), {**filled_in, "reason": "x"})

    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not Pin.objects.exists()


def test_a_pin_needs_a_reason(enter):
    key = world.an_offering()

    answer = enter("curator").post(pin_url(key, "context_window"), {"value": "1000"})

    assert "reason" in answer.context["form"].errors


def test_a_pin_keeps_its_evidence_and_its_end(enter):
    key, day = world.an_offering(), timezone.now().date() + timedelta(days=30)

    enter("curator").post(
        pin_url(key, "context_window"),
        {"value": "9", "reason": "x", "evidence": "https://acme.example/", "expires_on": day.isoformat()},
    )

    pin = Pin.objects.get()
    assert pin.evidence == "https://acme.example/"
    assert pin.expires_at == datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_a_pin_that_would_be_over_already_is_refused_in_the_form(enter):
    key = world.an_offering()
    filled_in = {"value": "9", "reason": "x", "expires_on": date(2020, 1, 1).isoformat()}

    answer = enter("curator").post(pin_url(key, "context_window"), filled_in)

    assert "expired already" in str(answer.context["form"].non_field_errors())


def test_pinning_what_a_source_says_starts_with_its_value(enter):
    world.says("catalogue-b", "acme/one", price__input=rates.price("3.25"))
    key = world.an_offering()

    form = enter("curator").get(pin_url(key, "price.input") + "&from=catalogue-b").context["form"]

    assert form.initial["amount"] == "3.25"


@pytest.mark.parametrize("field", ["nonsense", "price.nonsense", ""])
def test_an_unknown_field_leads_back_to_the_offering_with_a_word(field, enter):
    key = world.an_offering()

    answer = enter("curator").get(pin_url(key, field), follow=True)

    assert answer.redirect_chain[0][0].endswith(f"/{Offering.objects.get(key=key).pk}/change/")
    assert "There is no field" in str(next(iter(get_messages(answer.wsgi_request))))


def test_a_viewer_cannot_pin_or_release(enter, person):
    key = world.an_offering()
    pin = pinning.pin(offering=key, field="task", value="chat", actor=person("curator"), reason="x")
    client = enter("viewer")
    page = client.get(reverse("admin:registry_offering_change", args=[Offering.objects.get().pk]))

    assert client.get(pin_url(key, "task")).status_code == 403
    assert client.post(reverse("admin:curation_pin_release"), {"pin": pin.pk}).status_code == 403
    assert "/pin/?field=" not in page.content.decode()
    assert "release/" not in page.content.decode()


def test_releasing_gives_the_field_back_to_its_source(enter, person):
    key, client = world.an_offering(), enter("curator")
    pin = pinning.pin(offering=key, field="context_window", value=1, actor=person("curator"), reason="x")

    page = client.get(reverse("admin:curation_pin_release"), {"pin": pin.pk})
    client.post(reverse("admin:curation_pin_release"), {"pin": pin.pk, "reason": "they fixed it"})

    assert "200,000" in page.content.decode()
    assert Offering.objects.get(key=key).facts["context_window"] == 200_000


def test_the_list_tells_which_pins_the_sources_have_come_round_to(enter, person):
    key, curator = world.an_offering(), person("curator")
    pinning.pin(offering=key, field="context_window", value=200_000, actor=curator, reason="x")
    pinning.pin(offering=key, field="price.input", value=rates.price("3"), actor=curator, reason="x")
    pinning.pin(offering=key, field="task", value="chat", actor=curator, reason="x")

    rows = enter().get(reverse("admin:curation_pin_changelist")).context["cl"].result_list

    assert {pin.field: pin.story.drift.value for pin in rows} == {
        "context_window": "sources agree",
        "price.input": "sources differ",
        "task": "nobody states it",
    }


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("", ["task"]),
        ("in-force", ["task"]),
        ("holding", ["task"]),
        ("expired", ["status"]),
        ("released", ["name"]),
        ("all", ["name", "status", "task"]),
        ("nonsense", ["name", "status", "task"]),
    ],
)
def test_pins_are_listed_by_their_state(state, fields, enter, person):
    key, curator = world.an_offering(), person("curator")
    pinning.pin(offering=key, field="task", value="chat", actor=curator, reason="x")
    pinning.pin(offering=key, field="status", value="active", actor=curator, reason="x")
    pinning.release(pinning.pin(offering=key, field="name", value="1", actor=curator, reason="x"), actor=curator)
    Pin.objects.filter(field="status").update(expires_at=timezone.now())

    changelist = enter().get(reverse("admin:curation_pin_changelist"), {"state": state}).context["cl"]

    assert sorted(pin.field for pin in changelist.result_list) == fields


# -- states ----------------------------------------------------------------------------------------

LIST = "/admin/curation/pin/"


@pytest.fixture
def in_every_state(person):
    """One pin in each state, by its field."""
    key, curator, now = world.an_offering(), person("curator"), timezone.now()
    world.source("acme", source_type="official", speaks_for="acme")

    def pinned(field: str, value: Any, **more: Any) -> Pin:
        return pinning.pin(offering=key, field=field, value=value, actor=curator, reason="x", **more)

    pinned("task", "chat")
    pinned("context_window", 200_000)
    pinned("price.input", rates.price("3"))
    pinned("max_output_tokens", 1000)
    pinned("license", "MIT", expires_at=now + timedelta(days=3))
    pinned("name", "Two", review_at=now + timedelta(hours=1))
    pinning.release(pinned("status", "active"), actor=curator)
    world.says("catalogue-a", key, name="One", price__input=rates.price("9"), context_window=200_000)
    world.says("acme", key, max_output_tokens=2000)
    world.publish(key)
    Pin.objects.filter(field="name").update(review_at=now)
    expired = pinned("quantization", "fp8")
    Pin.objects.filter(pk=expired.pk).update(expires_at=now)
    return key


EXPECTED = {
    "task": (State.HOLDING,),
    "context_window": (State.AGREES,),
    "price.input": (State.MOVED,),
    "max_output_tokens": (State.CONTRADICTED,),
    "license": (State.EXPIRING,),
    "name": (State.REVIEW,),
    "quantization": (State.EXPIRED,),
    "status": (State.RELEASED,),
}


def test_every_state_is_told_from_the_others(in_every_state):
    assert {pin.field: pin_drift.states(pin, timezone.now()) for pin in Pin.objects.all()} == EXPECTED


def test_every_state_has_a_list_with_as_many_rows_as_its_count(enter, in_every_state):
    client = enter("curator")
    chips = client.get(LIST).context["chips"]

    assert {chip.count for chip in chips} == {1, 6}
    assert len(chips) == len(State) + 1
    for chip in chips:
        assert client.get(LIST + chip.url).context["cl"].result_count == chip.count, chip.label


def test_a_link_to_a_state_keeps_the_other_filters(enter, in_every_state):
    client = enter("curator")
    chips = client.get(LIST, {"group": "price"}).context["chips"]

    moved_further = next(chip for chip in chips if "state=moved" in chip.url)
    rows = client.get(LIST + moved_further.url).context["cl"].result_list
    assert [pin.field for pin in rows] == ["price.input"]


def test_the_drift_is_shown_with_its_numbers(enter, in_every_state):
    page = enter("curator").get(LIST, {"state": "moved"}).content.decode()

    assert "$9 / 1M tokens (catalogue-a)" in page
    assert "×3" in page  # from the pin
    assert "when it was pinned: $2.5 / 1M tokens (catalogue-a)" in page
    assert "×3.6" in page  # from what they said then


def test_who_contradicts_it_officially_is_named(enter, in_every_state):
    page = enter("curator").get(LIST, {"state": "contradicted"}).content.decode()

    assert "official: acme" in page
    assert "2,000 (acme)" in page


def test_a_pin_that_its_sources_agree_with_is_released_at_one_click(enter, in_every_state):
    client, pin = enter("curator"), Pin.objects.get(field="context_window")
    assert f'name="agreed" value="{pin.pk}"' in client.get(LIST).content.decode()

    client.post(f"{LIST}release-agreed/", {"agreed": pin.pk})

    pin.refresh_from_db()
    assert pin.released_by == "curator"
    offering = Offering.objects.get()
    assert (offering.facts["context_window"], offering.provenance["context_window"]["source"]) == (
        200_000,
        "catalogue-a",
    )


def test_one_click_releases_nothing_that_would_move(enter, in_every_state):
    client, pin = enter("curator"), Pin.objects.get(field="price.input")

    answer = client.post(f"{LIST}release-agreed/", {"agreed": pin.pk}, follow=True)

    pin.refresh_from_db()
    assert pin.released_at is None
    assert "do not say the same any more" in str(next(iter(get_messages(answer.wsgi_request))))


def test_one_click_is_not_for_viewers_and_not_for_links(enter, in_every_state):
    pin = Pin.objects.get(field="context_window")

    assert enter("viewer").post(f"{LIST}release-agreed/", {"agreed": pin.pk}).status_code == 403
    assert enter("curator").get(f"{LIST}release-agreed/", {"agreed": pin.pk}).status_code == 405
    pin.refresh_from_db()
    assert pin.released_at is None


def test_many_pins_are_released_as_one_batch(enter, in_every_state):
    chosen = Pin.objects.filter(field__in=("price.input", "max_output_tokens"))

    enter("curator").post(f"{LIST}release/", {"pin": [pin.pk for pin in chosen], "reason": "x"})

    released = LedgerEntry.objects.filter(
        revision__reason__endswith=": x", field__in=("price.input", "max_output_tokens")
    )
    batches = dict(released.filter(revision__reason__startswith="released").values_list("field", "revision__batch"))
    assert len(batches) == 2
    assert len(set(batches.values())) == 1


def test_pinning_anew_starts_with_what_was_pinned_and_why(enter, person):
    key = world.an_offering()
    pinning.pin(
        offering=key,
        field="price.input",
        value=rates.price("3"),
        actor=person("curator"),
        reason="on their page",
        evidence="https://acme.example/",
    )
    client = enter("curator")

    answer = client.get(f"/admin/registry/offering/by-key/?key={key}&pin=price.input", follow=True)

    first = answer.context["form"].initial
    assert (first["amount"], first["reason"], first["evidence"]) == ("3", "on their page", "https://acme.example/")
    assert first["review_on"] > timezone.now().date() + timedelta(days=100)


def test_pinning_anew_takes_what_the_sources_say_now_as_known(person, in_every_state):
    pinning.pin(
        offering=in_every_state, field="price.input", value=rates.price("3"), actor=person("curator"), reason="still"
    )

    pin = Pin.objects.get(field="price.input", released_at__isnull=True)
    assert pin_drift.states(pin, timezone.now()) == (State.HOLDING,)


def test_a_pin_keeps_the_day_to_look_again_unless_it_ends_before(enter):
    key, soon = world.an_offering(), timezone.now().date() + timedelta(days=10)
    later = soon + timedelta(days=10)
    client, data = enter("curator"), {"value": "9", "reason": "x"}

    client.post(pin_url(key, "context_window"), {**data, "review_on": soon, "expires_on": later})
    client.post(pin_url(key, "max_output_tokens"), {**data, "review_on": later, "expires_on": soon})

    review_days = {pin.field: pin.review_at for pin in Pin.objects.all()}
    assert review_days == {
        "context_window": datetime(soon.year, soon.month, soon.day, tzinfo=UTC),
        "max_output_tokens": None,
    }


@pytest.mark.parametrize("days", [(-1, None), (20, 10)])
def test_a_day_to_look_again_that_makes_no_sense_is_refused(days, person):
    key, now = world.an_offering(), timezone.now()
    review_at, expires_at = (now + timedelta(days=count) if count else None for count in days)

    with pytest.raises(decisions.Refused, match="look"):
        pinning.pin(
            offering=key,
            field="task",
            value="chat",
            actor=person("curator"),
            reason="x",
            review_at=review_at,
            expires_at=expires_at,
        )


def test_what_ages_is_noted_by_the_schedule_without_any_claim_that_changes(person):
    """A source that nobody could read for a month counts less, and another one's word stands behind the pin."""
    key, now = world.an_offering(), timezone.now()
    world.says("catalogue-b", key, price__input=rates.price("3"))
    world.source("catalogue-b")
    world.publish(key)
    pin = pinning.pin(offering=key, field="price.input", value=rates.price("3"), actor=person("curator"), reason="x")
    before = pin.drift
    long_ago = now - timedelta(days=60)
    Source.objects.filter(slug="catalogue-a").update(last_good_at=long_ago, failed_readings=3)
    StoredClaim.objects.filter(source="catalogue-a").update(changed_at=long_ago)

    pinning.end_expired_pins()

    pin.refresh_from_db()
    assert (before, pin.drift) == (pin_drift.Drift.DIFFERS, pin_drift.Drift.CAME_ROUND)


# -- marks -----------------------------------------------------------------------------------------


def test_pinned_values_are_marked_wherever_a_list_shows_them(enter, person):
    key = world.an_offering("acme/rocket-2", model="acme/rocket-2")
    world.an_offering("acme/other")
    pinning.pin(offering=key, field="price.input", value=rates.price("3"), actor=person("curator"), reason="x")
    client = enter("curator")
    model = "acme_2Frocket-2"

    for address in ("/admin/registry/offering/", f"/admin/registry/model/{model}/change/"):
        page = client.get(address).content.decode()
        assert page.count("(pinned)") == 1, address
        assert "1 pin" in page


def test_a_change_waits_behind_a_pin_and_leaves_the_pinned_value(person):
    key = world.a_held_change()
    pinning.pin(offering=key, field="price.input", value=rates.price("3"), actor=person("curator"), reason="x")
    world.says("catalogue-a", key, name="One", price__input=rates.price("90"), context_window=200_000)
    world.publish(key)

    assert builders.held(key).new_values == {"price.input": builders.listed("90")}
    assert Offering.objects.get(key=key).facts["price.input"] == builders.listed("3")

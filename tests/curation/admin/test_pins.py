"""Pinning and releasing through the admin, with an input that fits each kind of field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from curation import review
from curation.models import Pin
from registry import rates
from registry.models import Offering
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
def test_an_unknown_field_is_not_found(field, enter):
    key = world.an_offering()

    assert enter("curator").get(pin_url(key, field)).status_code == 404


def test_a_viewer_cannot_pin_or_release(enter, person):
    key = world.an_offering()
    pin = review.pin(offering=key, field="task", value="chat", actor=person("curator"), reason="x")
    client = enter("viewer")
    page = client.get(reverse("admin:registry_offering_change", args=[Offering.objects.get().pk]))

    assert client.get(pin_url(key, "task")).status_code == 403
    assert client.post(reverse("admin:curation_pin_release"), {"pin": pin.pk}).status_code == 403
    assert "/pin/?field=" not in page.content.decode()
    assert "release/" not in page.content.decode()


def test_releasing_gives_the_field_back_to_its_source(enter, person):
    key, client = world.an_offering(), enter("curator")
    pin = review.pin(offering=key, field="context_window", value=1, actor=person("curator"), reason="x")

    asked = client.get(reverse("admin:curation_pin_release"), {"pin": pin.pk})
    client.post(reverse("admin:curation_pin_release"), {"pin": pin.pk, "reason": "they fixed it"})

    assert "200,000" in asked.content.decode()
    assert Offering.objects.get(key=key).facts["context_window"] == 200_000


def test_the_list_tells_which_pins_the_sources_have_come_round_to(enter, person):
    key, curator = world.an_offering(), person("curator")
    review.pin(offering=key, field="context_window", value=200_000, actor=curator, reason="x")
    review.pin(offering=key, field="price.input", value=rates.price("3"), actor=curator, reason="x")
    review.pin(offering=key, field="task", value="chat", actor=curator, reason="x")

    shown = enter().get(reverse("admin:curation_pin_changelist")).context["cl"].result_list

    assert {pin.field: pin.story.drift.value for pin in shown} == {
        "context_window": "sources agree",
        "price.input": "sources differ",
        "task": "nobody states it",
    }


@pytest.mark.parametrize(
    ("state", "fields"),
    [("", ["task"]), ("expired", ["status"]), ("released", ["name"]), ("all", ["name", "status", "task"])],
)
def test_pins_are_listed_by_their_state(state, fields, enter, person):
    key, curator = world.an_offering(), person("curator")
    review.pin(offering=key, field="task", value="chat", actor=curator, reason="x")
    review.pin(offering=key, field="status", value="active", actor=curator, reason="x")
    review.release(review.pin(offering=key, field="name", value="1", actor=curator, reason="x"), actor=curator)
    Pin.objects.filter(field="status").update(expires_at=timezone.now())

    shown = enter().get(reverse("admin:curation_pin_changelist"), {"state": state}).context["cl"]

    assert sorted(pin.field for pin in shown.result_list) == fields

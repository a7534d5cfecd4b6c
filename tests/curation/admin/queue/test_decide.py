"""Deciding changes from the queue: what was seen is what is decided, and the answer tells what came of it."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from curation.models import Change
from registry.domain import rates
from registry.models import Offering
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

QUEUE, DECIDE = "/admin/curation/change/", "/admin/curation/change/decide/"


def fingerprints_of(client) -> dict[str, str]:
    """The fingerprints that a queue page carries, by the names of their inputs."""
    page = client.get(QUEUE).content.decode()
    return dict(re.findall(r'name="(shown-\d+)" value="(\w+)"', page))


def price_of(key: str) -> str:
    return str(Offering.objects.get(key=key).facts["price.input"][0]["amount"])


def messages_of(answer) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_the_row_shows_old_and_new_how_far_and_what_others_say(enter):
    world.an_offering()
    world.says("catalogue-b", "acme/one", price__input=rates.price("4"))
    world.a_held_change()

    page = enter("curator").get(QUEUE).content.decode()

    for sign in ("$2.5 / 1M tokens", "$10 / 1M tokens", "×4", "price moves by half", "$4 / 1M tokens"):
        assert sign in page


def test_one_click_approves_what_was_seen(enter):
    key = world.a_held_change()
    client = enter("curator")
    change = Change.objects.get()

    answer = client.post(
        DECIDE, {**fingerprints_of(client), "approve": change.pk}, HTTP_REFERER=f"http://testserver{QUEUE}?q=acme"
    )

    assert price_of(key) == "10"
    assert answer.headers["Location"].endswith("?q=acme")
    assert "1 change approved" in messages_of(answer)
    assert Change.objects.get().decided_by == "curator"


def test_what_moved_since_it_was_seen_is_not_approved(enter):
    key = world.a_held_change()
    client = enter("curator")
    fingerprints = fingerprints_of(client)
    world.says("catalogue-a", key, price__input=rates.price("11"))
    world.publish(key)

    client.post(DECIDE, {**fingerprints, "approve": next(iter(fingerprints)).removeprefix("shown-")})

    assert price_of(key) == "2.5"


def test_an_approval_without_a_fingerprint_is_refused(enter):
    key = world.a_held_change()

    answer = enter("curator").post(DECIDE, {"approve": Change.objects.get().pk})

    assert price_of(key) == "2.5"
    assert "not decided" in messages_of(answer)


def test_a_tenfold_move_asks_twice(enter):
    key = world.a_held_change(price="2500")
    client = enter("curator")

    page = client.post(DECIDE, {**fingerprints_of(client), "approve": Change.objects.get().pk})

    assert price_of(key) == "2.5"
    assert "possible unit error" in page.content.decode()
    client.post(DECIDE, {**world.hidden(page)})
    assert price_of(key) == "2500"


def test_a_rejection_needs_a_reason_and_is_remembered(enter):
    key = world.a_held_change()
    client = enter("curator")

    page = client.post(DECIDE, {**fingerprints_of(client), "reject": Change.objects.get().pk})
    again = client.post(DECIDE, {**world.hidden(page), "reason": " "})
    answer = client.post(DECIDE, {**world.hidden(again), "reason": "a typing error"})
    world.publish(key)

    assert again.status_code == 400
    assert "1 change rejected" in messages_of(answer)
    assert [(c.state, c.reason) for c in Change.objects.all()] == [("rejected", "a typing error")]


def test_many_are_approved_across_pages_after_a_look_at_them(enter):
    keys = [f"acme/model-{number:03}" for number in range(60)]
    for price in ("1", "5"):
        for key in keys:
            world.says("catalogue-a", key, price__input=rates.price(price))
        world.publish(*keys)
    client = enter("curator")
    first = Change.objects.all()[0]

    page = client.post(
        QUEUE,
        {"action": "approve_selected", "_selected_action": first.pk, "select_across": "1", "index": "0"},
    )
    answer = client.post(DECIDE, {**world.hidden(page), "reason": "announced"})

    assert len(page.context["confirm"].tables[0].rows) == 60
    assert "×5" in page.content.decode()
    assert "60 changes approved" in messages_of(answer)
    assert {price_of(key) for key in keys} == {"5"}


def test_only_the_selected_ones_are_asked_about(enter):
    for key in ("acme/one", "acme/two"):
        world.a_held_change(key)
    chosen = Change.objects.get(offering_key="acme/two")

    page = enter("curator").post(QUEUE, {"action": "reject_selected", "_selected_action": chosen.pk, "index": "0"})

    ((what, *_rest),) = page.context["confirm"].tables[0].rows
    assert chosen.offering_key in what


def test_a_made_up_token_decides_nothing(enter):
    world.a_held_change()

    enter("curator").post(DECIDE, {"token": "made:up", "reason": "x"})

    assert Change.objects.get().state == "proposed"


def test_a_viewer_decides_nothing(enter):
    world.a_held_change()
    client, pk = enter("viewer"), Change.objects.get().pk

    assert client.post(DECIDE, {"approve": pk}).status_code == 403
    client.post(QUEUE, {"action": "approve_selected", "_selected_action": pk, "index": "0"})
    assert Change.objects.get().state == "proposed"


def test_the_way_back_never_leads_to_another_site(enter):
    world.a_held_change()
    client = enter("curator")

    answer = client.post(DECIDE, {"approve": "0", "next": "https://evil.example/"})

    assert answer.headers["Location"] == reverse("admin:curation_change_changelist")

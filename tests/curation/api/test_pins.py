"""Pins over the API: programs pin, look and release with a token, by the same unit as people in the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from curation.models import Pin
from curation.pins import pinning
from registry.api import tokens
from registry.domain import rates
from registry.models import Offering
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

PINS = "/api/v1/pins/"
KEY = "acme/one"


@pytest.fixture
def ada(db) -> User:
    person = User.objects.create_user("ada")
    person.user_permissions.add(Permission.objects.get(codename="pin_field"))
    return person


@pytest.fixture
def send(ada):
    """Sends with a token: `send("post", PINS, {...})`, `send("delete", PINS, scopes=("read",))`."""
    client = Client(raise_request_exception=False)

    def ask(method: str, address: str, body: Any = None, *, scopes: Any = ("pin",), owner: User = ada) -> Any:
        _row, text = tokens.make("test", owner, scopes)
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, method)(address, **sent, headers={"authorization": f"Bearer {text}"})

    return ask


def wanted(**changed: Any) -> dict[str, Any]:
    return {"offering": KEY, "field": "price.input", "value": "3", "reason": "on their page", **changed}


def test_a_field_is_pinned_and_looked_at(send):
    world.an_offering()
    ends = (timezone.now() + timedelta(days=90)).replace(microsecond=0)

    created = send("post", PINS, wanted(evidence="https://acme.example/prices", expires_at=ends.isoformat()))

    assert created.status_code == 201
    shown_pin = send("get", created["Location"]).json()
    assert shown_pin == created.json()
    assert shown_pin | {"id": 0, "created": ""} == {
        "id": 0,
        "offering": KEY,
        "field": "price.input",
        "value": [{"amount": "3", "state": "priced", "currency": "USD", "valid_from": None, "valid_to": None}],
        "states": ["holding"],
        "behind": {
            "value": [{"amount": "2.5", "state": "priced", "currency": "USD", "valid_from": None, "valid_to": None}],
            "source": "catalogue-a",
        },
        "behind_then": shown_pin["behind"],
        "moved": "0.833333",
        "official": [],
        "reason": "on their page",
        "evidence": "https://acme.example/prices",
        "author": "curator",
        "created": "",
        "expires": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "review": None,
        "released": None,
        "released_by": None,
    }
    assert Offering.objects.get().facts["price.input"] == [{"amount": "3", "currency": "USD"}]
    assert Pin.objects.get().author.get_username() == "ada"


def test_the_offering_tells_which_fields_are_pinned(send, client):
    world.an_offering()
    send("post", PINS, wanted())

    assert client.get(f"/api/v1/offerings/{KEY}/").json()["pinned"] == ["price.input"]
    assert client.get("/api/v1/offerings/", {"pinned": "true"}).json()["count"] == 1


def test_sent_twice_it_is_pinned_once(send):
    world.an_offering()

    answers = [send("post", PINS, wanted()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert Pin.objects.count() == 1


def test_another_value_replaces_the_pin(send):
    world.an_offering()
    send("post", PINS, wanted())
    send("post", PINS, wanted(value="4"))

    held = Pin.objects.get(released_at__isnull=True)
    assert held.value == [{"amount": "4", "currency": "USD"}]


def test_one_rate_is_pinned_by_itself(send):
    """A partial pin: the batch price stands, and the ordinary one goes on with its sources."""
    values: dict[str, Any] = {"price__input[tier=batch]": rates.price("1.25")}
    world.an_offering(**values)
    send("post", PINS, wanted(field="price.input[tier=batch]", value="1.5"))
    values = {"price__input": rates.price("2.6"), "price__input[tier=batch]": rates.price("1.3")}
    world.says("catalogue-a", KEY, **values)
    world.publish(KEY)

    facts = Offering.objects.get().facts
    assert facts["price.input"] == [{"amount": "2.6", "currency": "USD"}]
    assert facts["price.input[tier=batch]"] == [{"amount": "1.5", "currency": "USD"}]


VALUES = [
    ("price.input", "free", [{"state": "free", "currency": "USD"}]),
    ("price.input", None, None),
    ("price.input", {"amount": "2.50", "currency": "EUR"}, [{"amount": "2.5", "currency": "EUR"}]),
    (
        "price.input",
        [{"amount": "2", "valid_to": "2026-12-01"}, {"amount": "3", "valid_from": "2026-12-01"}],
        [
            {"amount": "2", "currency": "USD", "to": "2026-12-01"},
            {"amount": "3", "currency": "USD", "from": "2026-12-01"},
        ],
    ),
    ("context_window", 128_000, 128_000),
    ("supports_tools", False, False),
    ("input_modalities", ["text", "Image"], ["image", "text"]),
    ("ttft_ms", "120.5", "120.5"),
    ("released_on", "2025-03-01", "2025-03-01"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "published"), VALUES)
def test_values_of_every_kind_are_taken_as_the_api_shows_them(field, value, published, send):
    world.an_offering()

    created = send("post", PINS, wanted(field=field, value=value))

    assert created.status_code == 201, created.content
    assert Offering.objects.get().facts[field] == published
    again = send("post", PINS, wanted(field=field, value=created.json()["value"]))
    assert again.status_code == 200  # what is shown can be sent back


WRONG = [
    ({"value": 2.5}, "value"),
    ({"value": "0"}, "value"),
    ({"value": "-1"}, "value"),
    ({"value": "1e3"}, "value"),
    ({"value": {"amount": "1", "price": "2"}}, "value"),
    ({"value": [{"amount": "1"}, {"amount": "2"}]}, "value"),
    ({"field": "context_window", "value": "many"}, "value"),
    ({"field": "price.inputt"}, "field"),
    ({"field": "contextwindow"}, "field"),
    ({"reason": " "}, "reason"),
    ({"expires_at": "soon"}, "expires_at"),
    ({"expires_at": "2030-W01"}, "expires_at"),
    ({"review_at": "20300101"}, "review_at"),
    ({"value": {"amount": "1", "valid_from": "2030-W01"}}, "value"),
    ({"field": "retires_on", "value": "20300101"}, "value"),
    ({"field": "knowledge_cutoff", "value": "2025-02-30"}, "value"),
    ({"until": "2027-01-01"}, "until"),
]


@pytest.mark.parametrize(("body", "parameter"), WRONG)
def test_what_is_wrong_is_named(body, parameter, send):
    world.an_offering()

    answer = send("post", PINS, wanted(**body))

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]
    assert not Pin.objects.exists()


def test_a_slip_in_a_field_is_told_what_was_meant(send):
    world.an_offering()

    errors = send("post", PINS, wanted(field="context_windw", value=1)).json()["errors"]

    assert errors[0]["nearest"] == "context_window"


def test_a_pin_that_says_its_value_twice_is_refused(send):
    world.an_offering()

    answer = send("post", PINS, '{"offering": "acme/one", "field": "status", "reason": "x", "value": "active", '
                                '"value": "retired"}')  # fmt: skip

    assert (answer.status_code, Pin.objects.count()) == (400, 0)
    assert "'value' occurs twice" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["[]", "nonsense", '"x"'])
def test_a_body_that_is_no_object_is_refused(body, send):
    assert send("post", PINS, body).status_code == 400


def test_a_pin_that_would_be_over_already_is_refused_in_words(send):
    world.an_offering()

    answer = send("post", PINS, wanted(expires_at="2020-01-01"))

    assert (answer.status_code, "expired already" in answer.json()["detail"]) == (400, True)


def test_what_is_not_published_cannot_be_pinned(send):
    world.an_offering()

    answer = send("post", PINS, wanted(offering="acme/on"))

    assert answer.status_code == 404
    assert answer.json()["candidates"][0]["id"] == KEY


def test_writing_takes_the_scope_and_the_permission(send, client):
    world.an_offering()
    stranger = User.objects.create_user("eve")

    assert client.post(PINS, wanted(), content_type="application/json").status_code == 401
    assert send("post", PINS, wanted(), scopes=("read", "review")).status_code == 403
    assert send("post", PINS, wanted(), owner=stranger).status_code == 403
    assert not Pin.objects.exists()


def test_a_session_is_no_token(ada):
    world.an_offering()
    browser = Client()
    browser.force_login(ada)

    assert browser.post(PINS, wanted(), content_type="application/json").status_code in (401, 403)
    assert not Pin.objects.exists()


def test_releasing_needs_a_reason_and_can_be_repeated(send):
    world.an_offering()
    address = send("post", PINS, wanted()).json()["id"]
    url = f"{PINS}{address}/"

    assert send("delete", url).status_code == 400
    assert send("delete", f"{url}?reason=gone", scopes=("read",)).status_code == 403
    first, second = (send("delete", f"{url}?reason=they fixed it") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["released"] == second.json()["released"] is not None
    assert Offering.objects.get().facts["price.input"] == [{"amount": "2.5", "currency": "USD"}]


@pytest.mark.parametrize("number", ["999999", "9" * 30])
def test_an_unknown_pin_is_not_found(number, send):
    assert send("get", f"{PINS}{number}/").status_code == 404
    assert send("delete", f"{PINS}{number}/?reason=x").status_code == 404


def test_pins_are_listed_by_state_offering_and_field(send, ada):
    for key in (KEY, "acme/two"):
        world.an_offering(key)
        pinning.pin(offering=key, field="context_window", value=200_000, actor=ada, reason="x")
    over = pinning.pin(offering=KEY, field="task", value="chat", actor=ada, reason="x")
    pinning.release(over, actor=ada)

    def listed(**query: Any) -> list[str]:
        return [
            f"{row['offering']} {row['field']}" for row in send("get", f"{PINS}?{urlencode(query)}").json()["results"]
        ]

    assert listed() == ["acme/two context_window", "acme/one context_window"]
    assert listed(offering=KEY, state="all") == ["acme/one task", "acme/one context_window"]
    assert listed(field="task", state="released") == ["acme/one task"]
    assert len(listed(state="agrees")) == 2
    assert send("get", f"{PINS}?state=holdng").json()["errors"][0]["nearest"] == "holding"
    assert send("get", f"{PINS}?sate=all").status_code == 400


def test_a_list_asks_as_often_for_many_pins_as_for_few(client, ada, django_assert_max_num_queries):
    world.many_offerings(30)
    for number in range(30):
        pinning.pin(offering=f"acme/model-{number:04}", field="task", value="chat", actor=ada, reason="x")

    with django_assert_max_num_queries(8):
        assert len(client.get(PINS).json()["results"]) == 30

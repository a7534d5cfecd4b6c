"""The queue over the API: who may see it, and that a decision is about what was seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from curation.accounts.roles import ensure_roles
from curation.models import Change
from curation.review import saved_views
from registry.api import tokens
from registry.models import Offering
from tests.builders import OFFERING, claim, curator, listed, offering, source, state, usd

pytestmark = pytest.mark.django_db
QUEUE = "/api/v1/changes/queue/"


@pytest.fixture
def change() -> Change:
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("60")))
    return Change.objects.awaiting_review().get()


def token(*scopes: str, role: str = "curator") -> dict[str, str]:
    ensure_roles()
    person = curator(role)
    person.groups.add(Group.objects.get(name=role))
    return {"Authorization": f"Bearer {tokens.make('job', person, scopes)[1]}"}


def decide(client: Client, change: Change, verdict: str, headers: dict[str, str], body: Any = None) -> Any:
    conditions = {"If-Match": f'"{change.fingerprint}"'} | headers
    url = f"/api/v1/changes/{change.pk}/{verdict}"
    return client.post(url, json.dumps(body or {}), content_type="application/json", headers=conditions)


def price() -> Any:
    return Offering.objects.get(key=OFFERING).facts["price.input"]


def test_it_lists_what_waits(client, change):
    body = client.get(QUEUE, headers=token("read")).json()

    assert [(row["id"], row["same"], row["times_seen"]) for row in body["results"]] == [(change.pk, 1, 1)]


def test_it_is_not_for_strangers_nor_for_who_may_not_see_changes(client, change):
    assert client.get(QUEUE).status_code == 401
    nobody = {"Authorization": f"Bearer {tokens.make('job', curator('guest'), ['read'])[1]}"}
    assert client.get(QUEUE, headers=nobody).status_code == 403
    assert client.get(QUEUE, headers=token("pin")).status_code == 403


def test_a_view_is_the_same_under_its_slug(client, change):
    headers = token("read", role="viewer")
    saved_views.save("Cheap", {"source": "nobody"}, owner=curator("ada"), is_shared=True)
    saved_views.save("Mine", {"source": "list"}, owner=curator("ada"))

    assert client.get(f"{QUEUE}?view=cheap", headers=headers).json()["count"] == 0
    assert client.get(f"{QUEUE}?view=cheap&source=list", headers=headers).json()["count"] == 1
    answer = client.get(f"{QUEUE}?view=mine", headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "view")


@pytest.mark.parametrize("query", ["x=1", "state=nope", "kind=nope", "group=", "page=0", "page_size=5000"])
def test_it_refuses_what_it_does_not_know(client, change, query):
    answer = client.get(f"{QUEUE}?{query}", headers=token("read"))

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_it_approves_what_was_seen(client, change):
    answer = decide(client, change, "approve", token("review"), {"reason": "announced"})

    assert answer.status_code == 200
    assert (answer.json()["change"]["state"], answer.json()["change"]["decided_by"]) == ("applied", "curator")
    assert price() == listed("60")


def test_it_rejects_with_a_reason(client, change):
    assert decide(client, change, "reject", token("review")).status_code == 400
    assert decide(client, change, "reject", token("review"), {"reason": "a typing error"}).status_code == 200
    change.refresh_from_db()
    assert (change.state, change.reason) == ("rejected", "a typing error")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"If-Match": '"' + "0" * 64 + '"'}, 412), ({"If-Match": "*"}, 412), ({"If-Match": "W/x"}, 412)],
)
def test_it_decides_nothing_that_was_not_seen(client, change, headers, status):
    answer = decide(client, change, "approve", token("review") | headers)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert price() == listed("3")


def test_it_wants_to_know_what_was_seen(client, change):
    url = f"/api/v1/changes/{change.pk}/approve/"

    assert client.post(url, headers=token("review")).status_code == 428


def test_what_moved_is_412_and_what_is_decided_is_409(client, change):
    row = source().claims.get()
    row.values = row.values | {"price.input": listed("90")}
    row.save()

    assert decide(client, change, "approve", token("review")).status_code == 412
    assert price() == listed("3")
    assert decide(client, change, "approve", token("review")).status_code == 409


def test_a_first_approval_is_202_and_a_second_one_by_the_same_person_409(client, change, settings):
    settings.SECOND_PERSON_ABOVE = 10

    first = decide(client, change, "approve", token("review"))
    assert (first.status_code, first.json()["change"]["first_approved_by"]) == (202, "curator")
    assert decide(client, change, "approve", token("review")).status_code == 409
    assert decide(client, change, "approve", token("review", role="maintainer")).status_code == 200
    assert price() == listed("60")


def test_it_takes_a_token_with_the_scope_of_a_person_with_the_permission(client, change):
    assert decide(client, change, "approve", {}).status_code == 401
    assert decide(client, change, "approve", token("read")).status_code == 403
    assert decide(client, change, "approve", token("review", role="viewer")).status_code == 403
    client.force_login(curator("curator"))
    assert decide(client, change, "approve", {}).status_code in (401, 403)
    assert price() == listed("3")


@pytest.mark.parametrize("body", ["[]", '{"reson": "x"}', '{"reason": 5}', "{", '{"reason": "' + "x" * 501 + '"}'])
def test_a_body_that_is_no_reason_is_refused(client, change, body):
    headers = {"If-Match": change.fingerprint} | token("review")
    answer = client.post(f"/api/v1/changes/{change.pk}/reject/", body, content_type="application/json", headers=headers)

    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["4711", "9" * 40])
def test_a_change_that_is_not_there_is_404(client, change, number):
    headers = {"If-Match": change.fingerprint} | token("review")

    answer = client.post(f"/api/v1/changes/{number}/approve/", content_type="application/json", headers=headers)
    assert answer.status_code == 404


# -- price lists -----------------------------------------------------------------------------------


@pytest.fixture
def price_list() -> Change:
    """A list of two prices that waits; the batch price comes with it."""
    offering(price_input=usd("5"), price_output=usd("25"))
    prices: dict[str, Any] = {"price_input[tier=batch]": usd("1.25")}
    state(source(), claim(price_input=usd("2.5"), price_output=usd("12"), **prices))
    return Change.objects.awaiting_review().get()


def test_a_list_is_told_with_each_of_its_prices(client, price_list):
    (row,) = client.get(QUEUE, headers=token("read")).json()["results"]

    assert (row["unit"], row["kind"], row["source"]) == ("token_prices", "change", "list")
    assert [(part["field"], part["kind"], part["factor"], part["source"]) for part in row["parts"]] == [
        ("price.input", "change", "0.5", "list"),
        ("price.input[tier=batch]", "fill", None, "list"),
        ("price.output", "change", "0.48", "list"),
    ]
    assert {"field", "old", "new"}.isdisjoint(row)


@pytest.mark.parametrize("member", ["price.input", "price.output", "price.input[tier=batch]", "token_prices"])
def test_a_list_is_found_by_any_field_in_it(client, price_list, member):
    query = {"field": member}

    assert client.get(QUEUE, query, headers=token("read")).json()["count"] == 1
    assert client.get(QUEUE, {"field": "price.cache_read"}, headers=token("read")).json()["count"] == 0


def test_a_list_is_approved_whole(client, price_list):
    answer = decide(client, price_list, "approve", token("review"))

    assert (answer.status_code, answer.json()["change"]["state"]) == (200, "applied")
    facts = Offering.objects.get(key=OFFERING).facts
    assert [facts[name] for name in price_list.moved_fields] == [listed("2.5"), listed("1.25"), listed("12")]

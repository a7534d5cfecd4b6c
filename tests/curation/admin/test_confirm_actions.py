"""Every action behind a confirmation: who may do it, what it answers when nothing is left to do, and where it leads."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Conflict
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

GONE = "999999"
ACTIONS = {
    "/admin/curation/conflict/leave/": {"conflict": GONE, "reason": "x"},
    "/admin/curation/match/decide/": {"match": GONE, "verdict": "refuse", "reason": "x"},
    "/admin/curation/statement/withdraw/": {"statement": GONE, "reason": "x"},
    "/admin/curation/statedalias/withdraw/": {"alias": GONE, "reason": "x"},
    "/admin/curation/pin/release/": {"pin": GONE},
    "/admin/curation/pin/release-agreed/": {"agreed": GONE},
    "/admin/curation/change/decide/": {"reject": GONE, "reason": "x"},
    "/admin/curation/change/retract/": {"back": GONE},
    "/admin/curation/change/reconsider/": {"change": GONE, "reason": "x"},
    "/admin/curation/policy/judge-again/": {},
    "/admin/registry/revision/roll-back/": {"token": GONE, "reason": "x"},
    "/admin/registry/apitoken/revoke/": {"token": GONE},
}
OF_ONE_OBJECT = {
    "/admin/curation/change/decide/many/": {"job": GONE},
    "/admin/curation/source/quarantine/": {"release": "gone"},
    "/admin/syncers/run/999999/read-again/": {},
    "/admin/syncers/run/999999/close/": {},
}
ALL = {**ACTIONS, **OF_ONE_OBJECT}


@pytest.mark.parametrize("address", ALL)
def test_who_has_lost_the_permission_is_refused_at_the_page_and_at_the_form(address, enter, person):
    client = enter("maintainer")
    assert client.post(address, ALL[address]).status_code != 403

    person("maintainer").groups.clear()

    assert client.get(address, ALL[address]).status_code == 403
    assert client.post(address, ALL[address]).status_code == 403


@pytest.mark.parametrize("gone", [GONE, "", "9" * 5000, "²"])
@pytest.mark.parametrize("address", ACTIONS)
def test_what_is_gone_is_answered_with_a_sentence(address, gone, enter):
    sent = {name: gone if word == GONE else word for name, word in ACTIONS[address].items()}

    answer = enter().post(address, sent, follow=True)
    page = answer.content.decode()

    assert answer.status_code in (200, 400)
    signs = ("None of the chosen", "not exist", "too old", "no longer be undone", "Re-evaluated", "have been withdrawn")
    assert any(sign in page for sign in signs)
    assert "any more. ()" not in page


@pytest.mark.parametrize("address", OF_ONE_OBJECT)
def test_an_object_that_is_gone_is_not_found(address, enter):
    assert enter().post(address, OF_ONE_OBJECT[address]).status_code == 404


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "\\\\evil.example"])
@pytest.mark.parametrize("address", ACTIONS)
def test_no_action_leads_to_another_site(address, elsewhere, enter):
    answer = enter().post(address, {**ACTIONS[address], "next": elsewhere}, HTTP_REFERER=elsewhere)

    assert answer.get("Location", "/admin/").startswith("/admin/")
    assert elsewhere not in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"revision": "9" * 30}, {"revision": "9" * 5000}, {"revision": "²"}, {"batch": "\0"}]
)
def test_a_rollback_of_nonsense_is_not_found(query, enter):
    assert enter().get("/admin/registry/revision/roll-back/", query).status_code == 404


def test_a_confirmation_sent_twice_does_it_once(enter):
    world.an_offering()
    for slug, tokens in (("one", 200_000), ("two", 100_000)):
        world.says(slug, "acme/one", context_window=tokens)
    world.publish("acme/one")
    client, row = enter(), Conflict.objects.get()

    def send(client: Client) -> str:
        sent = {"conflict": row.pk, "reason": "both are sold"}
        return client.post("/admin/curation/conflict/leave/", sent, follow=True).content.decode()

    assert "1 conflict left as it is." in send(client)
    assert "None of the chosen conflicts is open." in send(client)

"""An offering and a provider by hand, in the admin; the statements can be seen and withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import AuditEntry, Statement
from registry.models import Offering, Provider
from tests.curation.admin import world

pytestmark = pytest.mark.django_db
LIST = "/admin/curation/statement/"
OFFERING, PROVIDER = f"{LIST}offering/", f"{LIST}provider/"


@pytest.fixture
def acme(db):
    return Provider.objects.create(slug="acme", name="Acme")


def state(client: Any, **more: Any) -> Any:
    data = {"provider": "acme", "native_id": "rocket", "source_type": "community", "reason": "their page"} | more
    return client.post(OFFERING, data)


def test_an_offering_is_added_by_hand(enter, acme):
    answer = state(
        enter("curator"),
        **{
            "name": "Rocket",
            "price.input": "0",
            "price.output": "1.25",
            "supports_tools": "yes",
            "as_of": "2026-01-02",
        },
    )

    offering = Offering.objects.get(key="acme/rocket")
    assert answer.status_code == 302
    assert offering.facts["price.output"] == [{"amount": "1.25", "currency": "USD"}]
    assert offering.facts["price.input"][0]["state"] == "free"
    assert offering.facts["supports_tools"] is True
    assert "supports_vision" not in offering.facts
    assert offering.provenance["name"]["source"] == "manual"
    assert str(Statement.objects.get(field="name").as_of) == "2026-01-02"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "State at least one value."),
        ({"name": "R", "native_id": ""}, "required"),
        ({"name": "R", "provider": "nobody"}, "valid choice"),
        ({"price.input": "-1"}, "greater than or equal to 0"),
        ({"name": "R", "source_type": "official"}, "needs evidence"),
        ({"released_on": "1999-01-01"}, "cannot be right"),
        ({"name": "R", "reason": ""}, "Say why"),
    ],
)
def test_what_cannot_be_is_said_beside_the_input(enter, acme, more, message):
    answer = state(enter("curator"), **more)

    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not Statement.objects.exists()


def test_another_spelling_of_a_published_id_is_refused(enter):
    world.an_offering("acme/Rocket")
    answer = state(enter("curator"), name="R")

    assert "spelt acme/Rocket" in answer.content.decode()


def test_a_provider_is_added_and_the_trail_tells(enter):
    data = {"slug": "acme", "name": "Acme Inc.", "kind": "cloud", "homepage": "https://acme.example", "reason": "new"}
    enter("curator").post(PROVIDER, data)

    provider = Provider.objects.get(slug="acme")
    assert (provider.name, provider.kind, provider.homepage) == ("Acme Inc.", "cloud", "https://acme.example")
    entry = AuditEntry.objects.get(kind="registry.provider")
    assert (entry.actor, entry.reason) == ("curator", "new")


@pytest.mark.parametrize(
    ("slug", "message"),
    [("together-ai", "another name of the provider together"), ("Acme", "small letters"), ("acme", "already")],
)
def test_a_provider_that_cannot_be_is_refused(enter, acme, slug, message):
    answer = enter("curator").post(PROVIDER, {"slug": slug, "name": "X", "reason": "new"})

    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert Provider.objects.count() == 1


def test_a_statement_is_withdrawn_with_a_reason(enter, acme):
    client = enter("curator")
    state(client, name="Rocket")
    row = Statement.objects.get()
    page = client.post(LIST, {"action": "withdraw_selected", "_selected_action": [row.pk]})
    assert "Withdraw statements" in page.content.decode()
    assert client.post(f"{LIST}withdraw/", {"statement": row.pk, "reason": ""}).status_code == 400

    client.post(f"{LIST}withdraw/", {"statement": row.pk, "reason": "misread"})

    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_reason) == ("curator", "misread")
    assert "withdrawn by curator" in client.get(LIST).content.decode()


def test_a_viewer_reads_the_list_and_states_nothing(enter, acme):
    viewer = enter("viewer")

    assert viewer.get(LIST).status_code == 200
    assert viewer.get(OFFERING).status_code == 403
    assert viewer.get(PROVIDER).status_code == 403
    assert viewer.post(f"{LIST}withdraw/", {}).status_code == 403


def test_the_form_opens_for_an_offering(enter, acme):
    text = enter("curator").get(f"{OFFERING}?offering=acme/rocket").content.decode()

    assert 'value="rocket"' in text


def test_the_list_asks_as_often_for_many_rows_as_for_few(enter, acme, django_assert_max_num_queries):
    from curation.statements import manual
    from tests import builders

    abouts = [manual.OfferingStatement(f"acme/m{number}", {"name": "M"}) for number in range(60)]
    manual.state_all(abouts, actor=builders.curator(), reason="many")
    client = enter("curator")

    with django_assert_max_num_queries(15):
        client.get(LIST)


def test_the_list_of_offerings_leads_to_the_form_for_who_may_state(enter, acme):
    address = "/admin/registry/offering/by-hand/"
    curator, viewer = enter("curator"), enter("viewer")

    assert "Add offering" in curator.get("/admin/registry/offering/").content.decode()
    assert curator.get(address)["Location"] == OFFERING
    assert "Add offering" not in viewer.get("/admin/registry/offering/").content.decode()
    assert viewer.get(address).status_code == 403

"""Undo from the admin: what would go back is shown first, with what stays; rejections can be undone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages

from curation.models import Change, Pin
from curation.pins import pinning
from curation.review import decisions
from registry.domain import rates
from registry.models import LedgerEntry, Offering, Revision
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

ROLL_BACK, LEDGER = "/admin/registry/revision/roll-back/", "/admin/registry/ledgerentry/"
QUEUE, RECONSIDER = "/admin/curation/change/", "/admin/curation/change/reconsider/"


def messages_of(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def price_of(key: str) -> str:
    return str(Offering.objects.get(key=key).facts["price.input"][0]["amount"])


def moved(price: str = "3", *keys: str) -> None:
    """Offerings whose price a sync has changed, and published."""
    for key in keys or ("acme/one",):
        if not Offering.objects.filter(key=key).exists():
            world.an_offering(key)
        world.says("catalogue-a", key, name="One", price__input=rates.price(price), context_window=200_000)
    world.publish(*(keys or ("acme/one",)))


# -- rolling back ----------------------------------------------------------------------------------


def test_a_revision_leads_to_the_page_that_shows_what_would_go_back(enter):
    moved("3", "acme/one", "acme/two")
    moved("3.1", "acme/two")
    revision = Revision.objects.latest().number - 1
    client = enter("curator")

    assert (
        f"roll-back/?revision={revision}" in client.get(f"/admin/registry/revision/{revision}/change/").content.decode()
    )
    page = client.get(ROLL_BACK, {"revision": revision})

    text = page.content.decode()
    for sign in ("1 field goes back", "1 change stays", "The largest move", "$2.5 / 1M tokens", "acme/two"):
        assert sign in text
    assert page.context["confirm"].tables[0].rows[0][1] == "1"
    assert price_of("acme/one") == "3"


def test_it_is_done_after_a_reason_and_told_with_links(enter):
    moved("3", "acme/one", "acme/two")
    moved("3.1", "acme/two")
    revision = Revision.objects.latest().number - 1
    client = enter("curator")
    token = world.hidden(client.get(ROLL_BACK, {"revision": revision}))["token"]

    empty = client.post(ROLL_BACK, {"token": token, "reason": " "})
    answer = client.post(ROLL_BACK, {"token": token, "reason": "a typing error"})

    assert empty.status_code == 400
    assert (price_of("acme/one"), price_of("acme/two")) == ("2.5", "3.1")
    assert "1 change rolled back" in messages_of(answer)
    assert "1 change left as it is: Something newer" in messages_of(answer)
    assert f"revision__number__exact={Revision.objects.latest().number}" in messages_of(answer)
    assert Revision.objects.latest().actor == "curator"


def test_a_batch_goes_back_as_a_whole(enter):
    moved("3")
    client = enter("curator")
    page = client.get(ROLL_BACK, {"batch": str(Revision.objects.latest().batch)})
    client.post(ROLL_BACK, {**world.hidden(page), "reason": "x"})

    assert price_of("acme/one") == "2.5"


def test_chosen_entries_of_the_ledger_go_back(enter):
    moved("3", "acme/one", "acme/two")
    client = enter("curator")
    chosen = LedgerEntry.objects.filter(offering_key="acme/one").latest("id").pk

    page = client.post(LEDGER, {"action": "roll_back_selected", "_selected_action": chosen, "index": "0"})
    client.post(ROLL_BACK, {**world.hidden(page), "reason": "x"})

    assert (price_of("acme/one"), price_of("acme/two")) == ("2.5", "3")


def test_where_nothing_can_go_back_there_is_no_button(enter):
    world.an_offering()

    page = enter("curator").get(ROLL_BACK, {"revision": Revision.objects.latest().number})

    assert "Nothing here can be rolled back" in page.content.decode()
    assert 'name="reason"' not in page.content.decode()


@pytest.mark.parametrize("query", [{}, {"batch": "x"}, {"revision": "-1"}])
def test_a_page_about_nothing_is_not_found(query, enter):
    assert enter("curator").get(ROLL_BACK, query).status_code == 404


def test_a_made_up_token_undoes_nothing(enter):
    moved("3")
    enter("curator").post(ROLL_BACK, {"token": "made:up", "reason": "x"})

    assert price_of("acme/one") == "3"


def test_a_viewer_undoes_nothing(enter):
    moved("3")
    client, revision = enter("viewer"), Revision.objects.latest().number

    assert client.get(ROLL_BACK, {"revision": revision}).status_code == 403
    assert client.post(ROLL_BACK, {"token": "x"}).status_code == 403
    assert "roll-back" not in client.get(f"/admin/registry/revision/{revision}/change/").content.decode()
    chosen = LedgerEntry.objects.latest("id").pk
    client.post(LEDGER, {"action": "roll_back_selected", "_selected_action": chosen, "index": "0"})
    assert price_of("acme/one") == "3"


# -- one person's edits ----------------------------------------------------------------------------

PERSON = "/admin/registry/revision/roll-back/person/"


def pinned(person: Any, field: str, value: Any, who: str = "curator") -> None:
    pinning.pin(offering="acme/one", field=field, value=value, actor=person(who), reason="measured")


def test_a_person_and_a_time_lead_to_what_would_go_back(enter, person):
    world.an_offering()
    pinned(person, "context_window", 9000)
    pinned(person, "price.input", rates.price("2.5"))
    client = enter("curator")

    form = client.get(PERSON)
    page = client.get(ROLL_BACK, {"person": "curator", "since": "2020-01-01T00:00"})

    assert form.context["form"].initial["person"] == "curator"
    text = page.content.decode()
    for sign in ("2 fields go back", "2 pins are released", "without a change of value", "9,000", "200,000"):
        assert sign in text
    assert Pin.objects.filter(released_at__isnull=True).count() == 2  # nothing is done by looking


def test_ones_own_edits_are_undone_after_a_reason(enter, person):
    world.an_offering()
    pinned(person, "context_window", 9000)
    pinned(person, "price.input", rates.price("2.5"))
    client = enter("curator")
    page = client.get(ROLL_BACK, {"person": "curator", "since": "2020-01-01T00:00"})

    answer = client.post(ROLL_BACK, {**world.hidden(page), "reason": "wrong offering"})

    assert not Pin.objects.filter(released_at__isnull=True).exists()
    assert Offering.objects.get().facts["context_window"] == 200_000
    assert "1 change rolled back" in messages_of(answer)
    assert "1 pin put back" in messages_of(answer)


def test_what_has_moved_since_the_page_was_shown_is_shown_again(enter, person):
    world.an_offering()
    pinned(person, "context_window", 9000)
    client = enter("curator")
    page = client.get(ROLL_BACK, {"person": "curator", "since": "2020-01-01T00:00"})
    pinned(person, "max_output_tokens", 100)

    answer = client.post(ROLL_BACK, {**world.hidden(page), "reason": "x"})

    assert answer.status_code == 400
    assert "moved since you looked" in answer.content.decode()
    assert answer.context["confirm"].count == 2
    assert Pin.objects.filter(released_at__isnull=True).count() == 2


@pytest.mark.parametrize(("role", "may"), [("curator", False), ("maintainer", True)])
def test_undoing_what_others_did_takes_a_permission_of_its_own(role, may, enter, person):
    world.an_offering()
    pinned(person, "context_window", 9000, who="viewer")
    client = enter(role)
    page = client.get(ROLL_BACK, {"person": "viewer", "since": "2020-01-01T00:00"})

    answer = client.post(ROLL_BACK, {**world.hidden(page), "reason": "x"})

    assert ("Roll back (1)" in page.content.decode()) is may
    assert answer.status_code == (302 if may else 403)
    assert Pin.objects.filter(released_at__isnull=True).exists() is not may


def test_the_revision_of_another_person_is_theirs_too(enter, person):
    world.an_offering()
    pinned(person, "context_window", 9000, who="viewer")

    page = enter("curator").get(ROLL_BACK, {"revision": Revision.objects.latest().number})

    assert "permission of a senior curator" in page.content.decode()


@pytest.mark.parametrize("query", [{"person": "nobody", "since": "2020-01-01"}, {"person": "curator", "since": "soon"}])
def test_nobody_and_no_time_are_asked_again(query, enter):
    assert enter("curator").get(ROLL_BACK, query).status_code == 400


def test_a_viewer_chooses_nobody(enter):
    assert enter("viewer").get(PERSON).status_code == 403
    assert "undo-person" not in enter("viewer").get("/admin/registry/revision/").content.decode()
    assert "undo-person" in enter("curator").get("/admin/registry/revision/").content.decode()


# -- taking back a No ------------------------------------------------------------------------------


def a_rejected_change(person: Any) -> Change:
    world.a_held_change()
    change = Change.objects.get()
    decisions.reject({change.pk: change.fingerprint}, actor=person("curator"), reason="a typing error")
    return change


def test_a_rejection_is_taken_back_from_the_list_of_rejected_changes(enter, person):
    change, client = a_rejected_change(person), enter("curator")

    page = client.post(
        f"{QUEUE}?state=rejected", {"action": "reconsider_selected", "_selected_action": change.pk, "index": "0"}
    )
    assert "a typing error" in page.content.decode()
    empty = client.post(RECONSIDER, {"change": change.pk, "reason": ""})
    answer = client.post(RECONSIDER, {"change": change.pk, "reason": "announced"})

    assert empty.status_code == 400
    assert "1 rejection undone. 1 is pending again" in messages_of(answer)
    assert Change.objects.get().state == "proposed"


def test_a_viewer_takes_no_rejection_back(enter, person):
    change = a_rejected_change(person)

    assert enter("viewer").post(RECONSIDER, {"change": change.pk, "reason": "x"}).status_code == 403
    assert Change.objects.get().state == "rejected"

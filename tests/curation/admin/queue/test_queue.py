"""The queue's page: what a row tells, its groups and views, many at once, and taking back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.utils import timezone

from curation import tasks
from curation.admin.queue import decide
from curation.explanation import excerpt
from curation.models import Change, Pin, Presence, ReviewJob, SavedView
from curation.review import jobs
from registry.domain import rates
from registry.models import Offering
from tests.curation.admin import world

pytestmark = pytest.mark.django_db
QUEUE = "/admin/curation/change/"
DECIDE, MANY, RETRACT = f"{QUEUE}decide/", f"{QUEUE}decide/many/", f"{QUEUE}retract/"
JSON = {"HTTP_ACCEPT": "application/json"}


def price_of(key: str = "acme/one") -> str:
    return str(Offering.objects.get(key=key).facts["price.input"][0]["amount"])


def seen(change: Change) -> dict[str, str]:
    return {f"shown-{change.pk}": change.fingerprint}


def press(client: Any, verdict: str, change: Change, **more: str) -> Any:
    return client.post(DECIDE, {verdict: change.pk, **seen(change), **more}, **JSON)


def messages_of(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def rows(client: Any, **query: str) -> list[str]:
    changes = client.get(QUEUE, query).context["cl"].result_list
    return sorted(change.offering_key for change in changes)


# -- the row ---------------------------------------------------------------------------------------


def test_a_row_tells_where_it_comes_from_and_how_far_it_reaches(enter):
    world.source(homepage="https://catalogue.example/models")
    for key in ("acme/one", "acme/two"):
        world.a_held_change(key)
    Change.objects.update(times_seen=7)

    page = enter("curator").get(QUEUE).content.decode()

    for sign in (
        "https://catalogue.example/models",
        "catalogue",
        "7 times",
        "same change on 2",
        "2 similar pending",
        "payload",
    ):
        assert sign in page


def test_always_is_offered_to_who_may_make_a_policy(enter):
    world.a_held_change()

    page = enter("").get(QUEUE).content.decode()
    assert "/admin/curation/policy/add/?source=catalogue-a&amp;field=price.input&amp;verdict=apply" in page
    assert "/policy/add/" not in enter("curator").get(QUEUE).content.decode()


def test_the_raw_piece_is_shown_or_it_is_said_why_not(enter, monkeypatch):
    world.a_held_change()
    change, client = Change.objects.get(), enter("viewer")

    page = client.get(f"{QUEUE}{change.pk}/raw/").content.decode()
    assert "No source of that name is installed." in page
    assert "&quot;amount&quot;: &quot;10&quot;" in page

    piece = excerpt.Piece("data[3]", '{"prompt": 0.00001}', timezone.now())
    monkeypatch.setattr(excerpt, "find", lambda *arguments: piece)
    part = client.get(f"{QUEUE}{change.pk}/raw/?part=1").content.decode()
    assert "data[3]" in part
    assert "0.00001" in part
    assert "<html" not in part


def test_another_value_is_pinned_from_the_form_of_the_offering(enter):
    world.a_held_change()
    answer = enter("curator").get(f"{QUEUE}{Change.objects.get().pk}/pin/")

    assert answer.headers["Location"] == f"/admin/registry/offering/{Offering.objects.get().pk}/pin/?field=price.input"


# -- groups and views ------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["same", "provider", "model", "field", "source", "policy", "run"])
def test_every_count_above_the_list_leads_to_that_many_rows(enter, by):
    for key in ("openai/gpt-4o", "openrouter/openai/gpt-4o"):
        world.a_held_change(key)
    client = enter("curator")

    head = client.get(QUEUE, {"by": by, "state": "proposed"}).context["cl"].head
    assert head.facets
    for facet in head.facets:
        assert client.get(f"{QUEUE}{facet.url}").context["cl"].result_count == facet.count, facet


def test_a_filter_that_a_link_set_can_be_taken_away_again(enter):
    for key in ("acme/one", "zeta/one"):
        world.a_held_change(key)
    client = enter("curator")
    assert rows(client, provider="acme") == ["acme/one"]

    (link,) = client.get(QUEUE, {"provider": "acme"}).context["cl"].head.narrowed
    assert (link.label, link.url) == ("provider: acme", "?")


def test_the_queue_opens_with_the_default_view_and_all_is_one_click_away(enter):
    for key in ("acme/one", "zeta/one"):
        world.a_held_change(key)
    client = enter("curator")
    client.post(f"{QUEUE}views/save/", {"name": "Acme", "query": "provider=acme&p=2", "default": "on"})

    opened = client.get(QUEUE, follow=True)
    assert [change.offering_key for change in opened.context["cl"].result_list] == ["acme/one"]
    assert rows(client, state="proposed") == ["acme/one", "zeta/one"]
    assert client.get(QUEUE, {"view": "acme"}).headers["Location"].endswith("state=proposed&provider=acme&view=acme")


def test_a_view_of_somebody_else_opens_only_when_it_is_shared(enter):
    enter("curator").post(f"{QUEUE}views/save/", {"name": "Mine", "query": ""})
    enter("curator").post(f"{QUEUE}views/save/", {"name": "Ours", "query": "", "shared": "on"})
    viewer = enter("viewer")
    viewer.post(f"{QUEUE}views/save/", {"name": "Not shared by a viewer", "query": "", "shared": "on"})

    assert "no such view" in messages_of(viewer.get(QUEUE, {"view": "mine"}))
    assert "view=ours" in viewer.get(QUEUE, {"view": "ours"}).headers["Location"]
    assert not SavedView.objects.get(owner__username="viewer").is_shared


def test_only_its_owner_gives_a_view_up(enter):
    enter("curator").post(f"{QUEUE}views/save/", {"name": "Ours", "query": "", "shared": "on"})
    pk = SavedView.objects.get().pk
    url = f"/admin/curation/savedview/{pk}/delete/"

    assert enter("viewer").post(url, {"post": "yes"}).status_code == 403
    assert enter("curator").post(url, {"post": "yes"}).status_code == 302
    assert not SavedView.objects.exists()


# -- without leaving the page ----------------------------------------------------------------------


def test_a_decision_is_answered_in_json_when_it_is_asked_for(enter):
    world.a_held_change()
    change, client = Change.objects.get(), enter("curator")

    answer = press(client, "approve", change).json()
    assert (answer["done"], answer["refused"], answer["message"], answer["left"]) == (
        [change.pk],
        [],
        "1 change approved.",
        0,
    )
    assert price_of() == "10"
    back = client.post(RETRACT, {"back": answer["undo"]}, **JSON).json()
    assert back == {"done": [change.pk], "message": "1 change is pending again.", "left": 1}
    assert price_of() == "2.5"


def test_what_needs_more_asks_for_it(enter):
    world.a_held_change(price="2500")
    change, client = Change.objects.get(), enter("curator")

    assert press(client, "approve", change).json() == {"ask": "twice", "message": "×1,000"}
    assert press(client, "reject", change).json()["ask"] == "more"
    assert press(client, "postpone", change).json()["ask"] == "more"
    assert press(client, "postpone", change, until="2020-01-01").status_code == 400
    assert press(client, "postpone", change, until="2030-W01").json()["ask"] == "more"
    assert price_of() == "2.5"
    assert press(client, "approve", change, confirmed="1").json()["done"] == [change.pk]


def test_what_moved_is_refused_in_json_too(enter):
    world.a_held_change()
    change, client = Change.objects.get(), enter("curator")
    change.fingerprint = "0" * 64

    answer = press(client, "approve", change).json()
    assert (answer["done"], len(answer["refused"]), answer["undo"]) == ([], 1, "")


def test_pinning_the_old_and_postponing_work_without_a_script(enter):
    for key in ("acme/one", "acme/two"):
        world.a_held_change(key)
    first, two = Change.objects.order_by("offering_key")
    client = enter("curator")

    page = client.post(DECIDE, {"keep": first.pk, **seen(first)})
    client.post(DECIDE, {**world.hidden(page), "reason": "their page"})
    page = client.post(DECIDE, {"postpone": two.pk, **seen(two)})
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    answer = client.post(DECIDE, {**world.hidden(page), "until": day})

    assert (Pin.objects.get().reason, price_of()) == ("their page", "2.5")
    assert "1 change postponed." in messages_of(answer)
    assert (rows(client), rows(client, state="postponed")) == ([], ["acme/two"])


def test_the_message_of_a_decision_offers_to_take_it_back(enter):
    world.a_held_change()
    change, client = Change.objects.get(), enter("curator")
    answer = client.post(DECIDE, {"approve": change.pk, **seen(change)})
    (address,) = re.findall(r'href="([^"]*retract[^"]*)"', messages_of(answer))

    page = client.get(address.replace("&amp;", "&"))
    assert price_of() == "10"
    client.post(RETRACT, world.hidden(page))
    assert price_of() == "2.5"


def test_nobody_takes_back_what_somebody_else_decided(enter):
    world.a_held_change()
    answer = press(enter("curator"), "approve", Change.objects.get()).json()

    assert enter("").post(RETRACT, {"back": answer["undo"]}, **JSON).status_code == 400
    assert enter("curator").post(RETRACT, {"back": signing.dumps("x")}, **JSON).status_code == 400
    assert price_of() == "10"


def test_two_people_are_shown_and_needed(enter, settings):
    settings.SECOND_PERSON_ABOVE = 2
    world.a_held_change()
    change, client = Change.objects.get(), enter("curator")
    assert "needs two people" in client.get(QUEUE).content.decode()

    answer = press(client, "approve", change).json()
    assert answer["waiting"] == [change.pk]
    assert "second person has to approve" in answer["message"]
    assert "curator approved; needs a second person" in client.get(QUEUE).content.decode()
    assert "second person" in press(client, "approve", change).json()["refused"][0][1]
    assert press(enter("maintainer"), "approve", change).json()["done"] == [change.pk]
    assert price_of() == "10"


def test_presence_is_told_to_others(enter):
    world.a_held_change()
    change = Change.objects.get()
    url = f"{QUEUE}presence/"
    enter("curator").post(url, {"change": change.pk, "row": change.pk})

    assert enter("maintainer").post(url, {"row": change.pk}).json() == {"others": {str(change.pk): ["curator"]}}
    assert enter("curator").post(url, {"change": "", "row": "x" * 30}).json() == {"others": {}}
    assert not Presence.objects.exists()


@pytest.mark.parametrize("address", [DECIDE, MANY, RETRACT, f"{QUEUE}presence/"])
def test_who_may_only_look_decides_nothing(enter, address):
    assert enter("viewer").post(address).status_code == 403


# -- many at once ----------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    """Three are many, and a job takes two at a time; what is handed to the workers."""
    handed: list[str] = []
    monkeypatch.setattr(decide, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "SLICE", 2)
    monkeypatch.setattr(tasks.decide_many, "delay", handed.append)
    return handed


def preview(client: Any, action: str = "approve_selected") -> Any:
    for number in range(4):
        world.a_held_change(f"acme/model-{number}", price="10" if number else "250")
    first = Change.objects.all()[0]
    return client.post(QUEUE, {"action": action, "_selected_action": first.pk, "select_across": "1", "index": "0"})


def test_many_are_decided_in_the_background_after_a_preview(enter, few, django_capture_on_commit_callbacks):
    client = enter("curator")
    page = preview(client)
    text = page.content.decode()
    confirm = page.context["confirm"]
    assert (confirm.count, confirm.alarms) == (4, ["1 value moves by a factor of ten or more."])
    assert "The largest move: ×100" in page.content.decode()
    assert "4 changes, exactly as shown here." in text
    assert price_of("acme/model-0") == "2.5"

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(MANY, {**world.hidden(page), "reason": "announced"})
    job = ReviewJob.objects.get()
    assert (answer.headers["Location"], few) == (f"{QUEUE}jobs/{job.batch}/", [str(job.batch)])
    waits = client.get(f"{QUEUE}jobs/{job.batch}/state/").json()
    assert (waits["state"], waits["position"], waits["total"]) == ("queued", 0, 4)

    tasks.decide_many(few[0])
    done = client.get(f"{QUEUE}jobs/{job.batch}/state/").json()
    assert (done["state"], done["done"], done["refused_count"]) == ("done", 4, 0)
    assert price_of("acme/model-3") == "10"
    assert f"roll-back/?batch={job.batch}" in client.get(answer.headers["Location"]).content.decode()


def test_a_whole_batch_goes_back_at_once(enter, few, django_capture_on_commit_callbacks):
    client = enter("curator")
    page = preview(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(MANY, {**world.hidden(page), "reason": ""})
    tasks.decide_many(few[0])

    url = f"/admin/registry/revision/roll-back/?batch={few[0]}"
    client.post(url, {**world.hidden(client.get(url)), "reason": "too early"})
    assert {price_of(f"acme/model-{number}") for number in range(4)} == {"2.5"}


def test_many_rejections_go_back_to_the_queue_at_once(enter, few, django_capture_on_commit_callbacks):
    client = enter("curator")
    page = preview(client, "reject_selected")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(MANY, {**world.hidden(page), "reason": "no"})
    tasks.decide_many(few[0])
    assert rows(client) == []

    job = client.get(f"{QUEUE}jobs/{few[0]}/")
    client.post(RETRACT, {"back": job.context["back"]})
    assert len(rows(client)) == 4


def test_a_job_without_its_reason_is_not_begun(enter, few):
    client = enter("curator")
    page = preview(client, "reject_selected")
    answer = client.post(MANY, {**world.hidden(page), "reason": " "})

    assert "Say why" in messages_of(answer)
    assert few == []


def test_a_queue_out_of_reach_is_said(enter, few, monkeypatch, django_capture_on_commit_callbacks):
    def fails(batch: str) -> None:
        raise OSError("no such folder")

    monkeypatch.setattr(tasks.decide_many, "delay", fails)
    client = enter("curator")
    page = preview(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(MANY, {**world.hidden(page)})

    job = client.get(f"{QUEUE}jobs/{world.hidden(page)['job']}/").content.decode()
    assert "The task queue cannot be reached: no such folder" in job


def test_a_page_of_the_queue_asks_as_often_for_many_rows_as_for_few(enter, django_assert_max_num_queries):
    world.a_held_change()
    client = enter("curator")
    with django_assert_max_num_queries(15) as few_rows:
        client.get(QUEUE)
    for number in range(50):
        world.says("catalogue-a", f"acme/m{number}", price__input=rates.price("1"))
        world.publish(f"acme/m{number}")
        world.says("catalogue-a", f"acme/m{number}", price__input=rates.price("9"))
    world.publish(*(f"acme/m{number}" for number in range(50)))
    assert Change.objects.awaiting_review().count() == 51

    with django_assert_max_num_queries(15) as many_rows:
        assert len(client.get(QUEUE).context["cl"].result_list) == 50
    assert len(many_rows) == len(few_rows)


# -- price lists -----------------------------------------------------------------------------------


def test_a_row_shows_every_price_of_a_list_and_how_far_it_moves(enter):
    world.says("catalogue-b", "acme/one", price__output=rates.price("12"))
    world.a_held_list()
    page = enter("curator").get(QUEUE).content.decode()

    assert "Token prices, 3 rates" in page
    assert re.findall(r'<tr data-move>\s*<th scope="row">([^<]+)', page) == [
        "Input price",
        "Output price",
        "Cache read price",
    ]
    for sign in ("$2.5 / 1M tokens", "$25 / 1M tokens", "×10", "+10 %", "catalogue-b, Output price"):
        assert sign in page


def test_the_page_that_asks_counts_changes_and_rates(enter):
    world.a_held_list()
    answer = enter("curator").post(QUEUE, {"action": "reject_selected", "_selected_action": Change.objects.get().pk})
    page = answer.content.decode()

    assert "1 change, 3 rates." in answer.context["confirm"].lines
    assert "1 change, 3 rates." in page
    assert page.count("<tr data-move>") == 3


def test_a_list_is_decided_with_one_click(enter):
    world.a_held_list()
    change, client = Change.objects.get(), enter("curator")

    assert press(client, "approve", change).json()["ask"] == "twice"
    assert press(client, "approve", change, confirmed="1").json()["done"] == [change.pk]
    facts = Offering.objects.get().facts
    amounts = {name: facts[name][0]["amount"] for name in change.moved_fields}
    assert amounts == {"price.input": "25", "price.output": "11", "price.cache_read": "2"}


def test_pinning_what_is_published_pins_every_price_and_goes_back_with_one_key(enter):
    world.a_held_list()
    change, client = Change.objects.get(), enter("curator")
    answer = press(client, "keep", change, reason="their page").json()

    assert (answer["done"], answer["message"]) == ([change.pk], "1 change pinned as published.")
    assert set(Pin.objects.values_list("field", flat=True)) == {"price.input", "price.output"}
    assert client.post(RETRACT, {"back": answer["undo"]}, **JSON).json()["done"] == [change.pk]
    assert not Pin.objects.filter(released_at__isnull=True).exists()
    assert Change.objects.awaiting_review().get().moved_fields == change.moved_fields


def test_what_was_sent_is_shown_for_every_price(enter):
    world.a_held_list()
    page = enter("curator").get(f"{QUEUE}{Change.objects.get().pk}/raw/").content.decode()

    for name in ("price.input", "price.output", "price.cache_read"):
        assert f"As stored: {name}" in page


def test_another_value_of_one_price_is_pinned_on_the_page_of_the_offering(enter):
    world.a_held_list()
    answer = enter("curator").get(f"{QUEUE}{Change.objects.get().pk}/pin/", follow=True)

    assert answer.redirect_chain[-1][0].endswith(f"/registry/offering/{Offering.objects.get().pk}/change/")
    assert answer.content.decode().count("<tr data-move>") == 3


def test_the_tester_tells_of_each_price_and_which_decided(enter):
    world.a_held_list()
    number, client = Change.objects.get().pk, enter("curator")
    address = "/admin/curation/policy/tester/"

    deciding = client.get(address, {"change": number}).context
    assert (deciding["answer"].change.field, deciding["answer"].by) == ("price.input", "possible unit error")
    assert [field["label"] for field in deciding["together"] if not field["is_current"]] == [
        "Cache read price",
        "Output price",
    ]
    other = client.get(address, {"change": number, "field": "price.output"}).context
    assert other["answer"].by == "everything else"


def test_always_asks_about_every_field_of_the_change(enter):
    world.a_held_list()
    page = enter("maintainer").get(QUEUE).content.decode()

    assert "field=price.cache_read%20price.input%20price.output&amp;verdict=apply" in page

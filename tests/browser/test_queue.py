"""The review queue in a real browser: cleared by keyboard alone, without the page ever being left."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from curation.models import Change, Pin, SavedView
from registry.domain import rates
from registry.models import Offering
from tests.browser.conftest import settle
from tests.curation.admin import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/curation/change/"
_IS_ON_TOP = """one => {
    one.scrollIntoView({block: "center"});
    const box = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


def price(key: str) -> str:
    return str(Offering.objects.get(key=key).facts["price.input"][0]["amount"])


def states() -> dict[str, str]:
    return dict(Change.objects.values_list("offering_key", "state"))


def test_a_queue_is_cleared_by_keyboard_alone(page_of):
    for key in ("acme/five", "acme/four", "acme/three", "acme/two", "acme/one"):
        world.a_held_change(key)
    page = page_of()
    page.goto(QUEUE)
    loads: list[str] = []
    page.on("load", lambda: loads.append(page.url))
    press = page.keyboard.press

    press("j")  # the newest stands first: acme/one
    press("a")
    page.get_by_text("1 change approved. 4 waiting").wait_for()
    press("r")
    page.get_by_label("Reason (required)").fill("not on their page")
    press("Enter")
    page.get_by_text("1 change rejected. 3 waiting").wait_for()
    press("r")  # the last reason is there already
    page.get_by_role("heading", name="Reject").wait_for()
    press("Enter")
    page.get_by_text("1 change rejected. 2 waiting").wait_for()
    press("p")
    page.get_by_role("heading", name="Pin what is published").wait_for()
    press("Enter")
    page.get_by_text("1 change pinned as published. 1 waiting").wait_for()
    press("s")
    page.get_by_role("heading", name="Postpone").wait_for()
    press("Enter")
    page.get_by_text("1 change postponed. 0 waiting").wait_for()

    assert states() == {
        "acme/one": "applied", "acme/two": "rejected", "acme/three": "rejected", "acme/four": "rejected",
        "acme/five": "proposed",
    }  # fmt: skip
    assert (price("acme/one"), price("acme/four"), Pin.objects.get().reason) == ("10", "2.5", "not on their page")
    assert loads == []


def test_the_last_decisions_are_taken_back_one_by_one(page_of):
    for key in ("acme/three", "acme/two", "acme/one"):
        world.a_held_change(key)
    page = page_of()
    page.goto(QUEUE)

    page.keyboard.press("j")
    for left in (2, 1):
        page.keyboard.press("a")
        page.get_by_text(f"1 change approved. {left} waiting").wait_for()
    page.keyboard.press("z")
    page.get_by_text("1 change is pending again.").wait_for()
    assert (price("acme/one"), price("acme/two")) == ("10", "2.5")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="acme/one", exact=True).wait_for()
    assert (price("acme/one"), price("acme/two")) == ("2.5", "2.5")


def test_a_large_move_asks_twice(page_of):
    world.a_held_change(price="2500")
    page = page_of()
    page.goto(QUEUE)

    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_role("heading", name="Approve a large move").wait_for()
    assert price("acme/one") == "2.5"
    page.keyboard.press("a")
    page.get_by_text("1 change approved.").wait_for()
    assert price("acme/one") == "2500"


def test_what_moved_is_refused_and_shown_anew(page_of):
    for key in ("acme/two", "acme/one"):
        world.a_held_change(key)
    page = page_of()
    page.goto(QUEUE)
    world.says("catalogue-a", "acme/one", name="One", price__input=rates.price("11"), context_window=200_000)
    world.publish("acme/one")

    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("This change is superseded already.").wait_for()
    page.get_by_text("$11 / 1M tokens").wait_for()
    assert price("acme/one") == "2.5"


def test_a_row_tells_what_was_sent_and_who_is_looking(page_of):
    for key in ("acme/two", "acme/one"):
        world.a_held_change(key)
    User.objects.create_superuser("second", password="secret")
    other = page_of("second")
    other.goto(QUEUE)
    other.keyboard.press("j")
    other.keyboard.press("w")
    other.get_by_text("As stored: price.input").wait_for()
    page = page_of()
    page.goto(QUEUE)
    page.get_by_text("second is looking at this").wait_for()
    assert page.get_by_text("is looking at this").count() == 1
    for open_page in (page, other):
        open_page.wait_for_load_state("networkidle")


def test_filters_are_kept_as_a_view(page_of):
    world.a_held_change()
    page = page_of()
    page.goto(f"{QUEUE}?source=catalogue-a")

    page.get_by_text("Save this view…").click()
    page.get_by_label("Name").fill("From A")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The view “From A” is saved.").wait_for()
    assert SavedView.objects.get().query == "source=catalogue-a"
    page.goto(QUEUE)
    page.get_by_role("link", name="From A").click()
    page.wait_for_url("**source=catalogue-a**")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_stands_on_a_laptop(theme, page_of, tmp_path: Path):
    world.a_held_list("acme/list")
    for number in range(3):
        world.a_held_change(f"openrouter/openai/gpt-4o-{number}")
    world.a_held_change("acme/large", price="2500")
    world.says("catalogue-of-a-long-name", "acme/large", price__input=rates.price("4"))
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    page = page_of("curator", theme=theme, width=1366)
    page.goto(QUEUE)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.screenshot(path=folder / f"queue-rows-{theme}.png")
    for button in page.get_by_role("button", name="Approve").all():
        assert button.bounding_box()["x"] + button.bounding_box()["width"] <= 1366
        assert button.evaluate(_IS_ON_TOP)
    page.keyboard.press("w")
    page.locator(".ms-raw").wait_for()
    page.locator(".ms-more summary").first.click()
    page.screenshot(path=folder / f"queue-open-{theme}.png")
    page.keyboard.press("r")
    page.screenshot(path=folder / f"queue-ask-{theme}.png")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1


def test_an_ended_session_is_told_and_nothing_typed_is_lost(page_of):
    for key in ("acme/two", "acme/one"):
        world.a_held_change(key)
    page = page_of()
    page.goto(QUEUE)
    page.get_by_role("link", name="acme/one", exact=True).wait_for()
    settle(page)
    Session.objects.all().delete()

    page.keyboard.press("j")
    page.keyboard.press("r")
    page.get_by_label("Reason (required)").fill("not on their page")
    page.keyboard.press("Enter")
    page.get_by_text("Your session has ended. Nothing was decided").wait_for()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / "session-ended.png"))
    assert page.url.endswith(QUEUE)
    assert page.get_by_role("link", name="acme/two", exact=True).is_visible()
    assert set(states().values()) == {"proposed"}

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in, in a new tab").click()
    other = opened.value
    other.get_by_label("Username").fill("curator")
    other.get_by_label("Password").fill("secret")
    other.keyboard.press("Enter")
    other.get_by_role("heading", name="Needs attention").wait_for()
    other.close()

    page.keyboard.press("r")
    assert page.get_by_label("Reason (required)").input_value() == "not on their page"
    page.keyboard.press("Enter")
    page.get_by_text("1 change rejected. 1 waiting").wait_for()
    assert states() == {"acme/one": "rejected", "acme/two": "proposed"}


def test_taking_back_in_an_ended_session_can_be_tried_again(page_of):
    for key in ("acme/two", "acme/one"):
        world.a_held_change(key)
    page = page_of()
    page.goto(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("1 change approved. 1 waiting").wait_for()
    settle(page)
    Session.objects.all().delete()

    page.keyboard.press("z")
    page.get_by_text("Your session has ended. Nothing was decided").wait_for()
    assert price("acme/one") == "10"
    assert page.evaluate("JSON.parse(sessionStorage.getItem('review-undo')).length") == 1


def test_taking_back_while_the_server_is_away_can_be_tried_again(page_of):
    for key in ("acme/two", "acme/one"):
        world.a_held_change(key)
    page = page_of()
    page.goto(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("1 change approved. 1 waiting").wait_for()
    settle(page)

    page.context.set_offline(True)
    page.keyboard.press("z")
    page.get_by_text("The server does not respond. Nothing was decided").wait_for()
    page.context.set_offline(False)
    page.keyboard.press("z")
    page.get_by_text("1 change is pending again.").wait_for()
    assert price("acme/one") == "2.5"


_HIDDEN = """() => {
    const right = cell => cell.getBoundingClientRect().right;
    const decision = document.querySelector("#result_list .column-decision").getBoundingClientRect().left;
    const seen = [...document.querySelectorAll("#result_list :is(.column-seen, .field-seen)")];
    return seen.filter(cell => right(cell) > decision + 1).length;
}"""


def test_no_column_lies_under_the_decision_on_a_small_laptop(page_of):
    world.a_held_list("acme/list-of-a-rather-long-name")
    world.a_held_change("acme/one")
    dated = rates.line(replace(point, valid_from=date(2026, 10, 14)) for point in rates.price("150"))
    key = "acme/list-of-a-rather-long-name"
    world.says("another-catalogue", key, price__input=dated, price__output=dated, price__cache_read=dated)
    Change.objects.update(first_seen_at=timezone.now() - timedelta(days=9, hours=30), times_seen=120)
    page = page_of(width=1366)
    page.goto(QUEUE)

    assert page.evaluate(_HIDDEN) == 0

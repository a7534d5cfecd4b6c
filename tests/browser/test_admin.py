"""What curators do every day, done in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from curation.models import Change, Pin
from registry.models import Offering
from tests.curation.admin import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def price() -> str:
    return str(Offering.objects.get(key="acme/one").facts["price.input"][0]["amount"])


def test_a_curator_pins_a_price_from_the_offering_s_page(page_of):
    world.an_offering()
    page = page_of()

    page.goto("/admin/")
    page.get_by_role("link", name="Offerings").first.click()
    page.get_by_role("link", name="acme/one").click()
    page.get_by_role("link", name="Pin… Input price", exact=True).click()
    page.get_by_label("Amount per 1M tokens").fill("3.75")
    page.get_by_label("Reason").fill("The invoice says so.")
    page.get_by_role("button", name="Pin", exact=True).click()

    page.get_by_text("Input price is pinned to $3.75 / 1M tokens.").wait_for()
    page.get_by_text("because: The invoice says so.").first.wait_for()
    assert price() == "3.75"

    page.get_by_role("link", name="Release… Input price").click()
    page.get_by_role("button", name="Release (1)").click()
    page.get_by_text("1 pin released.").wait_for()
    assert price() == "2.5"


def test_a_curator_decides_by_keyboard(page_of):
    for key in ("acme/one", "acme/two"):
        world.a_held_change(key)
    page = page_of()

    page.goto("/admin/curation/change/")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("1 change approved.").wait_for()
    page.keyboard.press("r")
    page.get_by_label("Reason (required)").fill("not on their page")
    page.keyboard.press("Enter")
    page.get_by_text("1 change rejected.").wait_for()

    states = dict(Change.objects.values_list("offering_key", "state"))
    assert states == {"acme/two": "applied", "acme/one": "rejected"}  # the newest stands first
    assert price() == "2.5"


def test_the_keys_are_listed_on_a_question_mark(page_of):
    world.a_held_change()
    page = page_of()

    page.goto("/admin/curation/change/")
    page.keyboard.press("?")

    page.get_by_role("heading", name="Keys of the review queue").wait_for()


def test_selected_changes_are_approved_after_a_look(page_of):
    for key in ("acme/one", "acme/two"):
        world.a_held_change(key)
    page = page_of()

    page.goto("/admin/curation/change/")
    page.locator("#action-toggle").check()
    page.get_by_label("Select action to run").select_option(label="Approve…")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("2 changes, exactly as shown here.").wait_for()
    page.get_by_role("button", name="Approve (2)").click()

    page.get_by_text("2 changes approved.").wait_for()
    assert price() == "10"


def test_a_viewer_sees_all_and_no_button(page_of):
    world.a_held_change()
    page = page_of("viewer")

    page.goto("/admin/curation/change/")
    page.get_by_text("acme/one").first.wait_for()

    assert page.get_by_role("button", name="Approve").count() == 0


PAGES = {
    "first": "/admin/",
    "offerings": "/admin/registry/offering/",
    "offering": "/admin/registry/offering/by-key/?key=acme/one",
    "queue": "/admin/curation/change/",
    "pins": "/admin/curation/pin/",
    "policies": "/admin/curation/policy/",
    "sources": "/admin/curation/source/",
    "runs": "/admin/syncers/run/",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1500, 480])
def test_pages_stand_in_both_themes_and_on_a_phone(theme, width, page_of, tmp_path: Path):
    """Nothing is wider than the window; pictures are kept where SCREENSHOTS says, else with the test's files."""
    world.a_held_change()
    world.a_held_list("acme/list")
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    page = page_of(theme=theme, width=width)

    for name, address in PAGES.items():
        page.goto(address)
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1, name
    page.wait_for_load_state("networkidle")  # nothing asks the database any more when it is emptied


def test_a_pin_that_is_refused_says_why_beside_the_form(page_of):
    world.an_offering()
    page = page_of()
    pk = Offering.objects.get().pk

    page.goto(f"/admin/registry/offering/{pk}/pin/?field=price.input")
    page.get_by_label("Amount per 1M tokens").fill("0")
    page.get_by_label("Reason").fill("x")
    page.get_by_role("button", name="Pin", exact=True).click()

    page.get_by_text("Give an amount above zero").wait_for()
    assert not Pin.objects.exists()

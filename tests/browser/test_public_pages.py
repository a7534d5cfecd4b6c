"""The public pages in a real browser, as somebody uses them who chooses a model: with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from registry.domain import rates
from tests.curation.admin import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """A page of a browser in which nobody is signed in, at the size of a laptop's screen."""
    contexts: list[Any] = []

    def opened(**options: Any) -> Any:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": 1366, "height": 768},
            permissions=["clipboard-read", "clipboard-write"],
            **options,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def offerings(transactional_db: None) -> None:
    for key, price, context in (
        ("acme/large", "9", 400_000),
        ("acme/small", "0.5", 8_000),
        ("other/large", "7", 300_000),
    ):
        values = {"price__input": rates.price(price), "context_window": context, "supports_tools": True}
        world.an_offering(key, name=key.title(), **values)
    world.an_offering("acme/silent", name="Silent", price__input=None, context_window=None)


def test_the_cheapest_with_tools_and_long_context_is_found_without_javascript(visit, offerings):
    page = visit(java_script_enabled=False)
    page.goto("/")

    page.get_by_label("Tools").check()
    page.get_by_label("Context ≥ tokens").fill("200000")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Cheapest", exact=True).click()

    assert page.locator("tbody code").all_inner_texts() == ["other/large", "acme/large"]
    assert "ordering=input_price" in page.url
    assert "supports_tools=true" in page.url

    page.get_by_role("link", name="Other/Large").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Other/Large"
    assert page.get_by_text("Copy the id").is_hidden()


def test_the_list_is_sorted_by_keyboard_alone(visit, offerings):
    page = visit()
    page.goto("/")

    page.get_by_role("link", name="Cheapest", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?ordering=input_price")

    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Cheapest")
    assert page.locator("tbody code").all_inner_texts() == ["acme/small", "other/large", "acme/large", "acme/silent"]


def test_a_key_leads_to_the_search_and_arrows_to_a_hit(visit, offerings):
    page = visit()
    page.goto("/regions")

    page.keyboard.press("/")
    page.keyboard.type("small")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/offerings/acme/small")


def test_ticked_models_are_compared_and_priced(visit, offerings):
    page = visit(java_script_enabled=False)
    page.goto("/?view=offerings")

    page.get_by_label("Compare acme/large").check()
    page.get_by_label("Compare other/large").check()
    page.get_by_role("button", name="Compare ticked").click()
    assert page.get_by_role("row", name="Input price").inner_text().split("\t")[:1] == ["Input price differs"]

    page.get_by_role("link", name="Cost of a call at these").click()
    assert page.locator("tbody strong").all_inner_texts() == []  # no output price is known: no total
    assert page.locator("tbody tr").first.get_by_text("1 part unpriced").is_visible()


def test_a_phone_shows_prices_and_folds_the_filters_away(visit, offerings):
    page = visit()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")

    assert page.get_by_text("$0.5").first.is_visible()
    assert page.get_by_label("Tools").is_hidden()
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Tools").check()
    page.wait_for_url("**/?*supports_tools=true*")


def test_a_phone_shows_a_value_with_who_says_so_and_since_when(visit, offerings):
    page = visit()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/offerings/acme/large")

    cells = page.locator('[id="field-context_window"] td').all()
    boxes = [cell.bounding_box() for cell in cells]
    assert [cell.inner_text().split()[0] for cell in cells[:2]] == ["400,000", "catalogue-a"]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    assert all(box["width"] >= 300 for box in boxes)


def test_the_exact_id_is_copied_with_one_click(visit, offerings):
    page = visit()
    page.goto("/offerings/acme/small")

    page.get_by_role("button", name="Copy the id").click()
    page.get_by_role("button", name="Copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == "acme/small"


@pytest.fixture
def compared(offerings: None) -> None:
    """The provider itself states another price of one offering than is published."""
    world.source("acme-pricing", source_type="official", speaks_for="acme")
    world.says("acme-pricing", "acme/large", price__input=rates.price("90"))
    world.publish("acme/large")


def test_a_number_of_the_scoreboard_opens_its_rows_and_both_statements_without_javascript(visit, compared):
    page = visit(java_script_enabled=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/scoreboard")

    page.get_by_role("link", name="waiting for a person").first.click()
    assert "verdict=pending" in page.url
    assert page.locator("tbody code").all_inner_texts() == ["acme/large"]

    page.locator("tbody summary").first.click()
    assert page.get_by_text("Last confirmed on").is_visible()
    page.get_by_role("link", name="Limits").click()
    assert page.get_by_text("No matches").is_visible()


@pytest.mark.parametrize("width", [360, 390, 768, 1366])
def test_no_page_is_wider_than_the_screen(visit, compared, width):
    page = visit()
    page.set_viewport_size({"width": width, "height": 768})

    rows = "/scoreboard?provider=acme&catalogue=published"
    pages = (
        "/changes",
        "/providers",
        "/providers/acme",
        "/calculator?input=5&output=5",
        "/compare?id=acme/large,acme/small",
    )
    lists = ("/", "/?view=offerings", "/?search=large", "/retirements", "/regions", "/scoreboard", rows)
    for address in (*lists, *pages, "/offerings/acme/large"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address

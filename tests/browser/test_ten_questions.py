"""Ten ordinary questions, each answered through the pages in three steps at most.

A step loads a page: a link that is followed, or a form that is filled and sent. The third question (retirements in 90
days) is that of `test_retirements.py`; two more are of people who choose a model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from curation.models import StoredClaim
from registry.domain import rates
from registry.models import Offering
from tests.curation.admin import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STEPS = 3

LLAMA: dict[str, Any] = {
    "model": "meta-llama/llama-3.3-70b-instruct",
    "name": "Llama 3.3 70B",
    "context_window": 131_072,
}
DEEPSEEK: dict[str, Any] = {"model": "deepseek/deepseek-v3.2", "name": "DeepSeek V3.2", "context_window": 163_840}


class Steps:
    """A page of a visitor, and the addresses that it has shown since the first."""

    def __init__(self, page: Any, start: str = "/") -> None:
        page.goto(start)
        self.page = page
        self.addresses: list[str] = []
        page.on("framenavigated", lambda frame: self.addresses.append(frame.url))

    def follow(self, name: str, within: Any = None, *, exact: bool = True) -> None:
        """Follows the link of that name."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("link", name=name, exact=exact).first.click()

    def menu(self, name: str) -> None:
        """Opens a page of the site's menu."""
        self.follow(name, self.page.get_by_role("navigation", name="Main"))

    def search(self, text: str) -> None:
        """Sends the search field that every page has."""
        self.page.get_by_role("combobox", name="Search models").fill(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, button: str) -> None:
        """Sends the form of a button."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def fill(self, **inputs: str) -> None:
        """Fills inputs by their labels, written with underscores."""
        for label, text in inputs.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(text)

    def rows(self) -> list[str]:
        """The rows of the page's table as text, without the marks of providers."""
        texts = self.page.locator("tbody tr").all_inner_texts()
        return [
            " ".join(word for word in text.split() if not (len(word) == 2 and word.isalpha() and word.isupper()))
            for text in texts
        ]

    @property
    def are_few(self) -> bool:
        return 0 < len(self.addresses) <= MOST_STEPS


@pytest.fixture
def visit(browser: Any, live_server: Any, transactional_db: None) -> Iterator[Callable[[], Steps]]:
    """A visitor who is not signed in, without JavaScript, so that every step is a page that is loaded."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, java_script_enabled=False
    )
    context.set_default_timeout(20_000)
    yield lambda: Steps(context.new_page())
    context.close()


def state(key: str, input: str = "1", output: str = "2", **values: Any) -> None:
    """One source states an offering; `publish` brings all of them into the catalogue at once."""
    world.says("catalogue-a", key, price__input=rates.price(input), price__output=rates.price(output), **values)


def publish() -> None:
    world.publish(*StoredClaim.objects.values_list("offering_key", flat=True))


def test_1_the_cheapest_llama_with_tools(visit):
    state("groq/llama-3.3-70b-versatile", "0.59", "0.79", supports_tools=True, **LLAMA)
    state("deepinfra/llama-3.3-70b-instruct", "0.23", "0.4", supports_tools=True, **LLAMA)
    state("acme/llama-3.3-70b-instruct", "0.1", "0.2", supports_tools=False, **LLAMA)
    state("groq/llama-3.1-8b-instant", "0.05", "0.08", supports_tools=True, name="Llama 3.1 8B")
    publish()
    steps = visit()

    steps.search("llama-3.3-70b")
    steps.page.get_by_label("Tools").check()
    steps.press("Apply")

    [row] = steps.rows()
    assert row.startswith("Llama 3.3 70B meta-llama/llama-3.3-70b-instruct")
    assert "$0.23 / $0.4 deepinfra" in row
    assert steps.are_few


def test_2_what_a_haiku_has_cost_since_spring_and_who_says_so(visit):
    spring = timezone.now() - timedelta(days=240)
    world.source("anthropic-pricing", source_type="official", speaks_for="anthropic")
    for moment, price in ((spring, "0.8"), (spring + timedelta(days=60), "1")):
        with time_machine.travel(moment):
            prices: dict[str, Any] = {"price__input": rates.price(price), "price__output": rates.price("5")}
            world.says("anthropic-pricing", "anthropic/claude-haiku-4-5", name="Claude Haiku 4.5", **prices)
            world.publish("anthropic/claude-haiku-4-5")
    steps = visit()

    steps.search("claude-haiku")
    steps.follow("anthropic", steps.page.locator("tbody"))
    steps.follow("Price history")

    heading, header = (steps.page.locator(place).bounding_box() for place in ("#history", "header"))
    assert heading["y"] >= header["y"] + header["height"]  # not below what stays in sight
    history = steps.page.get_by_role("region", name="Price history").locator("tbody tr").all_inner_texts()
    day, moved = (f"{moment:%Y-%m-%d}" for moment in (spring, spring + timedelta(days=60)))
    now, before, _output = (" ".join(text.split()) for text in history)
    assert now == f"Input price 1 USD / 1M tokens – {moved} revision 2 anthropic-pricing"
    assert before == f"Input price 0.8 USD / 1M tokens – {day} – {moved} revision 1 anthropic-pricing"
    assert steps.page.get_by_role("img", name="$0.8 from").is_visible()
    assert steps.are_few


def test_4_a_million_calls_in_batches_mostly_cached(visit):
    for key, batch in (("acme/large", "1.5"), ("acme/small", "0.25")):
        in_batches = {"input": batch, "output": "2", "cache_read": "0.1"}
        batches = {f"price__{meter}[tier=batch]": rates.price(amount) for meter, amount in in_batches.items()}
        state(key, "3", "4", name=key.title(), **batches)
    state("acme/silent", "3", "4", name="Silent")
    publish()
    steps = visit()

    steps.menu("Calculator")
    steps.fill(Input_tokens="3000", Output_tokens="500", Calls="1,000,000", **{"Cached, % of the input": "80"})
    steps.page.get_by_label("Service tier").select_option("batch")
    steps.press("Calculate")

    assert steps.rows()[0].startswith("Acme/Small acme/small $0.00139 $1,390 lines")
    assert steps.rows()[1].startswith("Acme/Large acme/large $0.00214 $2,140 ×1.54 lines")
    assert steps.rows()[2].startswith("Silent acme/silent unknown unknown 3 parts unpriced")
    assert steps.are_few


def test_5_a_deepseek_in_the_eu_and_what_it_costs_there(visit):
    state("nebius/deepseek-v3.2", regions=["eu-west-3"], **DEEPSEEK)
    state("deepseek/deepseek-v3.2", regions=["cn-north-1"], **DEEPSEEK)
    state("acme/deepseek-v3.2", **DEEPSEEK)
    state("nebius/other", name="Other", model="acme/other", regions=["eu-west-3"])
    publish()
    steps = visit()

    steps.search("deepseek-v3.2")
    steps.page.get_by_label("Region").fill("eu")
    steps.press("Apply")

    [row] = steps.rows()
    assert row.startswith("DeepSeek V3.2 deepseek/deepseek-v3.2")
    assert "$1 / $2 nebius" in row
    assert steps.page.get_by_text("1 more offering may match").is_visible()

    steps.follow("Cost at these")
    [row] = steps.rows()
    assert row.startswith("DeepSeek V3.2 nebius/deepseek-v3.2 $0.004 $0.004")
    assert steps.are_few


def test_6_the_litellm_map_of_three_providers(visit):
    for provider in ("openai", "anthropic", "mistral", "groq"):
        state(f"{provider}/m", name=provider)
    publish()
    steps = visit()

    for provider in ("openai", "anthropic", "mistral"):
        steps.page.get_by_role("group", name="Provider").get_by_label(provider).check()
    steps.press("Apply")
    steps.follow("LiteLLM map of these")

    entries = json.loads(steps.page.inner_text("body"))
    assert {entry["litellm_provider"] for entry in entries.values()} == {"openai", "anthropic", "mistral"}
    assert steps.are_few


def test_7_six_models_side_by_side(visit):
    for number in range(8):
        state(f"acme/m{number}", str(number + 1), name=f"Model {number}")
    publish()
    steps = visit()

    for number in range(6):
        steps.page.get_by_label(f"Compare acme/m{number}").check()
    steps.press("Compare ticked")

    assert steps.page.locator("thead code").all_inner_texts() == [f"acme/m{number}" for number in range(6)]
    assert "Input price differs $1 / 1M tokens catalogue-a $2 / 1M tokens catalogue-a" in " ".join(steps.rows())
    assert steps.are_few


def test_8_a_model_is_added_by_hand(page_of):
    state("acme/known", name="Known")
    publish()
    steps = Steps(page_of(), "/admin/")

    steps.follow("Offerings", exact=False)
    steps.follow("Add offering", exact=False)
    steps.page.get_by_role("combobox", name="Provider").select_option("acme")
    steps.fill(Name="Rocket", Input_price="0.5")
    steps.page.get_by_label("The provider's own id").fill("rocket-1")
    steps.page.get_by_role("textbox", name="Reason").fill("Their price page.")
    steps.press("Add offering")

    offering = Offering.objects.get(key="acme/rocket-1")
    assert (offering.facts["name"], offering.provenance["name"]["source"]) == ("Rocket", "manual")
    assert steps.are_few
    steps.page.wait_for_load_state("networkidle")


def test_9_a_key_is_named_set_and_its_source_read(page_of, monkeypatch):
    world.source("acme-api", key_variable="ACME_API_KEY", key_required=True, last_good_at=None)
    monkeypatch.delenv("ACME_API_KEY", raising=False)
    steps = Steps(page_of(), "/admin/")

    steps.follow("Sources", steps.page.locator("#nav-sidebar-apps"), exact=False)
    assert steps.page.get_by_text("set ACME_API_KEY and start again").is_visible()

    monkeypatch.setenv("ACME_API_KEY", "secret-of-acme")  # as a restart with that line in `.env` does
    steps.page.reload()
    assert steps.page.locator("#result_list").get_by_text("never read").is_visible()
    assert "secret-of-acme" not in steps.page.content()
    steps.press("Sync now acme-api")

    assert "/progress/" in steps.page.url
    assert "acme-api" in steps.page.locator("main, #main, #content").first.inner_text()
    assert steps.are_few
    steps.page.wait_for_load_state("networkidle")


def test_10_what_changed_this_week_at_the_providers_i_use(visit):
    for days_ago, price in ((20, "1"), (2, "1.1")):
        with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
            for provider in ("openai", "anthropic", "groq"):
                state(f"{provider}/m", price, name=provider.title())
            publish()
    steps = visit()

    steps.menu("Changes")
    steps.page.get_by_label("Providers, joined by commas").fill("openai,groq")
    steps.press("Show")

    change = "Input price $1 / 1M tokens $1.1 / 1M tokens +10 % catalogue-a"
    assert sorted(steps.rows()) == [f"{offering} {change}" for offering in ("groq/m", "openai/m")]
    assert steps.are_few


def test_a_model_across_its_providers_and_a_cost_by_a_preset(visit):
    for provider, input, output in (("nebius", "0.3", "0.5"), ("deepseek", "0.2", "0.4")):
        state(f"{provider}/deepseek-v3.2", input, output, price__cache_read=rates.price("0.1"), **DEEPSEEK)
    publish()
    across, priced = visit(), visit()

    across.search("deepseek-v3.2")
    across.follow("DeepSeek V3.2")
    assert across.page.get_by_role("heading", level=1).inner_text() == "DeepSeek V3.2"
    assert [row.split()[:3] for row in across.rows()] == [
        ["deepseek/deepseek-v3.2", "$0.2", "$0.4"],
        ["nebius/deepseek-v3.2", "$0.3", "$0.5"],
    ]
    assert across.are_few

    priced.menu("Calculator")
    priced.follow("10M in, 2M out, half cached")
    assert [row.split("deepseek-v3.2 ")[1].split()[0] for row in priced.rows()] == ["$2.3", "$3"]
    assert priced.are_few

"""Every state of a page is an address: what its form sends, as it is shown, is the state that it was shown in."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from registry.web import calculator
from registry.web.listing import columns, facets, model_rows
from tests.random_courses import chance, count
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db
State = dict[str, str]
IDS = ("openai/gpt-4o", "azure/gpt-4o", "meta/llama", "acme/quiet", "gpt4o", "not/there & <odd>")
TEXTS = ("gpt", "openai/gpt-4o", "4o & more=1", "größe 50%+", '"quoted" <b>', "a,b")
FLAGS = ("true", "false", "unknown")


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(7)
    facts = {"price.input": priced("2.5"), "price.output": priced("10"), "context_window": 128_000}
    make_offering("openai/gpt-4o", {**facts, "supports_tools": True}, model="openai/gpt-4o", aliases=["gpt4o"])
    make_offering("azure/gpt-4o", {**facts, "regions": ["eu-west-3"]}, model="openai/gpt-4o")
    make_offering("meta/llama", {"supports_vision": True}, model="meta/llama")
    make_offering("acme/quiet", {"name": "Quiet"})


def some(rng: random.Random, words: Any, most: int = 6) -> str:
    return ",".join(rng.sample(sorted(words), rng.randint(1, min(most, len(words)))))


def some_of(rng: random.Random, every: dict[str, Callable[[], str]]) -> State:
    return {name: every[name]() for name in rng.sample(sorted(every), rng.randint(0, len(every)))}


def filters(rng: random.Random) -> dict[str, Callable[[], str]]:
    """How a value of each filter is chosen that the forms of both list and calculator keep."""
    return {
        "search": lambda: rng.choice(TEXTS),
        "provider": lambda: some(rng, ("openai", "azure", "meta", "acme")),
        "author": lambda: some(rng, ("openai", "meta")),
        "pricing": lambda: some(rng, ("priced", "free", "unknown")),
        "status": lambda: some(rng, ("active", "deprecated", "unknown")),
        "missing": lambda: rng.choice(("true", "false")),
        "context_window__gte": lambda: str(rng.randint(1, 10**7)),
        "input_price__lte": lambda: f"{rng.randint(0, 99)}.{rng.randint(1, 9)}",
        "output_price__empty": lambda: rng.choice(("true", "false")),
        "region": lambda: rng.choice(("eu", "eu-west-3", "us")),
        **{flag: lambda: rng.choice(FLAGS) for flag in facets.CAPABILITIES},
    }


def state_of_list(rng: random.Random) -> State:
    shown = columns.MODELS + columns.OFFERINGS
    signs = ("", "-")
    return some_of(
        rng,
        filters(rng)
        | {
            "q": lambda: rng.choice(TEXTS),
            "view": lambda: "models",
            "ordering": lambda: rng.choice(signs) + rng.choice(model_rows.ORDERS),
            "columns": lambda: some(rng, {column.name for column in shown}),
        },
    )


def state_of_calculator(rng: random.Random) -> State:
    over = {"id": lambda: some(rng, IDS[:5])} if rng.random() < 0.5 else filters(rng)
    counts = {name: lambda: f"{rng.randint(0, 100):,}" for name in calculator.COUNTS}
    conditions = {
        "tier": lambda: rng.choice(("batch", "flex", "priority")),
        "day": lambda: f"2026-{rng.randint(1, 11):02}-{rng.randint(1, 28):02}",
    }
    return some_of(rng, over | counts | conditions)


def state_of_comparison(rng: random.Random) -> State:
    return some_of(rng, {"id": lambda: some(rng, IDS), "show": lambda: "differences"})


def state_of_changes(rng: random.Random) -> State:
    return some_of(
        rng,
        {
            "provider": lambda: some(rng, ("openai", "azure", "meta", "acme")),
            "days": lambda: str(rng.randint(1, 31)),
            "until": lambda: f"2026-{rng.randint(1, 11):02}-{rng.randint(1, 28):02}",
        },
    )


PAGES: dict[str, tuple[str, Callable[[random.Random], State], int]] = {
    "/": ("form#filters", state_of_list, 250),
    "/calculator": ("main form", state_of_calculator, 750),
    "/compare": ("main form", state_of_comparison, 750),
    "/changes": ("main form", state_of_changes, 750),
}
"""Each page with its form, its random states, and how many of them: 1,000 in all in the suite."""


def sent(html: str, form: str) -> Iterator[tuple[str, str]]:
    """What a browser sends for a form as it is shown."""
    page = LexborHTMLParser(html)
    [node] = page.css(form)
    name = node.attributes.get("id") or "none"
    for control in [*node.css("input, select"), *page.css(f"input[form={name}]")]:
        attributes = control.attributes
        if control.tag == "select":
            chosen = control.css("option[selected]")
            yield from ((str(attributes["name"]), str(option.attributes["value"])) for option in chosen[-1:])
        elif attributes.get("type") != "checkbox" or "checked" in attributes:
            yield str(attributes["name"]), str(attributes.get("value") or "")


def after(client: Any, path: str, form: str, state: State) -> State:
    """The state to which the form of a page leads that is shown in a state."""
    shown = client.get(path, state)
    assert shown.status_code in (200, 400), state
    answer = client.get(f"{path}?{urlencode([*sent(shown.content.decode(), form)])}")
    return dict(parse_qsl(urlsplit(answer["Location"]).query)) if answer.status_code == 302 else answer.context["now"]


def as_sets(state: State) -> dict[str, Any]:
    """Ticks are sent in the order in which they are shown."""
    return {name: frozenset(text.split(",")) if name in TICKS else text for name, text in state.items()}


TICKS = frozenset({"provider", "author", "pricing"})


@pytest.mark.parametrize("path", PAGES)
def test_random_states_survive_their_form(client, catalogue, path):
    form, state_of, states = PAGES[path]
    rng = chance(len(path))
    for _ in range(count(states)):
        state = state_of(rng)
        assert as_sets(after(client, path, form, state)) == as_sets(state)


@pytest.mark.parametrize("wrong", [{"context_window__gte": "many"}, {"suports_tools": "true"}, {"ordering": "nope"}])
def test_a_refused_filter_costs_none_of_the_others(client, catalogue, wrong):
    state = {"provider": "azure,openai", "author": "openai", "pricing": "priced", "supports_tools": "true", **wrong}

    assert after(client, "/", "form#filters", state) == state


LISTS: tuple[State, ...] = (
    {"q": "gpt4o"}, {"q": "gpt"}, {"search": "gpt"}, {"provider": "azure", "page_size": "1"},
    {"q": "gpt4o", "region": "eu"}, {"supports_tools": "true", "unknown": "only"},
    {"view": "offerings", "ordering": "-input_price", "q": "4o", "columns": "context"},
)  # fmt: skip


@pytest.mark.parametrize("state", LISTS)
def test_what_a_list_leads_to_is_about_the_same_offerings(client, catalogue, state):
    """`Cost at these`, the LiteLLM map and the JSON have the offerings of the list and no others."""
    context = client.get("/", {**state, "view": "offerings"}).context
    listed = context["count"]

    assert client.get(context["export"]).json()["count"] == listed > 0
    assert len(client.get(context["map_url"]).json()) == listed
    if "unknown" in state:
        assert context["cost_url"] == ""
    else:
        assert client.get(context["cost_url"]).context["matching"] == listed


def test_a_model_that_was_searched_for_is_not_what_nobody_states_to_be_one(client, catalogue):
    """Of an offering without a stated model it is not known that it is another model; a search does not offer it."""
    context = client.get("/", {"q": "gpt4o", "supports_tools": "true"}).context

    assert (context["count"], context["unknown_count"]) == (1, 1)  # azure/gpt-4o, and not acme/quiet

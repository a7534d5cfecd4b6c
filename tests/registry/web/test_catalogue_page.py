"""The public pages: exact, honest about what is unknown, and every state of the list an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.models import LedgerEntry
from registry.web import state
from registry.web.catalogue import price
from registry.web.chart import picture
from tests.registry.builders import NOON, make_offering, make_revision, make_score, origin, price_state, priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db):
    make_revision(7)
    make_offering(
        "openai/gpt-4o",
        {"price.input": priced("2.5"), "price.output": priced("10"), "context_window": 128_000, "supports_tools": True},
        model="openai/gpt-4o",
        aliases=["gpt4o"],
    )
    make_offering(
        "azure/gpt-4o", {"price.input": priced("0.000000012345"), "context_window": 200_000}, model="openai/gpt-4o"
    )
    make_offering("meta/llama", {"price.input": price_state("free"), "supports_tools": True})
    make_offering("openrouter/auto", {"price.input": price_state("dynamic")})
    make_offering("acme/quiet", {"name": "Quiet"})


def rows(client: Any, **query: str) -> list[str]:
    answer = client.get("/", query)
    assert answer.status_code == 200
    return [row["offering"].key for row in answer.context["rows"]]


def text(client: Any, path: str, status: int = 200, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == status
    return str(answer.content.decode())


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_how_many_are_not_known_to_match_and_shows_them(client, catalogue):
    page = text(client, "/", supports_tools="true", context_window__gte="1000")
    assert "4 more may match: a value that a filter uses is unknown." in page
    assert '<a href="?supports_tools=true&amp;context_window__gte=1000&amp;unknown=only">Show them</a>' in page
    assert rows(client, supports_tools="true", context_window__gte="1000", unknown="only") != []

    there = text(client, "/", supports_tools="true", unknown="only")
    assert "These may match" in there
    assert '<a href="?supports_tools=true">Show matches</a>' in there
    assert 'name="unknown"' not in there
    assert "more may match" not in text(client, "/", provider="acme")


@pytest.mark.parametrize("sign", ["", "-"])
def test_what_is_unknown_stands_last_both_ways(client, catalogue, sign):
    listed = rows(client, ordering=f"{sign}input_price")

    priced_ids = ["meta/llama", "azure/gpt-4o", "openai/gpt-4o"]
    assert listed[:3] == (priced_ids if not sign else priced_ids[::-1])
    assert set(listed[3:]) == {"acme/quiet", "openrouter/auto"}


def test_prices_are_exact_and_their_states_are_words(client, catalogue):
    page = text(client, "/")

    assert "$0.000000012345" in page
    for word in (">free<", ">dynamic<", ">unknown<"):
        assert word in page.replace("\n", "")
    assert "$0<" not in page


@given(st.decimals(min_value=Decimal("1e-12"), max_value=Decimal("99999"), places=12).filter(lambda each: each > 0))
def test_no_price_is_shown_rounded(amount):
    cell = price({"price.input": priced(f"{amount:f}")}, "input", NOON.date())

    assert Decimal(cell["text"].removeprefix("$").replace(",", "")) == amount


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"search": "gpt4o"}, ["openai/gpt-4o"]),
        ({"provider": "azure"}, ["azure/gpt-4o"]),
        ({"supports_tools": "true"}, ["meta/llama", "openai/gpt-4o"]),
        ({"context_window__gte": "150000"}, ["azure/gpt-4o"]),
        ({"pricing": "free"}, ["meta/llama"]),
        ({"model": "openai/gpt-4o", "ordering": "-input_price"}, ["openai/gpt-4o", "azure/gpt-4o"]),
    ],
)
def test_it_filters_as_the_api_does(client, catalogue, query, expected):
    assert rows(client, **query) == expected
    answer = client.get("/api/v1/offerings/", query).json()
    assert [each["id"] for each in answer["results"]] == expected


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ({"provder": "azure"}, "provider"),
        ({"provider": "azur"}, "azure"),
        ({"ordering": "input_prise"}, "input_price"),
        ({"context_window__gte": "many"}, "whole number"),
        ({"page": "0"}, "whole number"),
        ({"search": "\0"}, "NUL"),
    ],
)
def test_it_refuses_what_the_api_refuses_and_says_what_was_meant(client, catalogue, query, hint):
    assert hint in text(client, "/", 400, **query)


def test_a_page_after_the_last_one_is_not_found(client, catalogue):
    assert "the last one is 1" in text(client, "/", 404, page="9")


def test_the_empty_inputs_of_the_form_are_left_out_of_the_address(client, catalogue):
    answer = client.get("/", {"search": "", "provider": "azure", "pricing": ""})

    assert (answer.status_code, answer["Location"]) == (302, "/?provider=azure")


def test_the_form_keeps_the_whole_state(client, catalogue):
    """What is sent by the form as it is shown gives the state that it was shown in."""
    query: dict[str, Any] = {
        "search": "gpt", "supports_tools": "true", "supports_vision": "unknown", "pricing": "priced,free",
        "input_price__gte": "0.5", "ordering": "-output_price", "missing": "false",
    }  # fmt: skip
    page = text(client, "/", **query)

    assert dict(_sent(page)) == query


def _sent(page: str) -> Iterator[tuple[str, str]]:
    form = page[page.index("<form") : page.index("</form>")]
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value and value[1] and ("checkbox" not in tag or " checked" in tag):
            yield name[1], value[1]
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)">(.*?)</select>', form, re.S):
        for value in re.findall(r'<option value="([^"]*)" selected>', options):
            yield name, value


names = st.sampled_from(sorted(OfferingFilterSet.base_filters))


@given(st.dictionaries(names, st.text(min_size=1, max_size=30)))
def test_a_state_survives_its_address(query):
    address = state.address(query)

    assert dict(parse_qsl(address.removeprefix("?"), keep_blank_values=True)) == query


@given(st.dictionaries(names, st.text(min_size=1, max_size=30), min_size=1))
def test_a_chip_takes_its_own_filter_away_and_no_other(query):
    for chip in state.chips(query, OfferingFilterSet.base_filters):
        left = dict(parse_qsl(chip.url.removeprefix("?"), keep_blank_values=True))
        assert left == {name: text for name, text in query.items() if name != chip.name}


def test_a_column_sorts_rising_then_falling_then_no_more():
    def of(query: dict[str, str]) -> Any:
        return next(sort for sort in state.sorts(query) if sort.name == "input_price")

    assert (of({}).aria, of({}).url) == ("none", "?ordering=input_price")
    assert of({"ordering": "input_price"}).url == "?ordering=-input_price"
    assert (of({"ordering": "-input_price"}).aria, of({"ordering": "-input_price"}).url) == ("descending", "?")


def test_every_place_to_start_is_a_good_address(client, catalogue):
    for _title, address in client.get("/").context["starts"]:
        assert client.get(f"/{address}").status_code == 200


def test_it_asks_as_often_for_many_rows_as_for_few(client, catalogue):
    def asked(**query: str) -> int:
        client.get("/", query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/", query).status_code == 200
        return len(queries)

    few, few_searched = asked(), asked(search="m")
    for number in range(120):
        make_offering(f"many/m-{number}", {"price.input": priced("1")}, model=f"many/m-{number}")

    assert asked(ordering="input_price") == few <= 8
    assert asked(search="m") == few_searched <= 9


def test_pages_follow_each_other_and_keep_the_filters(client, catalogue):
    for number in range(120):
        make_offering(f"many/m-{number}", {"price.input": priced("1")})

    first = client.get("/", {"provider": "many"})
    second = client.get(f"/{first.context['following']}")

    assert first.context["count"] == 120
    assert len({row["offering"].key for row in [*first.context["rows"], *second.context["rows"]]}) == 100
    assert second.context["previous"] == "?provider=many"


def test_no_result_says_what_to_do(client, catalogue):
    assert "Remove a filter" in text(client, "/", search="nothing-like-it-zzz")


# -- one offering, one model ------------------------------------------------------------------------------------------


def test_the_page_of_an_offering_says_who_says_so_and_what_was_before(client, db):
    revision = make_revision(7)
    facts = {
        "price.input": priced("2.5"),
        "name": "<b>Four</b>",
        "retires_on": "2027-01-01",
        "successor": "openai/five",
    }
    spoken = {"price.input": origin("openai", agree=["litellm"], disagree=["models-dev"], quality="verified")}
    make_offering("openai/gpt-4o", facts, provenance=spoken, aliases=["gpt4o"], model="openai/gpt-4o")
    make_offering("azure/gpt-4o", {"price.input": priced("2.4")}, model="openai/gpt-4o")
    for old, new in ((None, priced("5")), (priced("5"), priced("2.5"))):
        LedgerEntry.objects.create(
            revision=revision, offering_key="openai/gpt-4o", field="price.input", old=old, new=new, source="openai",
            quality="verified", reason="best source type", actor="sync:openai",
        )  # fmt: skip

    page = text(client, "/offerings/openai/gpt-4o")

    for words in (
        "agreed by litellm", "contradicted by models-dev", "before: $5 / 1M tokens", "Price history", "gpt4o",
        "azure/gpt-4o", "2027-01-01", "/offerings/openai/five", "&lt;b&gt;Four&lt;/b&gt;",
        "/api/v1/offerings/openai/gpt-4o",
        'data-copy="id"',
    ):  # fmt: skip
        assert words in page


def test_what_waits_for_a_person_is_in_the_answer_and_on_the_page(client, db):
    make_revision(7)
    waits = {"value": priced("10"), "source": "openai", "since": "2026-11-20", "why": "price moves by half"}
    account = origin("openai", disagree=["openai"], stated=False, pending=waits)
    make_offering("openai/gpt-4o", {"price.input": priced("2.5")}, provenance={"price.input": account})

    assert "pending review: $10 / 1M tokens (openai)" in text(client, "/offerings/openai/gpt-4o")
    provenance = client.get("/api/v1/offerings/openai/gpt-4o").json()["provenance"]["price.input"]
    assert (provenance["pending"], provenance["stated"]) == (waits, False)


def test_another_spelling_of_an_id_leads_to_its_page(client, catalogue):
    answer = client.get("/offerings/gpt4o")

    assert (answer.status_code, answer["Location"]) == (302, "/offerings/openai/gpt-4o")


@pytest.mark.parametrize(
    "path", ["/offerings/openai/gpt-5-zzz", "/models/openai/none-zzz", "/nothing/here", "/offerings/%00", "/models/x/"]
)
def test_an_unknown_address_is_a_page_with_status_404(client, catalogue, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_an_unknown_id_is_answered_with_similar_ones(client, catalogue):
    assert "openai/gpt-4o" in text(client, "/offerings/openai/gtp-4o", 404)


def test_the_page_of_a_model_lists_the_cheapest_first_and_unknown_last(client, catalogue):
    served = make_offering("acme/gpt-4o", {}, model="openai/gpt-4o").model
    assert served is not None
    make_score(served, "mmlu", "88.7")

    answer = client.get("/models/openai/gpt-4o")

    listed = [line["offering"].key for line in answer.context["offerings"]]
    assert listed == ["azure/gpt-4o", "openai/gpt-4o", "acme/gpt-4o"]
    assert "88.7" in answer.content.decode()


@pytest.mark.parametrize("path", ["/offerings/many/m-0", "/models/many/m"])
def test_a_page_asks_as_often_for_much_as_for_little(client, db, path):
    make_revision(1)

    def asked(*numbers: int) -> int:
        for number in numbers:
            make_offering(f"many/m-{number}", {"price.input": priced("1"), "context_window": 1}, model="many/m")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    assert asked(0, 1) == asked(*range(2, 40)) <= 12


@pytest.mark.parametrize("path", ["/", "/offerings/openai/gpt-4o", "/models/openai/gpt-4o", "/regions", "/scoreboard"])
def test_no_page_loads_or_runs_anything_that_is_not_ours(client, catalogue, path):
    answer = client.get(path)

    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    page = answer.content.decode()
    assert not re.search(r"style=|onclick=|<script(?! src=\"/static/)|=\"http", page)


def span(amount: str | None, start: str, state: str = "priced", **rest: Any) -> dict[str, Any]:
    revision_json = {"revision": 1, "at": f"{start}T12:00:00Z"}
    price = {
        "amount": amount,
        "state": state,
        "currency": "USD",
        "unit": "1M tokens",
        "valid_from": None,
        "valid_to": None,
    }
    return {**price, "known_from": revision_json, "known_to": None, **rest}


def test_a_chart_steps_from_price_to_price_and_leaves_what_was_unknown_open():
    spans = history(span("4", "2026-01-01"), span(None, "2026-01-11", "unknown"), span("0", "2026-01-16", "free"))

    drawn = picture({"input": spans, "output": []}, datetime(2026, 1, 21, 12, tzinfo=UTC))

    assert drawn is not None
    assert [line.paths for line in drawn.lines] == [("M0 8H300", "M450 112H600")]
    assert (drawn.highest, drawn.first, drawn.last) == ("$4", "2026-01-01", "2026-01-21")
    assert drawn.lines[0].words == "$4 from 2026-01-01; unknown from 2026-01-11; free from 2026-01-16"


def test_a_price_that_was_over_by_its_own_date_is_drawn_no_further():
    spans = history(span("4", "2026-01-01"), span("2", "2026-01-06", valid_to="2026-01-11"))

    drawn = picture({"input": spans}, datetime(2026, 1, 21, 12, tzinfo=UTC))

    assert drawn is not None
    assert drawn.lines[0].paths == ("M0 8H150V60H285",)


def test_one_price_that_never_moved_and_two_currencies_are_no_chart():
    at = datetime(2026, 2, 1, tzinfo=UTC)
    assert picture({"input": [span("4", "2026-01-01")]}, at) is None
    assert picture({"input": history(span("4", "2026-01-01"), span("3", "2026-01-05", currency="EUR"))}, at) is None


def history(*spans: dict[str, Any]) -> list[dict[str, Any]]:
    """Spans, each known until the next one is."""
    ends = [*(each["known_from"] for each in spans[1:]), None]
    return [{**each, "known_to": end} for each, end in zip(spans, ends, strict=True)]


# -- where reading is not open ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/offerings/openai/gpt-4o", "/models/openai/gpt-4o"])
def test_a_closed_registry_sends_people_to_sign_in_and_programs_away(client, catalogue, settings, path):
    settings.API_OPEN = False

    person = client.get(path, headers={"accept": "text/html"})

    assert (person.status_code, person["Location"]) == (302, "/admin/login/?" + urlencode({"next": path}, safe="/"))
    assert client.get(path).status_code == 401
    client.force_login(User.objects.create_user("reader"))
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]

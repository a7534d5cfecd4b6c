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
from selectolax.lexbor import LexborHTMLParser

from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.models import LedgerEntry
from registry.web.chart import picture
from registry.web.listing import columns, model_rows, state
from registry.web.listing.model_rows import price
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
    answer = client.get("/", {"view": "offerings", **query})
    assert answer.status_code == 200
    return [row["offering"].key for row in answer.context["rows"]]


def text(client: Any, path: str, status: int = 200, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == status
    return str(answer.content.decode())


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_how_many_are_not_known_to_match_and_shows_them(client, catalogue):
    page = text(client, "/", supports_tools="true", context_window__gte="1000")
    assert "4 more offerings may match: a value that a filter uses is unknown." in page
    assert '<a href="?supports_tools=true&amp;context_window__gte=1000&amp;unknown=only">Show them</a>' in page
    assert rows(client, supports_tools="true", context_window__gte="1000", unknown="only") != []

    there = text(client, "/", supports_tools="true", unknown="only")
    assert "These may match" in there
    assert '<a href="?supports_tools=true">Show matches</a>' in there
    assert "unknown" not in dict(_sent(there))
    assert "may match" not in text(client, "/", provider="acme")


@pytest.mark.parametrize("sign", ["", "-"])
def test_what_is_unknown_stands_last_both_ways(client, catalogue, sign):
    listed = rows(client, ordering=f"{sign}input_price")

    priced_ids = ["meta/llama", "azure/gpt-4o", "openai/gpt-4o"]
    assert listed[:3] == (priced_ids if not sign else priced_ids[::-1])
    assert set(listed[3:]) == {"acme/quiet", "openrouter/auto"}


def test_prices_are_exact_and_their_states_are_words(client, catalogue):
    page = text(client, "/", view="offerings")

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
        "q": "gpt", "search": "o", "supports_tools": "true", "supports_vision": "unknown", "pricing": "priced,free",
        "input_price__gte": "0.5", "ordering": "-output_price", "missing": "false", "provider": "azure,openai",
        "columns": "context,cheapest", "view": "models",
    }  # fmt: skip
    sent = client.get(f"/?{urlencode([*_sent(text(client, '/', **query))])}")

    assert dict(parse_qsl(sent["Location"].removeprefix("/?"))) == query


def test_ticks_of_one_filter_are_joined_in_the_address(client, catalogue):
    answer = client.get("/?provider=azure&provider=&provider=openai&provider=azure")

    assert (answer.status_code, answer["Location"]) == (302, "/?provider=azure%2Copenai")


def _sent(page: str) -> Iterator[tuple[str, str]]:
    """What a browser sends for the form of filters as it is shown: empty inputs are left out by the page."""
    for control in LexborHTMLParser(page).css("form#filters input, form#filters select, input[form=filters]"):
        attributes = control.attributes
        name = str(attributes["name"])
        if control.tag == "select":
            yield from ((name, str(option.attributes["value"])) for option in control.css("option[selected]"))
        elif attributes.get("value") and (attributes.get("type") != "checkbox" or "checked" in attributes):
            yield name, str(attributes["value"])


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
        return next(
            heading for heading in columns.headings([*columns.OFFERINGS], query) if heading.column.name == "input"
        )

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

    assert asked(ordering="input_price") == few <= 14
    assert asked(search="m") == few_searched <= 15


def test_pages_follow_each_other_and_keep_the_filters(client, catalogue):
    for number in range(120):
        make_offering(f"many/m-{number}", {"price.input": priced("1")})

    first = client.get("/", {"provider": "many", "view": "offerings"})
    second = client.get(f"/{first.context['following']}")

    assert first.context["count"] == 120
    assert len({row["offering"].key for row in [*first.context["rows"], *second.context["rows"]]}) == 100
    assert second.context["previous"] == "?provider=many&view=offerings"


# -- the list of models -----------------------------------------------------------------------------------------------


def models(client: Any, **query: str) -> list[Any]:
    answer = client.get("/", query)
    assert answer.status_code == 200
    return list(answer.context["rows"])


def test_offerings_of_a_model_are_one_row_with_its_lowest_price_and_highest_limits(client, catalogue):
    row = models(client)[0]

    assert (row.slug, row.offering_count, row.context) == ("openai/gpt-4o", 2, "200,000")
    assert (row.cheapest.provider, row.cheapest.input["text"]) == ("azure", "$0.000000012345")
    assert (row.first_party.provider, row.first_party.output["text"]) == ("openai", "$10")
    assert "supports_tools" in row.capabilities


def test_only_offerings_that_match_make_up_a_row(client, catalogue):
    [row] = models(client, provider="openai")

    assert (row.offering_count, row.cheapest.provider, row.context) == (1, "openai", "128,000")


def test_a_row_is_known_by_the_name_that_its_author_s_provider_states(client, catalogue):
    make_offering("meta/m", {"name": "Own name"}, model="meta-llama/m")
    for host in ("alpha", "beta"):
        make_offering(f"{host}/m", {"name": "Theirs"}, model="meta-llama/m")

    assert "Own name" in [row.name for row in models(client)]


def test_nothing_leads_that_is_over_or_has_no_price(client, catalogue):
    make_offering("aa/retired", {"status": "retired", "price.input": priced("1")}, model="aa/retired")
    make_offering("aa/gone", {"price.input": priced("1")}, model="aa/gone", missing_since=NOON)
    listed = [row.slug for row in models(client)]

    assert listed[:2] == ["openai/gpt-4o", "meta/llama"]
    assert set(listed[-2:]) == {"aa/retired", "aa/gone"}
    assert rows(client)[-2:] == ["aa/gone", "aa/retired"]


@pytest.mark.parametrize("word", model_rows.ORDERS)
def test_models_are_sorted_by_every_column_and_what_is_unknown_stands_last(client, catalogue, word):
    rising, falling = models(client, ordering=word), models(client, ordering=f"-{word}")

    assert {row.slug for row in rising} == {row.slug for row in falling}
    if word in ("input_price", "first_party_price"):
        assert rising[-1].slug == falling[-1].slug == "openrouter/auto"


def test_an_order_that_only_offerings_have_lists_offerings(client, catalogue):
    assert client.get("/", {"ordering": "-updated"}).context["view"] == "offerings"
    assert client.get("/", {"ordering": "-context_window"}).context["view"] == "models"


def test_a_model_is_filtered_by_any_id_that_means_it(client, catalogue):
    assert [row.slug for row in models(client, model="gpt4o")] == ["openai/gpt-4o"]
    assert client.get("/api/v1/offerings/", {"model": "gpt4o"}).json()["count"] == 2
    assert "nothing published has" in text(client, "/", 400, model="nothing-like-it")


def test_a_failed_search_lists_nothing_and_says_what_was_meant(client, catalogue):
    answer = client.get("/", {"q": "gtp-4o"})

    assert list(answer.context["rows"]) == []
    assert "?q=openai/gpt-4o" in answer.content.decode()


def test_a_filter_shows_how_many_offerings_are_behind_each_choice(client, catalogue):
    shown = client.get("/", {"provider": "azure"}).context["facets"]
    providers = {choice.value: (choice.count, choice.is_chosen) for choice in shown["lists"][0].choices}

    assert providers["azure"] == (1, True)
    assert providers["openai"] == (1, False)
    assert {choice.value: choice.count for choice in shown["capabilities"]}["supports_tools"] == 0


def test_columns_are_chosen_in_the_address(client, catalogue):
    page = text(client, "/", columns="cutoff")

    assert "Knowledge cut-off</a>" in page
    assert "col-capabilities" not in page


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
    make_offering("openai/five")
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


def test_prices_stand_in_one_table_by_tier_and_length(client, db):
    make_revision(7)
    facts = {
        "price.input": priced("2"), "price.output": priced("8"), "price.input[tier=batch]": priced("1"),
        "price.output[tier=batch]": priced("4"), "price.input[above=200000]": priced("4"),
        "price.search": priced("0.01"),
    }  # fmt: skip
    make_offering("acme/m", facts)
    rows = client.get("/offerings/acme/m").context["price_rows"]

    assert [(row.condition, [text for text, _field in row.cells]) for row in rows] == [
        ("standard", ["$2", "$8", "", ""]),
        ("above 200,000 tokens", ["$4", "", "", ""]),
        ("batch", ["$1", "$4", "", ""]),
    ]


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

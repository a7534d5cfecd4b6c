"""The page of an offering in tabs: why each value is what it is, by source, over time, and as it is served."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.admin.offerings import charts
from curation.admin.offerings.page import TABS
from curation.pins import pinning
from registry.domain import rates
from registry.models import LedgerEntry, Offering
from tests.builders import listed
from tests.curation.admin import world
from tests.registry.catalogue.test_publish import put, to

KEY = "acme/one"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVE = datetime(2026, 11, 30, 12, tzinfo=UTC)
RAISED = [
    {"amount": "3", "currency": "USD", "to": "2026-12-01"},
    {"amount": "9", "currency": "USD", "from": "2026-12-01"},
]


def page(client: Any, **query: str) -> Any:
    return client.get(f"/admin/registry/offering/{Offering.objects.get(key=KEY).pk}/change/", query)


@pytest.fixture
def contested(person: Any) -> str:
    """An offering about which three sources speak, with a pin, a waiting change and a history."""
    world.source("acme", source_type="official", speaks_for="acme")
    world.source("relay", source_type="marketplace", authority=["limit"])
    key = world.an_offering(KEY, price__output=rates.price("10"))
    world.says("acme", key, price__input=rates.price("3"), price__output=rates.price("10"))
    world.says("relay", key, price__input=rates.price("4"), context_window=128_000)
    world.publish(key)
    pinning.pin(offering=key, field="max_output_tokens", value=5000, actor=person("curator"), reason="measured")
    world.says("catalogue-a", key, name="One", price__input=rates.price("2.5"), price__output=rates.price("90"))
    world.publish(key)
    return key


# -- all tabs --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("tab", [*TABS, "nonsense", ""])
@pytest.mark.parametrize("role", ["viewer", "curator"])
def test_every_tab_opens(tab, role, enter, contested):
    answer = page(enter(role), tab=tab)

    assert answer.status_code == 200
    assert answer.content.decode().count('aria-current="page"') >= 1
    assert "<script>" not in answer.content.decode().split("<main", 1)[-1]


@pytest.mark.django_db
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_an_offering_of_which_little_is_known(tab, enter):
    world.says("catalogue-a", KEY, name="One")
    world.publish(KEY)

    assert page(enter("curator"), tab=tab).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("tab", TABS)
def test_a_tab_asks_as_often_for_much_as_for_little(tab, enter, person):
    client, curator = enter("curator"), person("curator")
    world.an_offering(KEY)

    def asked() -> int:
        page(client, tab=tab)
        with CaptureQueriesContext(connection) as queries:
            page(client, tab=tab)
        return len(queries)

    pinning.pin(offering=KEY, field="license", value="MIT", actor=curator, reason="x")
    few = asked()
    for number in range(8):
        world.says(f"catalogue-{number}", KEY, price__input=rates.price(f"3.{number}"), task="chat", context_window=9)
        world.publish(KEY)
    for field in ("task", "quantization", "max_output_tokens"):
        pinning.pin(
            offering=KEY, field=field, value=5 if field.startswith("max") else "chat", actor=curator, reason="x"
        )

    assert asked() == few <= 16


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_field_says_in_one_sentence_why_it_is_what_it_is(enter, contested):
    groups = page(enter("viewer")).context["groups"]
    why = {story.name: story.why for stories in groups.values() for story in stories}

    assert {"price.input", "price.output", "context_window", "max_output_tokens", "name"} <= set(why)
    for name, sentence in why.items():
        assert sentence.endswith(".") or "because: " in sentence, name
        assert "%(" not in sentence, name
    assert why["price.input"].startswith("acme says so, and has the best source type")
    assert why["max_output_tokens"].startswith("Pinned by curator on ")


@pytest.mark.django_db
def test_a_field_leads_to_its_history_and_any_field_can_be_named_to_be_pinned(enter, contested):
    text = page(enter("curator")).content.decode()

    assert "?tab=history&amp;field=price.input" in text
    assert 'list="other-fields"' in text
    assert '<option value="price.input[tier=batch]">' in text


# -- matrix ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_matrix_sets_the_sources_side_by_side_best_source_type_first(enter, contested):
    context = page(enter("viewer"), tab="matrix").context
    rows = {row.story.name: row for rows in context["rows_by_group"].values() for row in rows}
    order = [column.source for column in context["columns"]]

    assert order == ["acme", "relay", "catalogue-a"]
    verdicts = {
        name: cell.verdict.value if cell else None for name, cell in zip(order, rows["price.input"].cells, strict=True)
    }
    assert verdicts == {"acme": "won", "relay": "not heard", "catalogue-a": "differs"}
    assert rows["max_output_tokens"].cells == [None, None, None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("only", "names"),
    [("conflicts", {"price.input", "price.output", "context_window"}), ("pins", {"max_output_tokens"})],
)
def test_the_matrix_can_be_narrowed_and_says_to_how_many(only, names, enter, contested):
    context = page(enter("viewer"), tab="matrix", only=only).context

    listed = {row.story.name for rows in context["rows_by_group"].values() for row in rows}
    chip = next(filter_ for filter_ in context["filters"] if filter_["is_current"])
    assert (listed, chip["count"]) == (names, len(names))


@pytest.mark.django_db
def test_the_conflicts_of_the_matrix_are_as_many_as_the_list_and_the_api_say(enter, client, contested):
    chips = page(enter("viewer"), tab="matrix").context["filters"]
    count = next(chip["count"] for chip in chips if "conflicts" in chip["url"])

    assert count == Offering.objects.get(key=KEY).disputed_fields
    assert count == len(client.get(f"/api/v1/offerings/{KEY}/").json()["disputed"])


# -- history ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_history_of_a_field_tells_who_what_and_why(enter, person):
    world.an_offering(KEY)
    pinning.pin(offering=KEY, field="context_window", value=9000, actor=person("curator"), reason="measured it")
    answer = page(enter("viewer"), tab="history", field="context_window")

    text = answer.content.decode()
    assert [row["entry"].actor for row in answer.context["entries"]] == ["curator", "sync:test"]
    assert re.findall(r'<del class="ms-old">(.*?)</del>', text)[-2:] == ["200,000", "nothing"]
    assert re.findall(r'<ins class="ms-new">(.*?)</ins>', text)[-2:] == ["9,000", "200,000"]
    assert "pinned context_window: measured it" in text


@pytest.mark.django_db
def test_a_pin_that_moved_no_value_is_in_the_history_all_the_same(enter, person):
    world.an_offering(KEY)
    pinning.pin(offering=KEY, field="context_window", value=200_000, actor=person("curator"), reason="as they say")

    pins = page(enter("viewer"), tab="history").context["pins_ever"]
    assert [(row["label"], row["text"]) for row in pins] == [("Context window", "200,000")]


@pytest.mark.django_db
def test_every_field_is_counted_and_leads_to_so_many_entries(enter, contested):
    client = enter("viewer")
    context = page(client, tab="history").context

    assert context["total"] == LedgerEntry.objects.filter(offering_key=KEY).count()
    assert sum(facet["count"] for facet in context["facets"]) == context["total"]
    for facet in context["facets"]:
        address = f"/admin/registry/offering/{Offering.objects.get(key=KEY).pk}/change/{facet['url']}"
        assert client.get(address).context["page"].paginator.count == facet["count"]


@pytest.mark.django_db
def test_a_long_history_comes_in_pages(enter):
    world.an_offering(KEY)
    revision = LedgerEntry.objects.latest("id").revision
    LedgerEntry.objects.bulk_create(
        LedgerEntry(revision=revision, offering_key=KEY, field="license", old=None, new=f"L{n}") for n in range(120)
    )
    client = enter("viewer")
    first, last = (page(client, tab="history", page=number) for number in ("1", "999"))

    assert (len(first.context["entries"]), len(last.context["entries"])) == (50, 23)
    assert 'rel="next"' in first.content.decode()
    assert 'rel="prev"' in last.content.decode()


# -- API -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_shown_is_what_the_api_answers(enter, client, contested):
    context = page(enter("viewer"), tab="api").context
    answer = client.get(f"/api/v1/offerings/{KEY}/")

    assert json.loads(context["document"]) == answer.json()
    assert context["revision"] == answer["X-Registry-Revision"]
    parts = json.loads(context["simple"]) | {part["key"]: json.loads(part["text"]) for part in context["folded"]}
    assert parts == answer.json()


@pytest.mark.django_db
def test_it_is_shown_where_reading_is_not_open(enter, contested, settings):
    settings.API_OPEN = False

    assert page(enter("viewer"), tab="api").context["status"] == 200


# -- rates in force --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_prices_in_force_stand_with_their_days_and_the_revision_that_brought_them(enter):
    put(to("price.input", listed("2")), to("price.output", listed("10")), key=KEY)
    put(to("price.input", RAISED, old=listed("2")), key=KEY)

    with time_machine.travel(EVE, tick=False):
        rates = page(enter("viewer"), tab="prices").context["rates"]

    rows = [(row["text"], row["valid_from"], row["valid_to"], row["known_from"]["revision"]) for row in rates]
    assert rows == [("$3 / 1M tokens", None, "2026-12-01", 2), ("$10 / 1M tokens", None, None, 1)]


@pytest.mark.django_db
def test_announced_prices_stand_apart_from_those_in_force(enter):
    put(to("price.input", RAISED), key=KEY)

    with time_machine.travel(EVE, tick=False):
        answer = page(enter("viewer"), tab="prices")

    (price,) = answer.context["announced"]
    assert (price.now, price.then, price.day) == ("$3", "$9", date(2026, 12, 1))
    assert "Announced prices" in answer.content.decode()


@pytest.mark.django_db
def test_the_history_says_what_was_withdrawn(enter):
    put(to("price.input", RAISED), key=KEY)
    put(to("price.input", listed("3"), old=RAISED), key=KEY)

    with time_machine.travel(EVE, tick=False):
        client = enter("viewer")
        texts = [page(client, tab=tab).content.decode() for tab in ("history", "prices")]

    assert "withdrawn: $9 from 2026-12-01" in texts[0]
    assert "<strong>withdrawn</strong>" in texts[1]


# -- charts ----------------------------------------------------------------------------------------


def point(amount: str | None, days_ago: tuple[int, int | None], state: str = "priced", **dates: str) -> dict[str, Any]:
    """A point as `registry.history.timeline.prices` gives it; `days_ago` are days before now, the last None while it
    stands.
    """

    def at(days: int) -> dict[str, Any]:
        return {"revision": 1000 - days, "at": (NOW - timedelta(days=days)).isoformat()}

    return {
        "amount": amount,
        "state": state,
        "currency": None if state == "unknown" else "USD",
        "unit": "1M tokens",
        "valid_from": dates.get("since"),
        "valid_to": dates.get("until"),
        "known_from": at(days_ago[0]),
        "known_to": None if days_ago[1] is None else at(days_ago[1]),
        "source": "list",
        "note": None,
    }


def drawn(points: list[dict[str, Any]], clock: str = "known") -> list[tuple[int, Any]]:
    """Days before now and amounts of the line of a clock."""
    (chart,) = charts.charts({"price.input": points}, NOW)
    (line,) = [drawn_line for drawn_line in chart["data"]["lines"] if drawn_line["clock"] == clock]
    end = NOW.timestamp() * 1000
    return [(round((end - step["x"]) / 86_400_000), step["y"]) for step in line["points"]]


def test_a_price_is_a_step_from_the_day_it_was_published():
    assert drawn([point("3", (30, 10)), point("2.5", (10, None))]) == [(30, "3"), (10, "3"), (10, "2.5"), (0, "2.5")]


def test_where_nobody_stated_a_price_there_is_a_gap():
    steps = drawn([point("3", (30, 20)), point(None, (20, 10), "unknown"), point("2", (10, None))])

    assert steps == [(30, "3"), (20, "3"), (20, None), (10, None), (10, "2"), (0, "2")]


def test_what_depends_on_the_call_has_no_amount_and_what_is_free_is_zero():
    assert drawn([point(None, (9, 4), "dynamic"), point("0", (4, None), "free")]) == [
        (9, None), (4, None), (4, "0"), (0, "0"),
    ]  # fmt: skip


def test_a_price_announced_ahead_begins_on_its_day_and_not_when_it_was_known():
    begins = (NOW - timedelta(days=5)).date().isoformat()
    points = [point("3", (30, None), until=begins), point("2", (30, None), since=begins)]

    assert [amount for _day, amount in drawn(points)] == ["3", "3", "2", "2"]
    assert drawn(points)[2][0] in (5, 6)


def test_the_other_clock_tells_what_is_known_today_about_every_day():
    """Corrected later: from 1 November it had cost 2 all along, though 3 was published until the 11th."""
    points = [
        point("3", (30, 10)),
        point("4", (10, None), until="2026-11-01"),
        point("2", (10, None), since="2026-11-01"),
    ]

    assert [amount for _day, amount in drawn(points)] == ["3", "3", "2", "2"]
    assert [amount for _day, amount in drawn(points, "holds")] == ["4", "4", "2", "2"]


def test_what_is_announced_for_days_to_come_is_drawn_on_its_days():
    points = [point("3", (30, None), until="2027-01-01"), point("2", (30, None), since="2027-01-01")]
    steps = drawn(points, "holds")

    assert [amount for _day, amount in steps] == ["3", "3", "2", "2"]
    assert steps[-1][0] < steps[-2][0] < 0
    assert [amount for _day, amount in drawn(points)] == ["3", "3"]


def test_without_dates_there_is_only_the_clock_of_publication():
    (chart,) = charts.charts({"price.input": [point("3", (30, None))]}, NOW)

    assert [line["clock"] for line in chart["data"]["lines"]] == ["known"]
    assert not chart["has_dates"]


def test_each_meter_has_a_chart_and_conditions_are_lines_of_it():
    lines = {name: [point("3", (9, None))] for name in ("price.output", "price.input[tier=batch]", "price.input")}
    drawn_charts = charts.charts(lines, NOW)

    assert [(chart["title"], [line["label"] for line in chart["data"]["lines"]]) for chart in drawn_charts] == [
        ("Input price", ["Input price", "Input price, batch"]),
        ("Output price", ["Output price"]),
    ]


def test_what_is_in_another_currency_is_drawn_by_itself():
    euros = {**point("3", (9, None)), "currency": "EUR"}
    drawn_charts = charts.charts({"price.input": [point("2", (30, 9)), euros]}, NOW)

    assert [(chart["currency"], chart["data"]["lines"][0]["points"][-1]["y"]) for chart in drawn_charts] == [
        ("EUR", "3"),
        ("USD", None),
    ]


def test_of_many_lines_the_special_ones_wait_to_be_switched_on():
    lines = {f"price.input[region=r{number}]": [point("3", (9, None))] for number in range(9)}
    (chart,) = charts.charts(lines, NOW)

    assert [line["hidden"] for line in chart["data"]["lines"]] == [False] * 6 + [True] * 3


def test_figures_are_exact_text():
    (chart,) = charts.charts({"price.input": [point("0.000000125000000001", (9, None))]}, NOW)

    assert chart["data"]["lines"][0]["points"][0]["y"] == "0.000000125000000001"
    assert chart["rows"][0]["text"] == "$0.000000125000000001 / 1M tokens"


@pytest.mark.django_db
def test_the_charts_of_the_page_say_what_was_published(enter):
    first = timezone.now() - timedelta(days=40)
    world.source("own", source_type="official", speaks_for=KEY.partition("/")[0])
    world.says("own", KEY, name="One", price__input=rates.price("3"))
    world.publish(KEY, at=first)
    ahead = rates.line(
        [
            rates.PricePoint(Decimal("2.8"), valid_to=date(2050, 1, 1)),
            rates.PricePoint(Decimal("2"), valid_from=date(2050, 1, 1)),
        ]
    )
    world.says("own", KEY, name="One", price__input=ahead)
    world.publish(KEY)

    answer = page(enter("viewer"), tab="prices")
    (chart,) = answer.context["charts"]

    assert [step["y"] for step in chart["data"]["lines"][0]["points"]] == ["3", "3", "2.8", "2.8"]
    assert [step["y"] for step in chart["data"]["lines"][1]["points"]] == ["2.8", "2.8", "2", "2"]
    assert f'data-prices="{chart["data_id"]}"' in answer.content.decode()
    assert f'<script id="{chart["data_id"]}" type="application/json">' in answer.content.decode()
    assert len(chart["rows"]) == 3

"""What changed by day, with its size; and the pages of providers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from registry.models import LedgerEntry, Provider
from tests.registry.builders import NOON, make_offering, make_revision, priced

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
def history(db: None) -> Any:
    """Two offerings that are old, one that is new; a price that doubled and one that fell."""
    before = datetime(2026, 10, 1, tzinfo=UTC)
    make_revision(1, before)
    make_revision(2, MONDAY)
    make_revision(3, FRIDAY)
    make_offering("acme/m", {"price.input": priced("4")}, created_at=before)
    make_offering("other/m", {"price.input": priced("1")}, created_at=before)
    make_offering("acme/new", {"price.input": priced("3"), "name": "Brand new"}, created_at=FRIDAY)
    entry("acme/m", "price.input", priced("2"), priced("4"), 2)
    entry("other/m", "price.input", priced("10"), priced("9"), 3)
    entry("other/m", "context_window", 1000, 2000, 3)
    entry("acme/new", "price.input", None, priced("3"), 3)
    with time_machine.travel(NOON.replace(day=21), tick=False):
        yield


def entry(key: str, field: str, old: Any, new: Any, revision: int) -> None:
    LedgerEntry.objects.create(
        revision_id=revision, offering_key=key, field=field, old=old, new=new, source="acme-list", actor="sync:acme"
    )


def days(client: Any, **query: Any) -> dict[str, Any]:
    response = client.get("/changes", query)
    assert response.status_code == 200
    return {day["day"].isoformat(): day for day in response.context["days"]}


def test_prices_are_told_by_day_with_their_size(client, history):
    told = days(client)

    assert list(told) == ["2026-11-20", "2026-11-16"]
    [doubled] = told["2026-11-16"]["prices"]
    assert (doubled["offering"], doubled["old"], doubled["new"]) == ("acme/m", "$2 / 1M tokens", "$4 / 1M tokens")
    assert (doubled["size"], doubled["is_up"]) == ("×2", True)
    [fallen] = told["2026-11-20"]["prices"]
    assert (fallen["size"], fallen["is_up"]) == ("−10 %", False)
    assert [line["label"] for line in told["2026-11-20"]["others"]] == ["Context window"]


def test_a_new_offering_is_told_once_and_not_field_by_field(client, history):
    told = days(client)

    assert told["2026-11-20"]["new"] == [("acme/new", "Brand new")]
    assert "acme/new" not in {line["offering"] for day in told.values() for line in day["prices"]}


def test_only_the_providers_that_somebody_uses(client, history):
    told = days(client, provider="other")

    assert list(told) == ["2026-11-20"]
    assert told["2026-11-20"]["new"] == []


def test_older_days_are_an_address(client, history):
    response = client.get("/changes", {"days": "1"})
    assert response.context["older"] == "?days=1&until=2026-11-20"
    assert list(days(client, days="1", until="2026-11-16")) == ["2026-11-16"]


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ({"provider": "acm"}, "acme"),
        ({"days": "0"}, "from 1 to 31"),
        ({"until": "soon"}, "2026-01-31"),
        ({"untill": "2026-01-01"}, "No such parameter"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_was_meant(client, history, query, hint):
    response = client.get("/changes", query)

    assert response.status_code == 400
    assert hint in response.context["problem"]


def test_many_days_cost_as_many_queries_as_few(client, history, django_assert_max_num_queries):
    client.get("/changes")
    with django_assert_max_num_queries(9):
        client.get("/changes", {"days": "31"})


def test_a_provider_s_page_shows_what_is_measured_and_says_what_is_not(client, history):
    page = client.get("/providers/acme")

    assert page.context["live"] == 2
    assert page.context["changed"] == {"prices": 1, "new": 1, "delisted": 0}
    assert "unknown" in page.content.decode()
    assert client.get("/providers/nobody").status_code == 404


def test_providers_are_listed_the_largest_first(client, history):
    rows = client.get("/providers").context["rows"]

    assert [(row["provider"].slug, row["offerings"], row["priced"]) for row in rows] == [
        ("acme", 2, 2),
        ("other", 1, 1),
    ]


def test_changes_of_other_providers_take_no_room_of_those_that_are_asked_for(client, history, monkeypatch):
    for number in range(3):
        entry("other/m", f"price.input[tier=t{number}]", priced("1"), priced("2"), 3)
    monkeypatch.setattr("registry.history.days.MOST_CHANGES", 2)

    answer = client.get("/changes", {"provider": "acme"})

    assert [line["offering"] for day in answer.context["days"] for line in day["prices"]] == ["acme/m"]
    assert not answer.context["is_cut"]


@pytest.mark.parametrize(("shows_people", "who"), [(False, "curator"), (True, "alice")])
def test_people_are_named_only_where_the_site_names_them(client, history, settings, shows_people, who):
    settings.API_SHOWS_PEOPLE = shows_people
    LedgerEntry.objects.update(source="", actor="alice")

    assert {line["source"] for day in days(client).values() for line in day["prices"]} == {who}


def test_a_price_that_is_no_longer_stated_does_not_lead(client, history):
    entry("acme/m", "price.output", priced("3"), None, 2)
    entry("acme/m", "price.cache_read", priced("1"), priced("2"), 2)

    assert [line["new"] for line in days(client)["2026-11-16"]["prices"]][-1] == ""


def test_the_chart_of_an_offering_has_a_line_for_each_ordinary_price(client, history):
    for meter in ("output", "cache_read"):
        entry("acme/m", f"price.{meter}", None, priced("2"), 1)
        entry("acme/m", f"price.{meter}", priced("2"), priced("3"), 2)

    chart = client.get("/offerings/acme/m").context["chart"]

    assert [line.meter for line in chart.lines] == ["input", "output", "cache_read"]


def test_a_link_of_a_provider_leads_to_the_web_alone(client, history):
    Provider.objects.filter(slug="acme").update(homepage="javascript:alert(1)", docs_url="https://docs.acme.example/")
    page = client.get("/providers/acme").content.decode()

    assert "javascript:" not in page
    assert 'href="https://docs.acme.example/"' in page

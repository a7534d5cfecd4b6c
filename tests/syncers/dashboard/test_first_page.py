"""The first page: every number on it leads to that many rows, to whoever may see them, at a constant price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.models import Change, Conflict, Match, Pin, Source
from curation.pins import pinning
from registry.catalogue.per_revision import forget_all
from registry.domain import rates
from registry.identity.lookup import LookupResult
from registry.models import Offering, Provider, UnknownId
from registry.reference import unresolved_ids
from syncers.dashboard.figures import Bar, Figure
from syncers.dashboard.moves import biggest
from syncers.models import Run
from tests.curation.admin import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(person):
    """Something of everything that the page counts."""
    now = timezone.now()
    world.a_held_change()
    world.says("catalogue-a", "acme/two", name="Two", model="acme/two", retires_on=now.date() + timedelta(days=20))
    world.says("catalogue-b", "acme/Two", name="Two", price__input=rates.price("3"))
    world.publish("acme/two", "acme/Two")
    for price in ("2", "2.4", "2.2"):
        world.says("catalogue-a", "acme/moved", name="Moved", price__input=rates.price(price))
        world.publish("acme/moved")
    Change.objects.update(first_seen_at=now - timedelta(days=3))
    pinner = person("maintainer")
    pinning.pin(offering="acme/one", field="context_window", value=100, actor=pinner, reason="measured")
    Pin.objects.update(expires_at=now + timedelta(days=3))
    source = Source.objects.get(slug="catalogue-b")
    Run.objects.create(source=source, status="failed", batch=uuid4(), started_at=now, error="no answer")
    Source.objects.filter(slug="catalogue-b").update(last_good_at=now - timedelta(days=9))
    unresolved_ids.note([LookupResult("acme/three", "none")], UnknownId.Origin.API)
    Match.objects.create(offering_key="acme/one", native_id="one", candidate="acme/two", score="0.8", found_at=now)
    old = now - timedelta(days=60)
    Conflict.objects.create(
        offering_key="acme/one", provider_slug="acme", field="name", first_seen_at=old, changed_at=old
    )
    Provider.objects.update(kind="direct")
    Offering.objects.filter(key="acme/two").update(missing_since=now)


def figures(content: Any) -> Iterator[Figure]:
    """All figures in what the page shows, however deep."""
    match content:
        case Figure():
            yield content
            yield from figures(content.parts)
        case Bar():
            yield from figures(content.figure)
        case dict():
            yield from figures(list(content.values()))
        case list() | tuple():
            for part in content:
                yield from figures(part)


SHOWN = ("work", "stock", "mix", "ages", "coverage", "retiring", "moved", "sources")


def rows_behind(client: Any, address: str) -> int:
    answer = client.get(address)
    assert answer.status_code == 200, address
    changelist = answer.context.get("cl")
    return int(changelist.result_count if changelist else answer.context["total"])


def test_every_number_leads_to_that_many_rows(enter, work):
    client = enter()
    context = client.get("/admin/").context

    listed = [figure for name in SHOWN for figure in figures(context[name])]

    assert len([figure for figure in listed if figure.count]) >= 22
    for figure in listed:
        if figure.count or figure.title != "by source":
            assert rows_behind(client, figure.url) == figure.count, (figure.title, figure.url)


def test_every_number_of_the_sidebar_is_that_of_its_tile_and_of_its_list(enter, work):
    Change.objects.filter(offering_key="acme/one").update(postponed_until=timezone.now() + timedelta(days=1))
    world.a_held_change("acme/four")
    now = timezone.now()
    Conflict.objects.create(
        offering_key="acme/two", provider_slug="acme", field="name", first_seen_at=now, changed_at=now
    )
    client = enter()
    context = client.get("/admin/").context
    tiles = {figure.url.partition("?")[0]: figure.count for figure in context["work"]}
    badges = {
        str(item["link"]): int(str(item["badge_callback"]))
        for group in context["sidebar_navigation"]
        for item in group["items"]
        if "badge" in item
    }

    assert set(badges) == {"/admin/curation/change/", "/admin/curation/conflict/"}
    for address, count in badges.items():
        assert count == tiles[address] == rows_behind(client, address) >= 1, address


@pytest.mark.parametrize("address", ["stale", "expiring", "duplicates"])
def test_the_lists_of_work_open_with_something_to_do(enter, work, address):
    answer = enter("curator").get(f"/admin/registry/offering/{address}/")

    assert answer.status_code == 200
    assert answer.context["total"] > 0
    assert 'class="ms-button"' in answer.content.decode()


@pytest.mark.parametrize("address", ["stale", "expiring", "duplicates"])
def test_a_viewer_sees_the_lists_of_work_and_no_buttons(enter, work, address):
    text = enter("viewer").get(f"/admin/registry/offering/{address}/").content.decode()

    assert 'name="sync"' not in text
    assert "Release…" not in text
    assert "Pin " not in text


def test_the_lists_of_work_say_so_when_there_is_nothing(enter):
    client = enter()

    assert "Nothing is stale" in client.get("/admin/registry/offering/stale/").content.decode()
    assert "Nothing ends soon" in client.get("/admin/registry/offering/expiring/").content.decode()
    assert "No duplicates" in client.get("/admin/registry/offering/duplicates/").content.decode()


@pytest.mark.parametrize("address", ["stale", "expiring", "duplicates"])
def test_a_list_of_work_asks_as_often_for_many_rows_as_for_few(enter, address):
    client, soon = enter(), timezone.now().date() + timedelta(days=9)

    def asked(count: int) -> int:
        for number in range(count):
            for key in (f"acme/m-{number}", f"acme/M_{number}"):
                world.says("catalogue-a", key, name=key, retires_on=soon)
        world.publish(*(f"acme/{sign}{number}" for number in range(count) for sign in ("m-", "M_")))
        Source.objects.update(last_good_at=timezone.now() - timedelta(days=30))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/registry/offering/{address}/").context["total"] >= count
        return len(queries)

    assert asked(30) == asked(2) <= 15


@pytest.mark.parametrize("role", ["", "viewer", "curator", "maintainer"])
def test_it_opens_in_few_queries_and_in_fewer_while_nothing_is_published(role, enter, work):
    client = enter(role)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        return len(queries)

    assert asked() <= 25
    assert asked() <= 15


def test_it_asks_no_more_for_many_offerings_than_for_few(enter):
    client = enter()

    def asked(count: int) -> int:
        forget_all()
        world.many_offerings(count)
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    assert asked(5) == asked(60)


def test_somebody_without_a_group_is_shown_no_number(client, work):
    client.force_login(User.objects.create_user("new", is_staff=True))

    page = client.get("/admin/").content.decode()

    assert "Ask an administrator" in page
    assert "catalogue-a" not in page


def test_who_may_see_one_list_is_shown_the_figures_of_that_list_alone(client, work):
    user = User.objects.create_user("narrow", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_change"))
    client.force_login(user)

    answer = client.get("/admin/")

    addresses = {figure.url.partition("?")[0] for name in ("work", "ages") for figure in figures(answer.context[name])}
    assert addresses == {"/admin/curation/change/"}
    assert "catalogue-b" not in answer.content.decode()


def test_an_empty_registry_says_what_to_do_next(enter):
    page = enter().get("/admin/").content.decode()

    assert "Go to the sources" in page
    assert "No published price changed" in page
    assert "Every requested id was resolved" in page


def failed(count: int) -> None:
    """So many sources that could not be fetched at their last run."""
    for number in range(count):
        Run.objects.create(
            source=world.source(f"catalogue-{number}", last_good_at=None),
            status="failed",
            batch=uuid4(),
            started_at=timezone.now(),
            error="api.example: cannot be reached",
        )


def test_a_machine_without_a_network_is_one_sentence_and_no_alarm(enter):
    failed(36)
    client = enter()
    answer = client.get("/admin/")
    page = answer.content.decode()
    tile = next(figure for figure in answer.context["work"] if "state=attention" in figure.url)

    assert "None of 36 sources could be reached: this machine seems to have no network." in page
    assert (tile.count, tile.is_urgent) == (0, False)
    assert rows_behind(client, tile.url) == 0
    assert rows_behind(client, "/admin/curation/source/?state=not+reached") == 36
    assert ">failing<" not in "".join(page.split()).lower()


def test_where_one_source_was_fetched_the_others_fail_by_themselves(enter):
    failed(36)
    now = timezone.now()
    Run.objects.create(
        source=world.source(), status="ok", origin="network", batch=uuid4(), started_at=now, fetched_at=now
    )
    answer = enter().get("/admin/")

    assert "no network" not in answer.content.decode()
    assert next(figure for figure in answer.context["work"] if "state=attention" in figure.url).count == 36


def test_the_biggest_move_stands_first_whichever_way_it_went(db):
    now = timezone.now()

    def row(key: str, old: Any, new: Any) -> tuple[Any, ...]:
        return key, "price.input", rates.encode(old), rates.encode(new), now, "catalogue-a"

    count, moves = biggest(
        [
            row("acme/a", rates.price("2"), rates.price("3")),
            row("acme/b", rates.price("10"), rates.price("1")),
            row("acme/c", rates.price("1"), rates.stated(rates.Amounts.FREE)),
            row("acme/d", rates.price("1"), rates.price("1", currency="EUR")),
        ]
    )

    assert count == 4
    assert [(move.offering, move.words) for move in moves] == [
        ("acme/c", "became free"), ("acme/b", "÷10"), ("acme/a", "+50 %"), ("acme/d", "dates or terms"),
    ]  # fmt: skip
    assert moves[1].factor == Decimal("0.1")

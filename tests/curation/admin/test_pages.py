"""Lists and pages of the admin ask the database no more for many rows than for few, and find what is looked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curation.models import Change
from curation.pins import pinning
from registry.domain import rates
from registry.models import Offering
from tests.curation.admin import world

pytestmark = pytest.mark.django_db


def url_of(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


LISTS = [
    ("registry_offering", {}),
    ("registry_offering", {"q": "model-0001"}),
    ("registry_model", {}),
    ("registry_alias", {}),
    ("registry_ledgerentry", {}),
    ("curation_storedclaim", {}),
    ("curation_change", {}),
    ("curation_pin", {}),
]


def test_a_list_asks_as_often_for_many_rows_as_for_few(enter, person):
    client, pinner = enter(), person("curator")

    def asked(count: int) -> list[int]:
        world.many_offerings(count)
        keys = [f"acme/model-{number:04}" for number in range(count)]
        for key in keys[: count // 2]:
            world.says("catalogue-a", key, name=key, price__input=rates.price("9"))
        world.publish(*keys)
        for key in keys[count // 2 : count // 2 + 5 + count // 20]:
            pinning.pin(offering=key, field="status", value="active", actor=pinner, reason="seen")
        return [queries_for(name, query) for name, query in LISTS]

    def queries_for(name: str, query: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"admin:{name}_changelist"), query).status_code == 200
        return len(queries)

    few, many = asked(10), asked(60)

    assert many == few
    assert max(many) <= 14


def test_an_offering_page_asks_as_often_for_many_sources_as_for_few(enter):
    client = enter()
    pk = Offering.objects.get(key=world.an_offering()).pk

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("admin:registry_offering_change", args=[pk]))
        return len(queries)

    asked()  # content types are asked for once in a process
    few = asked()
    for number in range(8):
        world.says(f"catalogue-{number}", "acme/one", price__input=rates.price("3"), task="chat")
    world.publish("acme/one")

    assert asked() == few


def test_unknown_prices_stand_last_whichever_way_the_list_is_turned(enter):
    client = enter()
    for key, price in (("acme/a", "3"), ("acme/b", None), ("acme/c", "1")):
        values: dict[str, Any] = {"price__input": rates.price(price)} if price else {}
        world.says("catalogue-a", key, name="x", **values)
    world.publish("acme/a", "acme/b", "acme/c")

    def order(sign: str) -> list[str]:
        column = admin.site.get_model_admin(Offering).list_display.index("input")
        answer = client.get(reverse("admin:registry_offering_changelist"), {"o": f"{sign}{column}"})
        return [offering.key[-1] for offering in answer.context["cl"].result_list]

    assert order("") == ["c", "a", "b"]
    assert order("-") == ["a", "c", "b"]


@pytest.mark.parametrize("words", ["claude-opus-4.5", "claude-opus-4-5", "OPUS acme", "nickname"])
def test_an_offering_is_found_in_any_spelling_and_by_its_aliases(words, enter):
    key = "acme/claude-opus-4-5"
    world.says("catalogue-a", key, aliases=("nickname",), name="Opus", model="anthropic/claude-opus-4-5")
    world.publish(key)
    client = enter()

    answer = client.get(reverse("admin:registry_offering_changelist"), {"q": words})

    assert [row.key for row in answer.context["cl"].result_list] == [key]


@pytest.mark.parametrize(
    "spelling",
    ["together_ai/acme/Rocket-2", "together/acme/rocket-2", "ROCKET 2", "vertex_ai/acme/rocket-2", "rocket-2"],
)
def test_it_finds_an_offering_in_the_spellings_that_people_use(enter, spelling):
    world.an_offering("together/acme/Rocket-2", model="acme/rocket-2")

    answer = enter().get("/admin/registry/offering/", {"q": spelling})

    assert [row.key for row in answer.context["cl"].result_list] == ["together/acme/Rocket-2"]


def test_the_palette_finds_offerings(enter):
    world.an_offering()

    answer = enter().get("/admin/search/", {"s": "acme/one", "extended": "1"})

    assert "acme/one" in answer.content.decode()


def test_the_queue_shows_what_waits_unless_something_else_is_asked_for(enter):
    world.a_held_change()
    Change.objects.filter(unit="token_prices").update(state="rejected")
    client = enter()

    assert client.get(url_of(Change, "changelist")).context["cl"].result_count == 0
    assert client.get(url_of(Change, "changelist"), {"state": "all"}).context["cl"].result_count == 1

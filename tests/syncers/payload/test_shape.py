from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from syncers.kinds import source as base
from syncers.kinds.record import Record
from syncers.models import Run
from syncers.payload import shape
from syncers.payload.shape import changes, outline
from syncers.sources.catalogues.genai_prices import GenaiPrices
from syncers.sources.catalogues.litellm import LiteLLM
from syncers.sources.catalogues.models_dev import ModelsDev
from syncers.sources.catalogues.portkey import Portkey
from syncers.sources.gateways.openrouter import OpenRouter
from syncers.sync.engine import sync
from tests.builders import NOW


def changed(before: Any, now: Any) -> dict[str, str]:
    """Changes from a list with that one record to a list with this one."""
    return changes(outline([before]), outline([now]))


# -- the outline -----------------------------------------------------------------------------------


def test_it_names_the_types_under_each_key_of_all_records_together() -> None:
    records = [{"id": "a", "price": {"in": Decimal("0.1")}, "tags": ["x"]}, {"id": 7, "free": True, "price": None}]

    assert outline(records) == {
        "free": ["flag"],
        "id": ["number", "text"],
        "price": ["null", "object"],
        "price.in": ["number"],
        "tags": ["list"],
        "tags[]": ["text"],
    }


def test_it_does_not_mind_the_order_of_records_and_keys() -> None:
    first, other = {"id": "a", "size": 1}, {"size": None, "id": "b", "name": "B"}

    assert outline([first, other]) == outline([other, first])


@pytest.mark.parametrize("odd", [None, 7, "text", [], [[]], {}, [None]])
def test_a_record_may_be_anything(odd: Any) -> None:
    assert changes(outline([odd]), outline([odd])) == {}


def test_it_goes_only_so_deep() -> None:
    deep: Any = "end"
    for _ in range(500):
        deep = {"more": deep}

    assert list(outline([deep])) == ["more", "more.more", "more.more.more"]


def test_it_holds_only_so_many_keys() -> None:
    assert len(outline([{f"key{n}.{m}": n for n in range(300)} for m in range(100)])) <= shape.MOST_KEYS


def test_a_huge_payload_is_outlined_in_no_time() -> None:
    records = [{"id": str(n), "all": {f"{n}-{m}": {"deep": [m] * 200} for m in range(40)}} for n in range(5_000)]
    started = time.perf_counter()

    outlined = outline(records)

    assert time.perf_counter() - started < 10
    assert list(outlined) == ["all", "all.*", "all.*.deep", "id"]


def test_an_object_keyed_by_id_is_a_map_whose_keys_are_no_shape() -> None:
    before = {"prices": {f"model-{n}": {"input": 1} for n in range(1_000)}}
    now = {"prices": {f"model-{n}": {"input": 1} for n in range(500, 1_800)}}

    assert changed(before, now) == {}


def test_a_new_key_inside_a_map_is_still_seen() -> None:
    before = {"prices": {f"model-{n}": {"input": 1} for n in range(200)}}
    now = {"prices": {f"model-{n}": {"input": 1, "moon": 2} for n in range(200)}}

    assert changed(before, now) == {"prices.*.moon": "new (number)"}


def test_records_that_are_maps_themselves_are_folded_too() -> None:
    before, now = ({f"model-{n}": "x" for n in numbers} for numbers in (range(1_000), range(2_000)))

    assert outline([before]) == outline([now]) == {"*": ["text"]}


def test_keys_with_dots_in_them_are_not_taken_for_steps() -> None:
    assert list(outline([{"gpt-5.2": 1}])) == ["gpt-5·2"]


# -- changes ---------------------------------------------------------------------------------------


def test_a_new_key_is_told_with_its_type() -> None:
    assert changed({"id": "a"}, {"id": "a", "tier": {"name": "x"}}) == {
        "tier": "new (object)",
        "tier.name": "new (text)",
    }


def test_a_key_that_is_gone_is_told_with_the_type_it_had() -> None:
    assert changed({"id": "a", "size": 3}, {"id": "a"}) == {"size": "gone (was number)"}


def test_another_type_is_told() -> None:
    assert changed({"price": 3}, {"price": "3"}) == {"price": "number → text"}


def test_one_more_type_is_told() -> None:
    before, now = outline([{"price": 3}]), outline([{"price": 3}, {"price": "free"}])

    assert changes(before, now) == {"price": "number → number, text"}


@pytest.mark.parametrize(("before", "now"), [(3, None), (None, 3), (None, None)])
def test_null_is_no_type(before: Any, now: Any) -> None:
    assert changed({"price": before}, {"price": now}) == {}


def test_whole_and_exact_numbers_are_one_type() -> None:
    assert changed({"price": 3}, {"price": Decimal("0.5")}) == {}


def test_hostile_keys_can_be_stored() -> None:
    differences = changed({}, {"nul\x00": 1, "lone \ud800": 2, "x" * 10_000: 3})

    assert all("\x00" not in key and len(key) <= 100 for key in differences)
    json.dumps(differences).encode()
    "".join(differences).encode()


# -- the engine records them -----------------------------------------------------------------------


class Watched(base.Source):
    slug, label = "watched", "Watched"
    url = "https://watched.example/models"
    source_type, expected = SourceType.CATALOGUE, (1, 10)

    def claims(self, record: Record) -> Iterable[Claim]:
        yield claim(f"watched/{record.text('id')}", {"context_window": record.get("size")})


def read(*records: Any, hours: int = 0) -> Run:
    sync(Watched, body=json.dumps(records).encode(), accept=True, at=NOW + timedelta(hours=hours))
    return Run.objects.latest("pk")


@pytest.mark.django_db
class TestRuns:
    def test_the_first_run_has_nothing_to_compare_with(self) -> None:
        assert read({"id": "a", "size": 1}).shape_changes == {}

    def test_the_second_run_tells_what_is_different(self) -> None:
        read({"id": "a", "size": 1, "old": "x"})

        second = read({"id": "a", "size": 1, "fresh": [1]}, hours=1)

        assert second.shape_changes == {"fresh": "new (list)", "fresh[]": "new (number)", "old": "gone (was text)"}

    def test_the_third_run_compares_with_the_second(self) -> None:
        read({"id": "a", "size": 1})
        read({"id": "a", "size": 1, "fresh": 1}, hours=1)

        assert read({"id": "b", "size": 2, "fresh": 1}, hours=2).shape_changes == {}

    def test_a_payload_that_was_not_read_is_nothing_to_compare_with(self) -> None:
        read({"id": "a", "size": 1})
        assert read({"name": "no id"}, hours=1).status == Run.Status.FAILED

        assert read({"id": "a", "size": 2}, hours=2).shape_changes == {}

    def test_the_page_of_the_run_shows_both(self, admin_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Watched, "notices", lambda self, document: {"price key moon": 3})
        read({"id": "a", "size": 1})
        run = read({"id": "a", "size": 1, "fresh": [1]}, hours=1)

        page = admin_client.get(reverse("admin:syncers_run_change", args=[run.pk])).content.decode()

        assert "price key moon" in page
        assert "fresh" in page
        assert "new (list)" in page


# -- price keys that nobody knows ------------------------------------------------------------------

_OPENROUTER = {"data": [{"id": "acme/rocket", "name": "Rocket", "pricing": {"prompt": "0.000001", "moon": "1"}}]}
_MODELS_DEV = {
    "acme": {
        "id": "acme",
        "name": "Acme",
        "models": {"rocket": {"id": "rocket", "name": "R", "cost": {"input": 1, "moon": 2}}},
    }
}
_LITELLM = {
    "acme/rocket": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-6, "input_cost_per_moon": 1}
}
_GENAI_PRICES = [
    {
        "id": "acme",
        "name": "Acme",
        "api_pattern": "x",
        "models": [{"id": "rocket", "match": {"equals": "rocket"}, "prices": {"input_mtok": 1, "moon_mtok": 2}}],
    }
]
_PORTKEY = {
    "files": {
        "openai": {
            "rocket": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 1}, "moon": {"price": 2}}}}
        }
    }
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "document", "notice"),
    [
        pytest.param(OpenRouter, _OPENROUTER, "price key moon", id="openrouter"),
        pytest.param(ModelsDev, _MODELS_DEV, "price key moon", id="models-dev"),
        pytest.param(LiteLLM, _LITELLM, "price key input_cost_per_moon", id="litellm"),
        pytest.param(GenaiPrices, _GENAI_PRICES, "price key moon_mtok", id="genai-prices"),
        pytest.param(Portkey, _PORTKEY, "price key moon", id="portkey"),
    ],
)
def test_the_run_tells_of_a_price_key_that_nobody_knows(source: type[base.Source], document: Any, notice: str) -> None:
    report = sync(source, body=json.dumps(document).encode(), accept=True, at=NOW)

    assert (report.status, report.new) == ("ok", 1)
    assert Run.objects.get().notices == {notice: 1}

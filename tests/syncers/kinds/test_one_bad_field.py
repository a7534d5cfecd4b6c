"""One bad value costs the fields that it feeds: the record stays listed, its other values come in, and what the source
said before about those fields stands until it can be read again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from curation.models import StoredClaim
from registry.catalogue import freshness
from registry.models import Offering
from syncers.models import RejectedRecord
from syncers.registry import load
from syncers.sync.engine import sync
from syncers.sync.record import Report
from tests.builders import NOW, listed

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)


def litellm(**entries: dict[str, Any]) -> bytes:
    ordinary = {"litellm_provider": "groq", "mode": "chat", "max_input_tokens": 131072}
    return json.dumps({f"groq/acme/{name}": ordinary | entry for name, entry in entries.items()}).encode()


def priced(price: str, **more: Any) -> dict[str, Any]:
    return {"input_cost_per_token": float(price), "output_cost_per_token": 2 * float(price)} | more


def read(source: str, body: bytes, at: Any = NOW) -> Report:
    return sync(load(source), body=body, at=at, accept=True)


def openrouter(*rows: dict[str, Any]) -> dict[str, Any]:
    text = {"input_modalities": ["text"], "output_modalities": ["text"]}
    body = json.dumps({"data": [{"name": "n", "architecture": text} | row for row in rows]}).encode()
    parsed = load("openrouter")().parse(body)
    return {claim.offering.removeprefix("openrouter/acme/"): claim for claim in parsed.claims} | {"": parsed}


def test_an_unreadable_date_does_not_keep_the_new_price_out():
    read("litellm", litellm(one=priced("1e-6", deprecation_date="2026-12-31"), two=priced("1e-6")))
    report = read(
        "litellm", litellm(one=priced("1.2e-6", deprecation_date="2026-Q3"), two=priced("1.2e-6")), at=TOMORROW
    )

    offering = Offering.objects.get(key="groq/acme/one")
    assert (report.rejected, report.unreadable, report.missing) == (0, 1, 0)
    assert (offering.missing_since, offering.not_seen_since) == (None, None)
    assert offering.facts["price.input"] == listed("1.2")
    bad = RejectedRecord.objects.get()
    assert (bad.where, bad.field) == ("groq/acme/one.deprecation_date", "retires_on")
    assert "2026-Q3" in bad.reason
    assert "2026-Q3" in bad.fragment


def test_what_was_stated_before_stands_while_it_cannot_be_read_but_is_not_confirmed():
    read("litellm", litellm(one=priced("1e-6", deprecation_date="2026-12-31")))
    read("litellm", litellm(one=priced("1e-6", deprecation_date="soon")), at=TOMORROW)

    claim, offering = StoredClaim.objects.get(), Offering.objects.get(key="groq/acme/one")
    assert claim.values["retires_on"] == "2026-12-31"
    assert claim.unreadable == {"retires_on": NOW.date().isoformat()}
    assert str(offering.retires_on) == "2026-12-31"
    fields = freshness.of_offering(offering.key, offering.provenance, now=TOMORROW)["fields"]
    assert fields["retires_on"]["confirmed_at"] is None
    assert fields["price.input"]["confirmed_at"] == f"{TOMORROW:%Y-%m-%dT%H:%M:%SZ}"


def test_a_value_that_stays_unreadable_keeps_the_day_on_which_it_could_be_read():
    read("litellm", litellm(one=priced("1e-6", deprecation_date="2026-12-31")))
    for day in range(1, 4):
        read("litellm", litellm(one=priced(f"{day}e-6", deprecation_date="soon")), at=NOW + timedelta(days=day))

    assert StoredClaim.objects.get().unreadable == {"retires_on": NOW.date().isoformat()}


def test_a_value_that_can_be_read_again_is_an_ordinary_one():
    read("litellm", litellm(one=priced("1e-6", deprecation_date="2026-12-31")))
    read("litellm", litellm(one=priced("1e-6", deprecation_date="soon")), at=TOMORROW)
    read("litellm", litellm(one=priced("1e-6")), at=TOMORROW + timedelta(days=1))

    claim = StoredClaim.objects.get()
    assert (claim.unreadable, set(claim.dropped)) == ({}, {"retires_on"})


def test_a_payload_that_repeats_its_unreadable_value_writes_nothing():
    body = litellm(one=priced("1e-6", deprecation_date="soon"))
    read("litellm", body)
    again = read("litellm", body + b"\n", at=TOMORROW)

    assert (again.status, again.changed, again.rows_written) == ("ok", 0, 0)


def test_a_record_of_which_nothing_but_its_id_can_be_read_is_listed():
    read("litellm", litellm(one=priced("1e-6")))
    report = read(
        "litellm",
        litellm(one={"max_input_tokens": "many", "input_cost_per_token": "x", "output_cost_per_token": {}}),
        at=TOMORROW,
    )

    claim = StoredClaim.objects.get()
    assert (report.missing, report.rejected, claim.missing_since) == (0, 0, None)
    assert {"price.input", "price.output", "max_input_tokens"} <= claim.unreadable.keys()
    assert Offering.objects.get().facts["price.input"] == listed("1")


@pytest.mark.parametrize("side", ["-1", "", "free", "N/A", [], {}])
def test_a_side_price_that_is_none_costs_that_price_only(side):
    by_offering = openrouter(
        {"id": "acme/a", "pricing": {"prompt": "0.000001", "completion": "0.000002", "input_cache_read": side}}
    )

    assert set(by_offering["a"].values) >= {"price.input", "price.output", "name", "supports_vision"}
    assert by_offering["a"].unreadable == {"price.cache_read"}
    assert [(r.where, r.field) for r in by_offering[""].unreadable] == [
        ("data[0].pricing.input_cache_read", "price.cache_read")
    ]


def test_prices_that_are_words_are_reported_and_never_free():
    by_offering = openrouter({"id": "acme/a", "pricing": {"prompt": "free", "completion": "free"}})

    assert not [name for name in by_offering["a"].values if name.startswith("price.")]
    assert by_offering["a"].unreadable == {"price.input", "price.output"}
    assert by_offering[""].rejected == []


def test_a_time_where_a_day_is_expected_costs_the_day_only():
    by_offering = openrouter(
        {
            "id": "acme/a",
            "context_length": 128000,
            "expiration_date": "2026-12-31T00:00:00Z",
            "pricing": {"prompt": "1e-7"},
        }
    )

    assert by_offering["a"].values["context_window"] == 128000
    assert by_offering["a"].unreadable == {"retires_on"}


def test_a_bad_limit_is_not_replaced_by_the_one_that_stands_in_for_a_missing_one():
    by_offering = openrouter(
        {"id": "acme/a", "context_length": 1048576, "top_provider": {"context_length": "many"}, "pricing": None}
    )

    assert "context_window" not in by_offering["a"].values
    assert by_offering["a"].unreadable == {"context_window"}


def test_an_entry_of_a_nested_price_table_that_is_bad_costs_that_entry_only():
    bands = [{"min_prompt_tokens": 1000, "prompt": "0.000002"}, {"min_prompt_tokens": 2000, "prompt": "dear"}]
    by_offering = openrouter({"id": "acme/a", "pricing": {"prompt": "0.000001", "completion": "0", "overrides": bands}})

    assert set(by_offering["a"].values) >= {"price.input", "price.input[above=1000]"}
    assert by_offering["a"].unreadable == {"price.input[above=2000]"}


def test_two_rows_of_one_id_with_two_prices_are_listed_and_neither_price_is_taken():
    by_offering = openrouter(
        {"id": "acme/dup", "pricing": {"prompt": "0.000001", "completion": "0.000002"}},
        {"id": "acme/dup", "pricing": {"prompt": "0.000003", "completion": "0.000002"}},
    )

    assert by_offering["dup"].values["name"] == "n"
    assert "price.input" not in by_offering["dup"].values
    fragments = {r.field: r.fragment for r in by_offering[""].unreadable}
    assert "'1'" in fragments["price.input"]
    assert "'3'" in fragments["price.input"]


def test_zeros_are_free_only_where_the_id_says_so():
    zero = {"prompt": "0", "completion": "0", "request": "0", "image": "0"}
    fee = {"prompt": "0", "completion": "0", "request": "0.005"}
    by_offering = openrouter(
        {"id": "acme/a", "pricing": zero}, {"id": "acme/a:free", "pricing": zero}, {"id": "acme/fee", "pricing": fee}
    )

    assert [name for name in by_offering["a"].values if name.startswith("price.")] == []
    assert by_offering["a:free"].encoded()["price.input"] == [{"state": "free", "currency": "USD"}]
    assert [name for name in by_offering["fee"].values if name.startswith("price.")] == ["price.request"]


def test_a_discount_is_reported_and_halves_no_price():
    by_offering = openrouter(
        {"id": "acme/a", "pricing": {"prompt": "0.000001", "completion": "0.000002", "discount": 0.5}}
    )

    assert by_offering["a"].encoded()["price.input"] == listed("1")
    assert by_offering[""].notices == {"discount": 1}

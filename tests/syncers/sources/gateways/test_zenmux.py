from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from registry.domain.rates import Amounts
from syncers.sources.gateways.zenmux import ZenMux
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, parse, prices, read_whole, unreadable
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "zenmux.json"


def test_it_reads_prices_by_the_length_of_the_input() -> None:
    assert prices(claims(ZenMux, SAMPLE)["zenmux/acme/acme-9"]) == {
        "input": 1,
        "input[above=272000]": 2,
        "output": 6,
        "output[above=272000]": 9,
        "cache_read": Decimal("0.1"),
        "cache_read[above=272000]": Decimal("0.2"),
        "cache_write": Decimal("1.25"),
        "search": Decimal("0.01"),
        "input[modality=audio;unit=second]": Decimal("0.000035"),
    }


def test_it_tells_writing_for_an_hour_from_storing_for_an_hour() -> None:
    by_offering = claims(ZenMux, SAMPLE)

    assert prices(by_offering["zenmux/anthropic/claude-9"]) == {
        "input": 3,
        "output": 15,
        "cache_read": Decimal("0.3"),
        "cache_write[ttl=5m]": Decimal("3.75"),
        "cache_write[ttl=1h]": 6,
    }
    assert prices(by_offering["zenmux/google/gemini-9"]) == {
        "input": Decimal("1.25"),
        "output": 10,
        "input[modality=audio]": 1,
        "cache_read[modality=audio]": Decimal("0.1"),
    }


def test_it_leaves_out_and_counts_what_a_rate_cannot_say() -> None:
    parsed = parse(ZenMux, SAMPLE)
    stated_claim = {claim.offering: claim for claim in parsed.claims}["zenmux/z-ai/glm-9"]

    assert prices(stated_claim) == {"output": Decimal("1.1645"), "output[above=32000]": Decimal("2.3291")}
    assert parsed.notices == {
        "unit of input_cache_write_1_h": 1,
        "prices by completion_tokens": 1,
        "two prices of input_cache_read under one condition": 1,
    }


def test_it_takes_zero_for_free_only_where_the_name_says_so() -> None:
    by_offering = claims(ZenMux, SAMPLE)

    assert prices(by_offering["zenmux/z-ai/glm-9-flash-free"]) == {"input": Amounts.FREE, "output": Amounts.FREE}
    assert prices(by_offering["zenmux/acme/embed-9"]) == {"input": Decimal("0.13")}
    assert prices(by_offering["zenmux/acme/unpriced-9"]) == {}


@pytest.mark.parametrize("least", [-1, 0.0001, "x", True, 10**9])
def test_a_bound_that_is_none_costs_the_prices_beyond_it_only(least: Any) -> None:
    document = SAMPLES["zenmux"].document()
    document["data"][0]["pricings"]["prompt"][1]["conditions"]["prompt_tokens"]["gte"] = least

    assert unreadable(ZenMux, document) == [("data[0].pricings.prompt[1]", "price.input")]
    by_rate = prices(claims(ZenMux, document)["zenmux/acme/acme-9"])
    assert (by_rate["input"], by_rate["output[above=272000]"]) == (1, 9)
    assert "input[above=272000]" not in by_rate


@pytest.mark.parametrize("path", real_payloads("zenmux"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(ZenMux, path)

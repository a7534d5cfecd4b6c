from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from syncers.payload.paging import Page
from syncers.sources.clouds.cloudflare_workers_ai import CloudflareWorkersAI
from tests.syncers.sampled import claims, parse, prices, unreadable, values
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "cloudflare_workers_ai.json"
NAME = "cloudflare-workers-ai/@cf/acme/"


def test_it_reads_the_unit_in_its_words() -> None:
    by_offering = claims(CloudflareWorkersAI, SAMPLE)

    assert prices(by_offering[NAME + "acme-9-70b-instruct-fp8-fast"]) == {
        "input": Decimal("0.293"),
        "output": Decimal("2.253"),
        "cache_read": Decimal("0.05"),
    }
    assert prices(by_offering[NAME + "whisper-9"]) == {"input[modality=audio;unit=minute]": Decimal("0.000453")}


def test_it_leaves_out_and_counts_prices_that_are_only_half_of_one() -> None:
    parsed = parse(CloudflareWorkersAI, SAMPLE)

    assert prices({claim.offering: claim for claim in parsed.claims}[NAME + "flux-9"]) == {}
    assert parsed.notices == {
        "price per audio minute (websocket)": 1,
        "price per 512 by 512 tile": 1,
        "price per step": 1,
    }


def test_it_does_not_take_zero_for_free() -> None:
    assert prices(claims(CloudflareWorkersAI, SAMPLE)[NAME + "aura-9"]) == {}


def test_it_reads_properties() -> None:
    by_offering = claims(CloudflareWorkersAI, SAMPLE)

    assert values(by_offering[NAME + "acme-9-70b-instruct-fp8-fast"]) == {
        "description": "…",
        "task": "chat",
        "context_window": 24_000,
        "supports_tools": True,
        "supports_reasoning": True,
    }
    assert values(by_offering[NAME + "old-7b"]) == {
        "description": "…",
        "task": "chat",
        "context_window": 4_096,
        "status": "preview",
        "retires_on": date(2026, 10, 1),
    }
    assert values(by_offering[NAME + "gone-7b"]) == {
        "description": "…",
        "task": "chat",
        "status": "deprecated",
    }


@pytest.mark.parametrize("planned", ["soon", "", "2026-13-01", 20261001])
def test_a_retirement_on_no_day_costs_that_day_only(planned: Any) -> None:
    document = SAMPLES["cloudflare-workers-ai"].document()
    document["result"][1]["properties"][2]["value"] = planned

    assert unreadable(CloudflareWorkersAI, document) == [("result[1].properties[2]", "retires_on")]


def test_it_asks_for_page_after_page() -> None:
    paging = CloudflareWorkersAI.paging
    first = paging.first("https://api.cloudflare.com/models/search")

    assert first.endswith("?page=1&per_page=100")
    assert paging.after(Page(first, {}, 100)) == first.replace("page=1&", "page=2&")
    assert paging.after(Page(first, {}, 7)) is None

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from registry.domain.rates import Amounts
from syncers.sources.gateways.cloudflare_ai_gateway import CloudflareAIGateway
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, parse, prices, read_whole

SAMPLE = "cloudflare_ai_gateway.json"
NAME = "cloudflare-ai-gateway/"


def test_it_gives_token_prices_per_million() -> None:
    by_offering = claims(CloudflareAIGateway, SAMPLE)

    assert prices(by_offering[NAME + "openai/gpt-9"]) == {"input": Decimal("1.75"), "output": 14}
    assert prices(by_offering[NAME + "openrouter/openai/gpt-9"]) == {"input": Decimal("0.83"), "output": 10}


def test_it_calls_the_price_of_a_router_dynamic() -> None:
    by_offering = claims(CloudflareAIGateway, SAMPLE)

    assert prices(by_offering[NAME + "openrouter/openrouter/auto"]) == {
        "input": Amounts.DYNAMIC,
        "output": Amounts.DYNAMIC,
    }


def test_it_takes_zero_for_no_statement() -> None:
    by_offering = claims(CloudflareAIGateway, SAMPLE)

    assert prices(by_offering[NAME + "acme/acme-9:free"]) == {}
    assert prices(by_offering[NAME + "openai/embed-9"]) == {"input": Decimal("0.1")}


def test_it_leaves_out_and_counts_costs_of_another_unit() -> None:
    parsed = parse(CloudflareAIGateway, SAMPLE)
    by_offering = {claim.offering: claim for claim in parsed.claims}

    assert prices(by_offering[NAME + "workers-ai/acme-8b-instruct"]) == {}
    assert prices(by_offering[NAME + "ideogram/v_9"]) == {}
    assert prices(by_offering[NAME + "workers-ai/@cf/acme/acme-8b-instruct"]) == {
        "input": Decimal("0.28"),
        "output": Decimal("0.83"),
    }
    assert parsed.notices == {"unit of costs": 2}


@pytest.mark.parametrize("path", real_payloads("cloudflare-ai-gateway"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(CloudflareAIGateway, path)

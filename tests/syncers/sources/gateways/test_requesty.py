from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from syncers.sources.gateways.requesty import Requesty
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, prices, read_whole, values

SAMPLE = "requesty.json"


def test_it_gives_token_prices_per_million() -> None:
    claim = claims(Requesty, SAMPLE)["requesty/google/gemini-9-pro"]

    assert prices(claim) == {
        "input": Decimal("1.25"),
        "output": 10,
        "cache_read": Decimal("0.31"),
        "cache_write": Decimal("2.375"),
    }
    assert values(claim) == {
        "description": "A model.",
        "context_window": 1_048_576,
        "max_output_tokens": 65_535,
        "supports_prompt_caching": True,
    }


def test_it_takes_no_cache_prices_where_nothing_is_cached() -> None:
    claim = claims(Requesty, SAMPLE)["requesty/acmehost/acme/Acme-9"]

    assert prices(claim) == {"input": Decimal("0.5"), "output": 1}
    assert values(claim) == {"description": "A model.", "context_window": 128_000, "supports_prompt_caching": False}


def test_it_takes_zero_for_no_statement() -> None:
    assert prices(claims(Requesty, SAMPLE)["requesty/acme/gift-9"]) == {}


@pytest.mark.parametrize("path", real_payloads("requesty"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(Requesty, path)

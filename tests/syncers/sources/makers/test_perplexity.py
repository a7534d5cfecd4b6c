from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from syncers.sources.makers.perplexity import Perplexity
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES


def prices(body: bytes) -> dict[str, dict[str, Any]]:
    claims = Perplexity().parse(body).claims
    return {claim.offering: {name: line[0].amount for name, line in claim.values.items()} for claim in claims}


def test_it_reads_prices_per_million_as_numbers_and_as_text() -> None:
    by_offering = prices(SAMPLES["perplexity"].body())

    assert by_offering["perplexity/anthropic/claude-9"] == {
        "price.input": 5,
        "price.output": 25,
        "price.cache_read": Decimal("0.5"),
        "price.cache_write": Decimal("6.25"),
    }
    assert by_offering["perplexity/google/gemini-9"] == {
        "price.input": Decimal("0.25"),
        "price.output": Decimal("1.5"),
        "price.cache_read": Decimal("0.025"),
    }
    assert by_offering["perplexity/openai/gpt-9"] == {}


def test_a_row_whose_prices_are_in_another_unit_states_none() -> None:
    document = SAMPLES["perplexity"].document()
    document["data"][0]["pricing"]["unit"] = "usd_per_token"

    ((where, field),) = sampled.unreadable(Perplexity, document)
    assert where == "data[0].pricing"
    assert {"price.input", "price.output"} <= set(field.split(", "))


@pytest.mark.parametrize("path", real_payloads("perplexity"))
def test_it_reads_every_real_payload(path: Path) -> None:
    parsed = Perplexity().parse(path.read_bytes())

    assert parsed.rejected == []
    assert len(parsed.claims) == parsed.seen == 39
    assert prices(path.read_bytes())["perplexity/anthropic/claude-sonnet-4-5"]["price.output"] == 15

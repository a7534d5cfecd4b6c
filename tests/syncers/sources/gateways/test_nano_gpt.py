from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from syncers.errors import BadPayload
from syncers.sources.gateways.nano_gpt import NanoGpt
from tests.syncers import sampled
from tests.syncers.sources.samples import SAMPLES


def said() -> dict[str, Any]:
    return {claim.offering: dict(claim.values) for claim in NanoGpt().parse(SAMPLES["nano-gpt"].body()).claims}


def test_it_reads_prices_per_million() -> None:
    values = said()["nano-gpt/openai/gpt-9"]

    assert (values["price.input"][0].amount, values["price.output"][0].amount) == (5, 30)
    assert said()["nano-gpt/deepseek-v9:thinking"]["price.output"][0].amount == Decimal("2.2")


def test_it_does_not_take_zero_for_free_nor_for_a_context_window() -> None:
    assert said()["nano-gpt/free-model"] == {"context_window": 128_000, "supports_vision": False}
    assert "context_window" not in said()["nano-gpt/deepseek-v9:thinking"]


@pytest.mark.parametrize("price", [0.0025, 2500])
def test_it_refuses_the_whole_list_when_a_known_price_shows_that_the_unit_is_wrong(price: Any) -> None:
    document = SAMPLES["nano-gpt"].document()
    document["data"][1]["pricing"]["prompt"] = price

    with pytest.raises(BadPayload, match="unit"):
        NanoGpt().parse(json.dumps(document).encode())


def test_a_row_that_declares_another_unit_states_no_price() -> None:
    document = SAMPLES["nano-gpt"].document()
    document["data"][0]["pricing"]["unit"] = "per_token"

    assert sampled.unreadable(NanoGpt, document) == [("data[0].pricing", "price.input, price.output")]

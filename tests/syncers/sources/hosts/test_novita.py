from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from registry.domain.rates import Amounts
from syncers.sources.hosts.novita import Novita
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, prices, read_whole, unreadable, values
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "novita.json"


def test_it_reads_both_forms_of_a_price() -> None:
    by_offering = claims(Novita, SAMPLE)

    assert prices(by_offering["novita/acme/acme-9"]) == {
        "input": Decimal("0.135"),
        "output": Decimal("0.4"),
        "cache_read": Decimal("0.027"),
    }
    assert prices(by_offering["novita/acme/acme-8"]) == {"input": Decimal("0.28"), "output": Decimal("1.14")}


def test_it_takes_the_prices_of_tiers_and_not_the_zeros_beside_them() -> None:
    assert prices(claims(Novita, SAMPLE)["novita/acme/acme-tiered"]) == {
        "input": Decimal("1.5"),
        "output": Decimal("2.5"),
        "input[above=256000]": Decimal("3.5"),
        "output[above=256000]": Decimal("4.5"),
    }


def test_it_calls_chat_models_with_zeros_alone_free() -> None:
    by_offering = claims(Novita, SAMPLE)

    assert prices(by_offering["novita/acme/acme-gift"]) == {"input": Amounts.FREE, "output": Amounts.FREE}
    assert prices(by_offering["novita/acme/acme-picture"]) == {}


def test_it_says_yes_for_features_that_are_listed_and_no_for_none() -> None:
    values_of = values(claims(Novita, SAMPLE)["novita/acme/acme-8"])

    assert "supports_tools" not in values_of
    assert values_of["supports_structured_output"] is True
    assert values_of["supports_vision"] is True
    assert "supports_reasoning" not in values_of
    assert "context_window" not in values(claims(Novita, SAMPLE)["novita/acme/acme-picture"])


@pytest.mark.parametrize("least", [-1, "256000", True, 2**41])
def test_a_tier_that_begins_nowhere_costs_that_tier_only(least: Any) -> None:
    document = SAMPLES["novita"].document()
    document["data"][3]["tiered_billing_configs"][1]["min_tokens"] = least

    assert unreadable(Novita, document) == [("data[3].tiered_billing_configs[1]", "price.input, price.output")]
    assert prices(claims(Novita, document)["novita/acme/acme-tiered"]) == {
        "input": Decimal("1.5"),
        "output": Decimal("2.5"),
    }


@pytest.mark.parametrize("path", real_payloads("novita"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(Novita, path)

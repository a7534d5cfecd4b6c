from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from registry.domain.rates import Amounts
from syncers.sources.gateways.huggingface_router import HuggingFaceRouter
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, parse, prices, read_whole, values
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "huggingface_router.json"


def test_it_gives_one_offering_for_each_provider_of_a_model() -> None:
    claim = claims(HuggingFaceRouter, SAMPLE)["huggingface-novita/Acme/Acme-9"]

    assert prices(claim) == {"input": Decimal("0.3"), "output": Decimal("1.2")}
    assert claim.aliases == ("Acme/Acme-9:novita",)
    assert values(claim)["context_window"] == 204_800
    assert values(claim)["supports_tools"] is True
    assert values(claim)["supports_structured_output"] is False


def test_it_keeps_an_outage_but_no_trial() -> None:
    by_offering = claims(HuggingFaceRouter, SAMPLE)

    assert "huggingface-fireworks-ai/Acme/Acme-9-VL" not in by_offering
    assert prices(by_offering["huggingface-together/Acme/Acme-9-VL"]) == {
        "input": Decimal("0.06"),
        "output": Decimal("0.25"),
    }
    assert prices(by_offering["huggingface-featherless-ai/Acme/Acme-9-VL"]) == {}


def test_it_takes_zero_for_free_only_where_it_is_said() -> None:
    by_offering = claims(HuggingFaceRouter, SAMPLE)

    assert prices(by_offering["huggingface-publicai/Acme/Open-9"]) == {}
    assert prices(by_offering["huggingface-nscale/Acme/Gift-9"]) == {"input": Amounts.FREE, "output": Amounts.FREE}


def test_a_bad_price_of_one_provider_costs_that_price_only() -> None:
    document = SAMPLES["huggingface-router"].document()
    document["data"][1]["providers"][1]["pricing"]["input"] = -1

    parsed = parse(HuggingFaceRouter, document)

    assert [(value.where, value.field) for value in parsed.unreadable] == [
        ("data[1].providers[1].provider.pricing.input", "price.input")
    ]
    assert (parsed.rejected, len(parsed.claims)) == ([], len(claims(HuggingFaceRouter, SAMPLE)))


@pytest.mark.parametrize("path", real_payloads("huggingface-router"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(HuggingFaceRouter, path)

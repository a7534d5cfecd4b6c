"""The genai-prices package loads our export by its own code, and prices usages by it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import genai_prices
import pytest
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import _providers_from_raw
from genai_prices.units import _get_registry
from genai_prices.validation import validate_model_price

from registry.domain.rates import RateKey
from registry.formats import genai_prices as genai_format
from registry.identity import names
from syncers.sources.catalogues import genai_package
from syncers.sources.catalogues.genai_prices import GenaiPrices
from syncers.sources.catalogues.genai_rates import UNITS
from tests.registry.builders import price_state, priced
from tests.registry.formats.offered import Offered, exported, published, read
from tests.syncers.real_payloads import real_payloads

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRICES = {"price.input": priced("3"), "price.output": priced("15"), "price.cache_read": priced("0.3")}


def loaded(*offerings: Offered) -> Any:
    """As the package loads what it fetches from an address."""
    return _providers_from_raw(json.loads(exported("genai-prices", *offerings)))


def cost(offering: Offered, *, moment: datetime = NOON, context: Any = None, **usage: Any) -> Decimal:
    """What the package says that a usage of an offering costs."""
    providers = loaded(offering)
    data = DataSnapshot(providers, from_auto_update=True)
    provider, model = data.find_provider_model(offering.native_id.upper(), None, providers[0].id, None)
    calculation = model.calc_price(
        genai_prices.Usage(**usage), provider, genai_request_timestamp=moment, price_context=context
    )
    return Decimal(calculation.total_price)


def test_the_package_prices_a_usage_by_it():
    used: dict[str, Any] = {"input_tokens": 1_000_000, "cache_read_tokens": 400_000, "output_tokens": 100_000}

    assert cost(Offered("anthropic/claude", PRICES), **used) == Decimal("1.8") + Decimal("0.12") + Decimal("1.5")


def test_tiers_bands_and_windows_are_those_of_the_package():
    facts = PRICES | {
        "price.input[tier=batch]": priced("1.5"),
        "price.input[above=200000]": priced("6"),
        RateKey("output", schedule="00:30-16:30Z").field: priced("30"),
    }
    offering = Offered("anthropic/claude", facts)

    assert cost(offering, input_tokens=100_000) == Decimal("0.3")
    assert cost(offering, input_tokens=300_000) == Decimal("1.8")
    assert cost(offering, input_tokens=100_000, context={"processing": "batch"}) == Decimal("0.15")
    assert cost(offering, output_tokens=100_000) == Decimal("3")
    assert cost(offering, output_tokens=100_000, moment=NOON.replace(hour=20)) == Decimal("1.5")


def test_what_is_free_costs_nothing_and_what_has_no_price_is_not_there():
    assert cost(Offered("x/free", {"price.input": price_state("free")}), input_tokens=10) == 0
    assert (
        loaded(Offered("x/none", {"name": "None"}), Offered("x/dynamic", {"price.input": price_state("dynamic")})) == []
    )


def test_prices_that_the_package_would_bill_wrongly_leave_the_offering_out():
    """Cached audio without a price would be billed as cached text or as fresh audio."""
    audio = PRICES | {RateKey("input", "audio").field: priced("40")}

    assert loaded(Offered("openai/gpt-audio", audio)) == []
    assert loaded(Offered("openai/gpt-audio", audio | {RateKey("cache_read", "audio").field: priced("2.5")}))


@pytest.mark.parametrize(
    "key",
    [RateKey("input", region="eu"), RateKey("input", tier="express"), RateKey("output", "image", unit="image")],
    ids=str,
)
def test_what_the_format_cannot_say_is_left_out_and_not_flattened(key):
    (provider,) = read(exported("genai-prices", Offered("openai/gpt", PRICES | {key.field: priced("99")})))

    assert "99" not in str(provider)


def test_its_keys_are_those_that_our_source_reads():
    for key, (name, units) in genai_format.NAMES.items():
        rate, factor = UNITS[name]
        assert (rate.meter, rate.modality, rate.ttl, rate.detail) == (key.meter, key.modality, key.ttl, key.detail)
        if rate == key:
            assert Decimal(factor) * units == 1
    assert {ours for ours, their in genai_format.PROVIDERS.items() if names.provider(their) != ours} == set()


def test_a_provider_is_never_found_by_an_address_that_nobody_stated():
    (provider,) = loaded(Offered("anthropic/claude", PRICES))

    with pytest.raises(LookupError):
        DataSnapshot([provider], from_auto_update=True).find_provider(None, None, "https://api.anthropic.com/v1")


def check(body: bytes, least: int) -> None:
    offered = published(GenaiPrices().parse(body).claims)
    providers = loaded(*offered)
    sets = [
        offering
        for provider in providers
        for model in provider.models
        for offering in ([part.prices for part in model.prices] if isinstance(model.prices, list) else [model.prices])
    ]
    for offering in sets:
        validate_model_price({name for name, value in vars(offering).items() if value is not None}, _get_registry())
    assert len(sets) >= least

    again = {
        claim.offering: claim.encoded() for claim in GenaiPrices().parse(exported("genai-prices", *offered)).claims
    }
    undated = [
        offering
        for offering in offered
        if offering.key in again and not any("from" in str(v) for v in offering.facts.values())
    ]
    assert sum(again[offering.key] == offering.facts for offering in undated) >= 0.97 * len(undated)


def test_the_packages_own_data_goes_out_valid_and_comes_back():
    check(genai_package.payload(), 1_000)


@pytest.mark.parametrize("path", real_payloads("genai-prices"))
def test_recorded_data_goes_out_valid_and_comes_back(path: Path):
    check(path.read_bytes(), 500)

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from registry.domain.rates import RateKey
from registry.formats import models_dev
from registry.identity import names
from syncers.sources.catalogues.models_dev import ModelsDev
from tests.registry.builders import price_state, priced
from tests.registry.formats.offered import Offered, exported, prices, published, read
from tests.syncers.real_payloads import ROOT, real_payloads

SAMPLE = ROOT / "tests" / "recordings" / "models_dev.json"


def model(**facts: Any) -> Any:
    result = read(
        exported("models-dev", Offered("openai/gpt", {n.replace("price_", "price."): v for n, v in facts.items()}))
    )
    return result["openai"]["models"]["gpt"]


def test_what_nobody_stated_has_no_key():
    assert model() == {"id": "gpt"}


def test_costs_are_per_million_tokens_and_context_tiers_stand_beside_them():
    above = RateKey("input", above=272_000).field
    result = read(exported("models-dev", Offered("openai/gpt", {"price.input": priced("2.5"), above: priced("5")})))

    assert result["openai"]["models"]["gpt"]["cost"] == {
        "input": Decimal("2.5"),
        "tiers": [{"input": 5, "tier": {"type": "context", "size": 272_000}}],
    }


def test_only_free_is_zero():
    assert model(price_input=price_state("free"), price_output=price_state("included"))["cost"] == {"input": 0}
    assert "cost" not in model(price_input=price_state("dynamic"))


@pytest.mark.parametrize(
    "key",
    [RateKey("input", tier="batch"), RateKey("input", region="eu"), RateKey("output", "image", unit="image")],
    ids=str,
)
def test_what_the_format_cannot_say_is_left_out_and_not_flattened(key):
    result = read(exported("models-dev", Offered("openai/gpt", {key.field: priced("1")})))

    assert result["openai"]["models"]["gpt"] == {"id": "gpt"}


def test_a_provider_is_called_as_it_is_called_there():
    providers = {"bedrock": {"name": "Amazon Bedrock", "docs_url": ""}}
    result = read(exported("models-dev", Offered("bedrock/claude", {}), providers=providers))

    assert result == {
        "amazon-bedrock": {"id": "amazon-bedrock", "name": "Amazon Bedrock", "models": {"claude": {"id": "claude"}}}
    }
    assert {ours for ours, their in models_dev.PROVIDERS.items() if names.provider(their) != ours} == set()


@pytest.mark.parametrize("path", [SAMPLE, *real_payloads("models.dev")], ids=lambda path: getattr(path, "stem", "none"))
def test_our_source_reads_the_same_statements_out_of_it(path: Path):
    offered = published(ModelsDev().parse(path.read_bytes()).claims)

    again = {claim.offering: claim.encoded() for claim in ModelsDev().parse(exported("models-dev", *offered)).claims}

    for offering in offered:
        result = again[offering.key]
        lost = {name: value for name, value in offering.facts.items() if result.get(name) != value}
        assert result.keys() <= offering.facts.keys(), offering.key
        assert all(name.startswith("price.") for name in lost), (offering.key, lost)
        assert all("tier=" in name or value[0].get("state") == "included" for name, value in lost.items()), (
            offering.key,
            lost,
        )
    assert (
        sum(prices(offering.facts) == prices(again[offering.key]) for offering in offered) > 0.9 * len(offered)
        or path == SAMPLE
    )

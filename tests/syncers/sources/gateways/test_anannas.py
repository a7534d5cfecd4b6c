from __future__ import annotations

from decimal import Decimal

from curation.core.claim import Claim
from syncers.sources.gateways.anannas import Anannas
from tests.syncers import sampled
from tests.syncers.conformance import SourceConformance


class TestAnannas(SourceConformance):
    source, sample = Anannas, "anannas.json"
    name_key = ""


def claims() -> dict[str, Claim]:
    return sampled.claims(Anannas, "anannas.json")


def test_it_takes_prices_as_per_token() -> None:
    assert sampled.prices(claims()["anannas/openai/gpt-9"]) == {"input": Decimal("2.5"), "output": Decimal(10)}


def test_it_takes_a_price_per_request_unless_it_is_zero() -> None:
    assert sampled.prices(claims()["anannas/perplexity/sonar-9"])["request"] == Decimal("0.005")
    assert "request" not in sampled.prices(claims()["anannas/claude-sonnet-9-20260514"])


def test_it_reads_capabilities_as_yes_only() -> None:
    values = claims()["anannas/openai/gpt-9"].values

    assert values["supports_tools"] is True
    assert "supports_reasoning" not in values
    assert "supports_vision" not in values  # `multimodal` does not say in what

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from syncers.sources.hosts.nebius import Nebius
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, prices, read_whole, values

SAMPLE = "nebius.json"


def test_it_reads_prices_features_and_modalities() -> None:
    claim = claims(Nebius, SAMPLE)["nebius/acme/Acme-9-VL-fast"]

    assert prices(claim) == {"input": Decimal("0.5"), "output": Decimal("1.5")}
    assert values(claim) == {
        "name": "Acme-9-VL-fast",
        "context_window": 32_768,
        "input_modalities": ("image", "text"),
        "output_modalities": ("text",),
        "supports_vision": True,
        "supports_tools": True,
        "supports_reasoning": True,
    }


def test_it_has_no_opinion_on_features_without_a_list() -> None:
    claim = claims(Nebius, SAMPLE)["nebius/acme/embed-9"]

    assert "supports_tools" not in claim.values
    assert prices(claim) == {"input": Decimal("0.01")}


@pytest.mark.parametrize("path", real_payloads("nebius"))
def test_it_reads_real_payloads_of_the_plain_list(path: Path) -> None:
    read_whole(Nebius, path)

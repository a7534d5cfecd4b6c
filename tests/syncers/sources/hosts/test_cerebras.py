from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from syncers.sources.hosts.cerebras import Cerebras
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, prices, read_whole, values

SAMPLE = "cerebras.json"


def test_it_gives_token_prices_per_million() -> None:
    by_offering = claims(Cerebras, SAMPLE)

    assert prices(by_offering["cerebras/acme-oss-120b"]) == {"input": Decimal("0.35"), "output": Decimal("0.75")}


def test_it_says_yes_and_no_of_capabilities_that_are_given() -> None:
    by_offering = claims(Cerebras, SAMPLE)

    assert values(by_offering["cerebras/acme-oss-120b"]) == {
        "name": "Acme OSS",
        "description": "…",
        "regions": ("us",),
        "tokenizer": "Acme",
        "requests_per_minute": 30,
        "tokens_per_minute": 60_000,
        "supported_parameters": ("temperature", "top_p"),
        "supports_tool_choice": True,
        "hugging_face_id": "acme/acme-oss-120b",
        "context_window": 131_072,
        "max_output_tokens": 40_960,
        "quantization": "fp16",
        "supports_streaming": True,
        "supports_vision": False,
        "supports_tools": True,
        "supports_parallel_tools": False,
        "supports_json_mode": True,
        "supports_structured_output": True,
        "supports_reasoning": True,
        "status": "active",
    }
    assert not [name for name in values(by_offering["cerebras/acme-9-preview"]) if name.startswith("supports_")]


def test_it_tells_previews_and_deprecations() -> None:
    by_offering = claims(Cerebras, SAMPLE)

    assert by_offering["cerebras/acme-9-preview"].values["status"] == "preview"
    assert by_offering["cerebras/acme-old"].values["status"] == "deprecated"
    assert by_offering["cerebras/acme-bare"].values == {}


@pytest.mark.parametrize("path", real_payloads("cerebras"))
def test_it_reads_real_payloads_of_the_older_list(path: Path) -> None:
    read_whole(Cerebras, path)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.registry.builders import make_offering, make_revision, origin, price_state, priced

Get = Callable[..., Any]


@pytest.fixture
def get(client: Client) -> Get:
    """GETs an address of the API: `get("offerings/", {"page": 2}, if_none_match=etag)`."""
    client.raise_request_exception = False

    def ask(path: str, query: Any = None, **headers: str) -> Any:
        return client.get(f"/api/v1/{path}", query or {}, headers=headers)

    return ask


@pytest.fixture(scope="module")
def published(module_database: None) -> None:
    """Four offerings: priced, free, dynamic and with no known price, of two providers.

    All tests of a module share them; what a test changes is undone after it.
    """
    make_revision(7)
    make_offering(
        "openai/gpt-4o",
        {
            "name": "GPT-4o",
            "status": "active",
            "task": "chat",
            "context_window": 128_000,
            "max_output_tokens": 16_384,
            "supports_tools": True,
            "supports_batch": False,
            "input_modalities": ["image", "text"],
            "released_on": "2024-05-13",
            "price.input": priced("2.5"),
            "price.output": priced("10"),
            "price.input[tier=batch]": priced("1.25"),
            "benchmark.mmlu": "88.7",
        },
        model="openai/gpt-4o",
        aliases=["azure/gpt-4o-alias", "gpt4o"],
        provenance={"price.input": origin("openai", quality="verified", disagree=["litellm"])},
    )
    make_offering(
        "openrouter/openai/gpt-4o",
        {
            "name": "OpenAI: GPT-4o",
            "context_window": 128_000,
            "price.input": priced("2.50000000000000000001"),
            "price.output": priced("0.1"),
        },
        model="openai/gpt-4o",
        provenance={"context_window": origin("pin", reason="pinned", quality="verified")},
    )
    make_offering(
        "openrouter/meta-llama/llama-3.3-70b:free",
        {
            "status": "preview",
            "context_window": 8_192,
            "price.input": price_state("free"),
            "price.output": price_state("dynamic"),
        },
        model="meta-llama/llama-3.3-70b",
    )
    make_offering("openrouter/@preset/odd:1@2", {})

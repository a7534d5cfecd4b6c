from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syncers.payload.paging import Page
from syncers.sources.makers.cohere import Cohere
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES


def said() -> dict[str, Any]:
    return {claim.offering: dict(claim.values) for claim in Cohere().parse(SAMPLES["cohere"].body()).claims}


def test_it_reads_a_chat_model() -> None:
    assert said()["cohere/command-z-03-2026"] == {
        "task": "chat",
        "status": "active",
        "context_window": 288_000,
        "supports_tools": True,
        "supports_json_mode": True,
        "supports_structured_output": True,
        "supports_logprobs": True,
    }


def test_it_has_no_opinion_on_features_that_are_not_listed() -> None:
    values = said()["cohere/command-z-vision"]

    assert values["supports_vision"] is True
    assert "supports_tools" not in values


def test_it_has_no_opinion_without_a_list_of_features() -> None:
    assert said()["cohere/embed-v9.0"] == {"task": "embedding", "status": "active", "context_window": 8192}


def test_it_does_not_take_zero_for_a_context_window() -> None:
    assert "context_window" not in said()["cohere/embed-english-v9.0-image"]


def test_it_knows_the_deprecated_and_leaves_out_the_account_s_own() -> None:
    assert said()["cohere/rerank-v9"]["status"] == "deprecated"
    assert "cohere/my-own-model" not in said()


def test_it_asks_for_long_pages_and_follows_the_token() -> None:
    first = Cohere.paging.first(Cohere.url)

    assert first == "https://api.cohere.com/v1/models?page_size=1000"
    assert Cohere.paging.after(Page(first, {"next_page_token": "abc"}, 20)) == f"{first}&page_token=abc"
    assert Cohere.paging.after(Page(first, {"next_page_token": ""}, 20)) is None


@pytest.mark.parametrize("path", real_payloads("cohere"))
def test_it_reads_every_real_payload(path: Path) -> None:
    parsed = Cohere().parse(path.read_bytes())

    assert parsed.rejected == []
    assert Cohere.expected[0] <= len(parsed.claims) == parsed.seen == 21

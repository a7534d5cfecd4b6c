from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from syncers.payload.paging import Page
from syncers.sources.makers.anthropic import Anthropic
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, read_whole, values
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "anthropic.json"


def test_it_reads_limits_capabilities_and_dates() -> None:
    assert values(claims(Anthropic, SAMPLE)["anthropic/claude-nonet-9"]) == {
        "name": "Claude Nonet 9",
        "context_window": 1_000_000,
        "max_output_tokens": 128_000,
        "released_on": date(2026, 6, 29),
        "status": "active",
        "supports_batch": True,
        "supports_code_execution": False,
        "supports_vision": True,
        "supports_pdf_input": True,
        "supports_structured_output": True,
        "supports_reasoning": True,
        "reasoning_efforts": ("high", "low", "medium"),
        "supports_low_reasoning_effort": True,
        "supports_max_reasoning_effort": False,
    }


def test_it_reads_a_planned_retirement() -> None:
    claimed = values(claims(Anthropic, SAMPLE)["anthropic/claude-octet-8-20250929"])

    assert claimed["status"] == "deprecated"
    assert claimed["retires_on"] == date(2026, 11, 5)
    assert claimed["deprecated_on"] == date(2026, 5, 1)


def test_it_takes_the_epoch_and_zeros_for_unknown() -> None:
    by_offering = claims(Anthropic, SAMPLE)

    assert values(by_offering["anthropic/claude-septet-7-20240307"]) == {"name": "Claude Septet 7"}
    assert values(by_offering["anthropic/claude-sextet-6"])["released_on"] == date(2024, 3, 7)


def test_it_shows_its_key_and_version_and_follows_the_cursor() -> None:
    url, headers = Anthropic.auth.sign(Anthropic.paging.first(Anthropic.url), "k")
    after = Anthropic.paging.after(Page(url, {"has_more": True, "last_id": "claude-9"}, 1000))

    assert headers == {"x-api-key": "k", "anthropic-version": "2023-06-01"}
    assert after == "https://api.anthropic.com/v1/models?limit=1000&after_id=claude-9"
    assert Anthropic.paging.after(Page(url, SAMPLES["anthropic"].document(), 4)) is None


@pytest.mark.parametrize("path", real_payloads("anthropic"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(Anthropic, path)

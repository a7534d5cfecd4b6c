from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from syncers.errors import NotConfigured
from syncers.payload.fill_in import fill_in
from syncers.sources.clouds.azure import Azure
from tests.syncers.sources.samples import SAMPLES


def said() -> dict[str, Any]:
    return {claim.offering: dict(claim.values) for claim in Azure().parse(SAMPLES["azure"].body()).claims}


def test_it_reads_a_base_model() -> None:
    assert said()["azure/gpt-9-2026-01-01"] == {
        "task": "chat",
        "status": "active",
        "retires_on": date(2028, 1, 1),
    }


def test_a_model_that_can_be_tuned_in_one_way_can_be_tuned_and_no_way_says_no() -> None:
    by_offering = said()

    assert by_offering["azure/gpt-8-2025-01-01"]["supports_fine_tuning"] is True
    assert "supports_fine_tuning" not in by_offering["azure/gpt-9-2026-01-01"]
    assert "supports_fine_tuning" not in by_offering["azure/odd-9"]


def test_deprecated_is_a_state_that_it_knows() -> None:
    assert said()["azure/gpt-8-2025-01-01"]["status"] == "deprecated"


def test_it_reports_a_state_that_it_does_not_know_and_has_no_opinion() -> None:
    assert "status" not in said()["azure/odd-9"]
    assert Azure().parse(SAMPLES["azure"].body()).notices == {"status deprecating": 1}


def test_it_leaves_out_models_of_the_account() -> None:
    assert set(said()) == {
        "azure/gpt-9-2026-01-01",
        "azure/gpt-8-2025-01-01",
        "azure/text-embedding-9",
        "azure/odd-9",
    }


def test_it_asks_the_resource_that_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_RESOURCE_NAME", raising=False)
    with pytest.raises(NotConfigured, match="AZURE_RESOURCE_NAME"):
        fill_in(Azure.url, Azure.label)

    monkeypatch.setenv("AZURE_RESOURCE_NAME", "mine")
    assert fill_in(Azure.url, Azure.label).startswith("https://mine.openai.azure.com/openai/models?")
    assert Azure.auth.sign("https://x", "key")[1] == {"api-key": "key"}

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from syncers import http
from syncers.errors import NotConfigured
from syncers.payload import auth
from syncers.payload.fetch import envelope, fetch
from syncers.payload.fill_in import fill_in
from syncers.sources.clouds.azure_arm import AzureArm
from tests.syncers.sampled import claims
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "azure_arm.json"
KEYS = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")


def said() -> dict[str, Any]:
    return {name: dict(claim.values) for name, claim in claims(AzureArm, SAMPLE).items()}


def test_it_puts_the_day_of_a_version_into_the_id_but_no_other_version() -> None:
    assert set(said()) == {
        "azure/gpt-9-2026-01-01",
        "azure/gpt-9-2026-09-01",
        "azure/text-embedding-9",
        "azure/DeepSeek-R9",
        "azure/mistral-wisent-2509",
    }


def test_it_says_what_all_rows_of_a_model_agree_on() -> None:
    assert said()["azure/gpt-9-2026-01-01"] == {
        "task": "chat",
        "status": "active",
        "retires_on": date(2028, 1, 1),
    }
    assert said()["azure/text-embedding-9"] == {"task": "embedding"}


def test_it_tells_what_still_answers_from_what_does_not() -> None:
    statuses = {name: values.get("status") for name, values in said().items()}

    assert (statuses["azure/gpt-9-2026-09-01"], statuses["azure/DeepSeek-R9"]) == ("preview", "retired")


def test_it_has_no_opinion_on_words_it_does_not_know() -> None:
    assert said()["azure/mistral-wisent-2509"] == {}


def test_it_asks_each_configured_region_of_the_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_AZURE_LOCATIONS", "eastus2, swedencentral")
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", "1234-5678")

    assert [fill_in(url, "") for url in AzureArm().urls().values()] == [
        "https://management.azure.com/subscriptions/1234-5678/providers/Microsoft.CognitiveServices/locations/"
        f"{place}/models?api-version=2025-06-01"
        for place in ("eastus2", "swedencentral")
    ]


def test_it_refuses_a_region_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_AZURE_LOCATIONS", "../evil")

    with pytest.raises(NotConfigured, match="evil"):
        AzureArm().urls()


def test_it_says_which_variables_it_needs_when_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS[:2]:
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv(KEYS[2], raising=False)

    with pytest.raises(NotConfigured, match=" and ".join(KEYS)):
        fetch(AzureArm())
    monkeypatch.setenv(KEYS[2], "x")
    assert auth.chosen(AzureArm) is AzureArm.other_credentials[0]


def listed_in(locations: dict[str, list[str]]) -> list[str] | None:
    """The regions of a model that each location lists with deployments of these SKUs."""
    pages = {
        location: [{"value": [{"model": {"name": "gpt-9", "skus": [{"name": sku} for sku in skus]}}]}]
        for location, skus in locations.items()
    }
    body = envelope({location: [json.dumps(page).encode() for page in listed] for location, listed in pages.items()})
    (values,) = {claim.offering: claim.values for claim in AzureArm().parse(body).claims}.values()
    return list(values["regions"]) if "regions" in values else None


@pytest.mark.parametrize(
    ("locations", "regions"),
    [
        ({"eastus2": ["Standard"], "uksouth": ["ProvisionedManaged"]}, ["eastus2", "uksouth"]),
        ({"swedencentral": ["DataZoneStandard"], "eastus2": ["DataZoneBatch"]}, ["eu", "us"]),
        ({"swedencentral": ["GlobalStandard"]}, ["global"]),
        ({"uksouth": ["DataZoneStandard"]}, None),
        ({"eastus2": ["Imagined"]}, None),
    ],
)
def test_it_reads_where_deployments_are_served(locations: dict[str, list[str]], regions: list[str] | None) -> None:
    assert listed_in(locations) == regions


def test_the_location_of_a_single_answer_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.dumps(SAMPLES["azure-arm"].document()).encode()
    monkeypatch.setattr(http, "fetch", lambda url, **_: http.Response(answer))
    monkeypatch.setattr(auth, "chosen", lambda source: None)
    monkeypatch.setattr(AzureArm, "key_required", False)
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", "1234-5678")

    values = {claim.offering: claim.values for claim in AzureArm().parse(fetch(AzureArm()).body).claims}

    assert values["azure/gpt-9-2026-01-01"]["regions"] == ("eastus2",)

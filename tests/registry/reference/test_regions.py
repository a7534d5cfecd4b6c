from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from registry.models import Offering, OfferingVersion
from registry.reference import regions
from tests.registry.builders import make_offering

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(db):
    make_offering("bedrock/a", {"regions": ["eu-west-1", "us-east-1"]})
    make_offering("bedrock/b", {"regions": ["us-east-1"]})
    make_offering("bedrock/c")
    make_offering("near/d", {"regions": ["us"]})


def test_it_counts_offerings_by_region_and_those_of_which_nobody_says_where(served):
    assert regions.counts() == {
        "regions": [
            {"region": "us-east-1", "offerings": 2},
            {"region": "eu-west-1", "offerings": 1},
            {"region": "us", "offerings": 1},
        ],
        "providers": [{"provider": "bedrock", "offerings": 2}, {"provider": "near", "offerings": 1}],
        "unstated": 1,
    }


def test_it_gives_the_matrix_of_one_provider(served):
    assert regions.table("bedrock").as_json() == {
        "provider": "bedrock",
        "regions": ["eu-west-1", "us-east-1"],
        "offerings": [
            {"id": "bedrock/a", "regions": ["eu-west-1", "us-east-1"]},
            {"id": "bedrock/b", "regions": ["us-east-1"]},
        ],
        "unstated": 1,
    }


def test_the_region_filter_finds_what_is_counted(served, client):
    response = client.get("/api/v1/offerings/", {"region": "us-east-1", "fields": "id"}).json()

    assert [offering["id"] for offering in response["results"]] == ["bedrock/a", "bedrock/b"]


@pytest.fixture
def deepseek(db):
    make_offering("bedrock/deepseek.v9", {"price.input[region=eu-north-1]": [{"amount": "1"}]})
    make_offering("bedrock/us.deepseek.v9", {"variants": ["region:us"]})
    make_offering("azure/DeepSeek-V9", {"regions": ["swedencentral", "uksouth"]})
    make_offering("deepseek/deepseek-v9")


@pytest.mark.parametrize(
    ("region", "ids"),
    [
        ("eu", ["azure/DeepSeek-V9", "bedrock/deepseek.v9"]),
        ("se", ["azure/DeepSeek-V9", "bedrock/deepseek.v9"]),
        ("eu-north-1", ["bedrock/deepseek.v9"]),
        ("us", ["bedrock/us.deepseek.v9"]),
        ("eu,uk", ["azure/DeepSeek-V9"]),
        ("jp", []),
    ],
)
def test_the_filter_finds_the_regions_of_a_place(deepseek, client, region, ids):
    answer = client.get("/api/v1/offerings/", {"region": region, "fields": "id"}).json()

    assert [offering["id"] for offering in answer["results"]] == ids
    assert answer["unknown_count"] == 1


def test_an_offering_shows_the_regions_of_its_prices(deepseek, client):
    assert client.get("/api/v1/offerings/bedrock/deepseek.v9").json()["regions"] == ["eu-north-1"]
    assert client.get("/api/v1/offerings/deepseek/deepseek-v9").json()["regions"] is None


def test_the_migration_fills_the_regions_of_offerings_and_of_their_versions(deepseek):
    kept = {table: set(table.objects.values_list("key", "regions")) for table in (Offering, OfferingVersion)}
    for table in kept:
        assert table.objects.update(regions="") == 4

    import_module("registry.migrations.0013_regions_and_inference_types")._fill_regions(apps, None)

    assert ("bedrock/deepseek.v9", "|eu-north-1|") in kept[OfferingVersion]
    assert {table: set(table.objects.values_list("key", "regions")) for table in kept} == kept

from __future__ import annotations

from datetime import date

import pytest

from registry.domain import places

DAY = date(2026, 6, 1)
PRICED = [{"amount": "2"}]
NOT_OFFERED = [{"state": "not_offered"}]


@pytest.mark.parametrize(
    ("region", "country"),
    [
        ("eu-central-1", "de"),
        ("eu-west-2", "gb"),
        ("eu-central-2", "ch"),
        ("swedencentral", "se"),
        ("westeurope", "nl"),
        ("europe-west2", "gb"),
        ("us-east5", "us"),
    ],
)
def test_a_region_of_a_cloud_lies_in_a_country(region, country):
    assert places.COUNTRY_OF[region] == country


def test_no_code_of_a_region_stands_for_two_countries():
    tables = (places._AWS, places._AZURE, places._GOOGLE)
    codes = [code for table in tables for regions in table.values() for code in regions.split()]

    assert len(codes) == len(set(codes)) == len(places.COUNTRY_OF)


def test_the_union_holds_regions_of_its_members_and_no_others():
    union = places.within("eu")

    assert {"eu", "de", "eu-central-1", "swedencentral", "europe-west1"} < union
    assert not {"eu-west-2", "eu-central-2", "uksouth", "norwayeast", "europe-west6", "global"} & union


def test_a_country_holds_its_regions_in_either_spelling():
    assert places.within("uk") == {"uk", "gb", "eu-west-2", "uksouth", "ukwest", "europe-west2"}
    assert {"us", "us-east-1", "eastus2", "us-central1"} < places.within("us")


def test_any_other_word_is_itself_alone():
    assert places.within("eu-central-1") == {"eu-central-1"}
    assert places.within("mars") == {"mars"}


def test_a_price_of_a_region_states_that_it_is_served_there():
    facts = {
        "price.input[region=eu-west-1]": PRICED,
        "price.output[tier=batch;region=global-standard]": PRICED,
        "price.input": PRICED,
    }

    assert places.served_in(facts, DAY) == ["eu-west-1", "global"]


def test_a_price_that_ended_or_is_not_offered_states_no_region():
    facts = {
        "price.input[region=eu-west-1]": NOT_OFFERED,
        "price.input[region=eu-west-3]": [{"amount": "2", "to": "2026-01-01"}],
    }

    assert places.served_in(facts, DAY) == []
    assert places.served_in(facts, date(2025, 12, 31)) == ["eu-west-3"]


def test_an_id_names_the_place_of_its_profile():
    assert places.served_in({"variants": ["region:eu", "version:v1:0"]}, DAY) == ["eu"]


def test_stated_regions_stand_beside_those_of_prices():
    facts = {"regions": ["us-east-1"], "price.input[region=us-west-2]": PRICED}

    assert places.served_in(facts, DAY) == ["us-east-1", "us-west-2"]


def test_a_condition_that_names_no_place_is_none():
    assert places.served_in({"price.input[region=regional]": PRICED}, DAY) == []

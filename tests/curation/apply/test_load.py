"""Loading the inputs of the merge from the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curation.apply.load import gather, with_regional
from curation.core.inputs import base_offering, regional_offerings
from curation.core.merge import merge
from registry.domain.provenance import Quality
from tests.builders import NOW, OFFERING, TODAY, claim, source, state, usd

pytestmark = pytest.mark.django_db

PRICE = "price.input"


def origins() -> dict[str, str]:
    """Source → the origin that its claim counts as."""
    return {claim.source.slug: claim.counted_as for claim in gather([OFFERING], at=NOW)[OFFERING].claims}


def test_what_is_taken_from_the_provider_counts_as_the_provider():
    state(source("router", speaks_for="acme", source_type="marketplace"), claim(price_input=usd("3")))
    state(source("list"), replace(claim(price_input=usd("3")), origin="router"))
    state(source("copy", origin="router"), claim(price_input=usd("3")))
    state(source("of-copy", origin="copy"), claim(price_input=usd("3")))

    counted_as = origins()
    assert {counted_as[slug] for slug in ("router", "list", "copy", "of-copy")} == {"provider:acme"}


def test_copies_of_a_catalogue_verify_nothing():
    state(source("list"), claim())
    state(source("copy", origin="list"), claim())
    state(source("of-copy", origin="copy"), claim())

    claims = gather([OFFERING], at=NOW)[OFFERING].claims
    assert merge("acme", claims, on=TODAY).decided[PRICE].quality is Quality.PARTIAL


def test_an_origin_that_was_never_read_counts_as_one_for_all_its_copies():
    state(source("one", origin="elsewhere"), claim())
    state(source("two"), replace(claim(), origin="elsewhere"))

    assert {origins()[slug] for slug in ("one", "two")} == {"elsewhere"}


def test_a_regional_offering_has_the_base_offering_of_which_it_is_one():
    base = "bedrock/anthropic.claude-haiku-4-5"
    regional = regional_offerings(base)

    assert "bedrock/us-gov.anthropic.claude-haiku-4-5" in regional
    assert {base_offering(key) for key in regional} == {base}
    assert regional_offerings(regional[0]) == regional_offerings("openai/gpt-5") == []


def test_only_regional_offerings_that_somebody_states_come_along():
    base, of_us = "bedrock/anthropic.claude-haiku-4-5", "bedrock/us.anthropic.claude-haiku-4-5"
    state(source(), claim(of_us))

    assert with_regional([base, OFFERING]) == {base, of_us, OFFERING}

"""What all documents of other tools promise, whatever is published."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import formats
from registry.domain import rates
from registry.domain.rates import Amounts, PricePoint, RateKey, parse_key
from registry.formats.documents import dump
from syncers.sources.catalogues.genai_prices import GenaiPrices
from syncers.sources.catalogues.litellm import LiteLLM
from syncers.sources.catalogues.models_dev import ModelsDev
from tests.registry.formats.offered import ON, Offered, exported, read

READERS = {"litellm": LiteLLM, "models-dev": ModelsDev, "genai-prices": GenaiPrices}
every_format = pytest.mark.parametrize("name", formats.DOCUMENTS)

keys = st.builds(
    RateKey,
    st.sampled_from(["input", "output", "cache_read", "cache_write", "reasoning", "search", "request", "page"]),
    st.sampled_from(["", "", "audio", "image"]),
    tier=st.sampled_from(["", "", "batch", "priority", "express"]),
    above=st.sampled_from([0, 0, 0, 128_000, 131_072]),
    region=st.sampled_from(["", "", "", "eu", "us-east-1"]),
    schedule=st.sampled_from(["", "", "", "00:30-16:30Z"]),
)
points = st.builds(PricePoint, st.decimals("0.000001", "1000", places=9, allow_nan=False)) | st.sampled_from(
    [PricePoint(None, state) for state in Amounts if state is not Amounts.PRICED]
)
priced = st.dictionaries(keys, points, max_size=6).map(
    lambda priced_facts: {key.field: rates.encode((point,)) for key, point in priced_facts.items()}
)
offered = st.builds(
    Offered, st.sampled_from(["azure/m", "bedrock/a.m-1:0", "openai/gpt", "openrouter/a/m"]), priced | st.just({})
)


@every_format
@given(offering=offered)
def test_it_is_strict_json_and_the_same_each_time(name, offering):
    body = exported(name, offering)

    read(body)
    assert exported(name, offering) == body


@pytest.mark.parametrize("name", READERS)
@given(offering=offered)
def test_nothing_that_is_read_out_of_it_is_invented(name, offering):
    """Every price that our own source reads there is published, with that very amount, be it for some hours."""
    published = {parse_key(field): rates.decode(line)[0] for field, line in offering.facts.items()}
    beside = Offered("zai/beside", {"price.input": [{"amount": "1", "currency": "USD"}]})  # no source reads nothing

    for claim in READERS[name]().parse(exported(name, offering, beside)).claims:
        if claim.offering == beside.key:
            continue
        assert claim.offering == offering.key
        for field, (point,) in claim.values.items():
            key = parse_key(field)
            # A daily window of genai-prices is a whole price list, so it names the ordinary prices again.
            same_rate = [p for k, p in published.items() if replace(k, schedule="") == replace(key, schedule="")]
            assert (point.amount, point.state) in [(p.amount, p.state) for p in same_rate]


@pytest.mark.parametrize(
    "number", ["0", "3", "2.5", "0.0000025", "1e-12", "0.1234567890123456789", "123456789.123456789"]
)
def test_a_number_is_read_as_the_same_number(number):
    assert Decimal(read(dump([Decimal(number)]))[0]) == Decimal(number)


def test_what_has_no_place_in_json_is_refused():
    with pytest.raises(TypeError):
        dump(object())


def test_it_names_the_formats_that_there_are():
    with pytest.raises(ValueError, match="known: genai-prices, litellm, models-dev, openai"):
        formats.document("nope")


def test_of_a_price_only_the_point_of_the_day_counts():
    line: list[Any] = [
        {"amount": "1", "currency": "USD", "to": ON.isoformat()},
        {"amount": "2", "currency": "USD", "from": ON.isoformat()},
    ]

    assert b'"input":2' in exported("models-dev", Offered("openai/gpt", {"price.input": line}))

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from curation.core.claim import Claim
from registry.domain.rates import Amounts
from registry.identity import names
from syncers import http
from syncers.errors import BadPayload
from syncers.payload.fetch import envelope, fetch
from syncers.sources.catalogues.portkey import FILES, Portkey
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES


def claims() -> dict[str, Claim]:
    return {claim.offering: claim for claim in Portkey().parse(SAMPLES["portkey"].body()).claims}


def prices(offering: str) -> dict[str, Any]:
    return {name: line[0].amount or line[0].state for name, line in claims()[offering].values.items()}


def test_it_converts_from_cents_per_token() -> None:
    assert prices("anthropic/claude-9") == {
        "price.input": 3,
        "price.output": 15,
        "price.cache_read": Decimal("0.3"),
        "price.cache_write": Decimal("3.75"),
        "price.cache_write[ttl=1h]": 6,
        "price.search": Decimal("0.01"),
        "price.input[tier=batch]": Decimal("1.5"),
        "price.output[tier=batch]": Decimal("7.5"),
    }


def test_it_skips_the_row_for_models_that_are_not_listed() -> None:
    assert not [offering for offering in claims() if offering.endswith("/default")]


def test_it_takes_zero_only_where_the_id_says_free() -> None:
    assert set(prices("openrouter/qwen/qwen9:free").values()) == {Amounts.FREE}
    assert prices("openrouter/openrouter/auto") == {}
    assert prices("bedrock/amazon.titan-embed-text-v9") == {"price.input": Decimal("0.1")}


def test_it_counts_as_a_copy_of_those_it_copies() -> None:
    assert Portkey.facts().counted_as == "litellm"
    assert claims()["openrouter/qwen/qwen9"].origin == "openrouter"
    assert claims()["anthropic/claude-9"].origin == ""


def test_it_does_not_take_the_price_of_a_search_for_one_of_tokens() -> None:
    assert prices("bedrock/cohere.rerank-v9:0") == {}


def test_it_does_not_take_the_rent_of_a_cache_for_the_price_of_writing_it() -> None:
    assert prices("bytedance/seed-9") == {"price.input": Decimal("0.5"), "price.output": 3}


def test_it_takes_no_tariff_for_a_model() -> None:
    assert not [offering for offering in claims() if "128k" in offering or "::" in offering]


def test_it_reads_images_audio_and_tools() -> None:
    assert prices("bedrock/stability.sd9-v1:0") == {
        "price.output[modality=image;unit=image]": Decimal("0.04"),
        "price.output[modality=image;unit=image;detail=quality:hd,size:1024x1024]": Decimal("0.08"),
    }
    assert prices("openai/gpt-9-audio") == {
        "price.input": Decimal("2.5"),
        "price.output": 10,
        "price.input[modality=audio]": 40,
        "price.output[modality=audio]": 80,
        "price.tool_call[detail=file_search]": Decimal("0.0025"),
    }


def test_it_reports_what_it_leaves_out() -> None:
    assert Portkey().parse(SAMPLES["portkey"].body()).notices == {
        "unit of request_token of rerankers": 1,
        "unit of response_token of rerankers": 1,
        "unit of cache_write_input_token of byteplus": 1,
        "price key routing_units": 1,
        "tariff listed as a model": 3,
    }


def test_it_reads_the_files_of_all_providers_as_fetched() -> None:
    document = {"m": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0001}}}}}
    body = envelope({name: [str(document).replace("'", '"').encode()] for name in FILES})

    offerings = {claim.offering for claim in Portkey().parse(body).claims}

    assert offerings == {f"{names.provider(name)}/m" for name in FILES}
    assert len(offerings) == len(FILES), "two files speak of one provider and could contradict each other"


def test_each_file_tells_the_offerings_of_its_own_provider_only() -> None:
    for offering in claims():
        assert len([name for name in FILES if Portkey().part_lists(name, offering)]) == 1, offering


def test_it_refuses_a_single_file_that_does_not_say_whose_it_is() -> None:
    with pytest.raises(BadPayload, match="provider of these prices is not known"):
        Portkey().parse(b'{"gpt-9": {"pricing_config": {}}}')


def test_it_fetches_each_file_without_knowing_yet_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = http.Response(b'{"m": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0001}}}}}')
    monkeypatch.setattr(http, "fetch", lambda url, **_: answer)

    assert len(Portkey().parse(fetch(Portkey()).body).claims) == len(FILES)


@pytest.mark.parametrize("path", real_payloads("portkey-anthropic", "portkey-openrouter"))
def test_it_reads_every_real_payload(path: Path) -> None:
    parsed = Portkey().parse(path.read_bytes())

    provider = path.parent.name.removeprefix("portkey-")
    assert parsed.rejected == []
    assert Portkey.expected[0] <= len(parsed.claims) == parsed.seen
    assert {claim.offering.partition("/")[0] for claim in parsed.claims} == {provider}


@pytest.mark.parametrize("path", real_payloads("portkey-anthropic"))
def test_it_gives_prices_of_the_right_size(path: Path) -> None:
    by_offering = {claim.offering: claim.values for claim in Portkey().parse(path.read_bytes()).claims}

    assert by_offering["anthropic/claude-sonnet-4-5-20250929"]["price.input"][0].amount == 3
    assert by_offering["anthropic/claude-sonnet-4-5-20250929"]["price.output"][0].amount == 15

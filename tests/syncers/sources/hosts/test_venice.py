from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from registry.domain.rates import PREFIX
from syncers.sources.hosts.venice import Venice
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES


def said() -> dict[str, Any]:
    return {claim.offering: dict(claim.values) for claim in Venice().parse(SAMPLES["venice"].body()).claims}


def prices(ident: str) -> dict[str, Any]:
    return {name: line[0].amount for name, line in said()[f"venice/{ident}"].items() if name.startswith(PREFIX)}


def test_it_reads_token_prices_and_ignores_the_other_coin() -> None:
    assert prices("zai-org-glm-9") == {
        "price.input": 1,
        "price.output": Decimal("3.2"),
        "price.cache_read": Decimal("0.2"),
    }


def test_it_reads_the_price_of_long_requests() -> None:
    assert prices("claude-opus-9") == {
        "price.input": 6,
        "price.output": 30,
        "price.cache_read": Decimal("0.6"),
        "price.cache_write": Decimal("7.5"),
        "price.input[above=200000]": 11,
        "price.output[above=200000]": Decimal("41.25"),
        "price.cache_read[above=200000]": Decimal("1.1"),
        "price.cache_write[above=200000]": Decimal("13.75"),
    }


def test_it_counts_by_what_the_type_of_the_model_is_billed_by() -> None:
    assert prices("flux-9") == {
        "price.output[modality=image;unit=image;detail=resolution:1K]": Decimal("0.04"),
        "price.output[modality=image;unit=image;detail=resolution:2K]": Decimal("0.08"),
    }
    assert prices("upscaler")["price.output[modality=image;unit=image;detail=upscale:4x]"] == Decimal("0.08")
    assert prices("tts-9") == {"price.character": Decimal("3.5")}
    assert prices("asr-9") == {"price.input[modality=audio;unit=second]": Decimal("0.0001")}
    assert prices("song-9") == {"price.output[modality=audio;unit=second]": Decimal("0.002")}


def test_it_reports_prices_whose_meaning_is_not_known() -> None:
    notices = Venice().parse(SAMPLES["venice"].body()).notices

    assert notices == {"price key upscale of image": 1, "price key generation of music": 1}


def test_it_states_what_it_serves_but_not_whose_it_is() -> None:
    values = said()["venice/zai-org-glm-9"]

    assert values["hugging_face_id"] == "zai-org/GLM-9"
    assert (values["context_window"], values["max_output_tokens"]) == (198_000, 32_000)
    assert (values["quantization"], values["reasoning_efforts"]) == ("fp8", ("high", "low"))
    assert values["retires_on"] == date(2027, 2, 1)
    assert (values["name"], values["description"]) == ("GLM 9", "Made by others.")
    assert "released_on" not in values


def test_it_takes_no_quantisation_from_a_filler_and_marks_what_is_in_beta() -> None:
    values = said()["venice/claude-opus-9"]

    assert values["status"] == "preview"
    assert not {"quantization", "hugging_face_id"} & set(values)


@pytest.mark.parametrize("path", real_payloads("venice"))
def test_it_reads_every_real_payload(path: Path) -> None:
    parsed = Venice().parse(path.read_bytes())

    assert parsed.rejected == []
    assert parsed.notices == {}
    assert Venice.expected[0] <= len(parsed.claims) == parsed.seen

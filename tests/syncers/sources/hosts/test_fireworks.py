from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from curation.core.claim import Claim
from syncers.sources.hosts.fireworks import Fireworks
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES


def claims() -> dict[str, Claim]:
    return sampled.claims(Fireworks, "fireworks.json")


def test_it_reads_flags_limits_and_the_repository() -> None:
    assert claims()["fireworks/accounts/fireworks/models/llama-v9p3-70b-instruct"].values == {
        "name": "Llama 9.3 70B Instruct",
        "description": "A model.",
        "context_window": 131_072,
        "supports_vision": False,
        "supports_tools": True,
        "hugging_face_id": "meta-llama/Llama-9.3-70B-Instruct",
    }


def test_it_puts_the_retirement_day_together() -> None:
    assert claims()["fireworks/accounts/fireworks/models/kimi-k9p6"].values["retires_on"] == date(2027, 1, 31)


def test_it_tells_image_models_and_takes_no_address_for_a_repository_that_is_none() -> None:
    values = claims()["fireworks/accounts/fireworks/models/flux-9-dev-fp8"].values

    assert values["task"] == "image"
    assert "context_window" not in values
    assert "hugging_face_id" not in values


def test_it_leaves_out_models_that_need_hardware_of_ones_own() -> None:
    assert "fireworks/accounts/fireworks/models/only-on-own-hardware" not in claims()


@pytest.mark.parametrize("day", [{"year": 2027, "month": 2, "day": 30}, {"year": 2027}, {"year": "x"}, 7])
def test_a_retirement_day_that_is_none_costs_that_day_only(day: Any) -> None:
    document = SAMPLES["fireworks"].document()
    document["models"][1]["deprecationDate"] = day

    ((where, field),) = sampled.unreadable(Fireworks, document)
    assert where.startswith("models[1].deprecationDate")
    assert field == "retires_on"


@pytest.mark.parametrize("path", real_payloads("fireworks"))
def test_it_reads_every_recording(path: Path) -> None:
    by_offering = {claim.offering: claim for claim in sampled.read_whole(Fireworks, path).claims}

    assert by_offering["fireworks/accounts/fireworks/models/kimi-k2-instruct"].values == {
        "task": "chat",
        "context_window": 131_072,
        "supports_vision": False,
        "supports_tools": True,
    }
    assert by_offering["fireworks/accounts/fireworks/models/flux-kontext-max"].values["task"] == "image"

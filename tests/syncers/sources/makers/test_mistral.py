from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from curation.core.claim import Claim
from syncers.sources.makers.mistral import Mistral
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES


def claims() -> dict[str, Claim]:
    return {claim.offering: claim for claim in Mistral().parse(SAMPLES["mistral"].body()).claims}


def test_it_makes_one_offering_of_all_rows_of_a_model() -> None:
    assert set(claims()) == {
        "mistral/mistral-medium-9901",
        "mistral/devstral-9912",
        "mistral/voxtral-mini-9907",
        "mistral/voxtral-mini-transcribe-9907",
        "mistral/pixtral-12b",
    }
    assert claims()["mistral/mistral-medium-9901"].aliases == ("mistral-medium", "mistral-medium-latest")


def test_it_takes_alias_rows_for_names_when_nobody_lists_them() -> None:
    assert claims()["mistral/devstral-9912"].aliases == ("devstral-latest",)


def test_it_gives_a_name_that_two_models_claim_to_neither() -> None:
    by_offering = claims()

    assert by_offering["mistral/voxtral-mini-9907"].aliases == ()
    assert by_offering["mistral/voxtral-mini-transcribe-9907"].aliases == ()


def test_it_takes_the_default_of_the_schema_for_the_context_window_of_chat_models_only() -> None:
    by_offering = claims()

    assert "context_window" not in by_offering["mistral/voxtral-mini-transcribe-9907"].values
    assert by_offering["mistral/voxtral-mini-9907"].values["context_window"] == 32_768
    assert by_offering["mistral/devstral-9912"].values["context_window"] == 262_144


def test_it_leaves_out_descriptions_that_say_nothing() -> None:
    by_offering = claims()

    assert by_offering["mistral/mistral-medium-9901"].values["description"] == "Update on Mistral Medium 9."
    assert "description" not in by_offering["mistral/devstral-9912"].values


def test_it_reads_capabilities_and_has_no_opinion_on_those_not_listed() -> None:
    by_offering = claims()

    assert by_offering["mistral/devstral-9912"].values["supports_reasoning"] is True
    assert "supports_reasoning" not in by_offering["mistral/mistral-medium-9901"].values
    assert by_offering["mistral/devstral-9912"].values["supports_vision"] is False


def test_it_reads_the_day_of_retirement_but_no_day_of_release() -> None:
    values = claims()["mistral/pixtral-12b"].values

    assert values["retires_on"] == date(2027, 1, 31)
    assert values["successor"] == "mistral/mistral-medium-latest"
    assert "released_on" not in values


@pytest.mark.parametrize("path", real_payloads("mistral"))
def test_it_reads_every_real_payload(path: Path) -> None:
    parsed = Mistral().parse(path.read_bytes())

    assert parsed.rejected == []
    assert Mistral.expected[0] <= len(parsed.claims) < parsed.seen

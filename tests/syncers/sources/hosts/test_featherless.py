from __future__ import annotations

from pathlib import Path

import pytest

from curation.core.claim import Claim
from registry.domain.rates import Amounts
from syncers.sources.hosts.featherless import Featherless
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads


def claims() -> dict[str, Claim]:
    return sampled.claims(Featherless, "featherless.json")


def test_it_says_that_tokens_are_included_in_the_plan() -> None:
    assert sampled.prices(claims()["featherless/meta-llama/Llama-9-70B-Instruct"]) == {
        "input": Amounts.INCLUDED,
        "output": Amounts.INCLUDED,
    }


def test_it_takes_a_model_listed_twice_once() -> None:
    parsed = sampled.parse(Featherless, "featherless.json")

    assert (parsed.seen, len(parsed.claims), parsed.rejected) == (5, 4, [])


def test_it_has_no_opinion_on_tools_where_features_are_missing() -> None:
    assert claims()["featherless/someone/Mistral-Nemo-lenient"].values["supports_tools"] is True
    assert "supports_tools" not in claims()["featherless/xw17/Llama-3.2-1B_finetuned_1_lora"].values


def test_it_knows_the_repository_behind_an_id() -> None:
    claim = claims()["featherless/someone/Mistral-Nemo-lenient"]

    assert claim.values["hugging_face_id"] == "someone/Mistral-Nemo-lenient"


@pytest.mark.parametrize("path", real_payloads("featherless"))
def test_it_reads_every_recording(path: Path) -> None:
    assert len(sampled.read_whole(Featherless, path).claims) == 15_695  # three of 15,698 are listed twice

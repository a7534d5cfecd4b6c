from __future__ import annotations

from curation.core.claim import Claim
from syncers.sources.gateways.aimo import Aimo
from tests.syncers import sampled
from tests.syncers.sources.samples import SAMPLES


def claims() -> dict[str, Claim]:
    return sampled.claims(Aimo, "aimo.json")


def test_it_gives_one_offering_for_each_provider_of_a_model() -> None:
    document = SAMPLES["aimo"].document()
    document["data"][0]["providers"] += [{"id": "9Kc2cd4", "name": "OtherProvider"}, {"id": None}]

    parsed = sampled.parse(Aimo, document)

    assert [claim.offering for claim in parsed.claims][:2] == ["aimo/3Qp9ab1:deepseek-v9", "aimo/9Kc2cd4:deepseek-v9"]
    assert [record.where for record in parsed.rejected] == ["data[0].providers[2]"]


def test_it_has_nothing_to_say_of_a_model_that_nobody_serves() -> None:
    assert not any("serves-this" in offering for offering in claims())


def test_it_leaves_out_prices_whose_unit_nobody_states() -> None:
    parsed = sampled.parse(Aimo, "aimo.json")

    assert not any(sampled.prices(claim) for claim in parsed.claims)
    assert parsed.notices == {"unit of prices": 2}


def test_it_reads_limits_and_modalities() -> None:
    values = claims()["aimo/3Qp9ab1:openai/gpt-9"].values

    assert values["context_window"] == 400_000
    assert values["input_modalities"] == ("image", "text")
    assert values["supports_vision"] is True

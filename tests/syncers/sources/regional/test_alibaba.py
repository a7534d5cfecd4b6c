from __future__ import annotations

from decimal import Decimal

from curation.core.claim import Claim
from syncers.registry import load
from syncers.sources.regional.alibaba import Alibaba
from tests.syncers import sampled


def claims() -> dict[str, Claim]:
    return sampled.claims(Alibaba, "alibaba.json")


def test_it_reads_ranges_as_context_tiers() -> None:
    assert sampled.prices(claims()["alibaba/qwen-plus-9"]) == {
        "input": Decimal("0.4"),
        "output": Decimal("1.2"),
        "output[detail=thinking]": Decimal(4),
        "cache_read": Decimal("0.16"),
        "input[above=256000]": Decimal("1.2"),
        "output[above=256000]": Decimal("3.6"),
        "output[above=256000;detail=thinking]": Decimal(12),
    }


def test_it_tells_the_two_kinds_of_cache_apart() -> None:
    assert sampled.prices(claims()["alibaba/qwen9-max"]) == {
        "input": Decimal("1.2"),
        "cache_read[detail=explicit cache]": Decimal("0.12"),
        "cache_write[ttl=5m]": Decimal("1.5"),
        "input[above=32000]": Decimal("2.4"),
    }


def test_it_tells_audio_from_other_tokens() -> None:
    assert sampled.prices(claims()["alibaba/qwen9-omni"]) == {
        "input": Decimal("0.5"),
        "input[modality=audio]": Decimal(4),
        "output": Decimal(2),
        "output[modality=audio]": Decimal(16),
    }


def test_it_reads_prices_per_image_and_per_second() -> None:
    assert sampled.prices(claims()["alibaba/wan9-t2i"]) == {"output[modality=image;unit=image]": Decimal("0.025")}
    assert sampled.prices(claims()["alibaba/paraformer-9"]) == {
        "input[modality=audio;unit=second]": Decimal("0.000035")
    }


def test_it_takes_neither_of_two_prices_for_one_thing_nor_those_of_some_hours() -> None:
    assert sampled.prices(claims()["alibaba/qwen-hourly-9"]) == {"input": Decimal("0.4")}


def test_it_counts_what_it_does_not_take() -> None:
    assert sampled.parse(Alibaba, "alibaba.json").notices == {
        "price of some hours only": 1,
        "price under a range that is not understood": 1,
        "price image_standard per image": 1,
    }


def test_it_reads_limits_features_and_modalities() -> None:
    values = claims()["alibaba/qwen-plus-9"].values

    assert values["context_window"] == 1_000_000
    assert values["max_input_tokens"] == 997_952
    assert values["input_modalities"] == ("text",)
    assert (values["supports_tools"], values["supports_reasoning"]) == (True, True)
    assert {"supports_batch", "supports_vision"}.isdisjoint(values)
    assert "max_output_tokens" not in claims()["alibaba/qwen9-max"].values
    assert "released_on" not in values


def test_it_gives_prices_of_the_mainland_in_its_own_currency() -> None:
    by_offering = sampled.claims(load("alibaba-cn"), "alibaba.json")

    (point,) = by_offering["alibaba-cn/qwen-plus-9"].values["price.input"]
    assert (point.amount, point.currency) == (Decimal("0.4"), "CNY")

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.rates import Amounts, PricePoint, RateKey, parse_key, price, stated
from registry.pricing import Conditions, InvalidUsage, Mix, effective, parse_mix

NOON = Conditions(datetime(2026, 11, 20, 12, tzinfo=UTC))
CHAT = {RateKey("input"): price("3"), RateKey("output"): price("15"), RateKey("cache_read"): price("0.3")}
AMOUNTS = st.decimals("0.000001", "1000", places=6)
SHARES = st.integers(0, 100).map(lambda hundredths: Decimal(hundredths) / 100)


@pytest.mark.parametrize(
    ("mix", "cached", "per_million"),
    [
        ("3:1", "0", "6"),
        ("1:0", "0", "3"),
        ("0:1", "0", "15"),
        ("1:1", "0", "9"),
        ("2:1", "0", "7"),
        ("3:1", "0.5", "4.9875"),
        ("3:1", "1", "3.975"),
        ("100:1", "0.33", "2.236633663366"),
    ],
)
def test_it_weighs_input_cache_and_output(mix, cached, per_million):
    blended = effective(CHAT, parse_mix(mix, cached), NOON)

    assert blended.per_million == Decimal(per_million)
    assert blended.leaves_out == ()


def test_half_a_price_is_no_price():
    blended = effective({RateKey("input"): price("3")}, Mix(), NOON)

    assert (blended.per_million, [part.meter for part in blended.cost.unpriced]) == (None, ["output"])


def test_cached_input_without_a_price_for_it_has_no_price():
    prices = {key: line for key, line in CHAT.items() if key.meter != "cache_read"}

    assert effective(prices, parse_mix("3:1", "0.1"), NOON).per_million is None
    assert effective(prices, parse_mix("3:1"), NOON).per_million == 6


def test_free_is_zero():
    free = {RateKey("input"): stated(Amounts.FREE), RateKey("output"): stated(Amounts.FREE)}

    assert effective(free, Mix(), NOON).per_million == 0


def test_it_is_priced_below_every_band_and_without_fees_for_requests():
    prices = {**CHAT, parse_key("input[above=16000]"): price("6"), RateKey("request"): price("0.01")}

    blended = effective(prices, Mix(100, 100, Decimal("0.99")), NOON)

    assert blended.cost.complete
    assert [str(line.rate) for line in blended.cost.lines] == ["input", "cache_read", "output"]
    assert blended.leaves_out == ("request",)


def test_tier_and_region_hold_as_for_any_call():
    prices = {**CHAT, parse_key("input[tier=batch]"): price("1.5"), parse_key("output[tier=batch]"): price("7.5")}

    assert effective(prices, Mix(), Conditions(NOON.at, tier="batch")).per_million == 3


@pytest.mark.parametrize("text", ["", "3", "3:1:1", "0:0", "101:1", "-1:3", "a:b", "3.5:1", "3 : 1"])
def test_it_refuses_what_is_no_mix(text):
    with pytest.raises(InvalidUsage) as refused:
        parse_mix(text)

    assert refused.value.field == "mix"
    assert refused.value.message.endswith("such as 3:1" if text in ("0:0", "101:1") else f"such as 3:1, not {text!r}")


@pytest.mark.parametrize("share", ["-0.1", "1.01", "0.005", "NaN", "Infinity", "half"])
def test_it_refuses_what_is_no_share(share):
    with pytest.raises(InvalidUsage) as refused:
        parse_mix("3:1", share)

    assert refused.value.field == "cached"
    assert refused.value.message.endswith("in hundredths, such as 0.25")


@given(st.integers(0, 100), st.integers(1, 100), SHARES, AMOUNTS, AMOUNTS, AMOUNTS)
def test_it_lies_between_the_cheapest_and_the_dearest_part(input_parts, output_parts, cached, first, second, third):
    prices = {
        RateKey(meter): (PricePoint(amount),)
        for meter, amount in zip(("input", "output", "cache_read"), (first, second, third), strict=True)
    }

    blended = effective(prices, Mix(input_parts, output_parts, cached), NOON).per_million

    assert blended is not None
    assert min(first, second, third) - Decimal("1e-11") <= blended <= max(first, second, third) + Decimal("1e-11")


@given(st.integers(1, 30), st.integers(1, 30), SHARES, st.integers(2, 3))
def test_only_the_proportions_count(input_parts, output_parts, cached, times):
    small, large = Mix(input_parts, output_parts, cached), Mix(input_parts * times, output_parts * times, cached)

    assert effective(CHAT, small, NOON).per_million == effective(CHAT, large, NOON).per_million

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.domain.rates import Amounts, PriceLine, PricePoint, RateKey, line, parse_key, price, stated
from registry.pricing import Conditions, Cost, InvalidUsage, UnpricedReason, Usage, price_usage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
M = 1_000_000


def cost(prices: dict[str, str | Amounts | PriceLine], usage: dict[str, Any], **options: Any) -> Cost:
    """`cost({"input": "3"}, {"input_tokens": 1000}, tier="batch")`."""
    return price_usage(book(prices), Usage(**usage), Conditions(**{"at": NOON} | options))


def book(prices: dict[str, str | Amounts | PriceLine]) -> dict[RateKey, PriceLine]:
    return {parse_key(word): _line(value) for word, value in prices.items()}


def _line(value: str | Amounts | PriceLine) -> PriceLine:
    if isinstance(value, Amounts):
        return stated(value)
    return price(value) if isinstance(value, str) else value


def why(priced: Cost) -> dict[str, str]:
    return {part.meter: part.why.value for part in priced.unpriced}


# -- what is charged, and by which rate -------------------------------------------------------------------------------

CHAT: dict[str, Any] = {"input": "3", "output": "15", "cache_read": "0.3", "cache_write": "3.75"}
LONG: dict[str, Any] = {"input": "3", "input[above=200000]": "6", "output": "15", "output[above=200000]": "22.5"}
STEPS: dict[str, Any] = {"input": "3", "input[beyond=100000]": "2", "input[beyond=200000]": "1"}
WEEK: dict[str, Any] = {
    "input": "4",
    "input[schedule=Mon-Fri 09:00-18:00 Europe/Berlin]": "8",
    "input[schedule=Sat,Sun]": "2",
}
PEAK: dict[str, Any] = {"input": "1", "input[schedule=16:30-00:30Z]": "0.5"}
BATCH: dict[str, Any] = {"input": "3", "output": "15", "input[tier=batch]": "1.5"}

TOTALS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "input and output": (CHAT, {"input_tokens": M, "output_tokens": M}, {}, "18"),
    "cached tokens are a part of the input": (
        CHAT, {"input_tokens": M, "cache_read_tokens": 400_000, "cache_write_tokens": 100_000}, {}, "1.995",
    ),
    "a free cache read is not billed as input": (
        {"input": "3", "cache_read": Amounts.FREE}, {"input_tokens": M, "cache_read_tokens": M}, {}, "0",
    ),
    "one call of one token": (CHAT, {"input_tokens": 1}, {}, "0.000003"),
    "at the edge of a band it does not hold": (LONG, {"input_tokens": 200_000}, {}, "0.6"),
    "above the band it holds for the whole request": (
        LONG, {"input_tokens": 200_001, "output_tokens": 1000}, {}, "1.222506",
    ),
    "at the edge of a marginal band": (STEPS, {"input_tokens": 100_000}, {}, "0.3"),
    "beyond marginal bands only the rest costs otherwise": (STEPS, {"input_tokens": 250_000}, {}, "0.55"),
    "a marginal band counts its own meter": (
        {**STEPS, "cache_read": "0.3"}, {"input_tokens": 250_000, "cache_read_tokens": 150_000}, {}, "0.345",
    ),
    "marginal bands of pieces": (
        {"page": "0.01", "page[beyond=10]": "0.005"}, {"pages": 12}, {}, "0.11",
    ),
    "several requests below a marginal band": (STEPS, {"input_tokens": 90_000, "requests": 3}, {}, "0.27"),
    "a weekday by the clock of its zone": (
        WEEK, {"input_tokens": M}, {"at": datetime(2026, 7, 1, 7, 0, tzinfo=UTC)}, "8",
    ),
    "the same hour in the winter": (WEEK, {"input_tokens": M}, {"at": datetime(2026, 12, 2, 7, 0, tzinfo=UTC)}, "4"),
    "a weekend": (WEEK, {"input_tokens": M}, {"at": datetime(2026, 11, 21, 9, 0, tzinfo=UTC)}, "2"),
    "the batch rate": (BATCH, {"input_tokens": M}, {"tier": "batch"}, "1.5"),
    "the standard tier by its name": (BATCH, {"input_tokens": M}, {"tier": "standard"}, "3"),
    "in a window over midnight": (PEAK, {"input_tokens": M}, {"at": datetime(2026, 1, 1, 0, 29, tzinfo=UTC)}, "0.5"),
    "a window ends before its last minute": (
        PEAK, {"input_tokens": M}, {"at": datetime(2026, 1, 1, 0, 30, tzinfo=UTC)}, "1",
    ),
    "a window in another time zone": (
        PEAK, {"input_tokens": M}, {"at": datetime.fromisoformat("2026-01-01T00:45+08:00")}, "0.5",
    ),
    "a regional rate": (
        {"input": "3", "input[region=eu]": "3.3"}, {"input_tokens": M}, {"region": "eu"}, "3.3",
    ),
    "a regional band": (
        {**LONG, "input[region=eu]": "3.3", "input[region=eu;above=200000]": "6.6"}, {"input_tokens": M},
        {"region": "eu"}, "6.6",
    ),
    "a region of an offering that has no regional prices": (CHAT, {"input_tokens": M}, {"region": "eu-west-2"}, "3"),
    "a fee stands for itself, in a region and above a band": (
        {**LONG, "input[region=eu]": "3.3", "input[region=eu;above=200000]": "6.6", "search": "0.01", "request": "1"},
        {"input_tokens": M, "searches": 1}, {"region": "eu"}, "7.61",
    ),
    "above the highest band": (
        {**LONG, "input[above=1000000]": "8"}, {"input_tokens": 1_200_000}, {}, "9.6",
    ),
    "a part without a window while no window holds": (
        {**PEAK, "output": "2"}, {"input_tokens": M, "output_tokens": M}, {}, "3",
    ),
    "a band that is over": (
        {"input": "3", "input[above=5]": (PricePoint(Decimal(9), valid_to=date(2026, 1, 1)),), "output": "15"},
        {"input_tokens": M, "output_tokens": M}, {}, "18",
    ),
    **{
        f"the standard tier as {word}": (BATCH, {"input_tokens": M}, {"tier": word}, "3")
        for word in ("default", "auto", "on_demand", "ON_DEMAND", "on-demand", "standard_only", " Standard ")
    },
    **{
        f"eu-west-2 as {word}": ({"input": "2", "input[region=eu-west-2]": "3"}, {"input_tokens": M},
                                 {"region": word}, "3")
        for word in ("eu-west-2", "EU-West-2", "eu_west_2", " euwest2 ", "EU West 2")
    },
    "eu as Europe": ({"input[region=eu]": "3"}, {"input_tokens": M}, {"region": "Europe"}, "3"),
    "reasoning without a rate is output": (CHAT, {"output_tokens": M, "reasoning_tokens": M}, {}, "15"),
    "reasoning with a rate is charged apart": (
        {"output": "15", "reasoning": "20"}, {"output_tokens": M, "reasoning_tokens": 500_000}, {}, "17.5",
    ),
    "images in the input count as input": (CHAT, {"input_tokens": M, "input_image_tokens": M}, {}, "3"),
    "audio by its rate": (
        {"input": "3", "input[modality=audio]": "40"}, {"input_tokens": M, "input_audio_tokens": 500_000}, {}, "21.5",
    ),
    "a cache write of five minutes is the usual one": (
        CHAT, {"input_tokens": M, "cache_write_tokens": M, "cache_write_5m_tokens": M}, {}, "3.75",
    ),
    "seconds by the minute": (
        {"input[modality=audio;unit=minute]": "0.006"}, {"input_audio_seconds": Decimal("90")}, {}, "0.009",
    ),
    "images by their size": (
        {"output[modality=image;unit=image;detail=size:1024]": "0.04"},
        {"output_images": 3}, {"detail": "size:1024"}, "0.12",
    ),
    "a request fee": ({"request": "0.005", "input": "1"}, {"input_tokens": M, "requests": 2}, {}, "1.01"),
    "other rates by their word": ({"search[detail=context:low]": "0.03"}, {"others": {"search[detail=context:low]": 2}},
                                  {}, "0.06"),
}  # fmt: skip


@pytest.mark.parametrize(("prices", "usage", "options", "total"), TOTALS.values(), ids=TOTALS)
def test_it_charges(prices, usage, options, total):
    priced = cost(prices, usage, **options)

    assert priced.complete, priced.unpriced
    assert priced.total == Decimal(total)


UNPRICED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, str]]] = {
    "nobody states a price": ({}, {"input_tokens": 5}, {}, {"input": "unknown"}),
    "a cache rate is missing": (
        {"input": "3"}, {"input_tokens": 9, "cache_read_tokens": 4}, {}, {"cache_read": "unknown"},
    ),
    "a tier that is not priced": (BATCH, {"input_tokens": 9}, {"tier": "flex"}, {"input": "tier_not_priced"}),
    "a tier that prices the input only": (
        BATCH, {"input_tokens": 9, "output_tokens": 9}, {"tier": "batch"}, {"output": "tier_not_priced"},
    ),
    "a tier without the band": (
        {**LONG, "input[tier=batch]": "1.5"}, {"input_tokens": 300_000}, {"tier": "batch"},
        {"input": "context_band_not_priced"},
    ),
    "a band without a base": (
        {"input[above=1000]": "3"}, {"input_tokens": 9}, {}, {"input": "context_band_not_priced"},
    ),
    "many requests beyond a band": (
        LONG, {"input_tokens": 300_000, "requests": 3}, {}, {"input": "band_of_several_requests"},
    ),
    "only regional rates": ({"input[region=eu]": "3"}, {"input_tokens": 9}, {}, {"input": "region_required"}),
    "another region": (
        {"input[region=eu]": "3"}, {"input_tokens": 9}, {"region": "us"}, {"input": "region_not_priced"},
    ),
    "a region that is none of those priced": (
        {"input": "2", "input[region=eu-west-2]": "3"}, {"input_tokens": 9}, {"region": "mars"},
        {"input": "region_not_priced"},
    ),
    "a part that is not priced in the region of the others": (
        {"input": "2", "input[region=eu]": "3", "output": "8"}, {"input_tokens": 9, "output_tokens": 9},
        {"region": "eu"}, {"output": "region_not_priced"},
    ),
    "a region without the band of the ordinary price": (
        {**LONG, "input[region=eu]": "3.3"}, {"input_tokens": 200_001}, {"region": "eu"},
        {"input": "context_band_not_priced"},
    ),
    "a cache write of an hour without the band of the input": (
        {**LONG, "cache_write[ttl=1h]": "6"},
        {"input_tokens": 200_001, "cache_write_tokens": 9, "cache_write_1h_tokens": 9}, {},
        {"cache_write[ttl=1h]": "context_band_not_priced"},
    ),
    "an output without the highest band of the input": (
        {**LONG, "input[above=1000000]": "8"}, {"input_tokens": 1_200_000, "output_tokens": 9}, {},
        {"output": "context_band_not_priced"},
    ),
    "a marginal price where the whole request moves": (
        {**LONG, "cache_read": "0.3", "cache_read[beyond=1000]": "0.2"},
        {"input_tokens": 200_001, "cache_read_tokens": 9}, {}, {"cache_read": "context_band_not_priced"},
    ),
    "a tier without the window of the ordinary price": (
        {**PEAK, "input[tier=batch]": "0.5"}, {"input_tokens": 9},
        {"tier": "batch", "at": datetime(2026, 1, 1, 20, 0, tzinfo=UTC)}, {"input": "time_of_day_not_priced"},
    ),
    "a part without the window of the others": (
        {**PEAK, "output": "2"}, {"output_tokens": 9}, {"at": datetime(2026, 1, 1, 20, 0, tzinfo=UTC)},
        {"output": "time_of_day_not_priced"},
    ),
    "only in a window": (
        {"input[schedule=01:00-02:00Z]": "3"}, {"input_tokens": 9}, {}, {"input": "time_of_day_not_priced"},
    ),
    "only on other days": (
        {"input[schedule=Sat,Sun]": "2"}, {"input_tokens": 9}, {}, {"input": "time_of_day_not_priced"},
    ),
    "whole-request and marginal bands at once": (
        {**LONG, "input[beyond=1000]": "2"}, {"input_tokens": 9}, {}, {"input": "context_band_not_priced"},
    ),
    "a marginal band without a base": (
        {"input[beyond=5]": "3"}, {"input_tokens": 9}, {}, {"input": "context_band_not_priced"},
    ),
    "a tier without the marginal band": (
        {**STEPS, "input[tier=batch]": "1.5"}, {"input_tokens": 300_000}, {"tier": "batch"},
        {"input": "context_band_not_priced"},
    ),
    "many requests beyond a marginal band": (
        STEPS, {"input_tokens": 300_000, "requests": 3}, {}, {"input": "band_of_several_requests"},
    ),
    "the dynamic slice of a part": (
        {"input": "3", "input[beyond=5]": Amounts.DYNAMIC}, {"input_tokens": 9}, {}, {"input": "dynamic"},
    ),
    "two windows at once": (
        {"input[schedule=01:00-14:00Z]": "3", "input[schedule=11:00-13:00Z]": "2"}, {"input_tokens": 9}, {},
        {"input": "time_of_day_not_priced"},
    ),
    "a price that is not in force yet": (
        {"input": (PricePoint(Decimal(3), valid_from=date(2027, 1, 1)),)}, {"input_tokens": 9}, {},
        {"input": "no_price_on_that_day"},
    ),
    "audio without a rate": (
        CHAT, {"input_tokens": 9, "input_audio_tokens": 4}, {}, {"input[modality=audio]": "unknown"},
    ),
    "images made, without a rate": (
        CHAT, {"output_tokens": 9, "output_image_tokens": 9}, {}, {"output[modality=image]": "unknown"},
    ),
    "cached images where images have a rate": (
        {**CHAT, "input[modality=image]": "5"},
        {"input_tokens": 9, "cache_read_tokens": 9, "input_image_tokens": 9, "cache_read_image_tokens": 9}, {},
        {"cache_read[modality=image]": "unknown"},
    ),
    "a cache write of an hour": (
        CHAT, {"input_tokens": 9, "cache_write_tokens": 9, "cache_write_1h_tokens": 9}, {},
        {"cache_write[ttl=1h]": "unknown"},
    ),
    "a cache write of no stated life": (
        {"cache_write[ttl=1h]": "6"}, {"input_tokens": 9, "cache_write_tokens": 9}, {},
        {"cache_write": "cache_life_required"},
    ),
    "an image of no stated size": (
        {"output[modality=image;unit=image;detail=size:1024]": "0.04"}, {"output_images": 1}, {},
        {"output[modality=image;unit=image]": "parameters_required"},
    ),
    "a plan that is not priced": ({"input": "3"}, {"input_tokens": 9}, {"plan": "pro"}, {"input": "plan_not_priced"}),
    **{
        f"stated as {state}": ({"input": state}, {"input_tokens": 9}, {}, {"input": state.value})
        for state in (Amounts.DYNAMIC, Amounts.INCLUDED, Amounts.NOT_OFFERED)
    },
}  # fmt: skip


@pytest.mark.parametrize(("prices", "usage", "options", "parts"), UNPRICED.values(), ids=UNPRICED)
def test_it_names_what_is_unpriced(prices, usage, options, parts):
    priced = cost(prices, usage, **options)

    assert why(priced) == parts
    assert not priced.complete


def test_unknown_is_not_zero_and_free_is():
    unknown = cost({}, {"input_tokens": 9})
    free = cost({"input": Amounts.FREE}, {"input_tokens": 9})

    assert (unknown.total, unknown.complete) == (None, False)
    assert (free.total, free.complete, free.lines[0].rule) == (Decimal(0), True, "free")


def test_a_total_leaves_unpriced_parts_out_and_says_so():
    priced = cost({"input": "3"}, {"input_tokens": M, "output_tokens": M})

    assert (priced.total, priced.complete) == (Decimal(3), False)
    assert [(part.meter, part.quantity, part.why) for part in priced.unpriced] == [
        ("output", M, UnpricedReason.UNKNOWN)
    ]


def test_it_takes_the_price_of_the_day_of_the_call():
    changed = line([
        PricePoint(Decimal(10), valid_to=date(2026, 6, 1)), PricePoint(Decimal(5), valid_from=date(2026, 6, 1)),
    ])  # fmt: skip
    late_in_may = datetime.fromisoformat("2026-06-01T01:00+02:00")

    assert cost({"input": changed}, {"input_tokens": M}, at=late_in_may).total == 10
    assert cost({"input": changed}, {"input_tokens": M}).total == 5


def test_each_line_names_its_rate_and_rule():
    regional = {"input": "3", "input[region=eu]": "4", "output[region=eu]": "5", "output[region=eu;above=9]": "6"}
    priced = cost({**regional, "input[region=eu;above=9]": "7"}, {"input_tokens": M, "output_tokens": 1}, region="EU")
    without = cost(CHAT, {"output_tokens": 1}, region="eu")

    assert [(str(cost_line.rate), cost_line.rule) for cost_line in (*priced.lines, *without.lines)] == [
        ("input[above=9;region=eu]", "region eu; more than 9 input tokens"),
        ("output[above=9;region=eu]", "region eu; more than 9 input tokens"),
        ("output", "the rate without region, as no rate of eu or any other region is known"),
    ]


def test_currencies_are_never_added_up():
    priced = cost({"input": price("3"), "output": price("2", currency="EUR")}, {"input_tokens": M, "output_tokens": M})

    assert priced.totals == {"USD": 3, "EUR": 2}
    assert (priced.total, priced.currency, priced.complete) == (None, None, True)


@pytest.mark.parametrize(
    ("usage", "field"),
    [
        ({"input_tokens": -1}, "input_tokens"),
        ({"input_tokens": True}, "input_tokens"),
        ({"input_tokens": 10**16}, "input_tokens"),
        ({"input_tokens": Decimal("1.5")}, "input_tokens"),
        ({"input_audio_seconds": Decimal("NaN")}, "input_audio_seconds"),
        ({"input_tokens": 5, "cache_read_tokens": 6}, "input_tokens"),
        ({"input_tokens": 9, "cache_write_1h_tokens": 1}, "cache_write_tokens"),
        ({"output_tokens": 5, "reasoning_tokens": 6}, "output_tokens"),
        ({"input_tokens": 9, "cache_read_tokens": 9, "cache_read_audio_tokens": 9}, "input_audio_tokens"),
        ({"input_tokens": 9, "cache_read_tokens": 9, "input_audio_tokens": 9}, "input_tokens"),
        ({"others": {"nonsense": 1}}, "others"),
        ({"others": {"input[tier=batch]": 1}}, "others"),
        ({"input_audio_seconds": Decimal("1e-13")}, "input_audio_seconds"),
        ({"input_video_seconds": Decimal("0.1234567890123")}, "input_video_seconds"),
        ({"others": {"capacity": Decimal("1e-13")}}, "others.capacity"),
        ({"others": {"page": Decimal("0.5")}}, "others.page"),
        ({"others": {"input": Decimal("0.5")}}, "others.input"),
    ],
)
def test_it_refuses_a_usage_that_cannot_be(usage, field):
    with pytest.raises(InvalidUsage) as refused:
        Usage(**usage)

    assert refused.value.field == field
    assert refused.value.message
    assert str(refused.value) == f"{field}: {refused.value.message}"


@pytest.mark.parametrize(
    ("word", "hint"),
    [("nonsense", "nonsense"), *((f"input[{c}]", "names conditions") for c in ("tier=batch", "above=9", "region=eu"))],
)
def test_what_cannot_be_used_is_told_why(word, hint):
    with pytest.raises(InvalidUsage, match=hint):
        Usage(others={word: 1})


def test_it_refuses_a_moment_without_a_zone():
    with pytest.raises(InvalidUsage, match="time zone"):
        Conditions(datetime(2026, 1, 1))  # noqa: DTZ001


# -- properties -------------------------------------------------------------------------------------------------------

AMOUNTS = st.decimals("0.000001", "1000", places=6)
COUNTS = st.integers(0, 10**9)
METERS = ("input", "output", "cache_read", "cache_write")


@st.composite
def usages(draw: st.DrawFn) -> dict[str, int]:
    read, write, rest = draw(COUNTS), draw(COUNTS), draw(COUNTS)
    return {
        "input_tokens": read + write + rest,
        "cache_read_tokens": read,
        "cache_write_tokens": write,
        "output_tokens": draw(COUNTS),
    }


@st.composite
def books(draw: st.DrawFn) -> dict[RateKey, PriceLine]:
    words = draw(
        st.sets(
            st.sampled_from(
                [*METERS, "input[tier=batch]", "output[above=200000]", "cache_read[beyond=1000]", "reasoning"]
            )
        )
    )
    return {parse_key(word): (PricePoint(draw(AMOUNTS)),) for word in words}


@given(books(), usages(), st.sampled_from(["", "batch", "flex"]))
def test_every_part_is_either_priced_or_named_and_the_lines_make_the_total(prices, usage, tier):
    priced = price_usage(prices, Usage(**usage), Conditions(NOON, tier))

    assert sum((cost_line.cost for cost_line in priced.lines), Decimal(0)) == (priced.total or 0)
    assert (priced.total is None) == (not priced.lines)
    counted = sum(cost_line.quantity for cost_line in priced.lines) + sum(part.quantity for part in priced.unpriced)
    assert counted == usage["input_tokens"] + usage["output_tokens"]


@given(st.fixed_dictionaries(dict.fromkeys(METERS, AMOUNTS)), usages(), st.sampled_from(METERS), COUNTS)
def test_more_never_costs_less(amounts, usage, meter, more):
    prices = {RateKey(name): (PricePoint(amount),) for name, amount in amounts.items()}
    grown = dict(usage)
    grown[f"{meter}_tokens"] += more
    if meter.startswith("cache"):
        grown["input_tokens"] += more

    before, after = (price_usage(prices, Usage(**each), Conditions(NOON)).total or 0 for each in (usage, grown))

    assert after - before == more * amounts[meter] / M


@given(st.fixed_dictionaries(dict.fromkeys(METERS, AMOUNTS)), usages(), usages())
def test_two_calls_cost_what_they_cost_together_where_there_are_no_bands(amounts, call, other):
    prices = {RateKey(name): (PricePoint(amount),) for name, amount in amounts.items()}
    both = {name: call[name] + other[name] for name in call}

    first, second, together = (
        price_usage(prices, Usage(**usage), Conditions(NOON)).total or 0 for usage in (call, other, both)
    )

    assert together == first + second


@given(AMOUNTS, st.integers(0, 10**9), st.integers(0, 10**9))
def test_it_makes_no_difference_how_tokens_are_divided_when_all_cost_alike(amount, total, read):
    assume(read <= total)
    prices = {RateKey(meter): (PricePoint(amount),) for meter in METERS}

    divided = price_usage(prices, Usage(input_tokens=total, cache_read_tokens=read), Conditions(NOON))
    whole = price_usage(prices, Usage(input_tokens=total), Conditions(NOON))

    assert divided.total == whole.total


@given(books(), usages(), st.sampled_from(METERS), AMOUNTS)
def test_knowing_one_price_more_never_changes_what_was_known(prices, usage, meter, amount):
    assume(RateKey(meter) not in prices and meter != "reasoning")
    assume(all(key.meter != meter for key in prices))

    before = price_usage(prices, Usage(**usage), Conditions(NOON))
    after = price_usage({**prices, RateKey(meter): (PricePoint(amount),)}, Usage(**usage), Conditions(NOON))

    assert set(before.lines) <= set(after.lines)
    assert {part.meter for part in after.unpriced} <= {part.meter for part in before.unpriced}


@given(
    st.dictionaries(st.integers(1, 10**6), AMOUNTS, max_size=4), AMOUNTS, st.integers(0, 2 * 10**6),
    st.integers(0, 10**6),
)  # fmt: skip
def test_marginal_bands_cost_more_for_more_and_never_jump(bands, base, tokens, more):
    prices = {RateKey("input"): (PricePoint(base),)}
    prices |= {RateKey("input", beyond=band): (PricePoint(amount),) for band, amount in bands.items()}

    less, same, grown = (
        price_usage(prices, Usage(input_tokens=max(0, count)), Conditions(NOON)).total or Decimal(0)
        for count in (tokens - 1, tokens, tokens + more)
    )

    assert less <= same <= grown
    assert same - less <= max([base, *bands.values()]) / M
    assert grown - same <= max([base, *bands.values()]) * more / M


@given(st.dictionaries(st.integers(1, 10**6), AMOUNTS, max_size=4), AMOUNTS, st.integers(1, 2 * 10**6))
def test_the_slices_of_marginal_bands_make_up_the_part(bands, base, tokens):
    prices = {RateKey("input"): (PricePoint(base),)}
    prices |= {RateKey("input", beyond=band): (PricePoint(amount),) for band, amount in bands.items()}

    priced = price_usage(prices, Usage(input_tokens=tokens), Conditions(NOON))

    assert [cost_line.rate.beyond for cost_line in priced.lines] == [
        0,
        *(band for band in sorted(bands) if band < tokens),
    ]
    assert sum(cost_line.quantity for cost_line in priced.lines) == tokens
    assert sum(cost_line.cost for cost_line in priced.lines) == priced.total


PLACES = ("", "eu", "us")


@st.composite
def conditional_books(draw: st.DrawFn) -> dict[RateKey, PriceLine]:
    """Prices under any regions, tiers, bands and windows, with holes in them."""
    keys = st.builds(
        RateKey,
        st.sampled_from([*METERS, "search"]),
        ttl=st.sampled_from(["", "1h"]),
        tier=st.sampled_from(["", "batch"]),
        above=st.sampled_from([0, 1000, 2000]),
        region=st.sampled_from(PLACES),
        schedule=st.sampled_from(["", "11:00-13:00Z"]),
    ).filter(lambda key: not key.ttl or key.meter == "cache_write")
    return {key: (PricePoint(draw(AMOUNTS)),) for key in draw(st.sets(keys, max_size=12))}


def holds(key: RateKey, region: str, tier: str, total: int, *, noon: bool) -> bool:
    """Whether a call is within every condition of a rate, as its words say."""
    return (
        key.region in ("", region) and key.tier in ("", tier) and total > key.above >= 0 and (noon or not key.schedule)
    )


@settings(max_examples=300)
@given(
    conditional_books(), st.integers(1, 3000), st.booleans(), st.sampled_from(PLACES),
    st.sampled_from(["", "batch"]), st.booleans(),
)  # fmt: skip
def test_a_complete_call_is_priced_by_no_rate_whose_conditions_are_not_known_to_hold(
    prices, tokens, is_written, region, tier, noon
):
    write_tokens = tokens if is_written else 0
    usage = Usage(
        input_tokens=tokens,
        cache_write_tokens=write_tokens,
        cache_write_1h_tokens=write_tokens,
        output_tokens=tokens,
        searches=1,
    )
    at = NOON if noon else NOON.replace(hour=20)

    priced = price_usage(prices, usage, Conditions(at, tier, region))

    of_a_request = [key for key in prices if key.meter in METERS]
    regions = {key.region for key in of_a_request} - {""}
    for cost_line in (each for each in priced.lines if each.meter != "search"):
        assert cost_line.rate.tier == tier
        assert holds(cost_line.rate, region, tier, tokens, noon=noon)
        assert cost_line.rate.region == region or not (region and regions)
        beside = [k for k in of_a_request if holds(k, cost_line.rate.region, tier, tokens, noon=noon)]
        # What moves another part of the call, or the ordinary price of this one, has moved this line, too.
        assert cost_line.rate.above == max(k.above for k in beside if k.schedule in ("", cost_line.rate.schedule))
        assert cost_line.rate.schedule == max(k.schedule for k in beside)


@given(books(), usages())
def test_what_is_unpriced_is_in_no_line_and_no_total(prices, usage):
    priced = price_usage(prices, Usage(**usage), Conditions(NOON))

    unpriced_meters = {part.meter for part in priced.unpriced}
    assert not unpriced_meters & {line.meter for line in priced.lines}
    assert priced.complete == (not unpriced_meters)
    without = {
        key: line
        for key, line in prices.items()
        if str(replace(key, above=0, beyond=0, tier="")) not in unpriced_meters
    }
    assert price_usage(without, Usage(**usage), Conditions(NOON)).total == priced.total

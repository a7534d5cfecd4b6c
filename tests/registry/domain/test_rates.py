from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import rates
from registry.domain.rates import METERS, OTHER_UNITS, Amounts, PricePoint, RateKey, parse_key, price

words = st.text("abcXYZ019 ._:,/+×x-", max_size=20)
bands = st.integers(0, 2**40)
conditions = st.fixed_dictionaries({
    "meter": st.sampled_from(sorted(METERS)),
    "modality": words,
    "unit": st.sampled_from(["", *sorted(OTHER_UNITS), "1M tokens"]),
    "ttl": words,
    "tier": words,
    "region": words,
    "schedule": st.sampled_from(["", "Sat,Sun", "16:30-00:30Z", "Mon-Fri 09:00-18:00 Asia/Shanghai", "Sun,Sat Z"]),
    "plan": words,
    "detail": words,
})  # fmt: skip
keys = st.builds(
    lambda conditions_, band, kind: RateKey(**conditions_, **{kind: band}),
    conditions,
    bands,
    st.sampled_from(["above", "beyond"]),
)
amounts = st.decimals("1e-12", "1e9", allow_nan=False, allow_infinity=False)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def price_lines(draw: Any) -> rates.PriceLine:
    """One to four spans that follow each other, open at either end, each priced or free or whatever else."""
    edges = sorted(draw(st.sets(days, min_size=0, max_size=3)))
    bounds = [None, *edges, None]
    points = []
    for start, end in pairwise(bounds):
        state = draw(st.sampled_from(list(Amounts)))
        amount = draw(amounts) if state is Amounts.PRICED else None
        points.append(PricePoint(amount, state, draw(st.sampled_from(["USD", "CNY"])), start, end))
    return rates.line(points)


# -- keys ------------------------------------------------------------------------------------------


@given(keys)
def test_it_reads_back_every_key_that_it_writes(key):
    assert parse_key(str(key)) == key
    assert parse_key(key.field) == key


@given(st.text() | st.from_regex(r"(price\.)?[a-z_]{1,8}\[[a-z=;0-9]{0,20}\]", fullmatch=True))
def test_it_reads_a_key_or_raises_a_value_error(text):
    try:
        key = parse_key(text)
    except ValueError:
        return
    assert parse_key(str(key)) == key


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (RateKey("input"), "input"),
        (RateKey("input", tier="batch"), "input[tier=batch]"),
        (RateKey("input", above=200_000), "input[above=200000]"),
        (RateKey("cache_write", ttl="1h", tier="flex"), "cache_write[ttl=1h;tier=flex]"),
        (
            RateKey("output", unit="image", detail="size:1024x1024,quality:hd"),
            "output[unit=image;detail=quality:hd,size:1024x1024]",
        ),
        (RateKey("input", beyond=200_000), "input[beyond=200000]"),
    ],
)
def test_it_writes_a_key_with_its_conditions(key, text):
    assert str(key) == text
    assert key.field == f"price.{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tokens",
        "input[",
        "input]",
        "input[]",
        "input[tier]",
        "input[tier=a;tier=b]",
        "input[above=many]",
        "input[above=-1]",
        "input[above=99999999999999999999]",
        "input[above=1;beyond=2]",
        "input[beyond=-1]",
        "input[schedule=noon]",
        "input[schedule=09:00-18:00]",
        "input[schedule=09:00-18:00 Mars/Phobos]",
        "input[schedule=00:00-24:00Z]",
        "input[colour=red]",
        "input[unit=banana]",
        "Input",
        "input [tier=a]",
        "input[tier=a=b]",
        "input[tier=<b>]",
        "input[tier=a\n]",
        f"input[tier={'x' * 41}]",
        f"input[ttl={'x' * 21}]",
        f"input[region={'x' * 81}]",
        "input[region={0};schedule={0};plan={0};detail={0}]".format("y" * 80),
    ],
)
def test_it_refuses_a_text_that_is_no_key(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_key(text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"unit": "1M tokens"}, {}),
        ({"tier": "standard"}, {}),
        ({"tier": "Batch "}, {"tier": "batch"}),
        ({"modality": "text"}, {}),
        ({"detail": "size:1024x1024, quality:hd"}, {"detail": "quality:hd,size:1024x1024"}),
        ({"schedule": "Sun,Sat Z"}, {"schedule": "Sat,Sun"}),
        ({"schedule": "16:30-00:00Z"}, {"schedule": "16:30-24:00Z"}),
    ],
)
def test_the_same_price_has_one_name(left, right):
    assert RateKey("input", **left) == RateKey("input", **right)
    assert RateKey("input", **left).field == RateKey("input", **right).field


def test_it_knows_what_one_amount_pays_for():
    assert RateKey("input").counted_in == "1M tokens"
    assert RateKey("output", unit="image").counted_in == "image"


@pytest.mark.parametrize(
    "conditions", [{"tier": "batch"}, {"above": 1}, {"beyond": 1}, {"region": "eu"}, {"plan": "pro"}]
)
def test_it_tells_the_ordinary_price_from_special_ones(conditions):
    assert RateKey("input").is_base
    assert not RateKey("input", **conditions).is_base


# -- amounts ---------------------------------------------------------------------------------------


@given(amounts)
def test_it_gives_back_the_very_amount_that_came_in(amount):
    (point,) = price(amount)

    assert point.amount == amount
    assert point.state is Amounts.PRICED


@given(st.decimals("1e-12", "1e3", allow_nan=False, allow_infinity=False), st.sampled_from([1, 1000, 1_000_000]))
def test_it_converts_units_exactly(amount, times):
    (point,) = price(str(amount), times=times)

    assert Fraction(point.amount or 0) == Fraction(amount) * times


@pytest.mark.parametrize(
    ("amount", "times", "expected"),
    [
        ("0.0000025", 1_000_000, "2.5"),
        ("0.00000125", 1_000_000, "1.25"),
        (Decimal("3.00"), 1, "3"),
        (15, 1, "15"),
        ("0.000000150", "1e6", "0.15"),
        ("1.2345678901234567890123456789012345678901", 1, "1.2345678901234567890123456789012345678901"),
    ],
)
def test_it_reads_a_price_in_the_unit_of_its_source(amount, times, expected):
    assert price(amount, times=times)[0].amount == Decimal(expected)


@pytest.mark.parametrize("zero", [0, "0", "0.000", "-0", Decimal("0E-20")])
def test_it_takes_zero_for_free(zero):
    assert price(zero) == (PricePoint(None, Amounts.FREE),)


@pytest.mark.parametrize(
    "amount",
    [
        "-1",
        -1,
        Decimal("-0.0001"),
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1e10",
        "1e-7000000",
        "1e-13",
        "",
        "abc",
        "1,5",
        "$3",
        None,
    ],
)
def test_it_refuses_what_is_no_price(amount):
    with pytest.raises((ValueError, TypeError)):
        price(amount)


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e400", "1e999999999", "abc"])
def test_it_says_in_a_value_error_which_amount_is_no_price(amount):
    with pytest.raises(ValueError, match=amount):
        price(amount)


def test_it_never_reads_a_float():
    with pytest.raises(TypeError, match="never as float"):
        price(0.1)  # type: ignore[arg-type]


# -- points and lines ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ({"amount": None}, "positive"),
        ({"amount": Decimal(0)}, "positive"),
        ({"amount": Decimal(-1)}, "positive"),
        ({"amount": Decimal("NaN")}, "finite"),
        ({"amount": Decimal("Infinity")}, "finite"),
        ({"amount": Decimal("1e10")}, "beyond"),
        ({"amount": Decimal("1e-13")}, "beyond"),
        ({"amount": Decimal(1), "state": Amounts.FREE}, "no amount"),
        ({"amount": Decimal(1), "currency": "usd"}, "currency"),
        ({"amount": Decimal(1), "valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 2)}, "cannot end"),
    ],
)
def test_it_refuses_a_point_that_makes_no_sense(point, reason):
    with pytest.raises(ValueError, match=reason):
        PricePoint(**point)


@pytest.mark.parametrize(
    "spans",
    [
        [(None, None), (None, None)],
        [(None, date(2026, 2, 1)), (date(2026, 1, 31), None)],
        [(date(2026, 1, 1), None), (date(2026, 2, 1), None)],
        [(None, None), (date(2026, 1, 1), date(2026, 2, 1))],
    ],
)
def test_it_refuses_prices_that_overlap_in_time(spans):
    points = [PricePoint(Decimal(1), valid_from=start, valid_to=end) for start, end in spans]

    for order in (points, points[::-1]):
        with pytest.raises(ValueError, match="overlap"):
            rates.line(order)


def test_it_refuses_a_line_without_points():
    with pytest.raises(ValueError, match="at least one"):
        rates.line([])


def test_it_lets_a_price_end_on_the_day_on_which_the_next_begins():
    march = date(2026, 3, 1)
    line = rates.line([PricePoint(Decimal(2), valid_from=march), PricePoint(Decimal(3), valid_to=march)])

    held = [rates.point_on(line, day) for day in (date(2026, 2, 28), march)]
    assert [point and point.amount for point in held] == [3, 2]


def test_it_says_nothing_about_a_day_that_the_line_leaves_out():
    line = rates.line([PricePoint(Decimal(2), valid_from=date(2026, 3, 1))])

    assert rates.point_on(line, date(2026, 2, 28)) is None


# -- JSON ------------------------------------------------------------------------------------------


@given(price_lines())
def test_it_reads_back_every_line_that_it_writes(line):
    assert rates.decode(rates.encode(line)) == line


@given(price_lines())
def test_it_writes_a_line_that_it_read_as_it_was(line):
    encoded = rates.encode(line)

    assert rates.encode(rates.decode(encoded)) == encoded


@given(st.sampled_from(["1.0", "1.00", "1E+0", "10E-1", "0.1E1"]))
def test_it_writes_equal_prices_alike(spelling):
    assert rates.encode(price(spelling)) == [{"amount": "1", "currency": "USD"}]


@pytest.mark.parametrize(("number", "text"), [("1E+3", "1000"), ("0.50", "0.5"), ("1.0E-7", "0.0000001"), ("0.0", "0")])
def test_it_writes_a_number_without_exponent_and_trailing_zeros(number, text):
    assert f"{rates.plain(Decimal(number)):f}" == text


def test_it_leaves_out_what_goes_without_saying():
    line = rates.line([PricePoint(None, Amounts.DYNAMIC, valid_from=date(2026, 1, 1))])

    assert rates.encode(line) == [{"state": "dynamic", "currency": "USD", "from": "2026-01-01"}]


def test_it_makes_one_of_neighbours_that_say_the_same():
    turn, end = date(2026, 3, 13), date(2026, 9, 1)
    five = Decimal(5)

    joined = rates.line([rates.PricePoint(five, valid_to=turn), rates.PricePoint(five, valid_from=turn)])
    shifted = rates.line([rates.PricePoint(five, valid_to=turn), rates.PricePoint(Decimal(6), valid_from=turn)])
    gap = rates.line([rates.PricePoint(five, valid_to=turn), rates.PricePoint(five, valid_from=end)])

    assert joined == (rates.PricePoint(five),)
    assert (len(shifted), len(gap)) == (2, 2)

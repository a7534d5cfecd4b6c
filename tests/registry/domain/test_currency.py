from __future__ import annotations

from datetime import date, timedelta
from decimal import Context, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.domain.currency import MOST_DAYS_BEFORE, Table, annotate, convert, total

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
TABLE = Table(
    "ecb",
    "EUR",
    {
        date(2026, 11, 19): {"USD": Decimal("1.2"), "CNY": Decimal("8"), "INR": Decimal("98")},
        FRIDAY: {"USD": Decimal("1.25"), "CNY": Decimal("8")},
    },
)
CODES = ("EUR", "USD", "CNY", "INR")
amounts = st.decimals(Decimal(0), Decimal(10) ** 9, places=12)
days = st.dates(date(2026, 11, 10), date(2026, 12, 10))


@pytest.mark.parametrize(
    ("amount", "currency", "to", "expected_amount", "rate"),
    [
        ("3", "EUR", "USD", "3.75", "1.25"),
        ("10", "USD", "EUR", "8", "0.8"),
        ("16", "CNY", "USD", "2.5", "0.15625"),
        ("0", "CNY", "EUR", "0", "0.125"),
        ("1.50", "USD", "USD", "1.5", "1"),
    ],
)
def test_it_converts_at_the_rate_of_the_day_and_says_which(amount, currency, to, expected_amount, rate):
    converted = convert(Decimal(amount), currency, to, FRIDAY, TABLE)

    assert converted is not None
    assert (converted.amount, converted.rate, converted.currency) == (Decimal(expected_amount), Decimal(rate), to)
    expected = (None, None) if currency == to else (FRIDAY, "ecb")
    assert (converted.rate_day, converted.source) == expected


def test_a_weekend_has_the_rate_of_the_last_day_published():
    converted = convert(Decimal(1), "EUR", "USD", MONDAY, TABLE)

    assert converted is not None
    assert (converted.rate, converted.rate_day) == (Decimal("1.25"), FRIDAY)


def test_no_rate_of_a_later_day_is_used():
    converted = convert(Decimal(1), "EUR", "USD", date(2026, 11, 19), TABLE)

    assert converted is not None
    assert converted.rate == Decimal("1.2")
    assert convert(Decimal(1), "EUR", "USD", date(2026, 11, 18), TABLE) is None


@pytest.mark.parametrize("on", [date.min, date(1, 1, 5), date.max])
def test_the_ends_of_the_calendar_are_days_without_rates(on):
    assert convert(Decimal(1), "EUR", "USD", on, TABLE) is None


def test_a_rate_older_than_a_week_is_no_rate():
    assert convert(Decimal(1), "EUR", "USD", FRIDAY + timedelta(days=MOST_DAYS_BEFORE), TABLE) is not None
    assert convert(Decimal(1), "EUR", "USD", FRIDAY + timedelta(days=MOST_DAYS_BEFORE + 1), TABLE) is None


@pytest.mark.parametrize(("currency", "to"), [("GBP", "USD"), ("USD", "GBP"), ("XXX", "EUR")])
def test_without_a_rate_there_is_no_conversion(currency, to):
    assert convert(Decimal(1), currency, to, FRIDAY, TABLE) is None


def test_a_cross_rate_takes_both_sides_from_one_day():
    converted = convert(Decimal(1), "INR", "USD", FRIDAY, TABLE)

    assert converted is not None
    assert converted.rate_day == date(2026, 11, 19)
    assert converted.rate == Decimal("0.0122448979592")


@pytest.mark.parametrize(("currency", "to"), [("usd", "EUR"), ("USD", "euro"), ("", "EUR"), ("US", "USDD")])
def test_what_is_no_currency_code_is_refused(currency, to):
    with pytest.raises(ValueError, match="not a currency code"):
        convert(Decimal(1), currency, to, FRIDAY, TABLE)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(ValueError, match="finite"):
        convert(Decimal(amount), "USD", "EUR", FRIDAY, TABLE)


@given(amounts, st.sampled_from(CODES), st.sampled_from(CODES), days)
def test_the_amount_is_the_native_one_times_the_rate_exactly(amount, currency, to, on):
    converted = convert(amount, currency, to, on, TABLE)

    assume(converted is not None)
    assert converted is not None
    assert converted.amount == Context(prec=200).multiply(amount, converted.rate)
    if converted.rate_day:
        assert timedelta(0) <= on - converted.rate_day <= timedelta(days=MOST_DAYS_BEFORE)


@given(amounts, st.sampled_from(CODES), st.sampled_from(CODES))
def test_there_and_back_is_nearly_the_same(amount, currency, to):
    there = convert(amount, currency, to, FRIDAY, TABLE)
    assert there is not None
    back = convert(there.amount, to, currency, FRIDAY, TABLE)

    assert back is not None
    assert abs(back.amount - amount) <= amount * Decimal("1e-10")


@given(amounts, st.sampled_from(CODES))
def test_an_empty_table_converts_nothing(amount, currency):
    empty = Table("ecb", "EUR", {})

    assert empty.currencies == frozenset()
    assert convert(amount, currency, "USD", FRIDAY, empty) is None or currency == "USD"


def test_a_table_says_which_currencies_it_knows():
    assert TABLE.currencies == set(CODES)


PRICES: dict[str, dict[str, object]] = {
    "input": {"amount": "16", "state": "priced", "currency": "CNY", "unit": "1M tokens"},
    "output": {"amount": None, "state": "unknown", "currency": None, "unit": "1M tokens"},
    "cache_read": {"amount": "1", "state": "priced", "currency": "GBP", "unit": "1M tokens"},
}


def test_prices_keep_what_they_say_and_get_the_conversion_beside_it():
    annotated = annotate(PRICES, "USD", FRIDAY, TABLE)

    assert annotated["input"] == PRICES["input"] | {
        "converted": {"amount": "2.5", "currency": "USD", "rate": "0.15625", "rate_day": "2026-11-20", "source": "ecb"}
    }
    assert annotated["output"] == PRICES["output"] | {"converted": None}
    assert annotated["cache_read"] == PRICES["cache_read"] | {"converted": None}


def test_lists_of_rates_are_annotated_too_and_nothing_is_touched():
    rows: list[dict[str, object]] = [dict(PRICES["input"]), {"meter": "odd", "note": "no price"}]

    annotated = annotate(rows, "EUR", FRIDAY, TABLE)

    assert annotated[0]["converted"]["amount"] == "2"
    assert annotated[1] == {"meter": "odd", "note": "no price"}
    assert "converted" not in rows[0]


def test_sums_in_several_currencies_become_one_only_when_all_have_a_rate():
    sums = {"CNY": Decimal(16), "USD": Decimal("0.5")}

    whole = total(sums, "USD", FRIDAY, TABLE)

    assert whole is not None
    assert (whole["amount"], whole["currency"]) == ("3", "USD")
    assert whole["rates"]["USD"] == {"rate": "1", "rate_day": None, "source": None}
    assert whole["rates"]["CNY"]["rate_day"] == "2026-11-20"
    assert total({**sums, "GBP": Decimal(1)}, "USD", FRIDAY, TABLE) is None
    assert total({}, "USD", FRIDAY, TABLE) is None

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from registry.cost import exchange
from registry.cost.exchange import QuotedRate
from registry.domain.currency import convert
from registry.models import ExchangeRate

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)


def said(rate: str, currency: str = "USD", day: date = DAY) -> QuotedRate:
    return QuotedRate(day, "EUR", currency, Decimal(rate))


def keep(*rates: QuotedRate) -> exchange.SaveResult:
    return exchange.save(rates, source="ecb", at=NOW)


def test_what_is_kept_can_be_converted_by():
    keep(said("1.25"), said("8.1", "CNY"))

    conversion = convert(Decimal("8.1"), "CNY", "EUR", DAY, exchange.load(DAY))

    assert conversion is not None
    assert (conversion.source, conversion.rate_day) == ("ecb", DAY)
    assert round(conversion.amount, 9) == 1


def test_rates_are_read_back_as_they_were_stated():
    keep(said("19012.34", "IDR"))

    assert exchange.load(DAY).days == {DAY: {"IDR": Decimal("19012.34")}}


def test_only_the_days_that_may_be_used_are_loaded():
    keep(*(said("1.2", day=DAY + timedelta(days=days)) for days in (-8, -7, 0, 1)))

    assert set(exchange.load(DAY).days) == {DAY - timedelta(days=7), DAY}


def test_what_is_repeated_is_not_written():
    assert keep(said("1.25")) == exchange.SaveResult(1, 0)
    assert keep(said("1.250")) == exchange.SaveResult(0, 0)


def test_a_day_that_is_restated_is_corrected():
    keep(said("1.25"), said("8.1", "CNY"))

    assert keep(said("1.26")) == exchange.SaveResult(0, 1)
    assert ExchangeRate.objects.get(currency="USD").rate == Decimal("1.26")
    assert ExchangeRate.objects.count() == 2


def test_publishers_stay_apart():
    keep(said("1.25"))
    exchange.save([said("1.3")], source="other", at=NOW)

    assert exchange.load(DAY, source="other").days[DAY]["USD"] == Decimal("1.3")
    assert exchange.load(DAY).days[DAY]["USD"] == Decimal("1.25")


@pytest.mark.parametrize(("rate", "odd"), [("2.5", True), ("0.625", True), ("2.49", False), ("0.63", False)])
def test_a_rate_that_doubles_or_halves_is_told(rate, odd):
    keep(said("9", day=DAY - timedelta(days=30)), said("1.25"))

    messages = exchange.jumps([said(rate, day=DAY + timedelta(days=1)), said("7", "CNY")], source="ecb")

    assert bool(messages) == odd
    assert all("USD on 2026-11-21" in message and "1.25 on 2026-11-20" in message for message in messages)


@pytest.mark.parametrize("day", [date.min, date(1, 1, 5), date.max])
def test_the_ends_of_the_calendar_are_days_without_rates(day):
    assert exchange.load(day).days == {}

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from registry.models import ExchangeRate, Revision
from syncers.errors import BadPayload
from syncers.sources.catalogues.ecb import ECB
from syncers.sync.engine import sync
from tests.builders import NOW
from tests.syncers.sources.samples import RECORDINGS

BODY = (RECORDINGS / "ecb.xml").read_bytes()
BEFORE = b'<Cube time="2027-01-05">'


def with_cube(cube: str) -> bytes:
    return BODY.replace(BEFORE, BEFORE + cube.encode())


def test_it_reads_each_rate_with_the_day_it_stands_under():
    by_day_and_currency = {(rate.day, rate.currency): rate.rate for rate in ECB().parse(BODY).rates}

    assert by_day_and_currency == {
        (date(2027, 1, 5), "USD"): Decimal("1.25"),
        (date(2027, 1, 5), "JPY"): Decimal("170.25"),
        (date(2027, 1, 5), "CNY"): Decimal("8.1250"),
        (date(2027, 1, 5), "INR"): Decimal("98.7655"),
        (date(2027, 1, 5), "IDR"): Decimal("19012.34"),
        (date(2027, 1, 4), "USD"): Decimal("1.2"),
        (date(2027, 1, 4), "JPY"): Decimal("171.00"),
        (date(2027, 1, 4), "CNY"): Decimal("8.0"),
    }
    assert {rate.base for rate in ECB().parse(BODY).rates} == {"EUR"}


def test_what_is_no_rate_is_rejected_and_the_others_are_taken():
    assert [record.reason for record in ECB().parse(BODY).rejected] == ["not a rate: 'N/A'"]


@pytest.mark.parametrize("rate", ["", "0", "-1.5", "NaN", "Infinity", "1e308", "1e-7000000", "9" * 400, "abc", "1,5"])
def test_a_hostile_rate_does_not_lose_the_others(rate):
    parsed = ECB().parse(with_cube(f'<Cube currency="GBP" rate="{rate}"/>'))

    assert (len(parsed.rates), len(parsed.rejected)) == (8, 2)


@pytest.mark.parametrize("currency", ["", "gbp", "POUND", "G&#160;P", "é"])
def test_a_hostile_currency_does_not_lose_the_others(currency):
    assert len(ECB().parse(with_cube(f'<Cube currency="{currency}" rate="0.9"/>')).rates) == 8


def test_a_rate_without_a_day_is_not_taken():
    parsed = ECB().parse(BODY.replace(b' time="2027-01-04"', b""))

    assert {rate.day for rate in parsed.rates} == {date(2027, 1, 5)}
    assert "a rate needs its day" in parsed.rejected[0].reason


def test_two_rates_of_one_day_are_both_left_out():
    parsed = ECB().parse(with_cube('<Cube currency="USD" rate="1.3"/>'))

    assert (date(2027, 1, 5), "USD") not in {(rate.day, rate.currency) for rate in parsed.rates}
    assert "neither is taken" in parsed.rejected[-1].reason


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html><body>Maintenance</body></html>",
        BODY[: len(BODY) // 2],
        b"<a>" * 50 + b"</a>" * 50,
        BODY.replace(b"<gesmes:Envelope", b'<!DOCTYPE x [<!ENTITY a "b">]><gesmes:Envelope'),
        BODY.replace(b"<gesmes:Envelope", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><gesmes:Envelope'),
    ],
)
def test_another_answer_changes_nothing(body):
    with pytest.raises(BadPayload):
        ECB().parse(body)


@pytest.mark.django_db
def test_rates_are_kept_and_prices_are_left_alone():
    report = sync(ECB, body=BODY, accept=True, at=NOW)

    assert (report.status, report.seen, report.new, report.rejected) == ("ok", 9, 8, 1)
    assert ExchangeRate.objects.get(currency="INR").rate == Decimal("98.7655")
    assert not Revision.objects.filter(number__gt=0).exists()


@pytest.mark.django_db
def test_reading_the_same_again_writes_nothing():
    sync(ECB, body=BODY, accept=True, at=NOW)

    report = sync(ECB, body=BODY + b" ", accept=True, at=NOW)

    assert (report.status, report.new, report.changed, report.rows_written) == ("ok", 0, 0, 0)


@pytest.mark.django_db
def test_rates_that_moved_by_a_unit_error_are_held_as_a_whole():
    sync(ECB, body=BODY, accept=True, at=NOW)
    many = "".join(f'<Cube currency="ZZ{letter}" rate="2"/>' for letter in "ABCDEFGHIJKLMNOP")
    mixed_up = with_cube(many).replace(b'rate="98.7655"', b'rate="9876.55"')

    report = sync(ECB, body=mixed_up, at=NOW)

    assert report.status == "quarantined"
    assert "INR on 2027-01-05" in report.error
    assert ExchangeRate.objects.get(currency="INR").rate == Decimal("98.7655")
    assert not ExchangeRate.objects.filter(currency="ZZA").exists()


@pytest.mark.django_db
def test_a_list_that_is_too_short_is_held():
    assert sync(ECB, body=BODY, at=NOW).status == "quarantined"
    assert not ExchangeRate.objects.exists()

"""Law 2: every point in time counts.

A price that is announced is judged when it is stated, and once more on its first day where nobody stands for it. The
days of the rows from T8 on are those of the table: an announcement for 1 September 2026.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.curation.decision.world import (
    DAY,
    OFFERING,
    TODAY,
    account,
    approve,
    base,
    dated,
    fact,
    fails,
    lead,
    listed_below,
    newest,
    passes,
    pending,
    published,
    repeats,
    says,
    shown_price,
    units,
    waiting,
    written_by,
)  # fmt: skip

pytestmark = pytest.mark.django_db

JULY = datetime(2026, 7, 1, 8, tzinfo=UTC)
START = datetime(2026, 9, 1, 8, tzinfo=UTC)
EVE = START - 2 * DAY


def list_until_september(first: str, then: str) -> dict[str, Any]:
    """An input and an output price that change on 1 September, written `2/10`."""
    pairs = zip(("input", "output"), zip(first.split("/"), then.split("/"), strict=True), strict=False)
    return {
        f"price_{meter}": dated((now, None, "2026-09-01"), (later, "2026-09-01", None)) for meter, (now, later) in pairs
    }


@pytest.mark.parametrize(
    ("announced", "kind", "size"),
    [
        pytest.param("2000", "change", Decimal(1000), id="T1 a thousandfold"),
        pytest.param("free", "free", None, id="T2 free"),
        pytest.param("not offered", "price_type_changed", None, id="T3 not offered"),
        pytest.param("2 CNY", "price_type_changed", None, id="T4 another currency"),
    ],
)
def test_an_announced_price_is_judged_when_it_is_stated(announced, kind, size):
    """T1 to T4"""
    base("L", "2")
    says("L", price_input=dated(("2", None, "2027-01-01"), (announced, "2027-01-01", None)))

    assert fact("price.input") == [{"amount": "2", "currency": "USD"}]
    assert [(unit.kind, unit.size) for unit in units()] == [(kind, size)]


def test_a_past_that_is_told_otherwise_waits():
    """T5"""
    base("L", "2")
    says("L", price_input=dated(("0.002", None, "2026-06-01"), ("2", "2026-06-01", None)))

    assert fact("price.input") == [{"amount": "2", "currency": "USD"}]
    assert waiting() == {"price.input"}


def test_an_undated_price_says_nothing_of_the_past():
    """T6"""
    base("G", price_input=dated(("5", None, "2026-07-01"), ("4", "2026-07-01", None)))
    says("O", "4")

    assert [point["amount"] for point in fact("price.input")] == ["5", "4"]
    assert (lead(), waiting()) == ("O", set())


def test_what_an_equal_announces_costs_nothing_before_it_is_accepted():
    """T7: the price of a month later is what it is today."""
    base("L", "2/10", at=JULY)
    says("G", at=JULY + DAY, **list_until_september("2/10", "3/15"))

    assert published(on=date(2026, 7, 2)) == "2/10"
    assert published(on=date(2026, 10, 1)) == "2/10"


def test_what_an_equal_announces_is_shown_with_its_name():
    """T7: as announced by G."""
    base("L", "2/10", at=JULY)
    says("G", at=JULY + DAY, **list_until_september("2/10", "3/15"))

    assert "genai-prices" in str(account().get("announced"))


def test_an_announced_price_that_waits_does_not_start():
    """T8: its source is silent since July, two others state the old price."""
    base("G", "2/10", at=JULY)
    says("G", at=JULY + DAY, **list_until_september("2/10", "3/15"))
    assert waiting() == {"price.input", "price.output"}
    fails("G", at=EVE)
    for letter in ("L", "M"):
        says(letter, "2/10", at=EVE)
    passes(START)

    assert published(on=START.date()) == "2/10"
    assert waiting() == set()


def test_an_accepted_announcement_starts_by_itself_while_its_source_says_so():
    """T9: the start is a revision of its own, by the registry."""
    base("G", "2", at=JULY)
    says("G", at=JULY + DAY, **list_until_september("2", "2.5"))
    repeats("G", at=EVE)
    before = newest()
    passes(START)

    assert published(on=START.date()) == "2.5"
    assert (newest(), written_by(newest())) == (before + 1, "registry")


def test_two_that_state_the_old_price_on_the_day_after_take_an_announced_start_back():
    """T9, the day after: the line goes back to 2 from 2 September on."""
    base("G", "2", at=JULY)
    says("G", at=JULY + DAY, **list_until_september("2", "2.5"))
    repeats("G", at=EVE)
    passes(START)
    for letter in ("L", "M"):
        says(letter, "2", at=START + DAY)

    assert published(on=START.date()) == "2.5"
    assert published(on=(START + DAY).date()) == "2"


def test_an_announced_start_waits_while_its_source_cannot_be_reached():
    """T10: nobody has confirmed it in the 14 days before."""
    base("G", "2", at=JULY)
    says("G", at=JULY + DAY, **list_until_september("2", "2.5"))
    repeats("G", at=datetime(2026, 8, 10, 8, tzinfo=UTC))
    fails("G", at=EVE)
    passes(START)

    assert published(on=START.date()) == "2"
    assert waiting() == {"price.input"}
    assert pending()["why"] == "start not confirmed"


def test_what_the_provider_announces_starts_by_its_date():
    """T11: though the provider cannot be reached on the day."""
    base("O", at=JULY, **list_until_september("2", "3"))
    fails("O", at=START)
    passes(START)

    assert (published(on=EVE.date()), published(on=START.date()), waiting()) == ("2", "3", set())


def test_an_announcement_that_its_provider_drops_is_withdrawn():
    """T12"""
    base("O", at=JULY, **list_until_september("2", "3"))
    says("O", "2", at=datetime(2026, 8, 15, 8, tzinfo=UTC))

    assert (published(on=START.date()), waiting()) == ("2", set())


def test_what_was_announced_once_is_in_what_was_known_then():
    """T12: the catalogue of 10 August still knows the price of September."""
    base("O", at=JULY, **list_until_september("2", "3"))
    says("O", "2", at=datetime(2026, 8, 15, 8, tzinfo=UTC))

    assert shown_price(at=START, known_at="2026-08-10T12:00:00Z", as_of="2026-09-01")["amount"] == "3"


def test_one_approval_covers_a_price_and_its_end():
    """T13: an offer of two weeks is asked about once, and the old price is back without a question."""
    base("O", "9")
    says("O", price_input=dated(("1", None, "2026-12-15"), ("9", "2026-12-15", None)))
    assert (published(), waiting()) == ("9", {"price.input"})

    approve()
    passes(datetime(2026, 12, 15, 8, tzinfo=UTC))

    assert (published(), published(on=date(2026, 12, 15)), waiting()) == ("1", "9", set())


def test_the_day_after_a_dated_start_the_old_price_is_not_found():
    """T14: no job has run in between."""
    base("O", price_input=dated(("1", None, "2026-12-01"), ("9", "2026-12-01", None)))
    assert listed_below(2, at=datetime(2026, 11, 29, 12, tzinfo=UTC)) == [OFFERING]

    assert listed_below(2, at=datetime(2026, 12, 5, 12, tzinfo=UTC)) == []


def test_a_price_that_has_ended_is_not_found():
    """T15"""
    base("O", price_input=dated(("4", None, "2026-12-31")))
    new_year = datetime(2027, 1, 1, 12, tzinfo=UTC)

    assert published(on=new_year.date()) == "-"
    assert listed_below(5, at=new_year) == []


def test_a_price_that_has_ended_is_unknown():
    """T15: never the old amount, never free."""
    base("O", price_input=dated(("4", None, "2026-12-31")))

    assert shown_price(at=TODAY)["amount"] == "4"
    assert shown_price(at=datetime(2027, 1, 1, 12, tzinfo=UTC))["state"] == "unknown"

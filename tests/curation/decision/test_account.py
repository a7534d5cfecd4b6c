"""Law 6: the account is true now. *Verified* is what its named source states today, and what waits is in the answer."""

from __future__ import annotations

import pytest

from tests.curation.decision.world import (
    DAY,
    HOUR,
    TODAY,
    account,
    approve,
    base,
    dated,
    etag,
    fact,
    newest,
    pending,
    published,
    reject,
    says,
    waiting,
)  # fmt: skip

pytestmark = pytest.mark.django_db

LIST = ("price.input", "price.output", "price.cache_read")


def test_a_source_that_leaves_takes_its_agreement_along_without_a_revision():
    """A1"""
    base("L", "5/25")
    says("M", "5/25", at=TODAY - DAY)
    assert account()["quality"] == "verified"
    before = newest()
    says("M", "4/20")

    assert (published(), account()["quality"]) == ("5/25", "partial")
    assert newest() == before


def test_a_new_account_moves_the_etag():
    """A1: the answer is another one, so its tag is."""
    base("L", "5/25")
    before = etag()
    says("M", "5/25")

    assert (published(), account()["quality"]) == ("5/25", "verified")
    assert etag() != before


def test_a_new_account_alone_is_no_revision():
    """A1: another source agrees now, and no value moves."""
    base("L", "5/25")
    before = newest()
    says("M", "5/25")

    assert (account()["quality"], newest()) == ("verified", before)


def test_what_its_source_no_longer_states_is_not_verified():
    """A2"""
    base("O", "0.4")
    says("O", "1.6")

    assert (published(), waiting()) == ("0.4", {"price.input"})
    assert account()["quality"] != "verified"
    assert account()["stated"] is False


def test_what_sources_state_for_a_later_day_only_is_not_verified_today():
    """A2: two catalogues that had said 2 announce a start, and say nothing of today any more."""
    base("L", "2")
    says("M", "2", at=TODAY - DAY)
    assert account()["quality"] == "verified"
    for letter, later in (("L", "3"), ("M", "4")):
        says(letter, price_input=dated((later, "2027-01-01", None)))

    assert fact("price.input") == [{"amount": "2", "currency": "USD"}]
    assert (account()["quality"], account()["agree"], account()["stated"]) == ("partial", [], False)
    assert "2027-01-01" in str(account()["announced"])


def test_two_that_announce_different_prices_and_state_none_of_today_do_not_agree():
    """A2: whichever of them a person lets through."""
    base("L", "2")
    for letter, later in (("M", "4"), ("L", "3")):
        says(letter, price_input=dated((later, "2027-01-01", None)))
    approve()

    assert fact("price.input") == [{"amount": "3", "currency": "USD", "from": "2027-01-01"}]
    assert (account()["quality"], account()["agree"], account()["disagree"]) == ("partial", [], ["models-dev"])


def test_what_waits_is_in_the_answer():
    """A2: with its value, its source and the day."""
    base("O", "0.4")
    says("O", "1.6")

    proposed = pending()
    assert (proposed.get("source"), str(proposed.get("since"))[:10]) == ("acme", TODAY.date().isoformat())
    assert "1.6" in str(proposed.get("value"))


def test_the_lone_word_of_the_provider_is_verified():
    """A3: one of one."""
    says("O", "5/25")

    assert (published(), account()["quality"]) == ("5/25", "verified")
    one_of_one = {"agree": 1, "of": 1}  # may be left out
    assert account().get("agreement", one_of_one) == one_of_one


def test_what_was_rejected_is_told_in_place_of_what_waits():
    """A4"""
    base("O", "0.4")
    says("O", "1.6")
    reject(at=TODAY + HOUR)

    assert (published(), waiting(), pending()) == ("0.4", set(), {})
    assert account()["quality"] != "verified"
    assert "rejected by" in str(account())


def test_only_a_value_that_was_rejected_is_told_as_such():
    """A4: the list is not asked about because of its input price; nobody said a word about the others."""
    base("L", "5/25 cache=0.5")
    says("L", "2.5/10 cache=0.5")
    reject(at=TODAY + HOUR)
    says("L", "2.5/8 cache=0.2", at=TODAY + 2 * HOUR)

    assert (published(), waiting()) == ("5/25 cache=0.5", set())
    assert [name for name in LIST if "rejected" in account(name)] == ["price.input"]


def test_who_rejected_a_value_is_told_of_each():
    """A4: the list holds a value that ada refused and one that bob did."""
    base("L", "5/25")
    for listed, who in (("2.5/10", "ada"), ("2/8", "bob")):
        says("L", listed)
        reject(by=who, at=TODAY + HOUR)
    says("L", "2.5/8", at=TODAY + 2 * HOUR)

    assert "by ada" in account("price.input")["rejected"]["why"]
    assert "by bob" in account("price.output")["rejected"]["why"]

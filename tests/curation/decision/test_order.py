"""Law 4: order is irrelevant within a day. What is read on one UTC day is weighed as if it had been read together."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.signals import post_init

from curation.apply.load import published_states
from curation.apply.opening import openings
from curation.apply.reconcile import reconcile
from curation.core.authority import SourceType
from curation.core.claim import Claim
from curation.models import Source
from curation.pins import pinning
from registry.domain import rates
from registry.models import LedgerEntry
from syncers.kinds import source as sources
from syncers.kinds.record import Record
from syncers.sync import stored_claims
from syncers.sync.engine import sync
from syncers.sync.record import Report
from tests.builders import curator
from tests.curation.decision.courses import world
from tests.curation.decision.world import (
    BEFORE,
    DAY,
    HOUR,
    OFFERING,
    TODAY,
    approve,
    base,
    conflicts,
    lists,
    passes,
    pins,
    published,
    puts_first,
    says,
    stated,
    units,
    waiting,
    who,
)  # fmt: skip

pytestmark = pytest.mark.django_db


class PriceList(sources.Source):
    """Prices per 1M tokens. Registered nowhere: its subclasses stand for two of the sources of a row."""

    def claims(self, record: Record) -> Iterable[Claim]:
        amounts = {meter: record.get(meter) for meter in ("input", "output")}
        values: dict[str, Any] = {f"price_{meter}": rates.price(amount) for meter, amount in amounts.items() if amount}
        yield stated(key=f"acme/{record.text('id')}", **values)


class Provider(PriceList):
    slug, label, speaks_for = "acme", "Acme", "acme"
    source_type, expected, url = SourceType.OFFICIAL, (1, 100), "https://acme.example/prices"


class Catalogue(PriceList):
    slug, label = "models-dev", "M"
    source_type, expected, url = SourceType.CATALOGUE, (1, 100), "https://models-dev.example/prices"


def reads(source: type[PriceList], listed: dict[str, str], *, at: datetime) -> Report:
    """A whole run of a source: id → `5/25`."""
    rows = [dict(zip(("id", "input", "output"), (key, *text.split("/")), strict=True)) for key, text in listed.items()]
    return sync(source, body=json.dumps(rows).encode(), at=at)


@pytest.mark.parametrize("order", ["OL", pytest.param("LO")])
def test_two_first_lists_that_are_far_apart_wait_with_both_sides(order):
    """O1"""
    lists_by_source = {"O": "500/2500", "L": "5/25"}
    for minute, letter in enumerate(order):
        says(letter, lists_by_source[letter], at=TODAY + minute * HOUR / 60)

    assert published() == "-"
    assert [unit.parts for unit in units()] == [{"price.input", "price.output"}]
    assert conflicts()["price.input"] == {"O", "L"}


@pytest.mark.parametrize("order", ["ML", "LM"])
def test_a_contested_rate_waits_and_the_list_goes_on(order):
    """O2"""
    lists_by_source = {"M": "2.5/10 audio=2.5", "L": "2.5/10 audio=40/80"}
    for letter in order:
        says(letter, lists_by_source[letter])

    assert published() == "2.5/10 audio=-/80"
    assert waiting() == {"price.input[modality=audio]"}


@pytest.mark.parametrize("order", ["ML", "LM"])
def test_a_contested_rate_waits_though_its_source_has_led_the_other_one_since(order):
    """O2, later: the output price gives no seat to the input price that was never accepted."""
    lists_by_source = {"M": "2.5/10 batch=1", "L": "2.5/10 batch=0.2/1"}
    for letter in order:
        says(letter, lists_by_source[letter])
    says("L", lists_by_source["L"], at=TODAY + DAY, context_window=200_000)

    assert published() == "2.5/10 batch=-/1"
    assert waiting() == {"price.input[tier=batch]"}


def test_an_equal_that_is_new_today_changes_nothing():
    """O4"""
    base("L", "5/25", at=TODAY - DAY)
    says("M", "4/20")

    assert (published(), waiting(), conflicts()["price.input"]) == ("5/25", set(), {"L", "M"})


def test_a_payload_that_is_older_than_what_was_read_decides_nothing():
    """O5"""
    first, last = datetime(2026, 10, 1, 8, tzinfo=UTC), datetime(2026, 11, 29, 8, tzinfo=UTC)
    reads(Provider, {"rocket-1": "5/25"}, at=first)
    reads(Provider, {"rocket-1": "4/20"}, at=last)
    assert published() == "4/20"

    report = reads(Provider, {"rocket-1": "5/25"}, at=first)

    assert published() == "4/20"
    assert "older than what was read" in report.error


def test_a_payload_that_is_older_than_what_was_read_confirms_nothing_and_misses_nothing():
    reads(Provider, {"rocket-1": "5/25", "rocket-2": "5/25"}, at=TODAY - 60 * DAY)
    reads(Provider, {"rocket-1": "4/20", "rocket-2": "5/25"}, at=TODAY - DAY)
    before = Source.objects.values().get(pk=Provider.slug)

    for days in (50, 40, 30):
        report = reads(Provider, {"rocket-1": "5/25"}, at=TODAY - days * DAY)
        assert (report.status, report.missing, report.rows_written) == ("unchanged", 0, 0)

    assert Source.objects.values().get(pk=Provider.slug) == before
    assert published() == "4/20"


def test_steps_of_one_day_are_measured_from_its_beginning():
    """O6: the third is 1.8 times the price of the morning, and takes the second back."""
    base("L", "5/25")
    prices = []
    for hour, listed in ((8, "6/30"), (12, "7.4/37"), (16, "9/45")):
        says("L", listed, at=TODAY.replace(hour=hour))
        prices.append(published())

    assert prices == ["6/30", "7.4/37", "5/25"]
    assert [unit.size for unit in units()] == [Decimal("1.80")]


def test_steps_behind_a_pin_are_measured_from_the_beginning_of_the_day():
    """O6 behind a pin: the ledger tells nothing of what moved there, and the list is 1.7 times that of the morning."""
    base("L", "2/4")
    pins("price.input", "5", at=TODAY - DAY)
    prices = []
    for hour, listed in ((8, "2.4/4.8"), (16, "3.4/5.4")):
        says("L", listed, at=TODAY.replace(hour=hour))
        prices.append(published())

    assert prices == ["5/4.8", "5/4"]
    assert [unit.size for unit in units()] == [Decimal("1.70")]


def test_what_moved_and_came_back_behind_a_pin_keeps_the_seat_of_the_morning():
    base("L", "2/4")
    pins("price.input", "5", at=TODAY - DAY)
    for hour, listed in ((8, "2.4/4.8"), (10, "2/4"), (16, "2.2/4.4")):
        says("L", listed, at=TODAY.replace(hour=hour))

    assert (published(), waiting()) == ("5/4.4", set())


def test_what_a_person_decides_is_a_base_for_its_own_unit_only():
    """Whoever pins a limit at noon has not looked at the price of the morning."""
    base("L", "5/25", context_window=200_000)
    says("L", "6/30", context_window=200_000, at=TODAY.replace(hour=8))
    noon = TODAY.replace(hour=12)
    pinning.pin(
        offering=OFFERING, field="context_window", value=100_000, actor=curator(), reason="docs", at=noon
    )  # fmt: skip
    says("L", "9/45", context_window=200_000, at=TODAY.replace(hour=16))

    assert (published(), waiting()) == ("5/25", {"price.input", "price.output"})


def test_what_a_person_approves_is_a_base_from_then_on():
    base("L", "5/25")
    says("L", "9/45", at=TODAY.replace(hour=8))
    approve(at=TODAY.replace(hour=9))
    says("L", "10/50", at=TODAY.replace(hour=16))

    assert (published(), waiting()) == ("10/50", set())


def test_what_the_clock_decides_by_policies_is_no_base():
    """What is decided anew by the schedule, or after a policy or a rule of identity has moved, is decided by nobody."""
    base("L", "5/25")
    row = who("L")
    difference = stored_claims.compare(row, [stated("6/30")])
    stored_claims.write(row, difference, TODAY.replace(hour=8))
    reconcile(difference.touched, actor="registry", reason="a day came", batch=uuid4(), at=TODAY.replace(hour=8))
    assert published() == "6/30"
    says("L", "8/40", at=TODAY.replace(hour=16))

    assert (published(), [unit.size for unit in units()]) == ("5/25", [Decimal("1.60")])


def test_what_nobody_objected_to_in_time_is_a_base():
    """Else it would go back with the next reading, and wait for its time once more."""
    puts_first("slowly", verdict="apply", fields=["price.input", "price.output"], grace_hours=1)
    base("L", "5/25", at=BEFORE)
    passes(BEFORE + DAY)
    says("L", "9/45", at=TODAY.replace(hour=8))
    passes(TODAY.replace(hour=10))
    assert published() == "9/45"
    says("L", "9.5/47", at=TODAY.replace(hour=16))

    assert (published(), [unit.size for unit in units()]) == ("9/45", [Decimal("1.06")])


def test_the_base_of_a_day_does_not_read_what_was_before_it():
    for days in range(90, 60, -1):
        base("L", f"5/{25 + days % 2}", at=TODAY - days * DAY)
    says("L", "5/25.5", at=TODAY)
    read: list[Any] = []
    post_init.connect(note := lambda instance, **_: read.append(instance), sender=LedgerEntry)
    try:
        (opening,) = openings(published_states([OFFERING]), at=TODAY + HOUR).values()
    finally:
        post_init.disconnect(note, sender=LedgerEntry)

    assert opening.before["price.output"][0][0]["amount"] == "26"  # type: ignore[index]
    assert {entry.revision.created_at for entry in read} == {TODAY}


def test_the_base_of_many_offerings_takes_as_many_queries_as_that_of_one(django_assert_max_num_queries: Any):
    keys = [f"acme/rocket-{number}" for number in range(20)]
    for listed, at in (("5/25", TODAY - DAY), ("6/30", TODAY)):
        lists("L", *(stated(listed, key=key) for key in keys), at=at)
        for key in keys if at < TODAY else ():
            pin = {"offering": key, "field": "price.input", "value": rates.price("7")}
            pinning.pin(**pin, actor=curator(), reason="docs", at=TODAY - DAY)  # type: ignore[arg-type]
    states = published_states(keys)
    with django_assert_max_num_queries(10):
        assert len(openings(states, at=TODAY + HOUR)) == len(keys)


def test_a_damaged_list_is_held_whole_and_the_others_are_decided_without_it():
    """O7"""
    sound = {"rocket-1": "5/25"} | {f"rocket-{number}": "2/8" for number in range(2, 61)}
    base("L", "5/25")
    reads(Catalogue, sound, at=TODAY - DAY)
    damaged = sound | dict.fromkeys(list(sound)[:24], "0.005/0.025")
    report = reads(Catalogue, damaged, at=TODAY)
    says("L", "4.5/22.5", at=TODAY + HOUR)

    assert report.status == "quarantined"
    assert (published(), waiting()) == ("4.5/22.5", set())


def test_first_readings_of_one_day_come_out_the_same_in_every_order():
    """O3, in small: three catalogues and the provider, two offerings."""
    lists_by_source = {
        "L": "5/25 batch=2.5/12.5",
        "M": "0.4/2 cache=0.04",
        "G": "5/25 cache=0.5",
        "O": "5/25",
    }
    outcomes: set[Any] = set()
    for number, order in enumerate(list(permutations(lists_by_source))[::3]):
        keys = [f"acme/course-{number}-{name}" for name in ("a", "b")]
        for minute, letter in enumerate(order):
            listed = [stated(lists_by_source[letter], key=keys[0])]
            if letter != "O":
                listed.append(stated(lists_by_source[letter], key=keys[1]))
            lists(letter, *listed, at=TODAY + minute * HOUR / 60)
        outcomes.add(tuple((published(key), tuple(sorted(waiting(key)))) for key in keys))

    assert len(outcomes) == 1


@pytest.mark.parametrize("order", ["LGM", "MLG"])
def test_what_came_and_went_on_its_first_day_is_no_price_of_a_month_ago(order):
    """M, read first, is published for as long as it is alone. The step of the next day is 1.2, and 3 from M's price."""
    lists_by_source = {"L": "2.5/8", "G": "2.5/8", "M": "1/8"}
    for minute, letter in enumerate(order):
        says(letter, lists_by_source[letter], at=TODAY + minute * HOUR / 60)
    says("G", "3/8", at=TODAY + DAY)

    assert (published(), waiting()) == ("3/8", set())


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        # Read first, M makes two of the provider's word; G contests it by far.
        (({"O": "4/2", "M": "4/8"}, {"M": "4/2", "G": "0.4/2"}), "fill"),
        # Only what L states keeps the rate that G has left from being stated by nobody.
        (({"O": "40/8", "G": "40/8 batch=0.7"}, {"L": "4/8 batch=0.7", "G": "1/4"}), "other_list"),
    ],
)
def test_what_waits_is_told_the_same_in_every_order(days, kind):
    """It is judged again with each reading, also where it proposes the same as before."""
    waits = []
    for order in (list, reversed):
        with world():
            for number, day in enumerate(days):
                for letter in order(list(day)) if number else day:
                    says(letter, day[letter], at=TODAY + number * DAY)
            waits.append(units())

    assert waits[0] == waits[1]
    assert [unit.kind for unit in waits[0]] == [kind]

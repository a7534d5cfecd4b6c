"""What becomes due without a reading: prices that start, and sources that have become silent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from hypothesis import given, settings

from curation.apply.due import decide_due
from curation.core.lines import next_start
from curation.models import Source, StoredClaim
from curation.policies.installed import ensure_defaults
from registry.domain import rates
from registry.models import Offering, Revision
from tests.builders import OFFERING, claim, source, state, usd
from tests.curation.core.test_lines import price_lines
from tests.random_courses import count

TODAY = datetime(2026, 1, 5, 8, tzinfo=UTC)
DAY = timedelta(days=1)
START = (TODAY + 5 * DAY).date()


def announced(now: str, then: str, start: date = START) -> rates.PriceLine:
    return rates.line(
        [rates.PricePoint(Decimal(now), valid_to=start), rates.PricePoint(Decimal(then), valid_from=start)]
    )


@given(price_lines(), price_lines())
@settings(max_examples=count(100))
def test_the_next_start_is_the_first_point_of_any_price_that_begins_later(input_price, output_price):
    values = {"price.input": rates.encode(input_price), "price.output": rates.encode(output_price), "context_window": 9}
    starts = [p.valid_from for p in (*input_price, *output_price) if p.valid_from and p.valid_from > TODAY.date()]

    assert next_start(values, TODAY.date()) == min(starts, default=None)


def test_without_a_price_or_where_there_is_none_nothing_begins():
    assert next_start({"price.input": None, "released_on": "2030-01-01"}, TODAY.date()) is None


@pytest.fixture
def _policies(db: None) -> None:
    ensure_defaults()


def says(slug: str, price: rates.PriceLine, at: datetime = TODAY, **declared: Any) -> Source:
    row = source(slug, **declared)
    state(row, claim(price_input=price), at=at)
    Source.objects.filter(pk=slug).update(last_good_at=at)
    return row


def due_on(at: datetime) -> int:
    return decide_due(at=at)


def price_now() -> Any:
    return Offering.objects.get(key=OFFERING).facts["price.input"]


@pytest.mark.usefixtures("_policies")
def test_on_a_day_on_which_nothing_begins_nothing_is_decided():
    says("list", announced("3", "3.3"))

    assert due_on(TODAY + DAY) == 0
    assert StoredClaim.objects.get().next_start == START


@pytest.mark.usefixtures("_policies")
def test_an_announced_price_is_decided_on_its_day_and_once():
    says("list", announced("3", "3.3"))

    assert due_on(TODAY + 5 * DAY) == 1
    assert StoredClaim.objects.get().next_start is None
    revisions = Revision.objects.count()
    assert due_on(TODAY + 5 * DAY) == 0
    assert Revision.objects.count() == revisions


@pytest.mark.usefixtures("_policies")
def test_a_start_that_was_slept_over_is_caught_up_with():
    says("list", announced("3", "3.3"))

    assert due_on(TODAY + 9 * DAY) == 1
    point = rates.point_on(rates.decode(price_now()), (TODAY + 9 * DAY).date())
    assert point is not None
    assert point.amount == Decimal("3.3")


@pytest.mark.usefixtures("_policies")
def test_one_start_after_the_other_is_kept_in_mind():
    later = START + 9 * DAY
    says(
        "list",
        rates.line(
            [
                rates.PricePoint(Decimal(3), valid_to=START),
                rates.PricePoint(Decimal("3.3"), valid_from=START, valid_to=later),
                rates.PricePoint(Decimal("3.6"), valid_from=later),
            ]
        ),
    )

    assert due_on(TODAY + 5 * DAY) == 1
    assert StoredClaim.objects.get().next_start == later


@pytest.mark.usefixtures("_policies")
def test_a_source_that_is_silent_by_now_leaves_its_seat_once():
    says("a", usd("3"))
    says("b", usd("3.3"))
    assert Offering.objects.get(key=OFFERING).provenance["price.input"]["source"] == "a"
    Source.objects.filter(pk="a").update(failed_readings=3)
    Source.objects.filter(pk="b").update(last_good_at=TODAY + 15 * DAY)

    assert due_on(TODAY + 14 * DAY) == 0
    assert due_on(TODAY + 16 * DAY) == 1
    assert Offering.objects.get(key=OFFERING).provenance["price.input"]["source"] == "b"
    assert due_on(TODAY + 17 * DAY) == 0


@pytest.mark.usefixtures("_policies")
def test_who_failed_too_seldom_is_not_silent():
    says("a", usd("3"))
    Source.objects.filter(pk="a").update(failed_readings=2)

    assert due_on(TODAY + 90 * DAY) == 0


@pytest.mark.django_db
def test_an_older_database_knows_when_what_is_stated_begins():
    state(source(), claim(price_input=announced("3", "4")), claim("acme/undated"), at=TODAY)
    StoredClaim.objects.update(next_start=None)

    import_module("curation.migrations.0005_moves_and_behind").note_announced_starts(apps, None)

    next_starts = set(StoredClaim.objects.values_list("offering_key", "next_start"))
    assert next_starts == {(OFFERING, START), ("acme/undated", None)}

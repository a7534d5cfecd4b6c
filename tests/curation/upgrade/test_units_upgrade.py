"""The upgrade from changes of one field to changes of one unit.

The tables are taken back and upgraded once, with the rows of all tests, each about offerings of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from curation.apply.reconcile import Outcome, reconcile
from curation.models import Change
from curation.policies.installed import ensure_defaults
from curation.review import decisions
from tests.builders import NOW, claim, curator, held, listed, part, source, state, usd

pytestmark = pytest.mark.django_db

BEFORE = ("curation", "0003_missed_readings")
INPUT, OUTPUT = "price.input", "price.output"
IMAGE = "price.output[modality=image;unit=image]"
JOINED, APART, APART_TOO = "acme/joined", "acme/apart", "acme/apart-too"
REJECTED, WAITING = "acme/rejected", "acme/waiting"
PINNED, UNPINNED = "acme/pinned", "acme/unpinned"


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, list[int]]]:
    """Offering → the rows about it before the upgrade. What is upgraded is committed: it alters tables."""
    with django_db_blocker.unblock():
        try:
            _state_prices(REJECTED, WAITING)
            executor = MigrationExecutor(connection)
            executor.migrate([BEFORE])
            rows = _rows_of_before(executor.loader.project_state([BEFORE]).apps)
            call_command("migrate", verbosity=0)
            yield rows
        finally:
            call_command("migrate", verbosity=0)
            call_command("flush", verbosity=0, interactive=False)


def _state_prices(*keys: str) -> None:
    """A price of 3 is published, and 30 is stated now."""
    ensure_defaults()
    for amount in ("3", "30"):
        state(source(), *(claim(key, price_input=usd(amount)) for key in keys))
    Change.objects.all().delete()


def _rows_of_before(apps: Any) -> dict[str, list[int]]:
    later = NOW + timedelta(days=1)
    rejected = {"state": "rejected", "decided_by": "ada", "decided_at": NOW}
    unit_error = {"factor": Decimal(10), "policy": "smells of a unit mix-up"}
    apps.get_model("curation", "Pin").objects.create(
        offering_key=PINNED, field=OUTPUT, value=listed("30"), reason="x", author_id=curator().pk, created_at=NOW,
        batch="0" * 32,
    )  # fmt: skip
    rows = [
        _row(JOINED, OUTPUT, listed("25"), listed("12"), times_seen=4),
        _row(
            JOINED, INPUT, listed("5"), listed("60"), **unit_error | {"factor": Decimal(12)},
            first_seen_at=later, first_approved_by="ada", apply_after=None,
        ),
        _row(APART, INPUT, listed("5"), listed("2")),
        _row(APART, IMAGE, listed("0.04"), listed("0.4")),
        _row(APART, "context_window", 10, 5),
        _row(APART_TOO, INPUT, listed("5"), listed("2")),
        _row(REJECTED, INPUT, listed("3"), listed("30"), **rejected),
        _row(WAITING, INPUT, listed("3"), listed("30"), **unit_error),
        _row(PINNED, INPUT, listed("3"), listed("30")),
        _row(UNPINNED, INPUT, listed("3"), listed("30")),
    ]  # fmt: skip
    made: dict[str, list[int]] = {}
    for row in rows:
        made.setdefault(row["offering_key"], []).append(apps.get_model("curation", "Change").objects.create(**row).pk)
    return made


def _row(key: str, field: str, old: Any, new: Any, **more: Any) -> dict[str, Any]:
    columns = {
        "offering_key": key, "provider_slug": "acme", "field": field, "kind": "change", "old": old, "new": new,
        "factor": Decimal("0.5"), "fingerprint": "f" * 64, "source": "list", "policy": "price moves by half",
        "batch": "0" * 32, "state": "proposed", "first_seen_at": NOW, "last_seen_at": NOW,
        "circumstances": {"standing": "catalogue", "quality": "partial", "age_days": 3, "voices": 0},
    }  # fmt: skip
    return columns | more


def next_look(key: str) -> Outcome:
    """The next time that the offering is reconciled."""
    return reconcile([key], actor="registry", reason="again", batch=uuid4(), at=NOW)


def test_what_waited_about_prices_of_one_list_becomes_one_change(upgraded):
    first, second = upgraded[JOINED]

    change = Change.objects.get(pk=first)
    assert (change.state, change.unit, change.moved_fields) == ("proposed", "token_prices", (INPUT, OUTPUT))
    assert (change.policy, change.factor, change.first_seen_at) == ("possible unit error", Decimal(12), NOW)
    assert (change.field_names, change.times_seen, change.first_approved_by) == (f"|{INPUT}|{OUTPUT}|", 4, "")
    assert change.policy_context[OUTPUT]["policy"] == "price moves by half"
    closed = Change.objects.get(pk=second)
    assert (closed.state, closed.moved_fields) == ("superseded", (INPUT,))


def test_other_fields_offerings_and_prices_per_image_keep_rows_of_their_own(upgraded):
    waiting = Change.objects.awaiting_review().filter(offering_key__in=[APART, APART_TOO])

    units = waiting.order_by("offering_key", "unit").values_list("offering_key", "unit")
    assert list(units) == [
        (APART, "context_window"),
        (APART, IMAGE),
        (APART, "token_prices"),
        (APART_TOO, "token_prices"),
    ]


def test_a_no_is_still_remembered(upgraded):
    assert next_look(REJECTED).remembered == 1
    assert part(Change.objects.get(offering_key=REJECTED)).new == listed("30")


def test_what_waits_is_the_same_change_at_the_next_reading_and_can_be_approved(upgraded):
    assert next_look(WAITING).held == 0

    waiting = held(WAITING)
    assert [waiting.pk] == upgraded[WAITING]
    assert decisions.approve({waiting.pk: waiting.fingerprint}, actor=curator(), at=NOW).done == [waiting.pk]


def test_a_pin_is_part_of_what_was_seen(upgraded):
    marks = dict(Change.objects.values_list("offering_key", "fingerprint"))
    assert marks[PINNED] != marks[UNPINNED]

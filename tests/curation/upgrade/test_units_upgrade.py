"""The upgrade from changes of one field to changes of one unit."""

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
from tests.builders import NOW, OFFERING, claim, curator, held, listed, offering, part, source, state, usd

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("curation", "0003_missed_readings")
INPUT, OUTPUT = "price.input", "price.output"


@pytest.fixture
def what_was_stated() -> None:
    """A price of 3 is published, and 30 is stated now."""
    ensure_defaults()
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("30")))
    Change.objects.all().delete()


@pytest.fixture
def rows_of_before(what_was_stated: None) -> Iterator[Any]:
    """The table as it was, and then the newest again."""
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    yield executor.loader.project_state([BEFORE]).apps.get_model("curation", "Change")
    call_command("migrate", verbosity=0)


def upgrade() -> None:
    call_command("migrate", verbosity=0)


def again() -> Outcome:
    """The next look at the offering."""
    return reconcile([OFFERING], actor="registry", reason="again", batch=uuid4(), at=NOW)


def row(table: Any, field: str, old: Any, new: Any, **more: Any) -> Any:
    columns = {
        "offering_key": OFFERING, "provider_slug": "acme", "field": field, "kind": "change", "old": old, "new": new,
        "factor": Decimal("0.5"), "fingerprint": "f" * 64, "source": "list", "policy": "price moves by half",
        "batch": "0" * 32, "state": "proposed", "first_seen_at": NOW, "last_seen_at": NOW,
        "circumstances": {"standing": "catalogue", "quality": "partial", "age_days": 3, "voices": 0},
    }  # fmt: skip
    return table.objects.create(**columns | more)


def test_what_waited_about_prices_of_one_list_becomes_one_change(rows_of_before):
    later = NOW + timedelta(days=1)
    first = row(rows_of_before, OUTPUT, listed("25"), listed("12"), times_seen=4)
    second = row(
        rows_of_before, INPUT, listed("5"), listed("60"), factor=Decimal(12), policy="smells of a unit mix-up",
        first_seen_at=later, first_approved_by="ada", apply_after=None,
    )  # fmt: skip
    upgrade()

    change = Change.objects.get(pk=first.pk)
    assert (change.state, change.unit, change.moved_fields) == ("proposed", "token_prices", (INPUT, OUTPUT))
    assert (change.policy, change.factor, change.first_seen_at) == ("possible unit error", Decimal(12), NOW)
    assert (change.field_names, change.times_seen, change.first_approved_by) == (f"|{INPUT}|{OUTPUT}|", 4, "")
    assert change.policy_context[OUTPUT]["policy"] == "price moves by half"
    closed = Change.objects.get(pk=second.pk)
    assert (closed.state, closed.moved_fields) == ("superseded", (INPUT,))


def test_other_fields_offerings_and_prices_per_image_keep_rows_of_their_own(rows_of_before):
    image = "price.output[modality=image;unit=image]"
    row(rows_of_before, INPUT, listed("5"), listed("2"))
    row(rows_of_before, image, listed("0.04"), listed("0.4"))
    row(rows_of_before, "context_window", 10, 5)
    row(rows_of_before, INPUT, listed("5"), listed("2"), offering_key="acme/rocket-2")
    upgrade()

    units = Change.objects.awaiting_review().order_by("offering_key", "unit").values_list("offering_key", "unit")
    assert list(units) == [
        (OFFERING, "context_window"),
        (OFFERING, image),
        (OFFERING, "token_prices"),
        ("acme/rocket-2", "token_prices"),
    ]


def test_a_no_is_still_remembered(rows_of_before):
    row(rows_of_before, INPUT, listed("3"), listed("30"), state="rejected", decided_by="ada", decided_at=NOW)
    upgrade()

    assert again().remembered == 1
    assert part(Change.objects.get()).new == listed("30")


def test_what_waits_is_the_same_change_at_the_next_reading_and_can_be_approved(rows_of_before):
    waiting = row(
        rows_of_before, INPUT, listed("3"), listed("30"), factor=Decimal(10), policy="smells of a unit mix-up"
    )
    upgrade()
    assert again().held == 0

    assert held().pk == waiting.pk
    assert decisions.approve({waiting.pk: held().fingerprint}, actor=curator(), at=NOW).done == [waiting.pk]


def test_a_pin_is_part_of_what_was_seen(rows_of_before):
    pins = MigrationExecutor(connection).loader.project_state([BEFORE]).apps.get_model("curation", "Pin")
    pins.objects.create(
        offering_key=OFFERING, field=OUTPUT, value=listed("30"), reason="x", author_id=curator().pk, created_at=NOW,
        batch="0" * 32,
    )  # fmt: skip
    row(rows_of_before, INPUT, listed("3"), listed("30"))
    row(rows_of_before, INPUT, listed("3"), listed("30"), offering_key="acme/rocket-2")
    upgrade()

    marks = dict(Change.objects.values_list("offering_key", "fingerprint"))
    assert marks[OFFERING] != marks["acme/rocket-2"]

"""The table of rates refuses by itself what makes no sense, whoever writes to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from registry.models import Rate
from tests.registry.builders import make_offering

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)


def write(**columns: Any) -> Rate:
    complete: dict[str, Any] = {
        "offering": make_offering("acme/rocket-1") if "offering" not in columns else None,
        "field": "price.input", "meter": "input", "unit": "1M tokens", "state": "priced", "amount": Decimal(3),
        "currency": "USD", "revision_from": 1,
    }  # fmt: skip
    return Rate.objects.create(**complete | columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"amount": Decimal(-1)},
        {"amount": Decimal(0)},
        {"amount": None},
        {"state": "free", "amount": Decimal(1)},
        {"state": "perhaps", "amount": None},
        {"currency": "usd"},
        {"currency": "US"},
        {"above": 1, "beyond": 1},
        {"valid_from": MARCH, "valid_to": MARCH},
        {"revision_from": 2, "revision_to": 2},
        {"revision_from": 2, "revision_to": 1},
    ],
)
def test_it_refuses_nonsense(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(**columns)


@pytest.mark.parametrize("start", [None, MARCH])
def test_one_price_holds_at_a_time(start):
    first = write(valid_from=start)

    with pytest.raises(IntegrityError), transaction.atomic():
        write(offering=first.offering, valid_from=start, revision_from=2)
    Rate.objects.filter(pk=first.pk).update(revision_to=2)
    write(offering=first.offering, valid_from=start, revision_from=2)

    assert Rate.objects.filter(revision_to__isnull=True).count() == 1


def test_what_was_and_what_will_be_stand_beside_each_other():
    first = write(valid_to=MARCH)
    write(offering=first.offering, valid_from=MARCH)
    write(offering=first.offering, field="price.output", meter="output", beyond=1000, state="free", amount=None)

    assert Rate.objects.count() == 3

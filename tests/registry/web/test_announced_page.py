"""The page of an offering shows announced prices apart from the price in force, and what was withdrawn."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from registry.models import Offering
from tests.builders import NOW, listed
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db
KEY = "acme/rocket-1"
RAISED = [
    {"amount": "2", "currency": "USD", "to": "2026-03-01"},
    {"amount": "3", "currency": "USD", "from": "2026-03-01"},
]


def shown(day: str) -> str:
    with time_machine.travel(datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC), tick=False):
        html = Client().get(f"/offerings/{KEY}").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_an_announced_price_stands_apart_with_its_day() -> None:
    put(to("price.input", RAISED), key=KEY)

    before, after = shown("2026-02-27"), shown("2026-03-01")

    assert "Input, per 1M tokens $2" in before
    assert "Input price 2026-03-01 $2 $3" in before
    assert "$2 / 1M tokens until 2026-03-01" in before
    assert "$3 / 1M tokens from 2026-03-01" not in before.partition("Price history")[0]
    assert "Input, per 1M tokens $3" in after
    assert "Announced prices" not in after


def test_the_end_of_a_price_is_announced_though_no_price_follows() -> None:
    put(to("price.input", RAISED[:1]), key=KEY)

    assert "Input price 2026-03-01 $2 unknown" in shown("2026-02-27")


def test_a_price_that_nobody_confirms_says_so() -> None:
    put(to("price.input", listed("2")), key=KEY)
    row = Offering.objects.get(key=KEY)
    row.provenance["price.input"]["announced"] = [{"source": "list", "prices": RAISED[1:]}]
    row.save()

    assert "Input price 2026-03-01 $2 $3 list not confirmed" in shown("2026-02-27")


@pytest.mark.parametrize(
    ("new", "words"),
    [
        pytest.param(listed("2"), "withdrawn", id="withdrawn"),
        pytest.param(
            [{**RAISED[0], "to": "2026-04-01"}, {**RAISED[1], "from": "2026-04-01"}], "extended", id="extended"
        ),
    ],
)
def test_the_history_says_how_an_announcement_ended(new: list[dict[str, str]], words: str) -> None:
    put(to("price.input", RAISED), key=KEY)
    put(to("price.input", new, old=RAISED), key=KEY, at=NOW + timedelta(days=9))

    page = shown("2026-02-27")

    assert re.search(rf"2026-01-05 – 2026-01-14 {words}", page)
    assert f"{words}: $3 from 2026-03-01" in page

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.core.claim import Claim
from curation.models import StoredClaim
from syncers.sync import stored_claims
from tests.builders import NOW, claim, source, usd

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)


def keep(*claims: Claim, slug: str = "list", at: datetime = NOW) -> tuple[stored_claims.Difference, int]:
    difference = stored_claims.compare(source(slug), claims)
    return difference, stored_claims.write(source(slug), difference, at)


def test_it_keeps_all_that_is_stated():
    keep(claim(aliases=("rocket",), as_of=date(2026, 1, 2), estimates=frozenset({"context_window"}), license=None))

    row = StoredClaim.objects.get()
    assert row.values["price.input"] == [{"amount": "3", "currency": "USD"}]
    assert (row.values["license"], row.aliases, row.as_of, row.estimates) == (
        None,
        ["rocket"],
        date(2026, 1, 2),
        ["context_window"],
    )
    assert (row.first_seen_at, row.changed_at, row.missing_since) == (NOW, NOW, None)


def test_it_tells_new_from_changed_from_repeated_from_missing():
    keep(claim("acme/same"), claim("acme/changed"), claim("acme/missing"))
    difference, rows = keep(claim("acme/same"), claim("acme/changed", name="X"), claim("acme/new"), at=TOMORROW)

    assert [c.offering for c in difference.new] == ["acme/new"]
    assert [c.offering for c in difference.changed] == ["acme/changed"]
    assert difference.missing == ["acme/missing"]
    assert difference.touched == {"acme/new", "acme/changed", "acme/missing"}
    assert rows == 3


def test_it_writes_nothing_for_what_a_source_repeats():
    keep(*(claim(f"acme/r{n}") for n in range(20)))

    with CaptureQueriesContext(connection) as captured:
        difference, rows = keep(*(claim(f"acme/r{n}") for n in range(20)), at=TOMORROW)
    assert (difference.touched, rows) == (set(), 0)
    assert [q["sql"] for q in captured if not q["sql"].startswith("SELECT")] == []


def test_it_counts_another_spelling_as_a_repetition():
    keep(claim(price_input=usd("3.00"), input_modalities=["text", "image"]))

    assert keep(claim(price_input=usd("3"), input_modalities=["image", "text"]))[1] == 0


def test_it_remembers_since_when_each_value_is_stated():
    keep(claim(name="Rocket", context_window=1000, license="MIT"))
    keep(claim(name="Rocket", context_window=2000, task="chat"), at=TOMORROW)

    row = StoredClaim.objects.get()
    assert {name: row.since[name] for name in ("name", "context_window", "task", "license")} == {
        "name": "2026-01-05",
        "context_window": "2026-01-06",
        "task": "2026-01-06",
        "license": "2026-01-05",
    }
    assert set(row.dropped) == {"license"}


def test_a_price_that_is_stated_no_longer_is_kept_for_a_while():
    """All of a list, or one of its ordinary prices: an absence is no move."""
    left_out: tuple[dict[str, Any], ...] = ({"price_input": ..., "price_output": ...}, {"price_output": ...})
    for change in left_out:
        keep(claim(price_input=usd("3"), price_output=usd("15")))
        keep(claim(**change), at=TOMORROW)

        row = StoredClaim.objects.get()
        assert {"price.input", "price.output"} <= set(row.values)
        assert set(row.dropped) == {name.replace("_", ".") for name in change}
        keep(claim(price_input=usd("3"), price_output=usd("15")), at=TOMORROW)


def test_a_list_that_moves_takes_the_rates_along_that_it_drops():
    keep(claim(price_input=usd("3"), price_output=usd("15")))
    keep(claim(price_input=usd("2")), at=TOMORROW)

    row = StoredClaim.objects.get()
    assert ("price.output" in row.values, row.dropped) == (False, {})


def test_it_keeps_what_was_said_last_of_what_is_missing():
    keep(claim(name="Rocket"))
    keep(claim("acme/other"), at=TOMORROW)

    row = StoredClaim.objects.get(offering_key="acme/rocket-1")
    assert (row.missing_since, row.values["name"]) == (TOMORROW, "Rocket")


def test_it_reports_what_is_missing_once():
    keep(claim())
    keep(claim("acme/other"))

    difference, rows = keep(claim("acme/other"), at=TOMORROW)
    assert (difference.missing, rows) == ([], 0)


@pytest.mark.parametrize(("name", "came_back_as"), [("Rocket 1", "returned"), ("Rocket One", "changed")])
def test_it_takes_back_what_was_missing(name, came_back_as):
    keep(claim(name="Rocket 1"))
    keep(claim("acme/other"))
    difference, _ = keep(claim("acme/other"), claim(name=name), at=TOMORROW)

    assert len(getattr(difference, came_back_as)) == 1
    assert not StoredClaim.objects.filter(missing_since__isnull=False).exists()


def test_it_leaves_the_claims_of_other_sources_alone():
    keep(claim(), slug="other")
    keep(claim(name="X"))

    assert StoredClaim.objects.get(source="other").values["name"] == "Rocket 1"
    assert StoredClaim.objects.get(source="other").missing_since is None


def test_it_writes_more_claims_than_go_into_one_statement():
    keep(*(claim(f"acme/r{n}") for n in range(601)))
    _, rows = keep(*(claim(f"acme/r{n}", name="X") for n in range(601)), at=TOMORROW)

    assert rows == 601
    assert set(StoredClaim.objects.values_list("changed_at", flat=True)) == {TOMORROW}

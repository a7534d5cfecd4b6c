"""Valid time and recorded time: which revision is meant, and which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from registry.catalogue import as_of
from registry.catalogue.as_of import NotYet, UnknownRevision
from tests.builders import NOW
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + 300 * DAY


@pytest.fixture
def three_days(db: None) -> None:
    """Revisions 1, 2 and 3 at noon of 5, 6 and 7 January."""
    for number in range(3):
        put(to("context_window", number + 1, old=number or None), at=NOW + number * DAY)


def place(**arguments: Any) -> tuple[int, date]:
    moment = as_of.resolve(now=LATER, **arguments)
    return moment.revision, moment.on


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"as_of": date(2026, 1, 4)}, (0, date(2026, 1, 4))),
        ({"as_of": date(2026, 1, 5)}, (1, date(2026, 1, 5))),
        ({"as_of": date(2026, 1, 6)}, (2, date(2026, 1, 6))),
        ({"as_of": date(2099, 1, 1)}, (3, date(2099, 1, 1))),
        ({"known_at": datetime(2026, 1, 6, 11, 59, tzinfo=UTC)}, (1, date(2026, 1, 6))),
        ({"known_at": NOW + DAY}, (2, date(2026, 1, 6))),
        ({"known_at": LATER, "as_of": date(2026, 1, 4)}, (3, date(2026, 1, 4))),
        ({"revision": 2}, (2, date(2026, 1, 6))),
        ({"revision": 1, "as_of": date(2026, 1, 20)}, (1, date(2026, 1, 20))),
    ],
)
def test_it_finds_the_revision_and_the_day(three_days, arguments, expected):
    assert place(**arguments) == expected


def test_it_refuses_what_cannot_be_meant(three_days):
    with pytest.raises(UnknownRevision, match="the newest is 3"):
        as_of.resolve(now=LATER, revision=4)
    with pytest.raises(NotYet):
        as_of.resolve(now=LATER, known_at=LATER + DAY)
    with pytest.raises(ValueError, match="give one"):
        as_of.resolve(now=LATER, known_at=NOW, revision=1)


def test_only_a_place_far_enough_back_is_settled(three_days):
    assert as_of.resolve(now=NOW + 4 * DAY, known_at=NOW).settled
    assert not as_of.resolve(now=NOW + timedelta(hours=1), known_at=NOW).settled
    assert not as_of.resolve(now=NOW, as_of=date(2027, 1, 1)).settled
    assert as_of.resolve(now=NOW, revision=1).names_revision

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from curation.core.claim import InvalidClaim
from syncers.kinds.coerce import day_of


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (None, None),
        ("", None),
        (0, None),
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-01-31T12:00:00Z", date(2026, 1, 31)),
        ("2026-01-31T23:59:59.000+00:00", date(2026, 1, 31)),
        (1_830_297_600, date(2028, 1, 1)),
        (Decimal("1830297600.5"), date(2028, 1, 1)),
    ],
)
def test_it_reads_the_day_of_a_moment(value: Any, day: date | None) -> None:
    assert day_of(value) == day


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "2026-W05",
        "20260131",
        "2026-01-31x12:00",
        "2026-02-30",
        True,
        10**30,
        Decimal("1e999999"),
        -(10**12),
        [],
        {},
    ],
)
def test_it_refuses_what_is_no_moment(value: Any) -> None:
    with pytest.raises(InvalidClaim, match="moment"):
        day_of(value)

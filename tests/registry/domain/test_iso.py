from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import fields, iso
from registry.formats.columns import COLUMNS

#: Most of them are read by `fromisoformat` of Python 3.11.
NO_DAYS: list[Any] = [
    "2026-W01", "2026-W01-1", "2026W011", "20260101", "2026-1-1", "\u0662\u0660\u0662\u0666-01-01", 20260101, None,
]  # fmt: skip
NO_MOMENTS: list[Any] = [
    "2026-W01", "20260101", "20260101T0800", "2026-W01-1T08:00", "2026-01-31x08:00", "2026-01-31T08",
    "2026-01-31T0800Z", "2026-01-31T08:00,5", "2026-01-31T08:00+08:00:30", "2026-01-31T25:00", "2026-02-30T08:00",
    "yesterday", 5, None, "0001-01-01T00:00+23:00",
]  # fmt: skip


@pytest.mark.parametrize("text", [*NO_DAYS, "2026-02-30", "2026-01-01T00:00"])
def test_a_day_has_one_form(text):
    with pytest.raises(ValueError, match=r"day|month"):
        iso.day(text)


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_a_moment_has_one_form(text):
    with pytest.raises(ValueError, match=r"expected|hour|day|range"):
        iso.moment(text)


@pytest.mark.parametrize("text", ["0800", "08", "T08:00", "8:00", "24:00", "08:61", None, 8])
def test_a_time_of_day_has_one_form(text):
    with pytest.raises(ValueError, match=r"expected|hour|minute"):
        iso.time_of_day(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T08:00Z", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("2026-01-31 08:00:30", datetime(2026, 1, 31, 8, 0, 30, tzinfo=UTC)),
        ("2026-01-31T08:00:00.123456789+02:00", datetime(2026, 1, 31, 6, 0, 0, 123456, tzinfo=UTC)),
        ("2026-01-31T08:00:00-0330", datetime(2026, 1, 31, 11, 30, tzinfo=UTC)),
    ],
)
def test_it_reads_the_forms_that_providers_and_people_write(text, at):
    assert iso.moment(text) == at


@given(st.datetimes(timezones=st.just(UTC)), st.dates(), st.times())
def test_it_reads_what_python_writes(at, on, clock):
    assert iso.moment(at.isoformat()) == at
    assert iso.day(on.isoformat()) == on
    assert iso.time_of_day(clock.isoformat()) == clock
    assert iso.day_of_moment(f"{on}T23:59:00-05:00") == on


def test_a_time_keeps_its_zone():
    assert iso.time_of_day("08:00Z") == time(8, tzinfo=UTC)


@pytest.mark.parametrize("text", NO_DAYS[:-1])
def test_no_field_and_no_column_takes_another_form_of_a_day(text):
    with pytest.raises(ValueError, match="expected"):
        fields.FIELDS["retires_on"].clean(text)
    with pytest.raises(ValueError, match="expected"):
        COLUMNS["updated"].parse(str(text))


def test_a_field_takes_a_day():
    assert fields.FIELDS["retires_on"].clean("2026-01-31") == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["2025-02-30", "2025-06-31", "2025-01-00"])
def test_a_partial_date_that_names_a_day_names_one_that_exists(text):
    with pytest.raises(ValueError, match="day"):
        fields.FIELDS["knowledge_cutoff"].clean(text)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import schedule
from registry.domain.schedule import DAYS

ZONES = ["Z", " Asia/Shanghai", " Europe/Berlin", " America/New_York", " Asia/Kolkata"]
clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
hours = st.tuples(clocks, clocks).filter(lambda two: two[0] != two[1]).map("-".join)
spans = st.lists(
    st.sampled_from(DAYS) | st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map("-".join), max_size=3
).map(",".join)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def schedules(draw: st.DrawFn) -> str:
    zone = draw(st.sampled_from(ZONES))
    windows = draw(st.lists(st.tuples(spans, hours), min_size=1, max_size=3))
    return "+".join(f"{days} {span}{zone}".strip() for days, span in windows)


def settled(text: str) -> schedule.Schedule | None:
    try:
        return schedule.read(text)
    except ValueError as error:
        assert "all of the time" in str(error)  # noqa: PT017
        return None


@given(schedules())
def test_it_writes_what_it_read_in_one_way(text):
    if schedule_ := settled(text):
        assert schedule.read(str(schedule_)) == schedule_
        assert schedule.canonical(schedule.canonical(text)) == schedule.canonical(text)


@given(spans, hours, st.sampled_from(ZONES), moments)
def test_a_window_and_what_is_outside_of_it_never_hold_together(days, span, zone, moment):
    start, end = span.split("-")
    inside, outside = (schedule.read(f"{span}{zone}") for span in (f"{start}-{end}", f"{end}-{start}"))

    assert inside.holds_at(moment) != outside.holds_at(moment)


@pytest.mark.parametrize(
    ("text", "canonical_text"),
    [
        ("16:30-00:30Z", "16:30-00:30Z"),
        ("16:30-00:00 UTC", "16:30-24:00Z"),
        ("Fri-Mon", "Mon,Fri-Sun"),
        ("Mon-Sun 01:00-02:00Z", "01:00-02:00Z"),
        ("Mon 09:00-10:00Z+Tue 09:00-10:00Z", "Mon,Tue 09:00-10:00Z"),
        ("09:00-12:00Z+12:00-15:00Z", "09:00-15:00Z"),
        ("Sat,Sun + Mon-Fri 16:30-24:00Z", "Mon-Fri 16:30-24:00Z+Sat,Sun"),
        ("Sat,Sun Asia/Shanghai", "Sat,Sun Asia/Shanghai"),
    ],
)
def test_it_has_one_way_of_writing(text, canonical_text):
    assert schedule.canonical(text) == canonical_text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a schedule"),
        ("noon", "not a schedule"),
        ("Z", "not a schedule"),
        ("Monday 01:00-02:00Z", "not a schedule"),
        ("Mon-Wed-Fri", "not a span of days"),
        ("01:00-02:00", "no zone"),
        ("01:00-02:00 Mars/Phobos", "no time zone"),
        ("01:00-02:00 ../../etc/passwd", "not a schedule"),
        ("25:00-26:00Z", "no time of day"),
        ("10:60-11:00Z", "no time of day"),
        ("10:00-24:01Z", "no time of day"),
        ("01:00-01:00Z", "end where they start"),
        ("00:00-24:00Z", "all of the time"),
        ("Mon-Sun", "all of the time"),
        ("00:00-12:00Z+12:00-24:00Z", "all of the time"),
        ("Sat,Sun+09:00-18:00 Asia/Shanghai", "several zones"),
    ],
)
def test_it_refuses_what_is_no_schedule(text, reason):
    with pytest.raises(ValueError, match=reason):
        schedule.read(text)


def test_the_clock_on_the_wall_decides_through_summer_time():
    opening = schedule.read("Mon-Fri 09:00-18:00 Europe/Berlin")
    winter, summer = datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)

    for start in (winter, summer):  # the Friday before the clocks go forward, and the Monday after
        assert opening.holds_at(start)
        assert not opening.holds_at(start - timedelta(minutes=1))
        assert not opening.holds_at(start + timedelta(hours=9))


def test_a_night_belongs_to_the_day_on_which_it_starts():
    night = schedule.read("Fri 22:00-06:00Z")

    assert night.holds_at(datetime(2026, 11, 21, 5, 59, tzinfo=UTC))  # a Saturday
    assert not night.holds_at(datetime(2026, 11, 20, 5, 59, tzinfo=UTC))

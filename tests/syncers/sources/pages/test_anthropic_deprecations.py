"""Anthropic's page of deprecations. Models and days are made up; the shapes are those of its real copies."""

from __future__ import annotations

from datetime import date

import pytest

from syncers.errors import BadPayload
from syncers.kinds.record import Parsed
from tests.syncers.sources.pages.samples import copy_of, parse, replaced, source, values

SLUG = "anthropic-deprecations"
VERSE = "anthropic/claude-verse-6-20260514"
FLOOR = "retires_on: the earliest possible day only"


def said(parsed: Parsed, ident: str) -> dict[str, str]:
    return {name: str(value) for name, value in values(parsed, f"anthropic/{ident}").items()}


def test_reads_the_state_the_days_and_the_successor() -> None:
    assert values(parse(SLUG), VERSE) == {
        "status": "deprecated",
        "deprecated_on": date(2027, 4, 14),
        "retires_on": date(2027, 6, 15),
        "successor": "anthropic/claude-verse-7",
    }


def test_not_sooner_than_is_no_day() -> None:
    parsed = parse(SLUG)
    assert said(parsed, "claude-canto-7") == {"status": "active"}
    assert parsed.notices[FLOOR] == 2


def test_models_of_old_announcements_have_days_but_no_state() -> None:
    parsed = parse(SLUG)
    days = {"deprecated_on": "2025-09-04", "retires_on": "2025-11-06"}
    assert said(parsed, "claude-lay-1.0") == {**days, "successor": "anthropic/claude-verse-7"}
    assert said(parsed, "claude-lay-1.1") == days
    assert parsed.notices["successor: not listed on the page"] == 1


def test_nothing_is_stated_of_other_platforms_or_of_parameters() -> None:
    assert {claim.offering.partition("/")[0] for claim in parse(SLUG).claims} == {"anthropic"}
    assert not [claim for claim in parse(SLUG).claims if "warmth" in claim.offering]


def test_a_day_names_the_lines_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == VERSE)
    state, title = claim.evidence["deprecated_on"]
    assert (state.column, state.text) == ("Deprecated", "April 14, 2027")
    assert title.text == "2027-04-14: Claude Verse 6 and Claude Canto 6 models"


def test_two_days_for_one_retirement_are_held() -> None:
    parsed = replaced(SLUG, "| June 15, 2027   | `claude-verse-6", "| June 16, 2027   | `claude-verse-6")
    assert "retires_on" not in said(parsed, "claude-verse-6-20260514")
    assert said(parsed, "claude-canto-6-20260514")["retires_on"] == "2027-06-15"
    assert [item.field for item in parsed.unreadable] == ["retires_on"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("### 2027-01-05: Claude Canto 5 model\n", ""),
        ("### 2027-01-05: Claude", "### Claude"),
        ("## Deprecation history\n", ""),
    ],
)
def test_the_day_of_an_announcement_is_that_of_its_own_title(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert said(parsed, "claude-canto-5-20250805")["deprecated_on"] == "2027-01-05"  # by the table of states
    assert said(parsed, "claude-verse-6-20260514")["deprecated_on"] == "2027-04-14"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Current state |", "| Former state |"),
        ("| Deprecated      |", "| Announced |"),
        ("## Model status", "## Models"),
    ],
)
def test_a_table_of_states_of_another_shape_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert parsed.absent == ("table: Model status",)
    assert "status" not in said(parsed, "claude-verse-6-20260514")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("claude-canto-5-20250805  | Retired", "claude-canto-5-20250805^1^ | Retired"),
        ("claude-canto-5-20250805  | Retired", "Claude Canto 5 | Retired"),
    ],
)
def test_a_row_without_an_id_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert len(parsed.rejected) == 1
    assert "status" not in said(parsed, "claude-canto-5-20250805")


def test_a_page_that_is_a_sign_in_form_is_no_page() -> None:
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        parse(SLUG, {"": "<!doctype html><html><body><form>Sign in</form></body></html>"})


#: Day of a copy → rows, offerings, floors.
COPIES = {
    "2026-02-17": (26, 24, 9),
    "2026-04-15": (29, 24, 6),
    "2026-05-11": (30, 25, 7),
    "2026-07-20": (34, 28, 9),
    "2026-08-05": (35, 29, 10),
    "2026-08-12": (35, 29, 10),
    "2026-08-22": (35, 29, 10),
}


def copy(day: str) -> str:
    return copy_of("anthropic", f"deprecations-{day}.md")


@pytest.mark.parametrize("day", COPIES)
def test_each_copy_is_read_as_a_whole(day: str) -> None:
    text = copy(day)
    parsed, reading = parse(SLUG, {"": text}), source(SLUG).reading({"": source(SLUG).page(text)})
    assert (reading.rows, len(parsed.claims), parsed.notices[FLOOR]) == COPIES[day]
    assert (parsed.absent, parsed.rejected, parsed.unreadable) == ((), [], [])


def test_floors_of_the_copies_became_days() -> None:
    """Opus 4.1: not sooner than August 5, 2026, then fixed, then past; Opus 4: later than its floor."""
    seen = {day: said(parse(SLUG, {"": copy(day)}), "claude-opus-4-1-20250805") for day in COPIES}
    assert [seen[day].get("retires_on") for day in COPIES] == [None, None, None, *["2026-08-05"] * 4]
    assert [seen[day]["status"] for day in COPIES] == ["active"] * 3 + ["deprecated"] + ["retired"] * 3
    opus = {day: said(parse(SLUG, {"": copy(day)}), "claude-opus-4-20250514") for day in COPIES}
    assert [opus[day].get("retires_on") for day in COPIES] == [None, *["2026-06-15"] * 6]


def test_values_of_the_newest_copy() -> None:
    parsed = parse(SLUG, {"": copy("2026-08-22")})
    names = ("status", "deprecated_on", "retires_on", "successor")
    by_eye = {
        "claude-fable-5": ("active", None, None, None),
        "claude-opus-4-5-20251101": ("active", None, None, None),
        "claude-haiku-4-5-20251001": ("active", None, None, None),
        "claude-opus-4-1-20250805": ("retired", "2026-06-05", "2026-08-05", "claude-opus-4-8"),
        "claude-opus-4-20250514": ("retired", "2026-04-14", "2026-06-15", "claude-opus-4-8"),
        "claude-sonnet-4-20250514": ("retired", "2026-04-14", "2026-06-15", "claude-sonnet-4-6"),
        "claude-3-haiku-20240307": ("retired", "2026-02-19", "2026-04-20", "claude-haiku-4-5-20251001"),
        "claude-3-5-haiku-20241022": ("retired", "2025-12-19", "2026-02-19", "claude-haiku-4-5-20251001"),
        "claude-3-7-sonnet-20250219": ("retired", "2025-10-28", "2026-02-19", "claude-sonnet-4-6"),
        "claude-3-5-sonnet-20240620": (None, "2025-08-13", "2025-10-28", "claude-sonnet-4-6"),
        "claude-3-opus-20240229": (None, "2025-06-30", "2026-01-05", "claude-opus-4-8"),
        "claude-2.1": (None, "2025-01-21", "2025-07-21", "claude-opus-4-8"),
        "claude-instant-1.2": (None, "2024-09-04", "2024-11-06", "claude-haiku-4-5-20251001"),
    }
    told = {ident: [said(parsed, ident).get(name) for name in names] for ident in by_eye}
    assert {
        ident: (*values[:3], values[3] and values[3].removeprefix("anthropic/")) for ident, values in told.items()
    } == by_eye

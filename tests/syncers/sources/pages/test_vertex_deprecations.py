"""Vertex AI's pages of model versions. Models and days are made up; the shapes are those of the real copies."""

from __future__ import annotations

from datetime import date

import pytest

from syncers.kinds.record import Parsed
from tests.syncers.sources.pages.samples import copy_of, parse, replaced, source, texts, values

SLUG = "vertex-deprecations"
FLOOR = "retires_on: the earliest possible day only"


def said(parsed: Parsed, ident: str) -> dict[str, str]:
    return {name: str(value) for name, value in values(parsed, f"google-vertex/{ident}").items()}


@pytest.mark.parametrize(
    ("ident", "expected"),
    [
        ("gemini-9.5-flash", {"released_on": "2027-05-19"}),
        ("gemini-8.5-pro", {"released_on": "2026-06-17", "retires_on": "2027-10-20"}),
        ("film-9.1-make-001", {"released_on": "2026-11-17"}),
        ("film-9.0-make-001", {"released_on": "2026-07-29", "retires_on": "2027-06-30"}),
        ("gemini-vector-9", {"released_on": "2027-04-22"}),
        ("gemini-vector-001", {"released_on": "2026-05-20"}),
        (
            "vectors-of-all@001",
            {
                "released_on": "2025-02-12",
                "retires_on": "2028-04-01",
                "successor": "google-vertex/gemini-vector-9",
            },
        ),
        (
            "gemini-7.5-pro-001",
            {
                "status": "retired",
                "released_on": "2025-05-24",
                "retires_on": "2026-05-24",
                "successor": "google-vertex/gemini-9.5-flash",
            },
        ),
        ("gemini-7.5-pro-002", {"status": "retired", "released_on": "2025-09-24", "retires_on": "2026-09-24"}),
        (
            "text-moose",
            {"status": "retired", "retires_on": "2026-04-21", "successor": "google-vertex/gemini-9.5-flash"},
        ),
        (
            "claude-verse-6",
            {
                "deprecated_on": "2027-02-23",
                "retires_on": "2027-08-23",
                "regions": "('europe-west1', 'global', 'us-east5')",
            },
        ),
        ("samba-2-mini", {"deprecated_on": "2026-08-27", "retires_on": "2027-02-27"}),
    ],
)
def test_reads_every_form_of_a_row(ident: str, expected: dict[str, str]) -> None:
    assert said(parse(SLUG), ident) == expected


def test_what_states_nothing_is_counted() -> None:
    assert parse(SLUG).notices == {
        FLOOR: 2,
        "retires_on: no day is given": 1,
        "released_on: no day is given": 1,
        "successor: not one id": 2,
        "successor: not listed on the page": 1,
    }


def test_an_id_with_a_mark_is_held_alone() -> None:
    parsed = parse(SLUG)
    assert said(parsed, "textvector-newt@003") == {}
    assert {item.field for item in parsed.unreadable} == {"released_on", "retires_on", "successor"}
    assert not parsed.rejected
    assert not any(claim.leaves_open("knowledge_cutoff") for claim in parsed.claims)


@pytest.mark.parametrize("word", ["Not before", "No sooner than"])
def test_a_floor_in_front_is_no_day(word: str) -> None:
    parsed = replaced(
        SLUG, "| October 20, 2027       | Gemini 9.5 Flash", f"| {word} October 20, 2027 | Gemini 9.5 Flash"
    )
    assert said(parsed, "gemini-8.5-pro") == {"released_on": "2026-06-17"}
    assert parsed.notices[FLOOR] == 3


def test_a_table_of_retired_models_needs_their_title() -> None:
    page = texts(SLUG)[""]
    page = page.replace("### Retired models\n", "").replace(
        "#### The following table lists the retired models", "#### M"
    )
    parsed = parse(SLUG, {"": page})
    assert not said(parsed, "text-moose")
    assert len(parsed.rejected) == 3


def test_a_table_of_another_shape_is_held() -> None:
    parsed = replaced(SLUG, "| Retirement date              |", "| Earliest retirement date     |")
    assert parsed.absent == ("table: Latest available models > Film models",)
    assert not said(parsed, "film-9.0-make-001")


def test_the_page_in_html_is_read_alike() -> None:
    page = (
        "<!doctype html><html><body><h2>Latest available models</h2><h3>Gemini models</h3><table><thead><tr>"
        "<th>Model ID</th><th>Release date</th><th>Retirement date</th><th>Replacement model</th></tr></thead><tbody>"
        "<tr><td><code>gemini-8.5-pro</code></td><td>June 17, 2026</td><td>October 20, 2027</td><td></td></tr>"
        "<tr><td><code>gemini-9.5-flash</code></td><td>May 19, 2027</td><td>May 19, 2028 or later</td><td></td></tr>"
        "</tbody></table></body></html>"
    )
    parsed = parse(SLUG, {"": page})
    assert values(parsed, "google-vertex/gemini-8.5-pro") == {
        "released_on": date(2026, 6, 17),
        "retires_on": date(2027, 10, 20),
    }
    assert said(parsed, "gemini-9.5-flash") == {"released_on": "2027-05-19"}


# -- the page of partners' models -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("**deprecated as of February 23, 2027** and", "**deprecated** and"),
        ("on August 23, 2027**", "no sooner than August 23, 2027**"),
        ("Google Cloud is available to existing customers only.", "Google Cloud is not available in Europe."),
        ("Model ID\n\n`claude-verse-6`", "Model IDs\n\n`claude-verse-6`"),
        ("Model ID\n\n`claude-verse-6`", "Model ID\n\n`claude-verse-6`^1^"),
        ("Model ID\n\n`claude-verse-6`", "Model ID\n\nClaude Verse 6"),
        ("Model ID\n\n`claude-verse-6`", "Model ID\n\n`claude-verse-6`\n\nModel ID\n\n`claude-verse-7`"),
        ("## Samba 2 Mini\n", ""),
    ],
)
def test_a_section_that_is_not_understood_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new, part="partner")
    assert not said(parsed, "claude-verse-6")
    assert len(parsed.rejected) == 1
    assert all(claim.leaves_open("knowledge_cutoff") for claim in parsed.claims)


def test_a_day_of_a_partner_names_its_sentence() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering.endswith("/samba-2-mini"))
    (line,) = claim.evidence["retires_on"]
    assert line.path == ("Samba 2 Mini",)
    assert line.text.startswith("Samba 2 Mini is deprecated as of August 27, 2026 and will be shut down on")


def test_a_region_that_is_not_known_is_held_with_its_list() -> None:
    parsed = replaced(SLUG, "`europe-west1`", "`europe-west77`", part="partner")
    assert "regions" not in said(parsed, "claude-verse-6")
    assert said(parsed, "claude-verse-6")["retires_on"] == "2027-08-23"
    assert [item.field for item in parsed.unreadable if item.where.startswith("claude-verse-6")] == ["regions"]


def test_the_first_page_is_read_without_the_second() -> None:
    parsed = parse(SLUG, {"": texts(SLUG)[""]})
    assert said(parsed, "gemini-8.5-pro")
    assert not said(parsed, "samba-2-mini")


# -- real copies ------------------------------------------------------------------------------------------------------

#: Day of a copy → the copy of the page of partners' models, rows, offerings, floors.
COPIES = {
    "2026-05-23": ("2026-05-23", 42, 42, 3),
    "2026-07-01": ("2026-05-23", 45, 45, 5),
    "2026-07-22": ("2026-07-22", 46, 46, 6),
    "2026-08-20": ("2026-07-22", 49, 49, 8),
}


def copies(day: str) -> dict[str, str]:
    names = {"": f"deprecations-{day}.md", "partner": f"deprecations-partner-{COPIES[day][0]}.md"}
    return {part: copy_of("vertex", name) for part, name in names.items()}


@pytest.mark.parametrize("day", COPIES)
def test_of_each_copy_only_the_id_with_a_mark_is_held(day: str) -> None:
    pages = copies(day)
    parsed = parse(SLUG, pages)
    reading = source(SLUG).reading({part: source(SLUG).page(text) for part, text in pages.items()})
    assert (reading.rows, len(parsed.claims), parsed.notices[FLOOR]) == COPIES[day][1:]
    assert (parsed.absent, parsed.rejected) == ((), [])
    assert {item.where.split(":")[0] for item in parsed.unreadable} == {"textembedding-gecko@003"}


def test_a_floor_became_a_day_that_was_then_extended() -> None:
    days = [said(parse(SLUG, copies(day)), "gemini-2.5-pro").get("retires_on") for day in COPIES]
    assert days == [None, "2026-10-16", "2026-10-16", "2026-10-20"]
    film = [said(parse(SLUG, copies(day)), "veo-3.0-generate-001").get("retires_on") for day in COPIES]
    assert film == ["2026-06-30", "2026-06-30", None, "2026-06-30"]


def test_values_of_the_newest_copies() -> None:
    parsed = parse(SLUG, copies("2026-08-20"))
    by_eye = {
        "gemini-3.5-flash-lite": (None, "2026-07-21", None, None, None),
        "gemini-3.1-flash-lite": (None, "2026-05-07", None, None, None),
        "gemini-2.5-flash-lite": (None, "2025-07-22", None, "2026-10-20", None),
        "gemini-live-2.5-flash-native-audio": (None, "2025-12-12", None, "2026-12-13", None),
        "gemini-2.5-flash-image": (None, "2025-10-02", None, "2026-10-02", None),
        "veo-3.0-fast-generate-001": (None, "2025-07-29", None, "2026-06-30", "veo-3.1-fast-generate-001"),
        "veo-3.1-generate-001": (None, "2025-11-17", None, None, None),
        "gemini-embedding-2": (None, "2026-04-22", None, None, None),
        "gemini-embedding-001": (None, "2025-05-20", None, None, None),
        "multimodalembedding@001": (None, "2024-02-12", None, "2027-04-01", None),
        "gemini-3.7-flash": (None, "2026-08-13", None, None, None),
        "gemini-2.0-flash": ("retired", "2025-02-05", None, "2026-06-01", "gemini-3.1-flash-lite"),
        "gemini-1.5-pro-002": ("retired", "2024-09-24", None, "2025-09-24", "gemini-2.5-flash"),
        "text-bison": ("retired", None, None, "2025-04-21", "gemini-2.5-flash-lite"),
        "imagetext": ("retired", "2023-06-07", None, "2025-09-24", "gemini-2.5-flash-image"),
        "claude-3-haiku": (None, None, "2026-02-23", "2026-08-23", None),
        "claude-3-5-sonnet-v2": (None, None, "2025-08-20", "2026-02-19", None),
        "claude-3-opus": (None, None, "2025-06-30", "2025-08-01", None),
        "jamba-1.5-mini": (None, None, "2025-08-27", "2026-02-27", None),
    }
    names = ("status", "released_on", "deprecated_on", "retires_on", "successor")
    assert {
        ident: tuple(value and value.removeprefix("google-vertex/") for value in map(said(parsed, ident).get, names))
        for ident in by_eye
    } == by_eye

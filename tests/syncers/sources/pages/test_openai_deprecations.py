"""OpenAI's page of deprecations. Models and days are made up; the shapes are those of its real copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from curation.core.claim import ANY_FIELD
from syncers.errors import BadPayload
from syncers.kinds.record import Parsed
from tests.syncers.sources.pages.samples import copy_of, parse, replaced, source, texts, values

SLUG = "openai-deprecations"
ARIA = "openai/gpt-8-aria-2026-08-07"
TWICE = "gpt-7-1106-preview"
FOUR = re.compile("gpt-8-(look|see)")
"""Models of rows with four cells below three headers."""


def said(parsed: Parsed, ident: str) -> dict[str, Any]:
    return {name: str(value) for name, value in values(parsed, f"openai/{ident}").items()}


def wrong(parsed: Parsed) -> dict[str, dict[str, Any]]:
    """What is stated otherwise than by the sample."""
    true = {claim.offering: claim.values for claim in parse(SLUG).claims}
    return {
        claim.offering: other
        for claim in parsed.claims
        if (other := {n: v for n, v in claim.values.items() if true.get(claim.offering, {}).get(n) != v})
    }


def test_reads_the_days_and_the_successor() -> None:
    assert values(parse(SLUG), ARIA) == {
        "retires_on": date(2027, 12, 11),
        "deprecated_on": date(2027, 6, 11),
        "successor": "openai/gpt-9-aria",
    }


@pytest.mark.parametrize(
    ("ident", "expected"),
    [
        ("nimbus-4", {"retires_on": "2027-09-24", "deprecated_on": "2027-03-24"}),
        ("nimbus-4-pro", {"deprecated_on": "2027-03-24", "successor": "openai/nimbus-5"}),
        ("gpt-7-0125-preview", {"retires_on": "2027-03-26", "deprecated_on": "2026-09-26"}),
        ("gpt-7-turbo-preview", {"retires_on": "2027-03-26", "deprecated_on": "2026-09-26"}),
        ("gpt-7-turbo-completions", {"retires_on": "2027-03-26", "deprecated_on": "2026-09-26"}),
        ("gpt-7-64k", {"retires_on": "2026-06-06", "deprecated_on": "2025-06-06", "successor": "openai/gpt-7o"}),
        ("verse", {"retires_on": "2025-01-04", "successor": "openai/verse-002"}),
        (
            "gpt-6-turbo-0301",
            {"retires_on": "2025-09-13", "deprecated_on": "2024-06-13", "successor": "openai/gpt-6-turbo"},
        ),
    ],
)
def test_reads_every_form_of_a_row(ident: str, expected: dict[str, str]) -> None:
    assert said(parse(SLUG), ident) == expected


def test_no_endpoint_product_or_fine_tuned_model_is_an_offering() -> None:
    assert {claim.offering.removeprefix("openai/") for claim in parse(SLUG).claims} == {
        "gpt-8-aria-2026-08-07", "gpt-8-mini-2026-08-07", "gpt-8-codex", "gpt-7-1106-preview", "nimbus-4",
        "nimbus-4-pro", "gpt-7-0125-preview", "gpt-7-turbo-preview", "gpt-7-turbo-completions", "gpt-7-64k",
        "gpt-7-vision-preview", "verse", "code-verse-002", "text-verse-edit-001", "gpt-6-turbo-0301",
        "gpt-8-see-0311",
    }  # fmt: skip


def test_of_a_row_with_other_ids_of_its_model_the_days_are_read_and_the_successor_is_held() -> None:
    parsed = parse(SLUG)
    assert said(parsed, "gpt-8-see-0311") == {"retires_on": "2027-07-23", "deprecated_on": "2027-04-22"}
    assert [(item.where.split(":")[0], item.field) for item in parsed.unreadable if "see" in item.where] == [
        ("gpt-8-see-0311", "successor")
    ]


def test_a_row_of_four_cells_with_ids_of_two_models_is_held() -> None:
    parsed = parse(SLUG)
    assert [item.reason for item in parsed.rejected] == ["4 cells below 3 headers"]
    assert "gpt-8-look-2027-03-11 | gpt-8-gaze | gpt-9-mini" in str(parsed.rejected[0].fragment)
    assert all(claim.leaves_open("successor") for claim in parsed.claims if "successor" not in claim.values)


def test_a_model_that_two_announcements_date_differently_is_held() -> None:
    parsed = parse(SLUG)
    assert said(parsed, "gpt-7-1106-preview") == {}
    assert {(item.where.split(":")[0], item.field) for item in parsed.unreadable if not FOUR.match(item.where)} == {
        ("gpt-7-1106-preview", name) for name in ("retires_on", "deprecated_on", "successor")
    }


def test_a_day_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == ARIA)
    (line,) = claim.evidence["retires_on"]
    assert (line.row, line.column, line.text) == ("gpt-8-aria-2026-08-07", "Shutdown date", "Dec 11, 2027")
    (title,) = claim.evidence["deprecated_on"]
    assert title.text == "2027-06-11: Aria 8 models"


# -- changes of the page ----------------------------------------------------------------------------------------------


def rows() -> Iterator[int]:
    """Lines that are rows, but for those of four cells: with a cell less they would be ones that are understood."""
    lines = texts(SLUG)[""].splitlines()
    shape = re.compile(r"\| (at earliest )?(\w{3} )?\d")
    yield from (number for number, line in enumerate(lines) if shape.match(line) and not FOUR.search(line))


def titles() -> Iterator[int]:
    yield from (number for number, line in enumerate(texts(SLUG)[""].splitlines()) if line.startswith("#"))


@pytest.mark.parametrize("number", list(titles()))
def test_without_a_title_nothing_is_wrong(number: int) -> None:
    lines = texts(SLUG)[""].splitlines()
    del lines[number]
    assert not wrong(parse(SLUG, {"": "\n".join(lines)}))


def test_with_a_cell_more_or_less_nothing_is_wrong() -> None:
    for number in rows():
        lines = texts(SLUG)[""].splitlines()
        cells = lines[number].split("|")
        for place in range(1, len(cells) - 1):
            for changed in (cells[:place] + cells[place + 1 :], [*cells[:place], " gpt-9-mini ", *cells[place:]]):
                if TWICE in lines[number] and TWICE not in "|".join(changed):
                    continue  # announced once, then
                page = "\n".join([*lines[:number], "|".join(changed), *lines[number + 1 :]])
                assert not wrong(parse(SLUG, {"": page})), "|".join(changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Dec 11, 2027 |", "| December 2027 |"),
        ("| Dec 11, 2027 |", "| Dec 11, 2027<sup>1</sup> |"),
        ("| Dec 11, 2027 |", "| no earlier than Dec 11, 2027 |"),
        ("| Dec 11, 2027 |", "| ~~Nov 11, 2027~~ Dec 11, 2027 |"),
        ("| Dec 11, 2027 |", "| Feb 30, 2028 |"),
        ("| Dec 11, 2027 |", "| Jun 10, 2027 |"),
        ("| `gpt-8-aria-2026-08-07` |", "| `gpt-8-aria-2026-08-07`<sup>1</sup> |"),
        ("| `gpt-8-aria-2026-08-07` |", "| gpt-8-aria-2026-08-07 (fine-tuned) |"),
        ("| `gpt-8-aria-2026-08-07` |", "| Aria 8 |"),
        ("2027-06-11: Aria 8 models", "2027-06-11: Fine-tuning of Aria 8 models"),
    ],
)
def test_a_row_that_is_not_understood_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert len(parsed.rejected) > 1
    assert not values(parsed, ARIA)
    assert not wrong(parsed)


def test_a_header_that_is_new_holds_the_table() -> None:
    parsed = replaced(SLUG, "| Shutdown date | Model / system |", "| Planned date | Model / system |")
    assert parsed.absent == ("table: Deprecations > Upcoming deprecations > 2027-06-11: Aria 8 models",)
    assert not values(parsed, ARIA)
    assert not wrong(parsed)


def test_a_header_that_is_there_twice_holds_the_table() -> None:
    header = "| Shutdown date | Model / system | Recommended replacement |\n| --- | --- | --- |\n"
    parsed = replaced(
        SLUG, header, header.replace("|\n", "| Recommended replacement |\n", 1).replace("---", "---|---", 1)
    )
    assert parsed.absent
    assert not values(parsed, ARIA)


def test_rows_that_have_lost_their_header_are_held() -> None:
    """The model is announced twice: without these rows, only once and with the other day."""
    parsed = replaced(SLUG, "| Shutdown date | Model snapshot | Substitute model |\n| --- | --- | --- |\n", "")
    assert parsed.absent == ("table: Deprecations > Upcoming deprecations > 2027-04-22: Legacy snapshots",)
    assert not wrong(parsed)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("`gpt-9-aria`, `gpt-9`, or `gpt-9-mini`", None),
        ("`gpt-9-aria` and `gpt-9`", None),
        ("---", None),
        ("`gpt-9-aria`*", "held"),
        ("Aria 9", "held"),
        ("`gpt-9-aria` (see notes)", "held"),
    ],
)
def test_a_successor_is_one_single_id(new: str, expected: str | None) -> None:
    parsed = replaced(SLUG, "| `gpt-9-aria` |", f"| {new} |")
    assert "successor" not in values(parsed, ARIA)
    claim = next(claim for claim in parsed.claims if claim.offering == ARIA)
    assert ("successor" in claim.unreadable) is (expected == "held")


def test_a_title_without_a_day_holds_the_announcement() -> None:
    parsed = replaced(SLUG, "### 2027-06-11: Aria 8 models", "### Aria 8 models")
    assert values(parsed, ARIA) == {"retires_on": date(2027, 12, 11), "successor": "openai/gpt-9-aria"}
    claim = next(claim for claim in parsed.claims if claim.offering == ARIA)
    assert "deprecated_on" in claim.unreadable


def test_days_with_hyphens_that_do_not_break_are_days() -> None:
    parsed = replaced(SLUG, "2027-06-11: Aria", "2027\u201106\u201111: Aria")
    assert values(parsed, ARIA) == values(parse(SLUG), ARIA)


def test_a_page_without_tables_is_no_page() -> None:
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        parse(SLUG, {"": "# Deprecations\n\n## Upcoming deprecations\n\nSign in.\n"})


# -- a real copy ------------------------------------------------------------------------------------------------------


def test_the_copy_of_2026_06_26() -> None:
    """A converted one, with eleven rows of `snapshot | aliases | replacement` below two headers: it is whole."""
    text = copy_of("openai", "deprecations-2026-06-26.md")
    parsed = parse(SLUG, {"": text})
    reading = source(SLUG).reading({"": source(SLUG).page(text)})
    assert (reading.rows, len(parsed.claims)) == (117, 108)
    assert (parsed.absent, parsed.notices) == ((), {})
    assert parsed.rejected == []
    held = {item.where.split(":")[0] for item in parsed.unreadable if " | " in item.fragment}
    assert len(held) == 11
    assert not [claim for claim in parsed.claims if ANY_FIELD in claim.unreadable]
    assert {(item.where.split(":")[0], item.field) for item in parsed.unreadable if " | " not in item.fragment} == {
        ("gpt-4-1106-preview", "retires_on"),
        ("gpt-4-1106-preview", "deprecated_on"),
        ("gpt-4-1106-preview", "successor"),
        ("gpt-4-32k-0314", "deprecated_on"),
        ("code-davinci-002", "retires_on"),
        ("code-davinci-002", "deprecated_on"),
        ("code-davinci-002", "successor"),
    }
    by_eye = {
        "gpt-5-2025-08-07": ("2026-12-11", "2026-06-11", "openai/gpt-5.5"),
        "o3-pro-2025-06-10": ("2026-12-11", "2026-06-11", "openai/gpt-5.5-pro"),
        "chatgpt-image-latest": ("2026-12-01", "2026-06-02", "openai/gpt-image-2"),
        "gpt-5.3-chat-latest": ("2026-08-10", "2026-05-08", "openai/gpt-5.5"),
        "gpt-4o-mini-tts-2025-03-20": ("2026-07-23", "2026-04-22", "openai/gpt-4o-mini-tts-2025-12-15"),
        "gpt-image-1": ("2026-10-23", "2026-04-22", "openai/gpt-image-2"),
        "gpt-4-turbo": ("2026-10-23", "2026-04-22", None),
        "sora-2-pro": ("2026-09-24", "2026-03-24", None),
        "dall-e-3": ("2026-05-12", "2025-11-14", None),
        "gpt-4-0314": ("2026-03-26", "2025-09-26", None),
        "gpt-4-turbo-preview": ("2026-03-26", "2025-09-26", None),
        "babbage-002": ("2026-09-28", "2025-09-26", None),
        "gpt-4o-audio-preview": ("2026-05-07", "2025-09-15", "openai/gpt-audio-1.5"),
        "codex-mini-latest": ("2026-02-12", "2025-11-17", "openai/gpt-5-codex-mini"),
        "o1-mini": ("2025-10-27", "2025-04-28", "openai/o4-mini"),
        "gpt-4-32k-0314": ("2025-06-06", None, "openai/gpt-4o"),
        "gpt-3.5-turbo-16k-0613": ("2024-09-13", "2023-11-06", "openai/gpt-3.5-turbo"),
        "text-davinci-003": ("2024-01-04", None, "openai/gpt-3.5-turbo-instruct"),
        "code-cushman-001": ("2023-03-23", "2023-03-20", "openai/gpt-4o"),
    }
    names = ("retires_on", "deprecated_on", "successor")
    assert {ident: tuple(said(parsed, ident).get(name) for name in names) for ident in by_eye} == by_eye
    assert not [claim.offering for claim in parsed.claims if "ft-" in claim.offering or "status" in claim.values]

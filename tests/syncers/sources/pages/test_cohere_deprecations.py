"""Cohere's page of deprecations. Models and days are made up; the shapes are those of its real copies."""

from __future__ import annotations

import pytest

from syncers.kinds.record import Parsed
from tests.syncers.sources.pages.samples import copy_of, parse, replaced, source, texts, values

SLUG = "cohere-deprecations"


def said(parsed: Parsed) -> dict[str, dict[str, str]]:
    return {
        claim.offering.removeprefix("cohere/"): {
            name: str(value) for name, value in values(parsed, claim.offering).items()
        }
        for claim in parsed.claims
    }


TRUE = {
    "inlay-english-v7.0": {"retires_on": "2028-05-04"},
    "inlay-light-v7.0": {"retires_on": "2028-05-04"},
    "osprey-8b": {"retires_on": "2028-05-04"},
    "order-r-03-2026": {"deprecated_on": "2027-10-15"},
    "order-r": {"deprecated_on": "2027-10-15"},
    "order-light": {"deprecated_on": "2027-10-15"},
    "reorder-english-v7.0": {"retires_on": "2027-04-30"},
    "reorder-old-v7.0": {"retires_on": "2027-04-30", "successor": "cohere/reorder-english-v7.0"},
}


def test_reads_sentences_with_their_lists_and_the_table() -> None:
    parsed = parse(SLUG)
    assert said(parsed) == TRUE
    assert (parsed.absent, parsed.rejected, parsed.unreadable) == ((), [], [])
    assert parsed.notices == {"an endpoint among the models": 1, "successor: not listed on the page": 1}


def test_a_day_names_the_item_that_it_is_about() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == "cohere/order-r")
    (line,) = claim.evidence["deprecated_on"]
    assert line.path[-1] == "2027-10-15: Older order models, a number of endpoints"
    assert line.text == "order-r-03-2026 (and the alias order-r)"


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ("Effective May 4th, 2028, the", "Around May 4th, 2028, the", "2028-05-04: Inlay v7.0, Osprey 8B"),
        ("will be retired:", "may be retired:", "2028-05-04: Inlay v7.0, Osprey 8B"),
        ("May 4th, 2028, the", "May 40th, 2028, the", "2028-05-04: Inlay v7.0, Osprey 8B"),
        (
            "Effective October 15, 2027",
            "From October 15, 2027",
            "2027-10-15: Older order models, a number of endpoints",
        ),
        ("Deprecated Models:", "Models of last year:", "2027-10-15: Older order models, a number of endpoints"),
    ],
)
def test_ids_below_a_sentence_in_other_words_are_held(old: str, new: str, title: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert [name.endswith(title) for name in parsed.absent] == [True]
    assert all(TRUE[ident] == fields for ident, fields in said(parsed).items())
    assert len(parsed.claims) == len(TRUE) - 3
    assert all(claim.leaves_open("released_on") for claim in parsed.claims)


@pytest.mark.parametrize("new", ["`osprey-8b`^1^", "`osprey-8b` (US only)", "~~`osprey-8b`~~"])
def test_an_item_with_a_rest_is_held(new: str) -> None:
    parsed = replaced(SLUG, "`osprey-8b`", new)
    assert "osprey-8b" not in said(parsed)
    assert len(parsed.rejected) == 1
    assert said(parsed)["order-light"]


def test_alternatives_are_no_list_of_retired_models() -> None:
    parsed = replaced(SLUG, "We encourage you to migrate to our latest models:\n", "")
    assert said(parsed) == TRUE


def test_announcements_without_a_title_between_them_keep_their_days() -> None:
    parsed = replaced(SLUG, "### 2027-10-15: Older order models, a number of endpoints\n", "")
    assert said(parsed) == TRUE


def test_a_second_sentence_in_other_words_is_held_too() -> None:
    page = texts(SLUG)[""].replace("### 2027-10-15: Older order models, a number of endpoints\n", "")
    parsed = parse(SLUG, {"": page.replace("Effective October 15, 2027, the", "Since October 15, 2027, the")})
    assert "order-light" not in said(parsed)
    assert parsed.absent


def test_a_page_without_its_history_is_held() -> None:
    parsed = replaced(SLUG, "## Deprecation History", "## Announcements")
    assert "table: Deprecation history" in parsed.absent
    assert set(said(parsed)) == {"reorder-english-v7.0", "reorder-old-v7.0"}


#: Day of a copy → rows, offerings.
COPIES = {"2025-09-16": (6, 8), "2026-02-27": (11, 13), "2026-08-06": (11, 13)}


def copy(day: str) -> str:
    return copy_of("cohere", f"deprecations-{day}.mdx")


@pytest.mark.parametrize("day", COPIES)
def test_each_copy_is_read_as_a_whole(day: str) -> None:
    text = copy(day)
    parsed, reading = parse(SLUG, {"": text}), source(SLUG).reading({"": source(SLUG).page(text)})
    assert (reading.rows, len(parsed.claims)) == COPIES[day]
    assert (parsed.absent, parsed.rejected, parsed.unreadable) == ((), [], [])
    told: dict[str, list[str]] = {}
    for ident, fields in said(parsed).items():
        told.setdefault(str(fields), []).append(ident)
    expected = {
        str({"deprecated_on": "2025-09-15"}): [
            "command-r-03-2024", "command-r", "command-r-plus-04-2024", "command-r-plus", "command-light", "command",
        ],
        str({"retires_on": "2025-04-30"}): ["rerank-english-v2.0", "rerank-multilingual-v2.0"],
    }  # fmt: skip
    if day > "2026":
        expected[str({"retires_on": "2026-04-04"})] = [
            "embed-english-v2.0", "embed-english-light-v2.0", "embed-multilingual-v2.0", "c4ai-aya-expanse-8b",
            "c4ai-aya-vision-8b",
        ]  # fmt: skip
    assert told == expected


def test_the_sample_has_the_price_of_what_was_shut_down() -> None:
    """It is no price of a model that is offered, and no table that is not read."""
    assert "$1.00" in texts(SLUG)[""]
    assert not [name for claim in parse(SLUG).claims for name in claim.values if name.startswith("price.")]

"""Google's price page. Models and prices are made up; the shapes are those of its real copies."""

from __future__ import annotations

from typing import Final

import pytest

from curation.core.claim import InvalidClaim
from syncers.sources.pages.google_cells import read
from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, texts, values

SLUG: Final = "google-pricing"
CANTO: Final = "google/gemini-9-canto"
VERSE: Final = "google/gemini-9-verse"
LITE: Final = "google/gemini-9-verse-lite"
IMAGE: Final = "google/gemini-9-image"
PALETTE: Final = "google/palette-5.0"


def test_prices_by_the_size_of_the_prompt_in_two_tiers() -> None:
    assert amounts(parse(SLUG), CANTO) == {
        "input": "3",
        "input[above=200000]": "6",
        "output": "14",
        "output[above=200000]": "21",
        "cache_read": "0.3",
        "cache_read[above=200000]": "0.6",
        "storage[unit=1M token-hours]": "4.2",
        "input[tier=batch]": "1.5",
        "input[tier=batch;above=200000]": "3",
        "output[tier=batch]": "7",
        "output[tier=batch;above=200000]": "10.5",
        "cache_read[tier=batch]": "0.3",
        "cache_read[tier=batch;above=200000]": "0.6",
        "storage[unit=1M token-hours;tier=batch]": "4.2",
    }


def test_two_dates_in_a_cell_are_one_line_also_of_the_storage_behind_it() -> None:
    assert amounts(parse(SLUG), VERSE) == {
        "input": "0.8 to 2028-01-01; 1.6 from 2028-01-01",
        "output": "4 to 2028-01-01; 8 from 2028-01-01",
        "cache_read": "0.08 to 2028-01-01; 0.16 from 2028-01-01",
        "storage[unit=1M token-hours]": "0.55 to 2028-01-01; 1.1 from 2028-01-01",
        "input[tier=flex]": "0.4 to 2028-01-01; 0.8 from 2028-01-01",
        "input[tier=priority]": "1.44 to 2028-01-01; 2.88 from 2028-01-01",
    }


def test_prices_by_modality_are_those_that_the_cell_names() -> None:
    rates = amounts(parse(SLUG), LITE)
    assert {name: rates[name] for name in rates if name.startswith("input")} == {
        "input": "0.12", "input[modality=image]": "0.12", "input[modality=video]": "0.12",
        "input[modality=audio]": "0.35",
    }  # fmt: skip
    assert rates["cache_read[modality=audio]"] == "0.185"
    assert rates["storage[unit=1M token-hours]"] == "1.15"
    assert rates["output[modality=image;unit=image]"] == "0.044"


def test_one_section_may_be_about_several_models() -> None:
    parsed = parse(SLUG)
    rates = amounts(parsed, "google/gemini-9-live")
    assert rates == amounts(parsed, "google/gemini-9-live-extended") == amounts(parsed, "google/gemini-9-flash-live")
    assert (rates["input[modality=audio]"], rates["output[modality=audio]"]) == ("3.3", "13")


def test_a_price_per_image_with_a_mark_needs_the_footnote() -> None:
    assert amounts(parse(SLUG), IMAGE)["output[modality=image;unit=image;tier=batch;detail=resolution:2K]"] == "0.073"
    parsed = replaced(SLUG, "^\\*\\*^Image output is priced at", "^\\*\\*^A preview of")
    assert "output[tier=batch]" not in amounts(parsed, IMAGE)


def test_what_is_equivalent_to_another_price_is_no_second_one() -> None:
    rates = amounts(parse(SLUG), IMAGE)
    assert {name for name in rates if "tier" not in name} == {
        "input", "input[modality=image]", "output", "output[modality=image]",
    }  # fmt: skip
    assert amounts(parse(SLUG), "google/gemini-9-embedding") == {
        "input": "0.21", "input[modality=image]": "0.47", "input[modality=audio]": "6.6",
    }  # fmt: skip


def test_a_price_of_an_image_in_a_column_of_tokens_is_held() -> None:
    parsed = parse(SLUG)
    assert [rejected.field for rejected in parsed.unreadable] == ["price.input[tier=batch]"]
    assert "input[tier=batch]" not in amounts(parsed, IMAGE)
    assert "input[tier=batch]" not in amounts(replaced(SLUG, "(image)^\\*^", "(image)"), IMAGE)


def test_rows_of_variants_choose_among_the_ids() -> None:
    parsed = parse(SLUG)
    rate = "output[modality=image;unit=image]"
    assert [amounts(parsed, f"{PALETTE}-{end}")[rate] for end in (
        "generate-001", "fast-generate-001", "ultra-generate-001",
    )] == ["0.045", "0.025", "0.065"]  # fmt: skip
    assert amounts(parsed, "google/reel-4.1-generate-preview") == {
        "output[modality=video;unit=second;detail=resolution:720p]": "0.42",
        "output[modality=video;unit=second;detail=resolution:1080p]": "0.42",
        "output[modality=video;unit=second;detail=resolution:4k]": "0.62",
    }
    assert amounts(parsed, "google/reel-2.0-generate-001") == {"output[modality=video;unit=second]": "0.36"}


@pytest.mark.parametrize("row", ["Palette 5 Ultra image price", "Palette 5 Fast image price"])
def test_more_ids_than_rows_hold_the_section(row: str) -> None:
    lines = texts(SLUG)[""].split("\n")
    parsed = parse(SLUG, {"": "\n".join(line for line in lines if row not in line)})
    assert not values(parsed, f"{PALETTE}-generate-001")
    assert parsed.absent


@pytest.mark.parametrize("other", ["Palette 5 Turbo image price", "Palette 5 image price"])
def test_a_row_that_names_no_one_id_is_held(other: str) -> None:
    parsed = replaced(SLUG, "Palette 5 Fast image price", other)
    assert not values(parsed, f"{PALETTE}-fast-generate-001")
    assert amounts(parsed, f"{PALETTE}-ultra-generate-001") == {"output[modality=image;unit=image]": "0.065"}


def test_swapped_titles_of_tiers_hold_the_section() -> None:
    pages = texts(SLUG)[""].replace("### Batch", "### Swap", 1).replace("### Standard", "### Batch", 1)
    parsed = parse(SLUG, {"": pages.replace("### Swap", "### Standard", 1)})
    assert not values(parsed, CANTO)
    assert values(parsed, VERSE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("*`gemini-9-canto`*\n", ""),
        ("*`gemini-9-canto`*", "*`gemini-9-canto`*\n\n*`gemini-9-canto-2`*"),
        ("### Batch", "### Turbo"),
        ("Paid Tier, per 1M tokens in USD ", "Paid Tier, per 1K tokens in USD "),
        ("Paid Tier, per 1M tokens in USD ", "Paid Tier, per 1M tokens in EUR "),
    ],
)
def test_a_section_that_is_not_understood_is_held_and_nothing_else(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert parsed.absent
    assert not {name for name in amounts(parsed, CANTO) if "batch" in name}
    assert values(parsed, VERSE)
    assert all(claim.leaves_open("price.character") for claim in parsed.claims)


def test_a_unit_that_is_known_and_not_read_is_no_fault() -> None:
    parsed = parse(SLUG)
    assert not values(parsed, "google/tune-3")
    assert not parsed.absent
    assert not parsed.notices


def test_an_unknown_row_is_held() -> None:
    parsed = replaced(SLUG, "Tuning price             ", "Thinking price           ")
    assert "no row that is known" in parsed.rejected[0].reason


def test_a_value_names_the_cell_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == CANTO)
    (line,) = claim.evidence["price.output[tier=batch;above=200000]"]
    assert (line.path[1:], line.row) == (("Gemini 9 Canto 🍌", "Batch"), "Output price (including thinking tokens)")
    assert (line.column, line.text) == (
        "Paid Tier, per 1M tokens in USD", "$7.00, prompts <= 200k tokens $10.50, prompts > 200k",
    )  # fmt: skip


@pytest.mark.parametrize(
    "cell",
    [
        "$1",
        "$1.50 (text) $2 (audio, video)",
        "$3.00, prompts <= 200k tokens $6.00, prompts > 200k token",
        "$0.80 (text) through December 31, 2027. $1.60 (text) starting January 1, 2028.",
        "$1.00\n$2.00 / 1,000,000 tokens per hour (storage price)",
    ],
)
def test_cells_that_are_read(cell: str) -> None:
    assert read(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "€1", "$1 $2", "$1, $2", "1", "$1.5.0", "$1,000", "$1 - $2", "~~$2~~ $1", "$1^*^", "from $1", "Free of charge",
        "$1 / 1K tokens", "$0", "$1 (text) $2", "$1 $2 (audio)", "$1 (text) $2 (text)", "$1 (smell)",
        "$0.02 (text) $6 (audio)", "$1 $2 per image", "$1 per song",
        "$1, prompts <= 200k tokens", "$1, prompts > 200k tokens", "$1, prompts <= 200k $2, prompts > 128k",
        "$1, prompts <= 200k tokens $2 $3, prompts > 200k tokens", "$1, prompts <= 200k $2, prompts <= 200k",
        "$1 through December 31, 2027.", "$1 starting January 1, 2028.",
        "$1 through January 1, 2028. $2 starting January 1, 2028.",
        "$1 through December 30, 2027. $2 starting January 1, 2028.",
        "$1 starting January 1, 2028. $2 through January 31, 2028.",
        "$1 through December 31, 2027. $2 starting January 1, 2028. $3 starting July 1, 2028.",
        "$1 through Smarch 31, 2027. $2 starting January 1, 2028.",
        "$1 through December 31, 2027\u20112028. $2 starting January 1, 2028.", "$0.15 input$0.60 output",
        "$1 / 1,000,000 tokens per hour (text)", "$1 (storage price)",
    ],
)  # fmt: skip
def test_cells_that_are_held(cell: str) -> None:
    with pytest.raises(InvalidClaim):
        read(cell)


def _copy(name: str) -> str:
    return copy_of("google", name)


def test_the_copy_of_december_2025() -> None:
    parsed = parse(SLUG, {"": _copy("pricing-2025-12-07.md")})
    assert not parsed.absent
    assert not parsed.notices
    assert not parsed.rejected
    assert [rejected.field for rejected in parsed.unreadable] == ["price.input[tier=batch]"]
    assert len(parsed.claims) == 25
    pro = amounts(parsed, "google/gemini-2.5-pro")
    assert (pro["input"], pro["input[above=200000]"]) == ("1.25", "2.5")
    assert (pro["output[tier=batch]"], pro["output[tier=batch;above=200000]"]) == ("5", "7.5")
    assert (pro["cache_read[tier=batch]"], pro["storage[unit=1M token-hours]"]) == ("0.125", "4.5")
    flash = amounts(parsed, "google/gemini-2.5-flash")
    assert (flash["input"], flash["input[modality=audio]"], flash["output"]) == ("0.3", "1", "2.5")
    assert (flash["cache_read[modality=audio]"], flash["input[modality=audio;tier=batch]"]) == ("0.1", "0.5")
    image = amounts(parsed, "google/gemini-3-pro-image-preview")
    assert (image["output"], image["output[modality=image]"]) == ("12", "120")
    assert image["output[modality=image;unit=image;tier=batch;detail=resolution:4K]"] == "0.12"
    assert amounts(parsed, "google/gemini-2.5-flash-image")["output[modality=image;unit=image;tier=batch]"] == "0.0195"
    assert amounts(parsed, "google/imagen-4.0-ultra-generate-001") == {"output[modality=image;unit=image]": "0.06"}
    assert amounts(parsed, "google/veo-3.1-fast-generate-preview") == {"output[modality=video;unit=second]": "0.15"}
    assert amounts(parsed, "google/gemini-embedding-001") == {"input": "0.15", "input[tier=batch]": "0.075"}
    assert amounts(parsed, "google/gemini-2.5-pro-preview-tts")["output[modality=audio;tier=batch]"] == "10"


def test_the_excerpt_of_autumn_2026() -> None:
    parsed = parse(SLUG, {"": _copy("pricing-excerpt-tiers-undated.md")})
    assert not any((parsed.absent, parsed.notices, parsed.rejected, parsed.unreadable))
    flash = amounts(parsed, "google/gemini-3.8-flash")
    assert len(flash) == 16
    assert flash["input"] == "0.75 to 2027-01-01; 1.5 from 2027-01-01"
    assert flash["output[tier=batch]"] == "1.875 to 2027-01-01; 3.75 from 2027-01-01"
    assert flash["cache_read[tier=priority]"] == "0.135 to 2027-01-01; 0.27 from 2027-01-01"
    assert flash["storage[unit=1M token-hours;tier=flex]"] == "0.5 to 2027-01-01; 1 from 2027-01-01"
    lite = amounts(parsed, "google/gemini-3.5-flash-lite")
    assert (lite["input[modality=audio;tier=priority]"], lite["output[tier=priority]"]) == ("0.54", "4.5")
    assert (lite["cache_read[tier=batch]"], lite["storage[unit=1M token-hours]"]) == ("0.02", "1")

"""OpenAI's price page. Models and prices are made up; the shapes are those of its real copies."""

from __future__ import annotations

import re
from functools import cache

import pytest

from syncers.errors import BadPayload
from syncers.kinds.record import Parsed
from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, source, texts

SLUG = "openai-pricing"
ARIA, PLAIN, MINI = "openai/gpt-9-aria", "openai/gpt-8.7", "openai/gpt-8-mini"
VIDEO = "modality=video;unit=second"


def stated(parsed: Parsed) -> dict[str, dict[str, str]]:
    return {claim.offering: amounts(parsed, claim.offering) for claim in parsed.claims}


@cache
def sample() -> dict[str, dict[str, str]]:
    return stated(parse(SLUG))


def wrong(parsed: Parsed) -> dict[str, dict[str, str]]:
    """What is stated otherwise than by the sample."""
    true = sample()
    return {
        offering: other
        for offering, prices in stated(parsed).items()
        if (other := {name: text for name, text in prices.items() if true.get(offering, {}).get(name) != text})
    }


def test_reads_all_tiers_and_the_long_contexts_of_a_model() -> None:
    assert amounts(parse(SLUG), PLAIN) == {
        "input": "4",
        "cache_read": "0.4",
        "output": "24",
        "input[above=300000]": "8",
        "cache_read[above=300000]": "0.8",
        "output[above=300000]": "36",
        "input[tier=batch]": "2",
        "cache_read[tier=batch]": "0.2",
        "output[tier=batch]": "12",
        "input[tier=batch;above=300000]": "4",
        "cache_read[tier=batch;above=300000]": "0.4",
        "output[tier=batch;above=300000]": "18",
        "input[tier=flex]": "2.1",
        "cache_read[tier=flex]": "0.21",
        "output[tier=flex]": "12.6",
        "input[tier=flex;above=300000]": "4.2",
        "cache_read[tier=flex;above=300000]": "0.42",
        "output[tier=flex;above=300000]": "18.9",
        "input[tier=priority]": "10",
        "cache_read[tier=priority]": "1",
        "output[tier=priority]": "60",
    }


def test_long_contexts_without_a_size_are_held_and_named() -> None:
    parsed = parse(SLUG)
    assert amounts(parsed, ARIA) == {
        "input": "6",
        "cache_read": "0.6",
        "cache_write": "7.5",
        "output": "36",
        "input[tier=batch]": "3",
        "cache_read[tier=batch]": "0.3",
        "cache_write[tier=batch]": "3.75",
        "output[tier=batch]": "18",
        "input[tier=priority]": "15",
        "cache_read[tier=priority]": "1.5",
        "cache_write[tier=priority]": "18.75",
        "output[tier=priority]": "90",
    }
    assert {item.field for item in parsed.unreadable} == {
        f"price.{meter}[{tier}detail=long context]"
        for meter in ("input", "cache_read", "cache_write", "output")
        for tier in ("", "tier=batch;", "tier=priority;")
    }
    assert all("above how many tokens" in item.reason for item in parsed.unreadable)


@pytest.mark.parametrize(
    ("ident", "prices"),
    [
        (
            "gpt-live-3",
            {
                "input[modality=audio]": "33",
                "cache_read[modality=audio]": "0.45",
                "output[modality=audio]": "66",
                "input": "4.5",
                "cache_read": "0.46",
                "output": "25",
                "input[modality=image]": "5.5",
                "cache_read[modality=image]": "0.55",
            },
        ),
        ("gpt-8-speech", {"output[modality=audio]": "13", "input": "0.65"}),
        ("say-3", {"character": "16"}),
        (
            "gpt-picture-4",
            {
                "input[modality=image]": "9",
                "cache_read[modality=image]": "2.25",
                "output[modality=image]": "31",
                "input": "5.25",
                "cache_read": "1.35",
                "input[modality=image;tier=batch]": "4.5",
                "cache_read[modality=image;tier=batch]": "1.13",
                "output[modality=image;tier=batch]": "15.5",
                "input[tier=batch]": "2.63",
                "cache_read[tier=batch]": "0.68",
            },
        ),
        (
            "nimbus-5",
            {
                f"output[{VIDEO};detail=resolution:720p]": "0.12",
                f"output[{VIDEO};detail=resolution:1024p]": "0.55",
                f"output[{VIDEO};tier=batch;detail=resolution:720p]": "0.06",
                f"output[{VIDEO};tier=batch;detail=resolution:1024p]": "0.28",
            },
        ),
        ("gpt-live-hear", {"input[modality=audio;unit=minute]": "0.019"}),
        ("gpt-8-hear", {"input": "2.75", "output": "11"}),
        ("gpt-9-ward", {"input": "13", "cache_read": "1.3", "cache_write": "16.25", "output": "78"}),
        ("gpt-8-ward", {}),
        ("text-embedding-9", {"input": "0.15"}),
        ("kindly-latest", {"input": "free"}),
        ("q5-2027-01-15", {"input": "1300", "output": "2600"}),
    ],
)
def test_reads_every_kind_of_table(ident: str, prices: dict[str, str]) -> None:
    assert amounts(parse(SLUG), f"openai/{ident}") == prices


def test_a_cost_called_estimated_is_an_estimate() -> None:
    estimates = {claim.offering: claim.estimates for claim in parse(SLUG).claims if claim.estimates}
    assert estimates == {"openai/gpt-live-hear": {"price.input[modality=audio;unit=minute]"}}


def test_a_value_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == PLAIN)
    (line,) = claim.evidence["price.input[tier=priority]"]
    assert line.path == ("Flagship models", "Fast mode", "Fast pricing data")
    assert (line.row, line.column, line.text) == (
        "gpt-8.7 (<300K context length)", "Short context input", "$10.00",
    )  # fmt: skip


def test_the_sample_is_read_as_a_whole() -> None:
    parsed = parse(SLUG)
    assert (parsed.absent, parsed.notices) == ((), {})
    assert [item.reason for item in parsed.rejected] == ["Whisper: a name to which no list of OpenAI gives an id"]
    assert not next(claim for claim in parsed.claims if claim.offering == MINI).unreadable


# -- changes of the page ----------------------------------------------------------------------------------------------

TITLES = ("Standard", "Batch", "Flex", "Fast mode")
SECTIONS = (
    "Flagship models", "Cyber models", "Multimodal models", "Realtime and audio generation models",
    "Image generation models", "Video generation models", "Transcription models", "Tools", "Specialized models",
    "Finetuning",
)  # fmt: skip


def places(line: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"^{re.escape(line)}$", texts(SLUG)[""], re.MULTILINE))


@pytest.mark.parametrize(
    ("line", "number"),
    [(line, number) for line in (*TITLES, *SECTIONS) for number in range(len(places(line)))],
)
def test_without_the_line_of_a_tier_or_a_section_nothing_is_wrong(line: str, number: int) -> None:
    page, place = texts(SLUG)[""], places(line)[number]
    parsed = parse(SLUG, {"": page[: place.start()] + page[place.end() :]})
    assert not wrong(parsed)
    if line in TITLES and "Pricing Table data" not in page[place.end() : place.end() + 120]:
        assert parsed.absent


@pytest.mark.parametrize(("left", "right"), [("Standard", "Batch"), ("Batch", "Flex"), ("Standard", "Fast mode")])
def test_lines_of_tiers_that_changed_places_state_nothing_wrong(left: str, right: str) -> None:
    page = re.sub(rf"^{left}$", "@", texts(SLUG)[""], count=1, flags=re.MULTILINE)
    page = re.sub(rf"^{right}$", left, page, count=1, flags=re.MULTILINE)
    parsed = parse(SLUG, {"": page.replace("@", right, 1)})
    assert not wrong(parsed)
    assert len(parsed.absent) == 2


def test_headings_of_tiers_that_changed_places_state_nothing_wrong() -> None:
    page = texts(SLUG)[""].replace("### Standard pricing data", "### @").replace("### Batch pr", "### Standard pr")
    parsed = parse(SLUG, {"": page.replace("### @", "### Batch pricing data")})
    assert not wrong(parsed)
    assert len(parsed.absent) == 2


def test_a_section_in_another_unit_is_held() -> None:
    for old, new in (("Prices per 1M tokens", "Prices per 1K tokens"), ("Prices per second.", "Prices per minute.")):
        parsed = replaced(SLUG, old, new, times=20)
        assert parsed.absent
        assert not wrong(parsed)
        assert "input" not in amounts(parsed, PLAIN) or "second" in old
    assert "input" not in amounts(replaced(SLUG, "Prices per 1M tokens.", "Prices are in USD."), PLAIN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| gpt-8-mini |", "| gpt-8-mini, gpt-8-nano |"),
        ("| gpt-8-mini |", "| gpt-8-mini<sup>2</sup> |"),
        ("| gpt-8-mini |", "| gpt-8-mini (legacy) |"),
        ("| gpt-8-mini |", "| gpt-8-mini (>300K context length) |"),
        ("| gpt-8.7 (<300K context length) |", "| gpt-8.7 (<300K context length)* |"),
        ("| gpt-9-ward |", "| GPT-9 Ward |"),
        ("| gpt-live-3 | Audio |", "| gpt-live-3 | Speech |"),
        ("| nimbus-5 | 720p |", "| nimbus-5 | 480p |"),
        ("| Embedding | text-embedding-9 |", "| Embedding | text-embedding-9 (<300K context length) |"),
    ],
)
def test_a_row_that_is_not_understood_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new, times=2)
    assert len(parsed.rejected) in (2, 3)
    assert not wrong(parsed)
    assert all(claim.leaves_open("price.session") for claim in parsed.claims)


@pytest.mark.parametrize(
    ("old", "new", "offering", "rate"),
    [
        ("| $0.35 |", "| Free |", MINI, "input"),
        ("| $0.35 |", "| €0.35 |", MINI, "input"),
        ("| $0.35 |", "| ~~$0.70~~ $0.35 |", MINI, "input"),
        ("| $0.35 |", "| $0.35 through August 31, 2027 |", MINI, "input"),
        ("| $16.00 / 1M characters |", "| $16.00 / 1K characters |", "openai/say-3", "character"),
        ("| $66.00 |", "| $0.03 / minute |", "openai/gpt-live-3", "output[modality=audio]"),
        ("| $0.019 / minute |", "| $0.019 / hour |", "openai/gpt-live-hear", "input[modality=audio;unit=minute]"),
        ("| Free |", "| Free until 2028 |", "openai/kindly-latest", "input"),
    ],
)
def test_a_cell_that_is_not_understood_is_held(old: str, new: str, offering: str, rate: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert rate not in amounts(parsed, offering)
    assert not wrong(parsed)
    claim = next(claim for claim in parsed.claims if claim.offering == offering)
    assert claim.leaves_open(f"price.{rate}")


def test_a_model_at_two_prices_has_none() -> None:
    """The table of cyber models repeats one of the ordinary ones."""
    head, tail = texts(SLUG)[""].split("Cyber models")
    parsed = parse(SLUG, {"": head + "Cyber models" + tail.replace("| $6.00 |", "| $6.50 |", 1)})
    assert "input" not in amounts(parsed, ARIA)
    assert amounts(parsed, ARIA)["output"] == "36"


def test_a_row_that_is_missing_among_the_standard_ones_is_open() -> None:
    row = next(line for line in texts(SLUG)[""].splitlines() if line.startswith("| gpt-8-mini | $0.35"))
    parsed = replaced(SLUG, row + "\n", "")
    assert set(amounts(parsed, MINI)) == {"input[tier=batch]", "cache_read[tier=batch]", "output[tier=batch]"}
    claim = next(claim for claim in parsed.claims if claim.offering == MINI)
    assert claim.unreadable == {"price.input", "price.cache_read", "price.output"}


def test_a_tier_that_is_new_is_announced_and_not_read() -> None:
    page = texts(SLUG)[""]
    first = page[page.index("### Standard pricing data") : page.index("Regional endpoints")]
    new = first.replace("Standard pricing data", "Turbo pricing data").replace("$6.00", "$66.00")
    parsed = parse(SLUG, {"": page.replace("Cyber models\n", f"Turbo\n\n{new}\n\nCyber models\n", 1)})
    assert stated(parsed) == sample()
    assert list(parsed.notices) == ["table not read: Flagship models > Fast mode > Turbo pricing data"]


def test_prices_of_tools_and_of_fine_tuning_are_known_and_not_read() -> None:
    parsed = replaced(SLUG, "| Web search |", "| Internet search |")
    assert not parsed.notices
    assert "tier" not in " ".join(amounts(parsed, "openai/q5-2027-01-15"))


# -- real copies ------------------------------------------------------------------------------------------------------


def copy(name: str) -> str:
    return copy_of("openai", name)


def test_the_copy_of_2026_08_28() -> None:
    text = copy("pricing-2026-08-28.md")
    parsed = parse(SLUG, {"": text})
    reading = source(SLUG).reading({"": source(SLUG).page(text)})
    assert (reading.rows, len(parsed.claims), sum(len(claim.values) for claim in parsed.claims)) == (180, 71, 469)
    assert (parsed.absent, parsed.notices, len(parsed.rejected)) == ((), {}, 1)
    assert {item.where.split(":")[0] for item in parsed.unreadable} == {
        "gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna",
    }  # fmt: skip
    assert all("above how many tokens" in item.reason for item in parsed.unreadable)
    read = stated(parsed)
    by_eye = [
        ("gpt-5.6-sol", "input", "4"),
        ("gpt-5.6-sol", "cache_write", "5"),
        ("gpt-5.6-luna", "cache_write[tier=batch]", "0.125"),
        ("gpt-5.6-terra", "output[tier=priority]", "24"),
        ("gpt-5.5", "output[above=272000]", "45"),
        ("gpt-5.5", "cache_read[tier=priority]", "1.25"),
        ("gpt-5.5-pro", "input[above=272000]", "60"),
        ("gpt-5.4", "cache_read[tier=batch]", "0.13"),
        ("gpt-5.4", "output[tier=flex;above=272000]", "11.25"),
        ("gpt-5.4-pro", "output[tier=batch;above=272000]", "135"),
        ("gpt-5.4-mini", "cache_read[tier=batch]", "0.0375"),
        ("gpt-5-mini", "input[tier=priority]", "0.45"),
        ("gpt-4o", "cache_read[tier=priority]", "2.125"),
        ("gpt-4o-2024-05-13", "output[tier=priority]", "26.25"),
        ("o4-mini", "cache_read[tier=flex]", "0.138"),
        ("o1-pro", "output", "600"),
        ("gpt-3.5-turbo-1106", "input[tier=batch]", "1"),
        ("gpt-5.6-cyber", "cache_write", "15.625"),
        ("gpt-realtime-2.1", "output[modality=audio]", "64"),
        ("gpt-realtime-2.1-mini", "cache_read[modality=image]", "0.08"),
        ("gpt-realtime-1.5", "output", "16"),
        ("gpt-4o-mini-tts", "output[modality=audio]", "12"),
        ("tts-1-hd", "character", "30"),
        ("gpt-image-1.5", "cache_read[tier=batch]", "0.63"),
        ("gpt-image-2", "cache_read[tier=batch]", "0.625"),
        ("gpt-image-1", "output[modality=image]", "40"),
        ("sora-2-pro", f"output[{VIDEO};detail=resolution:1080p]", "0.7"),
        ("sora-2", f"output[{VIDEO};tier=batch;detail=resolution:720p]", "0.05"),
        ("gpt-realtime-translate", "input[modality=audio;unit=minute]", "0.034"),
        ("gpt-4o-mini-transcribe", "output", "5"),
        ("chat-latest", "cache_read", "0.5"),
        ("gpt-5.3-codex", "output[tier=priority]", "28"),
        ("text-embedding-3-large", "input", "0.13"),
        ("omni-moderation-latest", "input", "free"),
    ]
    assert [(ident, rate, read[f"openai/{ident}"].get(rate)) for ident, rate, _ in by_eye] == by_eye
    assert "input[tier=batch;above=272000]" not in read["openai/gpt-5.5-pro"]
    assert "input[tier=priority;above=272000]" not in read["openai/gpt-5.5"]
    assert "input[modality=audio;unit=minute]" not in read["openai/gpt-4o-transcribe"]


@pytest.mark.parametrize("name", ["pricing-2026-08-21.html", "pricing-2026-06-26.md"])
def test_copies_of_another_shape_are_refused(name: str) -> None:
    """The HTML shows three rows of each tier without its name; the converted text has rows with fewer cells."""
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        parse(SLUG, {"": copy(name)})

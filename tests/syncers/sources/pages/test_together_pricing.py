"""Together's price page. Models and prices are made up; the shapes are those of its real copy."""

from __future__ import annotations

import pytest

from syncers.errors import BadPayload
from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, values

SLUG = "together-pricing"
VERSE = "together/PoetsAI/Verse-7.1"


def test_reads_all_rates_of_the_chat_models() -> None:
    parsed = parse(SLUG)
    assert {claim.offering: amounts(parsed, claim.offering) for claim in parsed.claims} == {
        VERSE: {"input": "0.35", "cache_read": "0.07", "output": "1.4"},
        "together/PoetsAI/Canto-3-8B_it": {"input": "0.15", "output": "0.25"},
        "together/singers-org/aria-120b-FP8": {"input": "1.1", "output": "2.2"},
    }
    assert (parsed.absent, parsed.rejected, parsed.unreadable, parsed.notices) == ((), [], [], {})


def test_a_value_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == VERSE)
    (evidence,) = claim.evidence["price.cache_read"]
    assert evidence.path == ("Serverless Models", "Chat models")
    assert (evidence.row, evidence.column) == ("PoetsAI/Verse-7.1", "Cached input pricing (per 1M tokens)")


def test_headers_in_other_case_are_the_same_table() -> None:
    parsed = replaced(SLUG, "Model Name    | API Model String", "Model name | API model string")
    assert amounts(parsed, VERSE)["input"] == "0.35"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Input pricing (per 1M tokens)", "Input pricing (per 1K tokens)"),
        ("## Chat models", "## Batch models"),
        ("| Function Calling ", ""),
        ("| FP4          |", "|"),
    ],
)
def test_a_table_of_another_shape_is_held(old: str, new: str) -> None:
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        replaced(SLUG, old, new)


@pytest.mark.parametrize("ident", ["Verse 7.1", "PoetsAI/Verse-7.1*", "PoetsAI/Verse-7.1 (deprecated)", "PoetsAI/"])
def test_a_row_without_a_plain_id_is_held(ident: str) -> None:
    parsed = replaced(SLUG, "PoetsAI/Verse-7.1 ", f"{ident} ")
    assert len(parsed.claims) == 2
    assert parsed.rejected


def test_tables_of_other_kinds_of_models_are_not_read() -> None:
    assert not values(parse(SLUG), "together/painters/oil-2")


def test_prices_of_the_undated_copy() -> None:
    copy = copy_of("together", "models-excerpt-chat-undated.md")
    parsed = parse(SLUG, {"": copy})
    assert len(parsed.claims) == 22
    assert (parsed.absent, parsed.rejected, parsed.unreadable) == ((), [], [])
    for ident, expected in {
        "MiniMaxAI/MiniMax-M2.7": {"input": "0.3", "cache_read": "0.06", "output": "1.2"},
        "moonshotai/Kimi-K2.5": {"input": "0.5", "output": "2.8"},
        "openai/gpt-oss-120b": {"input": "0.15", "output": "0.6"},
        "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8": {"input": "2", "output": "2"},
        "deepseek-ai/DeepSeek-R1": {"input": "3", "output": "7"},
        "google/gemma-3n-E4B-it": {"input": "0.02", "output": "0.04"},
    }.items():
        assert amounts(parsed, f"together/{ident}") == expected

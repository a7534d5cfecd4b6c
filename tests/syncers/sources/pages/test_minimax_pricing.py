"""MiniMax's price page. Models and prices are made up; the shapes are those of its real copy."""

from __future__ import annotations

import pytest

from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, texts

SLUG = "minimax-pricing"
Q8 = "minimax/MiniMax-Q8"
STANDARD = {"input": "0.45", "output": "1.8", "cache_read": "0.09"}
LONG = {"input[above=384000]": "0.9", "output[above=384000]": "3.6", "cache_read[above=384000]": "0.18"}
PRIORITY = {"input[tier=priority]": "0.675", "output[tier=priority]": "2.7", "cache_read[tier=priority]": "0.135"}
LONG_PRIORITY = {
    "input[tier=priority;above=384000]": "1.35",
    "output[tier=priority;above=384000]": "5.4",
    "cache_read[tier=priority;above=384000]": "0.27",
}


def test_reads_the_price_in_force_for_both_tiers_and_bands() -> None:
    assert amounts(parse(SLUG), Q8) == STANDARD | LONG | PRIORITY | LONG_PRIORITY


def test_reads_models_without_bands_and_legacy_models() -> None:
    parsed = parse(SLUG)
    assert amounts(parsed, "minimax/MiniMax-Q7.2-highspeed") == {
        "input": "0.8", "output": "3.2", "cache_read": "0.08", "cache_write": "0.5",
    }  # fmt: skip
    assert amounts(parsed, "minimax/MiniMax-Q6") == {
        "input": "0.7", "output": "2.1", "cache_read": "0.07", "cache_write": "0.875",
    }  # fmt: skip
    assert (parsed.absent, parsed.rejected, parsed.unreadable) == ((), [], [])
    assert parsed.notices == {"table not read: Audio": 1}


def test_a_value_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == Q8)
    (evidence,) = claim.evidence["price.input[tier=priority]"]
    assert evidence.path == ("LLM", "Priority*")
    assert (evidence.column, evidence.text) == ("Input", "~~$1.35~~ $0.675 / M tokens")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"~~\$0.90~~ \$0.45", r"~~\$0.45~~ \$0.90"),
        (r"~~\$0.90~~ \$0.45", r"\$0.45 ~~\$0.90~~"),
        (r"~~\$0.90~~ \$0.45", r"\$0.45"),
        (r"~~\$0.90~~ \$0.45", r"~~\$0.90~~ \$0.54"),
        ("Permanent 50% off", "Limited 50% off"),
        ("Permanent 50% off", "Permanent 40% off"),
        ('<span className="rounded-full">Permanent 50% off</span>', ""),
    ],
)
def test_a_discount_that_is_not_as_announced_is_not_believed(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert not amounts(parsed, Q8).keys() & STANDARD.keys()
    assert amounts(parsed, Q8).items() <= amounts(parse(SLUG), Q8).items()
    assert len(parsed.claims) == 4
    assert parsed.rejected or parsed.absent


def test_a_struck_price_in_a_row_without_a_discount_holds_it() -> None:
    parsed = replaced(SLUG, r"\$0.4 / M", r"~~\$0.8~~ \$0.4 / M")
    assert not amounts(parsed, "minimax/MiniMax-Q7.2")


def test_a_mark_is_read_over_only_while_its_note_is_known() -> None:
    parsed = replaced(SLUG, "Priority provides priority admission.", "For a limited time:")
    assert amounts(parsed, Q8) == {}
    assert parsed.rejected[0].reason.startswith("a mark whose note is not known")


@pytest.mark.parametrize(("old", "new"), [("> 384k", "> 256k"), ("> 384k", "≤ 384k"), ("> 384k", "≥ 384k")])
def test_bands_that_do_not_fit_hold_the_table(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert amounts(parsed, Q8) == {}
    assert parsed.absent == ("table: LLM > Standard",)


def test_a_price_of_priority_that_is_not_the_page_s_own_multiple_is_held_with_that_of_standard() -> None:
    parsed = replaced(SLUG, "Pricing is 1.5x", "Pricing is 2x")
    assert amounts(parsed, Q8) == {}
    parsed = replaced(SLUG, r"~~\$1.35~~ \$0.675", r"~~\$1.30~~ \$0.65")
    assert amounts(parsed, Q8).keys() == (STANDARD | LONG | PRIORITY | LONG_PRIORITY).keys() - {
        "input", "input[tier=priority]",
    }  # fmt: skip


@pytest.mark.parametrize("title", ["Standard", "Priority*", "Legacy Models"])
def test_a_table_below_another_title_is_held_or_announced(title: str) -> None:
    parsed = replaced(SLUG, f'title="{title}"', 'title="Flex"')
    assert parsed.absent or any("Flex" in notice for notice in parsed.notices)
    true = parse(SLUG)
    for claim in parsed.claims:
        assert amounts(parsed, claim.offering).items() <= amounts(true, claim.offering).items()


def test_swapped_tabs_are_not_both_believed() -> None:
    """Nothing but the title says which tier a table is about, but the note says what priority costs."""
    pages = texts(SLUG)
    page = pages[""].replace('"Standard"', '"?"').replace('"Priority*"', '"Standard"').replace('"?"', '"Priority*"')
    assert not amounts(parse(SLUG, {"": page}), Q8)


def test_prices_of_the_dated_copy() -> None:
    copy = copy_of("minimax", "pricing-2026-08-18.md")
    parsed = parse(SLUG, {"": copy})
    assert (parsed.absent, parsed.rejected, parsed.unreadable) == ((), [], [])
    assert {claim.offering.partition("-")[2] for claim in parsed.claims} == {
        "M3", "M2.7", "M2.7-highspeed", "M2.5", "M2.5-highspeed", "M2.1", "M2.1-highspeed", "M2",
    }  # fmt: skip
    assert amounts(parsed, "minimax/MiniMax-M3") == {
        "input": "0.3", "output": "1.2", "cache_read": "0.06",
        "input[above=512000]": "0.6", "output[above=512000]": "2.4", "cache_read[above=512000]": "0.12",
        "input[tier=priority]": "0.45", "output[tier=priority]": "1.8", "cache_read[tier=priority]": "0.09",
        "input[tier=priority;above=512000]": "0.9", "output[tier=priority;above=512000]": "3.6",
        "cache_read[tier=priority;above=512000]": "0.18",
    }  # fmt: skip
    assert amounts(parsed, "minimax/MiniMax-M2.7-highspeed") == {
        "input": "0.6", "output": "2.4", "cache_read": "0.06", "cache_write": "0.375",
    }  # fmt: skip
    assert amounts(parsed, "minimax/MiniMax-M2") == {
        "input": "0.3", "output": "1.2", "cache_read": "0.03", "cache_write": "0.375",
    }  # fmt: skip

"""Anthropic's price page. Models and prices are made up; the shapes are those of its real copies."""

from __future__ import annotations

import pytest

from syncers.errors import BadPayload
from tests.syncers.sources.pages.samples import amounts, body, copy_of, parse, replaced, texts, values

SLUG = "anthropic-pricing"
CANTO = "anthropic/claude-canto-7"
VERSE = "anthropic/claude-verse-7"


def test_reads_all_rates_of_a_model() -> None:
    assert amounts(parse(SLUG), CANTO) == {
        "input": "6",
        "output": "30",
        "cache_read": "0.6",
        "cache_write": "7.5",
        "cache_write[ttl=1h]": "12",
        "input[tier=batch]": "3",
        "output[tier=batch]": "15",
        "input[tier=fast]": "12",
        "output[tier=fast]": "60",
    }


def test_two_dated_rows_are_one_line() -> None:
    assert amounts(parse(SLUG), VERSE)["input"] == "2 to 2027-09-01; 3 from 2027-09-01"


def test_a_value_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == VERSE)
    first, second = claim.evidence["price.output"]
    assert (first.path[-1], first.column, first.text) == ("Model pricing", "Output Tokens", "$10 / MTok")
    assert second.row == "Claude Verse 7 starting September 1, 2027"


def test_a_retired_model_is_no_offer() -> None:
    models = texts(SLUG)["models"].replace("Claude Rhyme 4.5", "Claude Canto 5")  # it has an id all the same
    assert not values(parse(SLUG, texts(SLUG) | {"models": models}), "anthropic/claude-rhyme-4-5-20270101")
    assert {claim.offering for claim in parse(SLUG).claims} == {
        CANTO, VERSE, "anthropic/claude-canto-6-5", "anthropic/claude-rhyme-4-5-20270101",
    }  # fmt: skip


def test_a_name_without_an_id_is_held_and_nothing_else() -> None:
    parsed = replaced(SLUG, "Claude Canto 7 ", "Claude Canto 8 ", part="models")
    assert not values(parsed, CANTO)
    assert "Claude Canto 7: no ids" in parsed.rejected[0].reason
    assert all(not claim.unreadable for claim in parsed.claims)


def test_a_cache_price_that_is_not_the_page_s_own_multiple_holds_the_row() -> None:
    parsed = replaced(SLUG, "$7.50 / MTok", "$7.05 / MTok")
    assert "input" not in amounts(parsed, CANTO)
    assert "input[tier=batch]" in amounts(parsed, CANTO)


def test_swapped_dates_hold_the_rates() -> None:
    parsed = replaced(SLUG, "starting September 1, 2027", "starting August 1, 2027")
    assert "input" not in amounts(parsed, VERSE)
    claim = next(claim for claim in parsed.claims if claim.offering == VERSE)
    assert claim.leaves_open("price.input")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Cache Hits & Refreshes", "Cache Storage"),
        ("## Model pricing", "## Model prices"),
        ("| Base Input Tokens |", "|"),
    ],
)
def test_a_table_of_another_shape_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert parsed.absent
    assert set(amounts(parsed, CANTO)) <= {
        "input[tier=batch]", "output[tier=batch]", "input[tier=fast]", "output[tier=fast]",
    }  # fmt: skip
    assert all(claim.leaves_open("price.input") for claim in parsed.claims)


def test_a_header_in_other_words_is_the_same_table() -> None:
    assert amounts(replaced(SLUG, "Cache Hits & Refreshes", "cache hits and  refreshes"), CANTO)["cache_read"] == "0.6"


def test_a_page_that_is_a_sign_in_form_is_no_page() -> None:
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        parse(SLUG, texts(SLUG) | {"": "<!doctype html><html><body><form>Sign in</form></body></html>"})


def test_prices_of_dated_copies() -> None:
    """The increase of Sonnet 5 stands on the pages until 7 August 2026 and is gone on the 11th."""
    models = copy_of("anthropic", "models-2026-08-05.md")
    lines = {}
    for day in ("2026-07-20", "2026-08-07", "2026-08-11", "2026-08-12", "2026-08-21"):
        page = copy_of("anthropic", f"pricing-{day}.md")
        parsed = parse(SLUG, {"": page, "models": models})
        assert not parsed.absent
        assert not parsed.unreadable
        lines[day] = amounts(parsed, "anthropic/claude-sonnet-5")["input"]
    announced = "2 to 2026-09-01; 3 from 2026-09-01"
    assert lines == {
        "2026-07-20": announced, "2026-08-07": announced, "2026-08-11": "2", "2026-08-12": "2", "2026-08-21": "2",
    }  # fmt: skip


def test_the_sample_is_one_payload_of_two_pages() -> None:
    assert body(SLUG, texts(SLUG)).startswith(b'{"registry:parts":')

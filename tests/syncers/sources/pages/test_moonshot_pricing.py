"""Moonshot's price pages. Models and prices are made up; the shapes are those of their real copies."""

from __future__ import annotations

import pytest

from syncers.errors import BadPayload
from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, texts, values

SLUG = "moonshot-pricing"
Q9 = "moonshot/kimi-q9"


def test_reads_all_rates_of_a_model() -> None:
    assert amounts(parse(SLUG), Q9) == {"input": "4.5", "cache_read": "0.45", "output": "18"}


def test_reads_the_pages_of_all_families() -> None:
    parsed = parse(SLUG)
    assert len(parsed.claims) == 7
    assert amounts(parsed, "moonshot/kimi-q2.4") == {"input": "0.65", "cache_read": "0.065", "output": "18"}
    assert amounts(parsed, "moonshot/moonshot-v7-8k-vision-preview") == {"input": "0.4", "output": "3.1"}
    assert (parsed.absent, parsed.rejected, parsed.unreadable) == ((), [], [])


def test_a_value_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == Q9)
    (evidence,) = claim.evidence["price.cache_read"]
    assert evidence.path[-1] == "Product Pricing"
    assert (evidence.row, evidence.column, evidence.text) == ("kimi-q9", "Input Price (Cache Hit)", "$0.45")


def test_columns_are_taken_by_their_titles() -> None:
    hit, miss = "Input Price (Cache Hit)", "Input Price (Cache Miss)"
    pages = texts(SLUG)
    pages[""] = pages[""].replace(hit, "?").replace(miss, hit).replace("?", miss)
    assert amounts(parse(SLUG, pages), Q9)["cache_read"] == "4.5"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Input Price (Cache Hit)", "Cached Input"),
        ("## Product Pricing", "## Batch Pricing"),
        ('{ title: "Unit", width: "12%" },\n', ""),
        ('"kimi-q9", "1M tokens", ', '"kimi-q9", '),
        ('<>{"$"}4.50</>', "<Sale>4.50</Sale>"),
        ('<>{"$"}4.50</>', "4.50"),
        ("<DocTable\n", "<PriceTable\n"),
        ("rows={[", "rows={prices.map(["),
    ],
)
def test_a_table_of_another_shape_is_held_and_no_other(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert parsed.absent
    assert not values(parsed, Q9)
    assert amounts(parsed, "moonshot/moonshot-v7-8k") == {"input": "0.35", "output": "2.75"}
    assert all(claim.leaves_open("price.input[tier=batch]") for claim in parsed.claims)


def test_two_tables_below_the_same_title_are_held() -> None:
    table = texts(SLUG)["chat-v1"].partition("## Product Pricing")[2]
    parsed = parse(SLUG, texts(SLUG) | {"": texts(SLUG)[""].replace("1M is 1,000,000.", table)})
    assert parsed.absent
    assert not values(parsed, Q9)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"kimi-q9", "1M', '"kimi-q9", "1K'), ('"kimi-q9"', '"kimi-q9\uff08Batch\uff09"'), ('"kimi-q9"', '"Kimi Q9"')],
)
def test_a_row_of_another_unit_or_name_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert parsed.rejected
    assert not values(parsed, Q9)
    assert values(parsed, "moonshot/kimi-q9-turbo")


def test_two_prices_on_two_pages_are_held() -> None:
    parsed = replaced(SLUG, "kimi-q2.4", "kimi-q9", part="chat-k26")
    assert amounts(parsed, Q9) == {"output": "18"}


def test_without_a_page_its_models_are_not_missing() -> None:
    pages = texts(SLUG)
    del pages["chat-k25"]
    parsed = parse(SLUG, pages)
    assert len(parsed.claims) == 6
    assert parsed.absent == ("table: chat-k25",)


def test_a_page_that_is_a_sign_in_form_is_no_page() -> None:
    form = "<!doctype html><html><body><form>Sign in</form></body></html>"
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        parse(SLUG, dict.fromkeys(texts(SLUG), form))


def test_prices_of_dated_copies() -> None:
    copies = {"": "pricing-k3-2026-08-18.md", "chat-v1": "pricing-v1-2026-08-18.md"}
    parsed = parse(SLUG, {part: copy_of("moonshot", name) for part, name in copies.items()})
    assert (parsed.rejected, parsed.unreadable) == ([], [])
    assert parsed.absent == ("table: chat-k27-code", "table: chat-k26", "table: chat-k25")
    assert {claim.offering: amounts(parsed, claim.offering) for claim in parsed.claims} == {
        "moonshot/kimi-k3": {"cache_read": "0.3", "input": "3", "output": "15"},
        "moonshot/moonshot-v1-8k": {"input": "0.2", "output": "2"},
        "moonshot/moonshot-v1-32k": {"input": "1", "output": "3"},
        "moonshot/moonshot-v1-128k": {"input": "2", "output": "5"},
        "moonshot/moonshot-v1-8k-vision-preview": {"input": "0.2", "output": "2"},
        "moonshot/moonshot-v1-32k-vision-preview": {"input": "1", "output": "3"},
        "moonshot/moonshot-v1-128k-vision-preview": {"input": "2", "output": "5"},
    }

"""Z.ai's price page. Models and prices are made up; the shapes are those of its real copy."""

from __future__ import annotations

import pytest

from syncers.errors import BadPayload
from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, texts, values

SLUG = "zai-pricing"
GLM = "zai/glm-9"
UNIT = '<span data-as="p">Prices per 1M tokens.</span>'


def test_reads_text_and_vision_models() -> None:
    parsed = parse(SLUG)
    assert {claim.offering: amounts(parsed, claim.offering) for claim in parsed.claims} == {
        GLM: {"input": "1.7", "cache_read": "0.34", "output": "5.1"},
        "zai/glm-9-turbo": {"input": "1.3", "cache_read": "0.21", "output": "4.7"},
        "zai/glm-9-32b-0417-64k": {"input": "0.2", "output": "0.3"},
        "zai/glm-9-flash": {"input": "free", "cache_read": "free", "output": "free"},
        "zai/glm-9v": {"input": "0.4", "cache_read": "0.06", "output": "0.8"},
    }
    assert (parsed.absent, parsed.unreadable, parsed.notices) == ((), [], {})


def test_a_name_that_the_reference_does_not_list_is_held_and_nothing_else() -> None:
    parsed = parse(SLUG)
    assert [rejected.reason for rejected in parsed.rejected] == [
        "GLM-8-Air: no ids in the reference of the API",
        "GLM-READ: no ids in the reference of the API",
    ]
    assert not any(claim.unreadable for claim in parsed.claims)


def test_without_the_reference_no_name_has_an_id() -> None:
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        parse(SLUG, {"": texts(SLUG)[""]})


def test_a_name_with_two_ids_is_held() -> None:
    parsed = replaced(SLUG, "- glm-9-turbo", "- GLM-9", part="models")
    assert not values(parsed, GLM)
    assert "GLM-9: 2 ids" in parsed.rejected[0].reason


def test_other_lists_of_the_reference_are_no_ids() -> None:
    parsed = replaced(SLUG, '<td style="text-align:left">GLM-9V<', '<td style="text-align:left">user<')
    assert not values(parsed, "zai/user")
    assert any(rejected.reason.startswith("user: no ids") for rejected in parsed.rejected)


def test_a_value_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == GLM)
    (evidence,) = claim.evidence["price.cache_read"]
    assert evidence.path == ("Pricing", "Models", "Text Models")
    assert (evidence.row, evidence.column, evidence.text) == ("GLM-9", "Cached Input", "$0.34")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (UNIT, UNIT.replace("1M", "1K")),
        (UNIT, ""),
        (UNIT, UNIT + UNIT),
        ("<h3>Text Models</h3>", "<h3>Batch Models</h3>"),
        (">Cached Input Storage<", ">Cache Storage<"),
    ],
)
def test_a_table_of_another_shape_or_unit_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    (held,) = parsed.absent
    assert held.endswith("Models > Text Models")
    assert [claim.offering for claim in parsed.claims] == ["zai/glm-9v"]


@pytest.mark.parametrize("text", ["Limited-time Free", "Free for now", "$0.34*", "$0.34 / MTok", "¥0.34", "0.34"])
def test_a_cell_in_other_words_is_held(text: str) -> None:
    parsed = replaced(SLUG, ">$0.34<", f">{text}<")
    assert amounts(parsed, GLM) == {"input": "1.7", "output": "5.1"}
    assert next(claim for claim in parsed.claims if claim.offering == GLM).leaves_open("price.cache_read")


def test_prices_of_the_dated_copy() -> None:
    copy = copy_of("zai", "pricing-2026-08-18.html")
    idents = ("glm-5.2", "glm-5-turbo", "glm-4.7-flashx", "glm-4.5-x", "glm-4.5-airx", "glm-4-32b-0414-128k",
              "glm-4.7-flash", "glm-4.6v", "glm-5v-turbo")  # fmt: skip
    models = "  model:\n    type: string\n    enum:\n" + "".join(f"      - {ident}\n" for ident in idents)
    parsed = parse(SLUG, {"": copy, "models": models})
    assert (parsed.absent, parsed.unreadable, parsed.notices) == ((), [], {})
    assert (len(parsed.claims), len(parsed.rejected)) == (9, 11)
    assert {claim.offering.removeprefix("zai/"): amounts(parsed, claim.offering) for claim in parsed.claims} == {
        "glm-5.2": {"input": "1.4", "cache_read": "0.26", "output": "4.4"},
        "glm-5-turbo": {"input": "1.2", "cache_read": "0.24", "output": "4"},
        "glm-4.7-flashx": {"input": "0.07", "cache_read": "0.01", "output": "0.4"},
        "glm-4.5-x": {"input": "2.2", "cache_read": "0.45", "output": "8.9"},
        "glm-4.5-airx": {"input": "1.1", "cache_read": "0.22", "output": "4.5"},
        "glm-4-32b-0414-128k": {"input": "0.1", "output": "0.1"},
        "glm-4.7-flash": {"input": "free", "cache_read": "free", "output": "free"},
        "glm-4.6v": {"input": "0.3", "cache_read": "0.05", "output": "0.9"},
        "glm-5v-turbo": {"input": "1.2", "cache_read": "0.24", "output": "4"},
    }

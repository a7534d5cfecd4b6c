from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from registry.models import FallbackUse
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    make_revision()
    facts = {"price.input": priced("2.5"), "price.output": priced("10"), "price.input[tier=batch]": priced("1.25")}
    make_offering("openai/gpt-4o", facts, model="openai/gpt-4o", aliases=["gpt4o"])
    make_offering("azure/gpt-4o", {"price.input": priced("2")}, model="openai/gpt-4o")


def cost(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("cost", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_it_prints_an_aligned_breakdown():
    text, code = cost("gpt4o", "--input", "1000000", "--output", "5000")

    assert code == 0
    assert text.splitlines() == [
        "openai/gpt-4o  (matched by alias, revision 1)",
        "  input   1,000,000  tokens  2.5 USD / 1M tokens   2.5  standard",
        "  output      5,000  tokens  10 USD / 1M tokens   0.05  standard",
        "  total  2.55 USD",
    ]


def test_it_says_what_is_unpriced():
    text, code = cost("gpt4o", "--input", "1000000", "--output", "5000", "--tier", "batch")

    assert code == 1
    assert "unpriced" in text
    assert "not priced at tier batch; priced are: standard" in text
    assert text.splitlines()[-1] == "  total  1.25 USD, without what is unpriced"


def test_it_compares_offerings():
    text, _ = cost("gpt4o", "--input", "1000000", "--compare")

    assert [line.split() for line in text.splitlines()[-2:]] == [
        ["azure/gpt-4o", "2", "USD"], ["openai/gpt-4o", "2.5", "USD"],
    ]  # fmt: skip


def test_it_compares_over_a_filter():
    text, code = cost("--where", "provider=openai,azure", "--where", "pricing=priced", "--input", "1000000")

    assert code == 0
    assert [line.split() for line in text.splitlines()] == [
        ["2", "offerings", "match,", "cheapest", "first", "(revision", "1)"],
        ["azure/gpt-4o", "2", "USD"], ["openai/gpt-4o", "2.5", "USD"],
    ]  # fmt: skip
    assert cost("--where", "provider=openai,azure", "--input", "9", "--limit", "1")[0].endswith(
        "  and 1 more; see --limit\n"
    )


def test_it_exits_with_1_when_a_filter_matches_nothing():
    text, code = cost("--where", "supports_vision=true", "--input", "5")

    assert (code, text.splitlines()[0]) == (1, "0 offerings match, cheapest first (revision 1)")


def test_it_prices_a_mix():
    assert cost("gpt4o", "--mix")[0].splitlines()[-1] == "  3:1 mix  4.375 USD / 1M tokens"
    assert cost("gpt4o", "--mix", "1:1", "--cached", "0.5")[0].splitlines()[-1] == (
        "  1:1 mix, 50% of the input cached  unknown"
    )
    printed, _ = cost("--where", "provider=openai,azure", "--mix", "1:0", "--json")
    assert [load["effective"]["per_1m_tokens"] for load in json.loads(printed)["compared"]] == ["2", "2.5"]


def test_it_counts_what_the_fallback_answered(settings):
    settings.COST_FALLBACK_PER_1M = Decimal(20)

    _, code = cost("no-such-model", "--input", "1000000", "--fallback")

    row = FallbackUse.objects.get()
    assert code == 1
    assert (row.text, row.times, row.estimated, row.origin) == ("no-such-model", 1, Decimal(20), "command")


def test_it_answers_in_json_as_the_api_does():
    text, code = cost("gpt4o", "--input", "1000000", "--json", "--at", "2026-11-20")

    answer = json.loads(text)
    assert code == 0
    assert (answer["total"], answer["at"]) == ("2.5", "2026-11-20T00:00:00Z")


def test_it_exits_with_1_when_nothing_is_found():
    text, code = cost("no-such-model", "--input", "5")

    assert code == 1
    assert text.startswith("no-such-model: not found")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--input", "-5"],
        ["--input", "5", "--at", "noon"],
        ["--input", "5", "--at", "2026-W01"],
        ["--input", "5", "--at", "20260101"],
        ["--input", "5", "--known-at", "2026-W01"],
        ["--input", "5", "--tier", "bach"],
        ["--input-audio-seconds", "1e-13"],
        ["--input", "5", "--other", "page=0.5"],
        ["--input", "5", "--revision", "9"],
        ["--input", "5", "--other", "page"],
        ["--input", "5", "--cache-read", "6"],
        ["--mix", "3"],
        ["--mix", "--input", "5"],
        ["--mix", "--cached", "2"],
        ["--where", "provider=openai", "--input", "5"],
    ],
)
def test_it_refuses_what_cannot_be(arguments):
    with pytest.raises(CommandError):
        cost("gpt4o", *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--input", "5"],
        ["--where", "provider=opnai", "--input", "5"],
        ["--where", "colour=red", "--input", "5"],
        ["--where", "provider", "--input", "5"],
        ["--where", "provider=openai", "--where", "provider=azure", "--input", "5"],
        ["--where", "provider=openai", "--compare", "--input", "5"],
        ["--where", "provider=openai", "--limit", "0", "--input", "5"],
    ],
)
def test_it_refuses_a_filter_that_cannot_be(arguments):
    with pytest.raises(CommandError):
        cost(*arguments)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["gpt4o", "--output", "5", "--tier", "flex"], "output: not priced at tier flex"),
        (["gpt4o", "--input", "5", "--output", "7", "--tier", "batch"], "output: not priced at tier batch"),
        (["gpt4o", "--requests", "3"], "nobody states a price of it"),
        (["gpt4o", "--mix", "1:1", "--cached", "0.5"], "cache_read"),
        (["azure/gpt-4o", "--output", "5", "--json"], "output"),
        (["--where", "provider=azure", "--output", "5"], "output"),
        (["no-such-model", "--input", "5"], "no single offering"),
    ],
)
def test_it_exits_with_1_and_says_why_when_the_price_is_not_whole(arguments, reason):
    err = io.StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("cost", *arguments, stdout=io.StringIO(), stderr=err)

    assert end.value.code == 1
    assert err.getvalue().startswith("No complete price: ")
    assert reason in err.getvalue()


def test_it_exits_with_0_when_one_of_those_compared_has_a_whole_price():
    assert cost("azure/gpt-4o", "--output", "5", "--compare")[1] == 0
    assert cost("--where", "provider=azure,openai", "--output", "5")[1] == 0


@pytest.mark.parametrize("condition", [["--region", "mars"], ["--tier", "bach"]])
def test_a_condition_that_nobody_has_is_no_success(condition):
    with pytest.raises((CommandError, SystemExit)) as end:
        call_command("cost", "gpt4o", "--input", "5", *condition, stdout=io.StringIO(), stderr=io.StringIO())

    assert str(end.value) != "0"


def test_a_region_that_somebody_has_is_asked_about_in_any_spelling():
    make_offering("bedrock/nova", {"price.input[region=eu-west-1]": priced("3"), "price.input": priced("2")})
    make_revision(2)

    assert "2 USD" not in cost("bedrock/nova", "--input", "1000000", "--region", "eu-west-1")[0]
    assert cost("gpt4o", "--input", "5", "--region", "EU West 1")[1] == 0
    with pytest.raises(CommandError, match="did you mean 'eu-west-1'"):
        cost("gpt4o", "--input", "5", "--region", "eu-wset-1")


def test_a_comparison_over_a_filter_says_how_many_are_not_known_to_match():
    make_offering("azure/seeing", {"price.input": priced("3"), "supports_vision": True})

    text, code = cost("--where", "supports_vision=true", "--input", "5")
    assert code == 0
    assert text.splitlines()[0] == "1 offerings match, cheapest first (revision 1)"
    assert text.splitlines()[-1] == ("2 more may match: a value that a filter uses is unknown")
    assert json.loads(cost("--where", "supports_vision=true", "--input", "5", "--json")[0])["unknown_count"] == 2
    assert "not known" not in cost("--where", "provider=openai", "--input", "5")[0]

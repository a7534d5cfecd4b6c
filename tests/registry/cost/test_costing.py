from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from registry.cost import costing
from registry.cost.costing import Question, UnknownRevision
from registry.models import Revision
from registry.pricing import Conditions, Mix, Usage
from tests import builders
from tests.builders import NOW, usd
from tests.registry.builders import make_offering, make_revision, price_state, priced

pytestmark = pytest.mark.django_db

M = 1_000_000
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ASKED = Conditions(NOON)
USED = Usage(input_tokens=M)


@pytest.fixture
def served():
    """One model at four places: dear, cheap, partly and not priced."""
    make_revision()
    both = {"price.output": priced("1")}
    make_offering("openai/gpt-4o", {"price.input": priced("3"), **both}, model="openai/gpt-4o", aliases=["gpt4o"])
    make_offering("azure/gpt-4o", {"price.input": priced("2"), **both}, model="openai/gpt-4o")
    make_offering("a-partly/gpt-4o", {"price.input": priced("0.1")}, model="openai/gpt-4o")
    make_offering("a-nobody/gpt-4o", {"price.input": price_state("dynamic")}, model="openai/gpt-4o")


def test_it_prices_any_spelling_that_lookup_resolves(served):
    result = costing.cost("gpt4o", USED, ASKED)

    assert (result.found, result.offering, result.matched_by, result.revision) == (True, "openai/gpt-4o", "alias", 1)
    assert result.cost is not None
    assert result.cost.total == 3


def test_it_never_prices_what_it_does_not_find(served):
    result = costing.cost("gpt-4o-mini-pro-max", USED, ASKED)

    assert (result.found, result.cost, result.estimate) == (False, None, False)
    assert result.candidates


def test_it_compares_all_offerings_of_a_model_and_puts_what_is_unknown_last(served):
    usage = Usage(input_tokens=M, output_tokens=M)

    results = costing.compare(Question("gpt-4o", usage, ASKED))

    assert [result.offering for result in results] == [
        "azure/gpt-4o",
        "openai/gpt-4o",
        "a-partly/gpt-4o",
        "a-nobody/gpt-4o",
    ]
    assert [result.cost.total for result in results if result.cost] == [3, 4, Decimal("0.1"), None]


def test_a_revision_makes_a_cost_reproducible():
    builders.offering(price_input=usd("3.00000000000000000001"), price_output=usd("15"))
    first = Revision.objects.latest().number
    builders.offering(price_input=usd("2.5"), price_output=usd("15"), at=NOW + timedelta(days=1))
    usage = Usage(input_tokens=M, output_tokens=M)

    then = costing.cost(builders.OFFERING, usage, ASKED, revision=first).cost
    now = costing.cost(builders.OFFERING, usage, ASKED).cost

    assert then is not None
    assert now is not None
    assert then.total == Decimal("18.00000000000000000001")
    assert (now.total, now.lines[0].amount) != (then.total, then.lines[0].amount)


def test_it_knows_what_was_known_at_a_moment():
    builders.offering(price_input=usd("3"))
    first = Revision.objects.latest().number
    builders.offering(price_input=usd("2.5"), at=NOW + timedelta(days=2))

    assert costing.revision_known_at(NOW + timedelta(days=1)) == first
    assert costing.revision_known_at(NOW - timedelta(days=1)) == 0
    assert costing.cost(builders.OFFERING, USED, ASKED, revision=0).cost.total is None  # type: ignore[union-attr]


def test_it_refuses_a_revision_that_is_not_there(served):
    with pytest.raises(UnknownRevision, match="the newest is 1"):
        costing.cost("gpt4o", USED, ASKED, revision=2)


@pytest.mark.parametrize(("operator", "caller", "total"), [("20", True, 20), ("20", False, None), (None, True, None)])
def test_a_fallback_needs_the_operator_and_the_caller(served, settings, operator, caller, total):
    settings.COST_FALLBACK_PER_1M = Decimal(operator) if operator else None

    result = costing.costs([Question("no-such-model", USED, ASKED)], fallback=caller)[0]

    assert not result.found
    assert result.estimate == (total is not None)
    assert (result.cost.total if result.cost else None) == total


def test_a_fallback_is_never_used_for_a_model_that_is_there(served, settings):
    settings.COST_FALLBACK_PER_1M = Decimal(20)

    result = costing.costs([Question("a-nobody/gpt-4o", USED, ASKED)], fallback=True)[0]

    assert result.cost is not None
    assert (result.estimate, result.cost.total) == (False, None)


def test_it_prices_a_mix_per_million_tokens(served):
    result = costing.costs([costing.asked_mix("gpt4o", Mix(), ASKED)])[0]

    assert result.effective is not None
    assert result.effective.per_million == Decimal("2.5")


def test_it_compares_any_offerings_and_cuts_the_list_off(served):
    keys = ["openai/gpt-4o", "azure/gpt-4o", "a-nobody/gpt-4o", "gone/long-ago"]

    comparison = costing.compare_offerings(Question("", USED, ASKED), keys, limit=2)

    assert (comparison.matching, [result.offering for result in comparison.results]) == (
        3,
        ["azure/gpt-4o", "openai/gpt-4o"],
    )


def test_it_compares_ids_and_puts_what_is_not_found_last(served):
    comparison = costing.compare_ids(Question("", USED, ASKED), ["nothing-like-it", "gpt4o", "a-nobody/gpt-4o"])

    assert [result.question.id for result in comparison.results] == ["gpt4o", "a-nobody/gpt-4o", "nothing-like-it"]
    assert [result.found for result in comparison.results] == [True, True, False]


@pytest.mark.parametrize("later", [["1"], ["1", "0.5", "7"], ["2.5", ...]])
def test_whatever_is_published_later_an_earlier_cost_stays(later):
    builders.offering(price_input=usd("3"), price_output=usd("15"))
    number = Revision.objects.latest().number
    usage = Usage(input_tokens=M, output_tokens=7)
    before = costing.cost(builders.OFFERING, usage, ASKED, revision=number).cost

    for day, amount in enumerate(later, start=1):
        price = amount if amount is ... else usd(amount)
        builders.offering(price_input=price, price_output=..., at=NOW + timedelta(days=day))
        assert costing.cost(builders.OFFERING, usage, ASKED, revision=number).cost == before

    assert (
        costing.compare_offerings(Question("", usage, ASKED), [builders.OFFERING], revision=number).results[0].cost
        == before
    )


def test_only_the_first_misses_of_a_batch_get_suggestions(served, monkeypatch):
    monkeypatch.setattr(costing, "MOST_SUGGESTED", 2)
    questions = [Question(f"gpt-4p{number}", USED, ASKED) for number in range(3)]

    results = costing.costs(questions)

    assert [bool(result.candidates) for result in results] == [True, True, False]
    assert not any(result.found for result in results)

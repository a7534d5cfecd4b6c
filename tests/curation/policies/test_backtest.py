"""A dry run of policies over what was decided, and the tester."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from curation.apply.load import load_rules
from curation.core.policy import Rule, Verdict
from curation.core.policy.conditions import (
    AgeBelow,
    AnyCondition,
    CorroborationAtLeast,
    CountAtLeast,
    Direction,
    FactorBelow,
    Fields,
    Groups,
    OnlyWording,
    Sources,
    from_json,
)
from curation.models import Change, Policy
from curation.pins import pinning
from curation.policies import simulate
from curation.policies.backtest import backtest, outcomes
from curation.policies.history import history
from curation.policies.outcomes import UNCLEAR
from curation.policies.typed_value import read_value
from curation.review import decisions
from curation.rollback.selection import Selection
from curation.rollback.undo import roll_back
from registry.models import LedgerEntry, Offering, Revision
from tests.builders import NOW, OFFERING, claim, curator, held, listed, offering, source, state, usd

pytestmark = pytest.mark.django_db

AT = NOW + timedelta(days=30)


def days(number: int) -> Any:
    return NOW + timedelta(days=number)


def some_history() -> None:
    """A new offering, then prices, limits, a description and a capability that move: some applied, some held."""
    offering(price_input=usd("3"), context_window=200_000, description="Fast.")
    state(source(), claim(price_input=usd("3.3"), context_window=200_000, description="Quick."), at=days(1))
    state(source(), claim(price_input=usd("9"), context_window=400_000, description="Quick."), at=days(2))
    state(source(), claim(price_input=usd("0"), context_window=100_000, supports_tools=False), at=days(3))


# -- backtest ------------------------------------------------------------------------------------------


def test_the_policies_of_the_time_come_to_what_was_decided():
    some_history()

    result = backtest(load_rules(), at=AT)

    assert result.looked_at == LedgerEntry.objects.count() + Change.objects.count()
    assert result.then == result.today
    assert (result.differing, result.today[UNCLEAR]) == (0, 0)


steps = st.lists(
    st.tuples(
        st.sampled_from(["0", "1", "1.4", "3", "3.1", "4.6", "30", "9999"]),
        st.sampled_from([8_000, 100_000, 128_000, 200_000]),
        st.sampled_from(["Fast.", "Quick.", "A model."]),
        st.sampled_from([True, False, ...]),
        st.sampled_from(["list", "other"]),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@given(steps)
def test_whatever_was_said_the_same_policies_decide_it_the_same(history_of_claims):
    with transaction.atomic():
        for day, (price, window, text, tools, slug) in enumerate(history_of_claims):
            new_claim = claim(price_input=usd(price), context_window=window, description=text, supports_tools=tools)
            state(source(slug), new_claim, at=days(day))
        past = history(NOW - timedelta(days=1), load_rules())
        answers = outcomes(past.cases, load_rules())
        entries = LedgerEntry.objects.count()
        transaction.set_rollback(True)

    assert len(past.cases) >= entries
    # The ledger does not keep corroboration: there a case may be unclear, and is never another verdict.
    for case, answer in zip(past.cases, answers, strict=True):
        assert answer.name in (case.decided.name, UNCLEAR)
        if not case.in_ledger:
            assert answer == case.decided


def test_it_tells_what_another_policy_would_have_decided():
    some_history()
    hold = Rule("hold their prices", Verdict.HOLD, (Groups.of("price"), Sources.of("list")))

    result = backtest(load_rules(), tried=[hold, *load_rules()], name=hold.name, at=AT)

    # The first price, its move to 3.3, and the two that were held anyway.
    assert result.deciding == {"apply": 2, "hold": 2}
    assert result.differing == 2
    assert {(difference.before.name, difference.after.name) for difference in result.differences} == {("apply", "hold")}
    assert result.tried["hold"] == result.today["hold"] + 2


def test_it_judges_directions_sizes_ages_and_counts():
    some_history()
    rules = load_rules()

    def decides(*conditions: AnyCondition) -> int:
        rule = Rule("tried", Verdict.REJECT, conditions)
        return sum(backtest(rules, tried=[rule, *rules], name="tried", at=AT).deciding.values())

    assert decides(Direction("up"), Groups.of("price")) == 2
    assert decides(Direction("down")) == 1
    assert decides(FactorBelow(Decimal("1.2"))) == 1
    assert decides(AgeBelow(1)) == 5
    assert decides(CountAtLeast(5)) == 5
    assert decides(CountAtLeast(6)) == 0
    assert decides(OnlyWording()) == 1


def test_what_history_does_not_know_is_unclear_and_never_guessed():
    some_history()
    asks = Rule("asks for corroboration", Verdict.REJECT, (Fields.of("context_window"), CorroborationAtLeast(2)))

    result = backtest(load_rules(), tried=[asks, *load_rules()], name=asks.name, at=AT)

    # In the ledger: the first window and the one that grew. The one that shrank was held, and keeps it.
    assert result.tried[UNCLEAR] == 2
    assert result.differing == 0


def test_what_people_decided_is_not_judged():
    offering(price_input=usd("3"))
    pinning.pin(offering=OFFERING, field="price.input", value=usd("5"), actor=curator(), reason="seen", at=days(1))

    result = backtest(load_rules(), at=AT)

    assert result.by_people == 1
    assert result.looked_at == LedgerEntry.objects.count() - 1


def test_what_people_took_back_is_not_judged():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("3.3")), at=days(1))
    undone = roll_back(
        Selection(revision=Revision.objects.latest().number), actor=curator(), reason="a mistake", at=days(2)
    )

    result = backtest(load_rules(), at=AT)

    assert result.by_people == len(undone.done) == 1
    assert result.looked_at == LedgerEntry.objects.count() - 1


def test_what_was_approved_is_told_once_as_held():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("9")), at=days(1))
    row = Change.objects.get()
    decisions.approve({row.pk: row.fingerprint}, actor=curator(), at=days(1))

    result = backtest(load_rules(), at=AT)

    assert (result.then["hold"], result.today["hold"]) == (1, 1)


def test_only_the_days_that_were_asked_for_are_judged():
    some_history()

    assert backtest(load_rules(), days=27, at=days(29)).looked_at < backtest(load_rules(), days=90, at=AT).looked_at
    assert backtest(load_rules(), days=5, at=AT).looked_at == 0


def test_it_asks_as_many_questions_for_many_decisions_as_for_few():
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            backtest(load_rules(), at=AT)
        return len(captured)

    some_history()
    few = queries()
    state(source(), *(claim(f"acme/rocket-{n}") for n in range(60)), at=days(4))
    assert queries() == few <= 10


# -- tester ------------------------------------------------------------------------------------------


def decides(answer: simulate.Answer) -> list[str]:
    return [step.policy.name for step in answer.steps if step.decides]


def test_it_tells_which_policy_decides_what_a_source_might_say():
    offering(price_input=usd("3"))

    answer = simulate.of_statement(OFFERING, "price.input", source(), read_value("price.input", "$6"), at=days(1))

    assert decides(answer) == ["price moves by half"]
    assert (answer.by, answer.outcome, answer.gate) == ("price moves by half", "held for review", "")
    assert [step.policy.name for step in answer.steps] == [rule.name for rule in load_rules()]
    step = next(step for step in answer.steps if step.policy.name == "backed by two sources")
    assert [(condition.wanted, condition.actual) for condition in step.conditions if not condition.holds] == [
        ("2", "1")
    ]


def test_it_measures_against_what_stood_a_month_ago():
    """Two small steps add up, as they do in a sync."""
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("4")), at=days(1))
    assert Offering.objects.get().facts["price.input"] == listed("4")

    answer = simulate.of_statement(OFFERING, "price.input", source(), usd("5"), at=days(2))
    assert (decides(answer), answer.change.moves_by) == (["price moves by half"], Decimal(5) / Decimal(3))


def test_it_tells_who_rejected_the_very_same():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("6")), at=days(1))
    row = held()
    decisions.reject({row.pk: row.fingerprint}, actor=curator(), reason="no", at=days(1))

    answer = simulate.of_statement(OFFERING, "price.input", source(), usd("6"), at=days(2))
    assert any("rejected by ada" in sentence for sentence in answer.before)


def test_it_writes_nothing():
    offering(price_input=usd("3"))
    before = (LedgerEntry.objects.count(), Offering.objects.values().get())

    simulate.of_statement(OFFERING, "price.input", source(), usd("6"), at=days(1))

    assert (LedgerEntry.objects.count(), Offering.objects.values().get()) == before
    assert not Change.objects.exists()


def test_it_tells_when_the_gate_would_hold_it():
    offering(price_input=usd("3"))
    Policy.objects.create(name="all", verdict="apply", position=1)

    answer = simulate.of_statement(OFFERING, "price.input", source(), usd("3000"), at=days(1))

    assert decides(answer) == ["all"]
    assert answer.gate.startswith("rule: price-")
    assert (answer.by, answer.outcome) == (answer.gate, "held for review")


def test_it_tells_when_the_merge_would_not_choose_it():
    state(source("own", source_type="official"), claim(price_input=usd("3")))

    answer = simulate.of_statement(OFFERING, "price.input", source("list"), usd("3.1"), at=days(1))

    assert "own wins (best source type)" in answer.before[0]
    assert decides(answer) == ["everything else"]


def test_it_knows_what_nobody_states_any_more_and_what_is_new():
    offering(license="MIT", price_input=usd("3"))

    gone = simulate.of_statement(OFFERING, "license", None, None, at=days(1))
    unpriced = simulate.of_statement(OFFERING, "price.input", None, None, at=days(1))
    fresh = simulate.of_statement("acme/rocket-2", "license", source(), "MIT", at=days(1))
    assert (decides(gone), gone.change.kind) == (["no longer stated"], "no_longer_stated")
    assert (decides(unpriced), unpriced.change.kind) == (["removed value"], "no_longer_stated")
    assert (decides(fresh), fresh.change.kind) == (["new offerings"], "new")


def test_it_says_so_when_nothing_would_change():
    offering(context_window=200_000)

    with pytest.raises(simulate.Untestable, match="nothing would change"):
        simulate.of_statement(OFFERING, "context_window", source(), 200_000, at=days(1))


def test_it_tells_of_a_waiting_change_what_holds_it():
    some_history()

    for row in Change.objects.awaiting_review():
        answer = simulate.of_change(row, at=days(3))
        assert (answer.by, answer.before) == (row.policy, ())


def test_it_tells_of_a_change_that_moved_how_it_was():
    some_history()
    row = Change.objects.get(state="superseded")

    answer = simulate.of_change(row, at=days(3))

    assert "moved" in answer.before[0]
    assert answer.by == row.policy


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("price.input", "2.5", usd("2.5")),
        ("price.input", "$1,000", usd("1000")),
        ("price.input", "free", usd("0")),
        ("context_window", "128,000", 128_000),
        ("supports_tools", "Yes", True),
        ("input_modalities", "text, image", ("image", "text")),
        ("license", "MIT", "MIT"),
        ("license", "none", None),
    ],
)
def test_it_reads_values_as_people_write_them(field, text, value):
    assert read_value(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"), [("price.input", "cheap"), ("context_window", "many"), ("supports_tools", "maybe")]
)
def test_it_says_what_it_cannot_read(field, text):
    with pytest.raises(ValueError, match=r"no price|no whole number|yes or no"):
        read_value(field, text)


def test_a_rule_with_every_condition_tells_of_each():
    offering(price_input=usd("3"))
    asks_for = {
        "kinds": ["new"], "groups": ["text"], "fields": ["name"], "sources": ["x"], "source_types": ["official"],
        "providers": ["x"], "direction": "down", "qualities": ["verified"], "factor_at_least": "9",
        "factor_below": "1.01", "corroboration_at_least": 9, "age_at_least": 99, "age_below": 0, "count_at_least": 9,
        "only_wording": True,
    }  # fmt: skip
    rule = Rule("all", Verdict.HOLD, from_json(asks_for))
    Policy.of(rule, position=1).save()

    answer = simulate.of_statement(OFFERING, "price.input", source(), usd("4"), at=days(1))

    first = answer.steps[0]
    assert (len(first.conditions), any(condition.holds for condition in first.conditions)) == (len(asks_for), False)
    assert all(condition.title and condition.wanted and condition.actual for condition in first.conditions)

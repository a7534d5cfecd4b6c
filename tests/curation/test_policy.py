from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curation.diff import Kind
from curation.merge import Reason
from curation.models import Policy
from curation.policies import ensure_defaults
from curation.policy import DEFAULTS, NO_POLICY, PIN_ENDED, PINS_APPLY, Guard, Rule, Verdict, judge
from curation.reconcile import load_rules
from tests.builders import change, decision, listed

HOLD_ALL = Rule("hold all", Verdict.HOLD)
APPLY_ALL = Rule("apply all", Verdict.APPLY)


def price_moves(factor: str, kind: Kind = Kind.CHANGE):
    return change(field="price.input", old=listed("1"), new=listed(factor), kind=kind, factor=Decimal(factor))


#: Each default rule: a change that it catches, and one that it lets through to the rules below it.
CAUGHT = {
    "new offerings": (change(kind=Kind.NEW, old=None), change(kind=Kind.FILL, old=None, factor=None)),
    "fills what was unknown": (change(kind=Kind.FILL, old=None, factor=None), change()),
    "price becomes zero": (
        change(
            field="price.input",
            kind=Kind.FREE,
            old=listed("3"),
            new=[{"state": "free", "currency": "USD"}],
            factor=None,
        ),
        price_moves("0.9"),
    ),
    "smells of a unit mix-up": (price_moves("0.001"), price_moves("9.99")),
    "price moves by half": (price_moves("1.5"), price_moves("1.49")),
    "price of another kind": (
        change(
            field="price.input",
            kind=Kind.RECAST,
            old=listed("3"),
            new=[{"state": "dynamic", "currency": "USD"}],
            factor=None,
        ),
        price_moves("0.9"),
    ),
    "shrinking limit": (change(kind=Kind.SHRINK, new=199_999, factor=Decimal("0.99")), change(new=300_000)),
    "lost capability": (
        change(field="supports_tools", kind=Kind.LOSS, old=True, new=False, factor=None),
        change(field="supports_tools", kind=Kind.CHANGE, old=False, new=True, factor=None),
    ),
    "removed value": (
        change(field="license", kind=Kind.WITHDRAWN, old="MIT", new=None, factor=None),
        change(field="license", kind=Kind.CHANGE, old="MIT", new="Apache-2.0", factor=None),
    ),
    "moved to another model": (
        change(field="model", kind=Kind.CHANGE, old="acme/a", new="acme/b", factor=None),
        change(field="name", kind=Kind.CHANGE, old="A", new="B", factor=None),
    ),
    "everything else": (change(), None),
}


def test_it_has_an_example_for_every_default():
    assert list(CAUGHT) == [rule.name for rule in DEFAULTS]


@pytest.mark.parametrize("rule", DEFAULTS, ids=lambda rule: rule.name)
def test_it_catches_what_a_default_is_there_for_and_nothing_beside_it(rule):
    caught, let_through = CAUGHT[rule.name]

    judgement = judge(caught, DEFAULTS)
    assert (judgement.policy, judgement.verdict) == (rule.name, rule.verdict)
    assert let_through is None or judge(let_through, DEFAULTS).policy != rule.name


@pytest.mark.parametrize(
    ("moved", "verdict"),
    [
        (price_moves("1.2"), Verdict.APPLY),
        (price_moves("0.8"), Verdict.APPLY),
        (price_moves("0.66"), Verdict.HOLD),
        (price_moves("2"), Verdict.HOLD),
        (price_moves("1000"), Verdict.HOLD),
        (price_moves("1000000"), Verdict.HOLD),
        (change(field="benchmark.mmlu", old="50", new="90", factor=Decimal("1.8")), Verdict.APPLY),
        (change(new=4_000_000, factor=Decimal(20)), Verdict.APPLY),
        (change(kind=Kind.CLEAR, new=None, factor=None), Verdict.HOLD),
        (change(kind=Kind.NEW, field="model", old=None, new="acme/a", factor=None), Verdict.APPLY),
    ],
)
def test_it_holds_what_smells_and_applies_the_rest(moved, verdict):
    assert judge(moved, DEFAULTS).verdict is verdict


@pytest.mark.parametrize(("rules", "name"), [((HOLD_ALL, APPLY_ALL), "hold all"), ((APPLY_ALL, HOLD_ALL), "apply all")])
def test_the_first_that_matches_decides(rules, name):
    assert judge(change(), rules).policy == name


def test_it_holds_what_no_policy_matches():
    judgement = judge(change(), [Rule("prices only", Verdict.APPLY, groups=frozenset({"price"}))])

    assert (judgement.verdict, judgement.policy) == (Verdict.HOLD, NO_POLICY)
    assert judge(change(), []).verdict is Verdict.HOLD


def test_a_pin_applies_whatever_the_policies_say():
    pinned = change(kind=Kind.SHRINK, decision=decision(1, source="pin", reason=Reason.PINNED))

    assert (judge(pinned, [HOLD_ALL]).verdict, judge(pinned, [HOLD_ALL]).policy) == (Verdict.APPLY, PINS_APPLY)


def test_the_end_of_a_pin_applies_whatever_the_policies_say():
    judgement = judge(change(kind=Kind.RELEASE), [HOLD_ALL])

    assert (judgement.verdict, judgement.policy) == (Verdict.APPLY, PIN_ENDED)


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"kinds": {"change"}}, True),
        ({"kinds": {"shrink", "loss"}}, False),
        ({"groups": {"limit"}}, True),
        ({"groups": {"price"}}, False),
        ({"fields": {"context_window"}}, True),
        ({"fields": {"max_output_tokens"}}, False),
        ({"sources": {"list"}}, True),
        ({"sources": {"other"}}, False),
        ({"kinds": {"change"}, "sources": {"other"}}, False),
    ],
)
def test_all_conditions_of_a_policy_must_hold(condition, matches):
    words: dict[str, Any] = {name: frozenset(these) for name, these in condition.items()}
    rule = Rule("rule", Verdict.APPLY, **words)

    assert rule.matches(change()) is matches


@pytest.mark.parametrize(
    ("moving", "known", "trips"), [(20, 79, True), (20, 80, False), (19, 20, False), (500, 1999, True), (0, 0, False)]
)
def test_a_run_is_not_believed_when_too_much_moves_at_once(moving, known, trips):
    assert Guard().trips(moving, known) is trips


@pytest.mark.django_db
def test_a_new_installation_starts_with_the_defaults():
    assert load_rules() == list(DEFAULTS)


@pytest.mark.django_db
def test_the_defaults_are_never_written_over_what_curators_made_of_them():
    Policy.objects.exclude(name="everything else").delete()

    assert ensure_defaults() == 0
    assert [rule.name for rule in load_rules()] == ["everything else"]


@pytest.mark.django_db
def test_a_policy_that_is_switched_off_is_not_asked():
    Policy.objects.filter(name="new offerings").update(enabled=False)

    assert load_rules() == list(DEFAULTS[1:])

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from curation.apply.load import load_rules
from curation.core.diff import Kind
from curation.core.policy import (  # fmt: skip
    NO_POLICY,
    Case,
    PolicyContext,
    Rule,
    Verdict,
    judge,
    judge_run,
    verdict_of,
)
from curation.core.policy.conditions import (
    AgeBelow,
    CountAtLeast,
    Direction,
    FactorAtLeast,
    Fields,
    Groups,
    Kinds,
    OneWay,
    OnlyWording,
    SourceTypes,
    from_json,
)
from curation.core.policy.defaults import DEFAULTS
from curation.models import Policy
from tests.builders import change, decision, listed

HOLD_ALL = Rule("hold all", Verdict.HOLD)
APPLY_ALL = Rule("apply all", Verdict.APPLY)


LIST_MOVES = PolicyContext(source_type="official", one_way=True)
"""The provider moves its own prices, all up or all down."""


def price_moves(factor: str, kind: Kind = Kind.CHANGE, corroboration: int = 0):
    details = {
        "old": listed("1"),
        "new": listed(factor),
        "kind": kind,
        "factor": Decimal(factor),
        "corroboration": corroboration,
    }
    return change(field="price.input", **details)


#: Each default rule: a change that it catches, and one that it lets through to the rules below it.
CAUGHT = {
    "new offerings": (change(kind=Kind.NEW, old=None), change(kind=Kind.FILL, old=None, factor=None)),
    "fills what was unknown": (change(kind=Kind.FILL, old=None, factor=None), change()),
    "only the wording": (
        change(field="description", old="Fast.", new="Quick.", factor=None),
        change(field="description", kind=Kind.NO_LONGER_STATED, old="Fast.", new=None, factor=None),
    ),
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
    "possible unit error": (price_moves("0.001"), price_moves("9.99")),
    "the provider moves its own list": (price_moves("2.9"), price_moves("3")),
    "backed by two sources": (price_moves("2", corroboration=2), price_moves("2", corroboration=1)),
    "price moves by half": (price_moves("1.5"), price_moves("1.49")),
    "price of another kind": (
        change(
            field="price.input",
            kind=Kind.PRICE_TYPE_CHANGED,
            old=listed("3"),
            new=[{"state": "dynamic", "currency": "USD"}],
            factor=None,
        ),
        price_moves("0.9"),
    ),
    "price history told otherwise": (price_moves("1", Kind.REWRITES), price_moves("1")),
    "shrinking limit": (change(kind=Kind.SHRINK, new=199_999, factor=Decimal("0.99")), change(new=300_000)),
    "limit grows fourfold": (
        change(new=800_000, factor=Decimal(4)),
        change(new=799_999, factor=Decimal("3.99")),
    ),
    "lost capability": (
        change(field="supports_tools", kind=Kind.LOSS, old=True, new=False, factor=None),
        change(field="supports_tools", kind=Kind.CHANGE, old=False, new=True, factor=None),
    ),
    "no longer stated": (
        change(field="license", kind=Kind.NO_LONGER_STATED, old="MIT", new=None, factor=None),
        change(field="price.input", kind=Kind.NO_LONGER_STATED, old=listed("3"), new=None, factor=None),
    ),
    "removed value": (
        change(field="price.input", kind=Kind.NO_LONGER_STATED, old=listed("3"), new=None, factor=None),
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

    about = LIST_MOVES if rule.condition(OneWay) else PolicyContext()
    judgement = judge(caught, DEFAULTS, about)
    assert (judgement.policy, judgement.verdict) == (rule.name, rule.verdict)
    assert let_through is None or judge(let_through, DEFAULTS, about).policy != rule.name


@pytest.mark.parametrize(
    "about",
    [
        PolicyContext(source_type="official", one_way=False),
        PolicyContext(source_type="official"),
        PolicyContext(source_type="catalogue", one_way=True),
        PolicyContext(one_way=True),
    ],
    ids=["in two directions", "no list", "a catalogue", "nobody known"],
)
def test_only_the_provider_is_accepted_and_only_about_a_list_that_moves_one_way(about):
    assert judge(price_moves("2"), DEFAULTS, about).verdict is Verdict.HOLD
    assert judge(price_moves("2"), DEFAULTS, LIST_MOVES).verdict is Verdict.APPLY


@pytest.mark.parametrize(
    "price_change",
    [
        price_moves("12"),
        price_moves("1", Kind.FREE),
        price_moves("2", Kind.PRICE_TYPE_CHANGED),
        price_moves("2", Kind.REWRITES),
    ],
    ids=["twelvefold", "free", "of another kind", "rewritten"],
)
def test_the_provider_is_not_accepted_about_everything(price_change):
    assert judge(price_change, DEFAULTS, LIST_MOVES).verdict is Verdict.HOLD


@pytest.mark.parametrize(
    ("proposed", "verdict"),
    [
        (price_moves("1.2"), Verdict.APPLY),
        (price_moves("0.8"), Verdict.APPLY),
        (price_moves("0.66"), Verdict.HOLD),
        (price_moves("2"), Verdict.HOLD),
        (price_moves("1000"), Verdict.HOLD),
        (price_moves("1000000"), Verdict.HOLD),
        (change(field="benchmark.mmlu", old="50", new="90", factor=Decimal("1.8")), Verdict.APPLY),
        (change(new=600_000, factor=Decimal(3)), Verdict.APPLY),
        (change(new=4_000_000, factor=Decimal(20)), Verdict.HOLD),
        (change(kind=Kind.CLEAR, new=None, factor=None), Verdict.HOLD),
        (change(kind=Kind.NO_LONGER_STATED, new=None, factor=None), Verdict.APPLY),
        (change(field="price.input", kind=Kind.NO_LONGER_STATED, old=listed("3"), new=None, factor=None), Verdict.HOLD),
        (change(kind=Kind.NEW, field="model", old=None, new="acme/a", factor=None), Verdict.APPLY),
    ],
)
def test_it_holds_what_is_doubtful_and_applies_the_rest(proposed, verdict):
    assert judge(proposed, DEFAULTS).verdict is verdict


@pytest.mark.parametrize(("rules", "name"), [((HOLD_ALL, APPLY_ALL), "hold all"), ((APPLY_ALL, HOLD_ALL), "apply all")])
def test_the_first_that_matches_decides(rules, name):
    assert judge(change(), rules).policy == name


def test_it_holds_what_no_policy_matches():
    judgement = judge(change(), [Rule("prices only", Verdict.APPLY, (Groups.of("price"),))])

    assert (judgement.verdict, judgement.policy) == (Verdict.HOLD, NO_POLICY)
    assert judge(change(), []).verdict is Verdict.HOLD


@pytest.mark.parametrize(
    "proposed",
    [
        price_moves("10", corroboration=3),
        price_moves("0.001", corroboration=3),
        change(kind=Kind.CLEAR, new=None, factor=None, corroboration=3),
        change(field="model", kind=Kind.CHANGE, old="acme/a", new="acme/b", factor=None, corroboration=3),
        change(field="price.input", kind=Kind.FREE, old=listed("3"), new=[{"state": "free", "currency": "USD"}],
               factor=None, corroboration=3),
    ],
    ids=["ten times", "a thousandth", "cleared", "another model", "free"],
)  # fmt: skip
def test_corroboration_does_not_carry_what_is_seldom_a_correction(proposed):
    assert judge(proposed, DEFAULTS).verdict is Verdict.HOLD


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"kinds": ["change"]}, True),
        ({"kinds": ["shrink", "loss"]}, False),
        ({"groups": ["limit"]}, True),
        ({"groups": ["price"]}, False),
        ({"fields": ["context_window"]}, True),
        ({"fields": ["max_output_tokens"]}, False),
        ({"sources": ["list"]}, True),
        ({"sources": ["other"]}, False),
        ({"kinds": ["change"], "sources": ["other"]}, False),
    ],
)
def test_all_conditions_of_a_policy_must_hold(condition, matches):
    rule = Rule("rule", Verdict.APPLY, from_json(condition))

    assert rule.matches(change()) is matches


# -- conditions about more than the change -----------------------------------------------------------

ABOUT = PolicyContext("catalogue", "partial", 40)


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"source_types": ["catalogue", "official"]}, True),
        ({"source_types": ["official"]}, False),
        ({"providers": ["acme"]}, True),
        ({"providers": ["other"]}, False),
        ({"qualities": ["partial"]}, True),
        ({"qualities": ["verified"]}, False),
        ({"direction": "up"}, True),
        ({"direction": "down"}, False),
        ({"factor_below": "1.1"}, True),
        ({"factor_below": "1.05"}, False),
        ({"age_at_least": 40}, True),
        ({"age_at_least": 41}, False),
        ({"age_below": 41}, True),
        ({"age_below": 40}, False),
        ({"only_wording": True}, False),
        ({"count_at_least": 1}, False),
    ],
)
def test_a_condition_holds_or_not(condition, matches):
    assert Rule("rule", Verdict.APPLY, from_json(condition)).matches(change(), ABOUT) is matches


@pytest.mark.parametrize("name", ["source_types", "qualities", "age_at_least", "age_below", "count_at_least"])
def test_what_is_not_known_meets_no_condition(name):
    rule = Rule("rule", Verdict.APPLY, from_json({name: ["unknown"] if name in ("source_types", "qualities") else 1}))

    assert rule.holds(change()) is None
    assert not rule.matches(change())


@pytest.mark.parametrize(
    ("proposed", "is_wording"),
    [
        (change(field="description", old="Fast.", new="A model."), True),
        (change(field="name", old="Rocket  1", new="rocket 1"), True),
        (change(field="name", old="Rocket 1", new="Rocket 2"), False),
        (change(field="description", old=None, new="Fast.", kind=Kind.FILL), False),
        (change(), False),
    ],
)
def test_only_the_wording_is_what_changes_no_meaning(proposed, is_wording):
    assert Rule("rule", Verdict.APPLY, (OnlyWording(),)).matches(proposed) is is_wording


def test_a_policy_may_ask_how_many_changes_of_a_source_there_are():
    many = Rule("too many", Verdict.QUARANTINE, (Groups.of("price"), CountAtLeast(3)))
    two = [Case(price_moves("2")), Case(price_moves("3")), Case(change())]
    another = Case(change(field="price.input", old=listed("1"), new=listed("2"), decision=decision(1, source="b")))

    assert [j.verdict for j in judge_run([*two, another], [many, APPLY_ALL])] == [Verdict.APPLY] * 4
    assert [j.verdict for j in judge_run([*two, two[0]], [many, APPLY_ALL])] == [
        Verdict.QUARANTINE, Verdict.QUARANTINE, Verdict.APPLY, Verdict.QUARANTINE,
    ]  # fmt: skip


def test_what_was_held_as_one_of_many_stays_held_when_it_is_looked_at_alone():
    many = Rule("too many", Verdict.HOLD, (CountAtLeast(3),))
    held = Case(change(), PolicyContext(held_by="too many"))

    assert judge_run([held], [many, APPLY_ALL])[0].policy == "too many"
    assert judge_run([Case(change())], [many, APPLY_ALL])[0].policy == "apply all"


def test_a_policy_with_grace_holds_until_its_time_has_come():
    rule = Rule("slowly", Verdict.APPLY, grace_hours=24)

    first = judge(change(), [rule])
    later = judge(change(), [rule], PolicyContext(held_by="slowly", is_due=True))
    assert (first.verdict, first.grace_hours) == (Verdict.HOLD, 24)
    assert (later.verdict, later.grace_hours) == (Verdict.APPLY, None)


# -- properties --------------------------------------------------------------------------------------

kinds = st.sampled_from([Kind.CHANGE, Kind.SHRINK, Kind.LOSS, Kind.FILL, Kind.CLEAR, Kind.NO_LONGER_STATED])
conditions = st.sets(
    st.one_of(
        st.builds(Kinds, st.frozensets(kinds, min_size=1, max_size=3)),
        st.builds(Fields, st.frozensets(st.sampled_from(["context_window", "price.input", "supports_tools"]))),
        st.builds(Direction, st.sampled_from(["up", "down"])),
        st.builds(FactorAtLeast, st.decimals("1.1", "20", places=2)),
        st.builds(AgeBelow, st.integers(1, 50)),
        st.builds(SourceTypes, st.frozensets(st.sampled_from(["official", "catalogue"]), min_size=1, max_size=1)),
        st.just(OneWay()),
    ),
    max_size=5,
).map(lambda some: tuple({type(condition): condition for condition in some}.values()))
rules = st.builds(
    Rule,
    name=st.text("abcdefgh", min_size=1, max_size=6),
    verdict=st.sampled_from(Verdict),
    conditions=conditions,
    grace_hours=st.none() | st.integers(1, 48),
)
changes = st.builds(
    lambda field, kind, factor, corroboration: change(
        field=field, kind=kind, factor=factor, corroboration=corroboration, old=True, new=False
    ),
    st.sampled_from(["context_window", "price.input", "supports_tools"]), kinds,
    st.none() | st.decimals("0.01", "100", places=2), st.integers(0, 3),
)  # fmt: skip
abouts = st.builds(
    PolicyContext,
    source_type=st.sampled_from([None, "official", "catalogue"]),
    quality=st.sampled_from([None, "partial"]),
    age_days=st.none() | st.integers(0, 100),
)


@given(changes, abouts, st.lists(rules, max_size=6))
def test_the_first_policy_that_matches_decides_whatever_comes_after_it(proposed, about, policies):
    judgement = judge(proposed, policies, about)
    matching = [place for place, rule in enumerate(policies) if rule.matches(proposed, about)]

    if not matching:
        assert (judgement.verdict, judgement.policy) == (Verdict.HOLD, NO_POLICY)
    else:
        assert judgement == verdict_of(policies[matching[0]], proposed, about)
        assert judge(proposed, policies[: matching[0] + 1], about) == judgement


@given(changes, abouts, st.lists(rules, max_size=6), rules)
def test_a_policy_that_does_not_match_changes_nothing_wherever_it_stands(proposed, about, policies, extra):
    assume(not extra.matches(proposed, about))
    before = judge(proposed, policies, about)

    assert all(
        judge(proposed, [*policies[:at], extra, *policies[at:]], about) == before for at in range(len(policies) + 1)
    )


@given(changes, abouts, rules)
def test_a_policy_matches_where_all_its_conditions_hold_and_hangs_on_what_is_not_known(proposed, about, rule):
    answers = {condition.holds(proposed, about) for condition in rule.conditions}

    assert rule.matches(proposed, about) is (answers <= {True})
    assert (rule.holds(proposed, about) is None) is (None in answers and False not in answers)


# -- rows --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_new_installation_starts_with_the_defaults():
    assert load_rules() == list(DEFAULTS)


@pytest.mark.django_db
def test_policies_of_one_position_are_asked_in_the_order_of_their_names():
    Policy.objects.update(position=7)

    assert [rule.name for rule in load_rules()] == sorted(rule.name for rule in DEFAULTS)


@pytest.mark.django_db
@given(rules)
def test_a_row_says_what_its_rule_says(rule):
    assert Policy.of(rule).rule() == rule


@pytest.mark.django_db
def test_a_policy_that_is_switched_off_is_not_asked():
    Policy.objects.filter(name="new offerings").update(enabled=False)

    assert load_rules() == list(DEFAULTS[1:])


@pytest.mark.django_db
def test_how_many_sources_are_enough_is_the_curators_to_say():
    Policy.objects.filter(name="backed by two sources").update(
        conditions={"kinds": ["change"], "groups": ["price"], "corroboration_at_least": 3}
    )

    assert judge(price_moves("2", corroboration=2), load_rules()).policy == "price moves by half"
    assert judge(price_moves("2", corroboration=3), load_rules()).policy == "backed by two sources"

"""The decision as a whole, on whatever sources may state of one price list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.core.accepted import AcceptedState, accepted
from curation.core.authority import SourceFacts, SourceType
from curation.core.decide import decide
from curation.core.decided import Decided, Fate, Request
from curation.core.inputs import Base, Inputs, Lookups, PublishedState
from curation.core.policy import Rule
from curation.core.policy.defaults import DEFAULTS
from curation.core.statements import PinnedValue, SourceClaim
from registry.domain import fields, rates
from registry.domain.provenance import AccountedValue, Provenance
from registry.domain.rates import PricePoint
from tests.builders import OFFERING
from tests.curation.core.test_token_list import PRICES, RATES, statements
from tests.random_courses import count

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
BEFORE = AT - timedelta(days=9)
LOOKUPS = Lookups(lambda: DEFAULTS, lambda models: {})
law = settings(max_examples=count(40), suppress_health_check=[HealthCheck.too_slow])
pins = st.dictionaries(st.sampled_from(RATES[:3]), st.builds(PinnedValue, PRICES), max_size=2)

Pins = Mapping[str, PinnedValue]


def decided(claims: Sequence[SourceClaim], published: PublishedState | None, pinned: Pins | None = None) -> Decided:
    inputs = Inputs(list(claims), dict(pinned or {}))
    base = {OFFERING: Base(published)} if published else {}
    return decide({OFFERING: inputs}, base, LOOKUPS, at=AT)


def after(published: PublishedState | None, outcome: Decided) -> PublishedState | None:
    """What stands when it is published."""
    if not outcome.publish:
        return published
    (change,) = outcome.publish
    before = published or PublishedState({}, {})
    changed: dict[str, Any] = {
        field_change.field: None if field_change.gone else AccountedValue(field_change.new, field_change.provenance)
        for field_change in change.changes
    }
    state = AcceptedState(before.facts, before.provenance).with_changes(changed)
    behind = before.behind if change.behind is None else change.behind
    return PublishedState(
        state.facts, {**state.accounts, **change.provenance}, created_at=BEFORE, updated_at=BEFORE, behind=behind
    )


@law
@given(statements(), statements(), pins, st.randoms())
def test_the_order_of_claims_does_not_matter(first, second, pinned, random):
    published = after(None, decided(first, None))

    in_order = decided(second, published, pinned)
    shuffled = decided(random.sample(second, len(second)), published, pinned)
    assert (in_order.rulings, in_order.publish) == (shuffled.rulings, shuffled.publish)


@law
@given(statements(), statements(), pins)
def test_a_decision_that_was_published_is_not_made_again(first, second, pinned):
    published = after(None, decided(first, None))
    published = after(published, decided(second, published, pinned))
    again = decided(second, published, pinned)

    assert [change for offering in again.publish for change in offering.changes] == []
    assert again.count(Fate.APPLIED) == 0


@law
@given(statements(), statements(), pins)
def test_what_passed_behind_a_pin_is_shown_when_it_ends(first, second, pinned):
    published = after(None, decided(first, None))
    behind = after(published, decided(second, published, pinned))
    freed = after(behind, decided(second, behind))

    if behind and freed:
        assert accepted(behind).facts == freed.facts
        assert {name: behind.facts[name] for name in pinned} == {
            name: fields.field(name).encode(pin.value) for name, pin in pinned.items()
        }


def test_what_a_policy_applies_is_accepted_behind_a_pin_of_the_same_value():
    price = (PricePoint(Decimal(1)),)
    source = SourceFacts(slug="a", source_type=SourceType.CATALOGUE, authority=("*",))
    outcome = decided([SourceClaim(source, {"price.input": price}, {})], None, {"price.input": PinnedValue(price)})

    published = after(None, outcome)

    assert published
    assert accepted(published).facts == {"price.input": [{"amount": "1", "currency": "USD"}]}


@law
@given(statements(), statements())
def test_a_unit_is_applied_or_left_alone_whole(first, second):
    """What is held moves no value of its fields, now or on any day to come."""
    published = after(None, decided(first, None))
    outcome = decided(second, published)
    state = after(published, outcome)
    applied = {j.change.field for r in outcome.rulings if r.fate is Fate.APPLIED for j in r.unit.judgements}

    for ruling in outcome.rulings:
        if ruling.fate is Fate.HELD:
            for part in ruling.unit.parts:
                if part.field not in applied:
                    assert (state.facts if state else {}).get(part.field) == part.old


@law
@given(statements(), statements())
def test_no_price_that_becomes_free_or_moves_tenfold_is_published_by_itself(first, second):
    published = after(None, decided(first, None))
    state = after(published, decided(second, published))

    for name, old in (published.facts if published else {}).items():
        new = (state.facts if state else {}).get(name)
        if old is None or new is None or old == new:
            continue
        before, now = (rates.point_on(rates.decode(line), AT.date()) for line in (old, new))
        if before and now and before.amount:
            assert now.state is rates.Amounts.PRICED
            assert now.currency == before.currency


class Walked(dict[tuple[str, str], Any]):
    """A mapping that counts how often all of it is looked through."""

    times = 0

    def items(self) -> Any:
        self.times += 1
        return super().items()


def test_what_is_put_back_is_looked_through_once_however_many_offerings_there_are():
    keys = [f"acme/rocket-{number}" for number in range(20)]
    base = {key: Base(PublishedState({"license": "MIT"}, {"license": Provenance({"source": "list"})})) for key in keys}
    restored = Walked({(key, "license"): AccountedValue("BSD", Provenance({"source": "list"})) for key in keys})
    request = Request({}, restored=restored, ledger_policy="rolled back by uma")
    inputs = {key: Inputs() for key in keys}
    decided = decide(inputs, base, LOOKUPS, at=AT, request=request)

    assert [(change.key, change.changes[0].new) for change in decided.publish] == [(key, "BSD") for key in keys]
    assert restored.times == 1


def limit_moves(**more: Any) -> tuple[dict[str, Inputs], Base]:
    """A source moves a limit of 100 to 300."""
    claims = [SourceClaim(SourceFacts("list", SourceType.CATALOGUE), {"context_window": 300})]
    state = PublishedState({"context_window": 100}, {"context_window": Provenance({"source": "list"})})
    return {OFFERING: Inputs(claims)}, Base(state, **more)


def test_who_approves_all_that_moves_asks_neither_policies_nor_rules():
    inputs, base = limit_moves()
    asked: list[str] = []

    def rules() -> Sequence[Rule]:
        asked.append("policies")
        return DEFAULTS

    def month_ago() -> Mapping[str, Mapping[str, Any]]:
        asked.append("month ago")
        return {}

    lookups = Lookups(rules, lambda models: {}, month_ago)
    place = (OFFERING, "context_window")
    approved = decide(inputs, {OFFERING: base}, lookups, at=AT, request=Request({place: "ada"}))
    assert ([change.changes[0].new for change in approved.publish], asked) == ([300], [])

    decide(inputs, {OFFERING: base}, lookups, at=AT, request=Request({}))
    assert set(asked) == {"policies", "month ago"}


def test_a_rejected_value_is_told_with_who_states_it():
    inputs, base = limit_moves(rejected={("context_window", "list", "300"): "rejected by ada"})
    (change,) = decide(inputs, {OFFERING: base}, LOOKUPS, at=AT).publish

    assert change.provenance["context_window"].as_json()["rejected"] == {
        "value": 300,
        "source": "list",
        "why": "rejected by ada",
    }

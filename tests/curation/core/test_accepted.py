"""What is accepted, and the pins that are laid over it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from curation.core.accepted import NO_NOTES, TAKEN_BACK, AcceptedState, Publication, accepted, publication
from curation.core.inputs import Inputs, PublishedState
from curation.core.policy import PIN_ENDED, PINS_APPLY
from curation.core.statements import PinnedValue
from registry.domain.changeset import FieldChange
from registry.domain.provenance import AccountedValue, Provenance
from tests.builders import OFFERING, TODAY, source_facts, statement
from tests.random_courses import count

FIELDS = ("context_window", "max_output_tokens", "name", "license")
_NUMBERS, _WORDS = st.sampled_from([None, 1, 2]), st.sampled_from([None, "a", "b"])
_VALUES = {name: _NUMBERS if "_" in name else _WORDS for name in FIELDS}
law = settings(max_examples=count(100))

values = st.fixed_dictionaries({}, optional=_VALUES)


def state(facts: dict[str, Any], by: str = "list") -> AcceptedState:
    return AcceptedState(facts, {name: account(by) for name in facts})


def account(by: str = "list") -> Provenance:
    return Provenance.of(by, "partial", "only source", policy="everything else")


def pins(values: dict[str, Any]) -> dict[str, PinnedValue]:
    return {name: PinnedValue(value, pinned_on=TODAY) for name, value in values.items()}


def published(now: AcceptedState, pinned: dict[str, Any], before: PublishedState | None = None) -> Publication:
    inputs = Inputs([statement(source_facts(), values=dict(now.facts))], pins(pinned))
    return publication(OFFERING, before, now, {}, {}, inputs, NO_NOTES, on=TODAY)


def ledger_policy(change: FieldChange) -> str:
    """What let a change through, as the ledger names it."""
    return change.policy or change.provenance.policy


def applied(before: PublishedState | None, to_publish: Publication) -> PublishedState:
    """What stands after a publication."""
    facts = dict(before.facts) if before else {}
    accounts: dict[str, Any] = dict(before.provenance) if before else {}
    for change in to_publish.changes:
        facts.pop(change.field, None)
        accounts.pop(change.field, None)
        if not change.gone:
            facts[change.field], accounts[change.field] = change.new, change.provenance
    return PublishedState(facts, accounts | to_publish.accounts, behind=to_publish.behind)


@law
@given(values, values)
def test_a_pin_is_published_and_what_is_accepted_stays_behind_it(facts, pinned):
    state_after = applied(None, published(state(facts), pinned))

    assert state_after.facts == facts | pinned
    assert {name for name, account in state_after.provenance.items() if account.is_pinned} == set(pinned)
    assert accepted(state_after).facts == facts


@law
@given(values, values)
def test_what_lies_behind_a_pin_keeps_its_source(facts, pinned):
    accepted_state = accepted(applied(None, published(state(facts, "litellm"), pinned)))

    assert {name: incumbent.source for name, incumbent in accepted_state.incumbents().items()} == dict.fromkeys(
        facts, "litellm"
    )


@law
@given(values, values, values)
def test_the_end_of_a_pin_publishes_what_was_accepted_behind_it(facts, pinned, later):
    """However many pins come and go."""
    first = applied(None, published(state(facts), pinned))
    second = applied(first, published(accepted(first), later, first))
    ended = published(accepted(second), {}, second)

    assert applied(second, ended).facts == facts
    assert {ledger_policy(change) for change in ended.changes} <= {PIN_ENDED}
    assert ended.behind == {}


@law
@given(values, values)
def test_nothing_is_written_twice(facts, pinned):
    first = applied(None, published(state(facts), pinned))
    again = published(accepted(first), pinned, first)

    assert (again.changes, again.accounts) == ([], {})
    assert again.behind == first.behind


@law
@given(values, values, values)
def test_a_change_behind_a_pin_moves_nothing_that_is_published(facts, pinned, changed):
    first = applied(None, published(state(facts), pinned))
    hidden = {name: value for name, value in changed.items() if name in pinned}
    to_publish = published(
        accepted(first).with_changes({n: AccountedValue(v, account()) for n, v in hidden.items()}), pinned, first
    )

    assert to_publish.changes == []
    assert accepted(applied(first, to_publish)).facts == facts | hidden


@law
@given(values, values)
def test_what_is_accepted_no_longer_is_published_no_longer(before, after):
    first = applied(None, published(state(before), {}))
    to_publish = published(state(after), {}, first)

    assert applied(first, to_publish).facts == after
    assert {c.field for c in to_publish.changes if c.gone} == before.keys() - after.keys()
    assert {ledger_policy(change) for change in to_publish.changes if change.gone} <= {TAKEN_BACK}


def test_a_pin_on_what_nobody_stated_leaves_nothing_behind():
    to_publish = published(AcceptedState(), {"license": "MIT"})

    assert to_publish.behind == {"license": None}
    assert [(c.field, c.new, ledger_policy(c)) for c in to_publish.changes] == [("license", "MIT", PINS_APPLY)]
    assert accepted(applied(None, to_publish)).facts == {}


def test_a_stated_none_behind_a_pin_is_no_gap():
    first = applied(None, published(state({"license": None}), {"license": "MIT"}))
    after = applied(first, published(accepted(first), {}, first))

    assert after.facts == {"license": None}

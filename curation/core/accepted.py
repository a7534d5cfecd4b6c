"""Accepted values of an offering, and what is published of it: the accepted values with pins laid over them. Pure.

Policies judge what sources state behind a pin too. So when a pin ends, a value is published that has passed them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from curation.core.account import pinned_account, provenance, refreshed
from curation.core.inputs import Inputs, PublishedState
from curation.core.policy import PIN_ENDED
from curation.core.statements import NOBODY, Accepted, Decision
from registry.domain import fields
from registry.domain.changeset import FieldChange
from registry.domain.fields import Value
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import UNKNOWN, AccountedValue, Proposed, Provenance

TAKEN_BACK: Final = "weighed with what else was read that day"
"""Named in place of a policy where an automatic change of the same day is taken back."""


@dataclass(frozen=True, slots=True)
class AcceptedState:
    """Accepted values in canonical JSON form, with their accounts."""

    facts: Mapping[str, fields.Json] = field(default_factory=dict)
    accounts: Mapping[str, Provenance] = field(default_factory=dict)

    def incumbents(self) -> dict[str, Accepted[Value]]:
        """The values with their sources, by field, as the merge needs them."""
        return {
            name: Accepted(fields.field(name).decode(data), self.accounts.get(name, UNKNOWN).source)
            for name, data in self.facts.items()
        }

    def with_changes(self, changed: Mapping[str, AccountedValue | None]) -> AcceptedState:
        """The state after changes: field → value and account, None for a field that is removed."""
        facts, accounts = dict(self.facts), dict(self.accounts)
        for name, new in changed.items():
            facts.pop(name, None)
            accounts.pop(name, None)
            if new:
                facts[name], accounts[name] = new
        return AcceptedState(facts, accounts)


def accepted(published: PublishedState) -> AcceptedState:
    """The accepted values: what is published, with pinned values replaced by those behind the pins."""
    pinned = published.pinned
    own = {
        name: AccountedValue(value, published.provenance.get(name, UNKNOWN))
        for name, value in published.facts.items()
        if name not in pinned
    }
    return AcceptedState().with_changes({**own, **{name: held for name, held in published.behind.items() if held}})


def hidden_values(behind: Mapping[str, AccountedValue | None]) -> dict[str, fields.Json]:
    """The accepted values behind pins, without their accounts."""
    return {name: held.value for name, held in behind.items() if held}


@dataclass(frozen=True, slots=True)
class Notes:
    """What the accounts of one offering say, by field, about changes that are not applied."""

    pending: Mapping[str, Proposed] = field(default_factory=dict)
    """What waits for a person."""
    rejected: Mapping[str, Proposed] = field(default_factory=dict)
    """What a person rejected and a source still states."""

    def on(self, name: str, account: Provenance) -> Provenance:
        """The account of a value with its pending or rejected change."""
        if name in self.pending:
            return account.with_pending(self.pending[name])
        return account.with_rejected(self.rejected[name]) if name in self.rejected else account


NO_NOTES: Final = Notes()


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published of one offering."""

    changes: list[FieldChange]
    accounts: dict[str, Provenance]
    """Accounts that moved, of values that stay."""
    behind: dict[str, AccountedValue | None]
    """What lies behind its pins, None where nothing was accepted."""


def publication(
    key: str,
    published: PublishedState | None,
    now: AcceptedState,
    decided: Mapping[str, Decision],
    fresh: Mapping[str, str],
    inputs: Inputs,
    notes: Notes,
    *,
    on: date,
    ledger_policy: str = "",
) -> Publication:
    """The changes that bring the published values to the accepted ones and the pins in force.

    `fresh` are the fields that a change was accepted of, each with the policy that did: their accounts are new, the
    others are brought up to date. `notes` add to them what waits or was rejected. `ledger_policy` is written in place
    of a policy's name where a person moves values without approving a change.
    """
    provider = provider_of(key)
    accounts = {name: notes.on(name, _account(name, now, decided, fresh, inputs, provider, on)) for name in now.facts}
    behind = {
        name: AccountedValue(now.facts[name], accounts[name]) if name in now.facts else None
        for name in sorted(inputs.pins)
    }
    old = published or PublishedState({}, {})
    changes: list[FieldChange] = []
    moved_accounts: dict[str, Provenance] = {}
    for name, target in _targets(provider, now, accounts, inputs, old, on):
        if target is None:
            changes.append(_removed(name, old, fresh, ledger_policy))
        elif name not in old.facts or old.facts[name] != target[0]:
            policy = _let_through_by(name, target[1], old, fresh, ledger_policy)
            changes.append(FieldChange(name, old.facts.get(name), target[0], target[1], policy=policy))
        elif old.provenance.get(name, UNKNOWN) != target[1]:
            moved_accounts[name] = target[1]
    return Publication(changes, moved_accounts, behind)


def _account(
    name: str,
    now: AcceptedState,
    decided: Mapping[str, Decision],
    fresh: Collection[str],
    inputs: Inputs,
    provider: str,
    on: date,
) -> Provenance:
    """The account of an accepted value, as it is today."""
    account = now.accounts.get(name, UNKNOWN)
    if name in fresh:
        return account
    return refreshed(name, now.facts[name], account, decided.get(name), inputs.claims, provider, on=on)


def _targets(
    provider: str,
    now: AcceptedState,
    accounts: Mapping[str, Provenance],
    inputs: Inputs,
    old: PublishedState,
    on: date,
) -> Iterator[tuple[str, AccountedValue | None]]:
    """Field → what is to be published of it, None for one that is removed. In order of name."""
    for name in sorted({*now.facts, *inputs.pins, *old.facts}):
        if pin := inputs.pins.get(name):
            account = pinned_account(name, pin, provider, inputs.claims, on=on)
            before = old.provenance.get(name, UNKNOWN)
            if before.is_pinned and before.policy:
                account = account.with_policy(before.policy)
            yield name, AccountedValue(fields.field(name).encode(pin.value), account)
        elif name in now.facts:
            yield name, AccountedValue(now.facts[name], accounts[name])
        else:
            yield name, None


def _let_through_by(
    name: str, account: Provenance, old: PublishedState, fresh: Mapping[str, str], ledger_policy: str
) -> str:
    """What let a value through, as the ledger names it; "" where its account names it."""
    if ledger_policy or account.is_pinned or name in fresh:
        return ledger_policy
    return PIN_ENDED if old.provenance.get(name, UNKNOWN).is_pinned else TAKEN_BACK


def _removed(name: str, old: PublishedState, fresh: Mapping[str, str], ledger_policy: str) -> FieldChange:
    """The change that removes a field, with what let it through."""
    if ledger_policy:
        policy = ledger_policy
    elif old.provenance.get(name, UNKNOWN).is_pinned:
        policy = PIN_ENDED
    elif name in fresh:
        policy = fresh[name]
    else:
        policy = TAKEN_BACK
    return FieldChange(name, old.facts.get(name), None, provenance(NOBODY, policy), gone=True)

"""What was accepted of an offering, and what is published of it: the accepted values with pins laid over them. Pure.

Sources are judged behind a pin too, so that its end shows a value that has passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from curation.core.account import Account, pinned_account, provenance, refreshed
from curation.core.inputs import Inputs, PublishedState, Restored, is_pinned
from curation.core.policy import PIN_ENDED
from curation.core.statements import Accepted, Decision, Quality, Reason
from registry.domain import fields
from registry.domain.changeset import FieldChange
from registry.domain.offering_ids import provider_of

NOBODY: Final = Decision(None, "", Reason.WITHDRAWN, Quality.UNKNOWN, None)
TAKEN_BACK: Final = "weighed with what else was read that day"
"""Stands in for a policy where an automatic change of the same day does not hold any more."""


@dataclass(frozen=True, slots=True)
class AcceptedState:
    """Accepted values in canonical JSON form, with their accounts."""

    facts: Mapping[str, fields.Json] = field(default_factory=dict)
    accounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def incumbents(self) -> dict[str, Accepted]:
        """The values as the merge takes them, by field."""
        return {
            name: Accepted(fields.field(name).decode(data), str(self.accounts.get(name, {}).get("source", "")))
            for name, data in self.facts.items()
        }

    def with_changes(self, changed: Mapping[str, Restored | None]) -> AcceptedState:
        """The same after changes: field → value and account, None for a field that goes."""
        facts, accounts = dict(self.facts), dict(self.accounts)
        for name, new in changed.items():
            facts.pop(name, None)
            accounts.pop(name, None)
            if new:
                facts[name], accounts[name] = new
        return AcceptedState(facts, accounts)


def accepted(published: PublishedState) -> AcceptedState:
    """What was accepted, by what is published and what lies behind its pins."""
    own = [name for name in published.facts if not is_pinned(published.provenance.get(name, {}))]
    behind = {name: held for name, held in published.behind.items() if held is not None}
    return AcceptedState(
        {name: published.facts[name] for name in own} | {name: held["value"] for name, held in behind.items()},
        {name: published.provenance.get(name, {}) for name in own}
        | {name: held["account"] for name, held in behind.items()},
    )


def hidden_values(kept: Mapping[str, Mapping[str, Any] | None]) -> dict[str, fields.Json]:
    """The accepted values behind pins, without their accounts."""
    return {name: held["value"] for name, held in kept.items() if held}


@dataclass(frozen=True, slots=True)
class Publication:
    """What there is to publish of one offering."""

    changes: list[FieldChange]
    accounts: dict[str, Account]
    """Accounts that moved, of values that stay."""
    behind: dict[str, Any]
    """What lies behind its pins: field → value and account, None where nothing was accepted."""


def publication(
    key: str,
    published: PublishedState | None,
    now: AcceptedState,
    decided: Mapping[str, Decision],
    fresh: Mapping[str, str],
    known: Inputs,
    notes: Mapping[str, Account],
    *,
    on: date,
    said: str = "",
) -> Publication:
    """What brings the published side to the accepted values and the pins in force.

    `fresh` are the fields that a change was accepted of, each with the policy that did: their accounts are new, the
    others are brought up to date. `notes` are what accounts say of changes that wait or were rejected, by field. `said`
    stands for a policy in the ledger where a person says why.
    """
    provider = provider_of(key)
    accounts = {
        name: _account(name, now, decided, fresh, known, provider, on) | notes.get(name, {}) for name in now.facts
    }
    behind = {
        name: {"value": now.facts[name], "account": accounts[name]} if name in now.facts else None
        for name in sorted(known.pins)
    }
    old = published or PublishedState({}, {})
    changes: list[FieldChange] = []
    moved: dict[str, Account] = {}
    for name, target in _targets(provider, now, accounts, known, old, on):
        if target is None:
            changes.append(_gone(name, old, fresh, said))
        elif name not in old.facts or old.facts[name] != target[0]:
            policy = _let_in_by(name, target[1], old, fresh, said)
            changes.append(FieldChange(name, old.facts.get(name), target[0], target[1], policy=policy))
        elif dict(old.provenance.get(name, {})) != target[1]:
            moved[name] = target[1]
    return Publication(changes, moved, behind)


def _account(
    name: str,
    now: AcceptedState,
    decided: Mapping[str, Decision],
    fresh: Collection[str],
    known: Inputs,
    provider: str,
    on: date,
) -> Account:
    """The account of an accepted value, as it is today."""
    told = now.accounts.get(name, {})
    if name in fresh:
        return dict(told)
    return refreshed(name, now.facts[name], told, decided.get(name), known.claims, provider, on=on)


def _targets(
    provider: str,
    now: AcceptedState,
    accounts: Mapping[str, Account],
    known: Inputs,
    old: PublishedState,
    on: date,
) -> Iterator[tuple[str, tuple[fields.Json, Account] | None]]:
    """Field → what is to be published of it, None for one that goes. In order of name."""
    for name in sorted({*now.facts, *known.pins, *old.facts}):
        if pin := known.pins.get(name):
            account = pinned_account(name, pin, provider, known.claims, on=on)
            before = old.provenance.get(name, {})
            if is_pinned(before) and before.get("policy"):
                account["policy"] = before["policy"]
            yield name, (fields.field(name).encode(pin.value), account)
        elif name in now.facts:
            yield name, (now.facts[name], accounts[name])
        else:
            yield name, None


def _let_in_by(name: str, account: Account, old: PublishedState, fresh: Mapping[str, str], said: str) -> str:
    """What let a value in, as the ledger names it; "" where that is what its account says."""
    if said or is_pinned(account) or name in fresh:
        return said
    return PIN_ENDED if is_pinned(old.provenance.get(name, {})) else TAKEN_BACK


def _gone(name: str, old: PublishedState, fresh: Mapping[str, str], said: str) -> FieldChange:
    if said:
        policy = said
    elif is_pinned(old.provenance.get(name, {})):
        policy = PIN_ENDED
    elif name in fresh:
        policy = fresh[name]
    else:
        policy = TAKEN_BACK
    return FieldChange(name, old.facts.get(name), None, provenance(NOBODY, policy), gone=True)

"""The published account of a value: who states it, how sure it is, who agrees. Part of the API's contract. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from curation.core.inputs import Inputs, PublishedState
from curation.merge import Decision, agreement, sides
from registry import fields

Account = dict[str, Any]


def provenance(decision: Decision, policy: str) -> Account:
    """The account of a decision that `policy` let through."""
    return {
        "source": decision.source,
        "quality": decision.quality.value,
        "reason": decision.reason.value,
        "since": decision.stated_on.isoformat() if decision.stated_on else None,
        "policy": policy,
        "agree": list(decision.agreeing),
        "disagree": list(decision.disagreeing),
    } | counted(decision.agree, decision.of)


def counted(agree: int, of: int) -> Account:
    """How many independent voices agree, where it is not the one that states the value; see `registry.quality`."""
    return {} if (agree, of) == (1, 1) else {"agreement": {"agree": agree, "of": of}}


def refreshed(
    published: PublishedState, moving: Collection[str], decided: Mapping[str, Decision], known: Inputs, *, on: date
) -> dict[str, Account]:
    """The accounts that have moved of values that stay: who agrees, who disagrees, how sure it is.

    `moving` are the fields whose value changes.
    """
    moved: dict[str, Account] = {}
    for name, data in published.facts.items():
        if name in moving:
            continue
        old, declared, decision = published.provenance.get(name, {}), fields.field(name), decided.get(name)
        if decision and declared.encode(decision.value) == data:
            new = provenance(decision, old.get("policy", ""))
        else:
            # The published value stands, though its sources no longer say so (a held or rejected change).
            same, other = sides(name, declared.decode(data), known.claims, on=on)
            new = {**old, "agree": [slug for slug in same if slug != old.get("source")], "disagree": list(other)}
            new.pop("agreement", None)
            new |= counted(*agreement(name, declared.decode(data), known.claims, on=on))
        if new != old:
            moved[name] = new
    return moved

"""A finding of the upgrade, as a plain value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from curation.core.merge import Reason
from registry.domain import fields
from registry.domain.provenance import AccountedValue, Provenance
from registry.models import LedgerEntry


class Kind(StrEnum):
    """The kinds of findings; a kind decides how a finding is fixed."""

    MIXTURE = "mixture"
    SEAT = "seat"
    PIN = "pin"
    UNSTATED = "unstated"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Finding:
    """A unit of an offering whose accepted values earlier rules decided and present rules would not."""

    kind: Kind
    offering: str
    unit: str
    old: Mapping[str, fields.Json]
    """What is accepted now, by field."""
    new: Mapping[str, fields.Json] = field(default_factory=dict)
    """The values that replace them."""
    source: str = ""
    """The source of the replacing values."""
    why: str = ""
    since: Mapping[str, fields.Json] = field(default_factory=dict)
    """What is accepted in the end, where policies let a newer change through at once."""
    restored: Mapping[str, AccountedValue | None] = field(default_factory=dict)
    """Field → the value that is accepted again and its account, None for none."""


def accepted_again(entry: LedgerEntry) -> AccountedValue:
    """The value of an entry with its account, as far as the ledger knows it."""
    return AccountedValue(entry.new, Provenance.of(entry.source, entry.quality, Reason.INCUMBENT.value))

"""One thing that earlier rules left behind, as a plain value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from curation.core.inputs import Restored
from curation.core.merge import Reason
from registry.domain import fields
from registry.models import LedgerEntry


class Kind(StrEnum):
    """What is wrong, and so what becomes of it."""

    MIXTURE = "mixture"
    SEAT = "seat"
    PIN = "pin"
    UNSTATED = "unstated"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that earlier rules left behind."""

    kind: Kind
    offering: str
    unit: str
    old: Mapping[str, fields.Json]
    """What is accepted now, by field."""
    new: Mapping[str, fields.Json] = field(default_factory=dict)
    """What is put in its place."""
    source: str = ""
    """Who stated that."""
    why: str = ""
    since: Mapping[str, fields.Json] = field(default_factory=dict)
    """What is accepted in the end, where policies let a newer change through at once."""
    restored: Mapping[str, Restored | None] = field(default_factory=dict)
    """Field → the value that is accepted again and its account, None for none."""


def account_of(entry: LedgerEntry) -> dict[str, Any]:
    """The account of a value that is accepted again, as far as the ledger knows it."""
    return {
        "source": entry.source,
        "quality": entry.quality,
        "reason": Reason.INCUMBENT.value,
        "since": None,
        "agree": [],
        "disagree": [],
    }

"""What one publication does to the catalogue, as plain values. `registry.catalogue.publish` writes it.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from registry.domain import fields
from registry.domain.provenance import AccountedValue, Provenance


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field from its published to its new value, both canonical JSON; `gone` takes the field out altogether."""

    field: str
    old: fields.Json
    new: fields.Json
    provenance: Provenance
    gone: bool = False
    note: str = ""
    policy: str = ""
    """What let it through, for the ledger, where that is not what the account of the value says."""


@dataclass(slots=True)
class OfferingChange:
    """All that one publication does to one offering."""

    key: str
    changes: list[FieldChange] = field(default_factory=list)
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    """Provenance of fields whose value stays, where it moved: another source agrees now, or disagrees."""
    aliases: Mapping[str, str] | None = None
    """All other names of the offering → the source that says so; None leaves them as they are."""
    missing_since: datetime | None = None
    """Since when no source lists it any more."""
    not_seen_since: datetime | None = None
    """Since when no source has listed it, while it may come back: it is not delisted yet."""
    account_only: bool = False
    """Whether nothing moves but accounts and when it was last seen: that makes no revision. What was accepted behind a
    pin makes one where its value moves, so that it can be undone.
    """
    behind: Mapping[str, AccountedValue | None] | None = None
    """What was accepted behind each of its pins; None leaves it as it is."""

    def listing(self, missing_since: datetime | None) -> tuple[datetime | None, datetime | None]:
        """`missing_since` and `not_seen_since` as they are published, after `missing_since` was before. What is
        delisted stays so until somebody lists it again.
        """
        delisted = self.missing_since or (missing_since if self.not_seen_since else None)
        return delisted, None if delisted else self.not_seen_since

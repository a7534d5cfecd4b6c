"""The short provenance of an offering's values, as its versions store it: source, quality, reason, policy, since.

Agreement is not in it: it changes with every reading of every source, while the value stays. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from registry.domain.provenance import Provenance, behind_from_json, of_fields
from registry.values import Json

Packed = list[list[Json]]
"""An account as JSON: rows of source, quality, reason, policy, since, revision and the fields that they hold for."""


class Account(NamedTuple):
    """The stored provenance of one value."""

    source: str
    quality: str
    reason: str
    policy: str
    since: str | None
    """Since when its source had stated it, as told when the version was written; None where that is not known."""
    revision: int
    """The revision that brought the value."""

    @property
    def provenance(self) -> Provenance:
        """The same as the provenance of a value that is accepted again."""
        return Provenance({key: value for key, value in self._asdict().items() if key != "revision"})

    @property
    def significant(self) -> tuple[str, str, str, str]:
        """The part whose change makes a new version."""
        return self.source, self.quality, self.reason, self.policy


def accounts(
    provenance: Mapping[str, Mapping[str, Json]],
    *,
    revision: int,
    changed: Collection[str] = (),
    before: Mapping[str, Account],
) -> dict[str, Account]:
    """The accounts of all values. Those that did not move in this revision keep the one that brought them."""
    return {
        name: Account(
            account.source,
            account.quality,
            account.reason,
            account.policy,
            account.since,
            before[name].revision if name in before and name not in changed else revision,
        )
        for name, account in of_fields(provenance).items()
    }


def differ(before: Mapping[str, Account], after: Mapping[str, Account]) -> bool:
    """Whether two accounts differ in what makes a version."""
    return before.keys() != after.keys() or any(before[name].significant != after[name].significant for name in before)


def behind(stored: Mapping[str, Json]) -> dict[str, Json]:
    """What lies behind pins, as versions keep it: `Offering.behind` with the short account of each value."""
    return {
        name: {"value": held.value, "account": held.account.short()} if held else None
        for name, held in sorted(behind_from_json(stored).items())
    }


def behind_differs(before: Mapping[str, Json], after: Mapping[str, Json]) -> bool:
    """Whether what lies behind pins differs in what makes a version: a value, or what counts of its account."""
    return _significant_behind(before) != _significant_behind(after)


def _significant_behind(stored: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name: held and (held.value, {**held.account.short(), "since": None})
        for name, held in behind_from_json(stored).items()
    }


def pack(by_field: Mapping[str, Account]) -> Packed:
    """An account as it is stored. Most values of an offering have the same one, which is written once."""
    fields: dict[Account, list[str]] = {}
    for name in sorted(by_field):
        fields.setdefault(by_field[name], []).append(name)
    return [[*account, names] for account, names in fields.items()]


def unpack(packed: Packed) -> dict[str, Account]:
    """Reads what `pack` writes."""
    return {name: Account(*account) for *account, names in packed for name in names}


def provenance(packed: Packed) -> dict[str, dict[str, Json]]:
    """An account as public JSON: the keys that the provenance of a current value has, as far as they are kept."""
    return {
        name: {key: value for key, value in account._asdict().items() if value is not None}
        for name, account in sorted(unpack(packed).items())
    }

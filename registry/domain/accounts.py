"""The short account of an offering's values, as its versions keep it: who states each, how sure it is, why it won.

Who agrees and who disagrees is not in it: that moves with every reading of every source, while the value stays. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from registry.domain.provenance import Provenance, behind_from_json, of_fields
from registry.values import Json

Packed = list[list[Json]]
"""An account as JSON: rows of source, quality, reason, policy, since, revision and the fields that they hold for."""


class Account(NamedTuple):
    """What is kept of the account of one value."""

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
        return Provenance({key: said for key, said in self._asdict().items() if key != "revision"})

    @property
    def weighty(self) -> tuple[str, str, str, str]:
        """The part that makes a version where it moves."""
        return self.source, self.quality, self.reason, self.policy


def accounts(
    provenance: Mapping[str, Mapping[str, Json]],
    *,
    revision: int,
    moved: Collection[str] = (),
    before: Mapping[str, Account],
) -> dict[str, Account]:
    """The accounts of all values. Those that did not move in this revision keep the one that brought them."""
    return {
        name: Account(
            said.source,
            said.quality,
            said.reason,
            said.policy,
            said.since,
            before[name].revision if name in before and name not in moved else revision,
        )
        for name, said in of_fields(provenance).items()
    }


def differ(one: Mapping[str, Account], other: Mapping[str, Account]) -> bool:
    """Whether two accounts differ in what makes a version."""
    return one.keys() != other.keys() or any(one[name].weighty != other[name].weighty for name in one)


def behind(kept: Mapping[str, Json]) -> dict[str, Json]:
    """What lies behind pins, as versions keep it: `Offering.behind` with the short account of each value."""
    return {
        name: {"value": held.value, "account": held.account.short()} if held else None
        for name, held in sorted(behind_from_json(kept).items())
    }


def behind_differs(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """Whether what lies behind pins differs in what makes a version: a value, or the weighty part of its account."""
    return _weighty_behind(one) != _weighty_behind(other)


def _weighty_behind(kept: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name: held and (held.value, {**held.account.short(), "since": None})
        for name, held in behind_from_json(kept).items()
    }


def pack(known: Mapping[str, Account]) -> Packed:
    """An account as it is stored. Most values of an offering have the same one, which is written once."""
    fields: dict[Account, list[str]] = {}
    for name in sorted(known):
        fields.setdefault(known[name], []).append(name)
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

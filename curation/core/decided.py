"""The result of a decision, unit by unit, and what a person may request of it: the records of `curation.core.decide`.
Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from curation.core.corroboration import Side
from curation.core.parts import Place
from curation.core.policy import Counts, Judgement, PolicyContext
from curation.core.units import UnitJudgement
from registry.domain.changeset import OfferingChange
from registry.domain.provenance import AccountedValue

SLICE: Final = 500
"""The most offerings that one transaction writes."""
SLICE_FIELDS: Final = 1_000
"""The most fields that it writes: about a quarter of a second, for which others wait."""
_ACCOUNT_FIELDS: Final = 5
"""How many fields the account of an offering counts for."""


class Fate(StrEnum):
    """What happens to one unit."""

    APPLIED = "applied"
    HELD = "held"
    DECLINED = "declined"
    """A policy rejects it."""
    ANNOUNCED = "announced"
    """None of it holds yet: it is judged again on its first day."""
    PINNED = "pinned"
    """A person has pinned the proposed values, and no policy lets them through: it waits once the pin ends."""
    REMEMBERED = "remembered"
    """A value in it was rejected before: it is not proposed again."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One unit, the verdicts of policies and rules on it, and its fate."""

    unit: UnitJudgement
    contexts: Mapping[str, PolicyContext]
    """By field."""
    fate: Fate
    approver: str = ""
    """Who approved it, where a person did."""

    def policy(self, judgement: Judgement) -> str:
        """Who let one field of it through, as the ledger names it."""
        return f"approved by {self.approver}" if self.approver else judgement.policy


@dataclass(slots=True)
class Decided:
    """What was decided about a set of offerings."""

    rulings: list[Ruling]
    publish: list[OfferingChange]
    """The offerings of which something is to be written."""
    refused: list[Place]
    """The units that a person expected and that have moved since."""
    conflicts: dict[str, dict[str, list[Side]]]
    """Every offering → the fields about which independent sources contradict each other."""
    counts: Counts = field(default_factory=Counter)
    """What policies counted of the run."""

    def slices(self, *, most: int = SLICE, most_fields: int = SLICE_FIELDS) -> Iterator[Decided]:
        """The same in parts, each about some of the offerings: what is written in one transaction."""
        changes = {change.key: change for change in self.publish}
        rulings: dict[str, list[Ruling]] = defaultdict(list)
        for ruling in self.rulings:
            rulings[ruling.unit.offering].append(ruling)
        for keys in self._cut(changes, most, most_fields):
            yield Decided(
                [ruling for key in keys for ruling in rulings[key]],
                [changes[key] for key in keys if key in changes],
                [place for place in self.refused if place[0] in keys],
                {key: self.conflicts[key] for key in keys},
            )

    def _cut(self, changes: Mapping[str, OfferingChange], most: int, most_fields: int) -> Iterator[dict[str, None]]:
        """The offerings in parts of about one size, in their order."""
        keys: dict[str, None] = {}
        fields = 0
        for key in self.conflicts:
            weight = len(changes[key].changes) + _ACCOUNT_FIELDS if key in changes else 0
            if len(keys) == most or (keys and fields + weight > most_fields):
                yield keys
                keys, fields = {}, 0
            keys[key] = None
            fields += weight
        yield keys

    def without(self, keys: Collection[str]) -> Decided:
        """The same but for some offerings."""
        return Decided(
            [ruling for ruling in self.rulings if ruling.unit.offering not in keys],
            [change for change in self.publish if change.key not in keys],
            [place for place in self.refused if place[0] not in keys],
            {key: sides for key, sides in self.conflicts.items() if key not in keys},
        )

    @property
    def judgements(self) -> list[Judgement]:
        """The judgement on each field that would move."""
        return [judgement for ruling in self.rulings for judgement in ruling.unit.judgements]

    def count(self, fate: Fate) -> int:
        """How many units have this fate."""
        return sum(ruling.fate is fate for ruling in self.rulings)

    def count_published(self) -> int:
        """How many units were applied and move what is published: not behind a pin, and not earlier the same day."""
        published_fields = {
            (change.key, field_change.field) for change in self.publish for field_change in change.changes
        }
        return sum(
            ruling.fate is Fate.APPLIED
            and any((ruling.unit.offering, part.field) in published_fields for part in ruling.unit.parts)
            for ruling in self.rulings
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What a person requests."""

    approved: Mapping[Place, str] | None = None
    """Place → the name of who approved its unit. Such changes are applied whatever policies say, and whatever else
    would change is held: an empty mapping applies nothing. None: policies decide.
    """
    expected: Mapping[Place, str] = field(default_factory=dict)
    """Place → the fingerprint that the person saw. A change that is another one by now is refused."""
    restored: Mapping[tuple[str, str], AccountedValue | None] = field(default_factory=dict)
    """(offering, field) → the value that is accepted again, None for none."""
    ledger_policy: str = ""
    """What the ledger names in place of a policy where a person moves values without approving a change."""

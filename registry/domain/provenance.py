"""The provenance of a published value: who states it, how sure it is, why it won, who agrees. Part of the API. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from registry.domain.fields import Json

PINNED: Final = "pinned"
"""The reason of a value that a curator has pinned."""
_APPROVED: Final = "approved by "
_SHORT: Final = ("source", "quality", "reason", "policy", "since")


class Quality(StrEnum):
    """How well a value is supported by its sources, the best first."""

    VERIFIED = "verified"
    PARTIAL = "partial"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


class Agreement(NamedTuple):
    """How many independent sources state the value, of how many that state anything about the field."""

    agree: int = 1
    of: int = 1


class Proposed(NamedTuple):
    """A value that waits for a person, or was rejected."""

    value: Json
    source: str
    """Who states it; "" where nobody states the field any more."""
    why: str
    since: str = ""
    """Since when it waits, as an ISO day."""

    def as_json(self) -> dict[str, Json]:
        since = {"since": self.since} if self.since else {}
        return {"value": self.value, "source": self.source, **since, "why": self.why}


@dataclass(frozen=True, slots=True)
class Provenance:
    """A lazy view of its JSON: lists carry thousands that nobody reads."""

    json: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        source: str,
        quality: str,
        reason: str,
        *,
        since: date | None = None,
        policy: str = "",
        agree: Sequence[str] = (),
        disagree: Sequence[str] = (),
    ) -> Provenance:
        """The provenance of a value that is stated now."""
        return cls(
            {
                "source": source,
                "quality": quality,
                "reason": reason,
                "since": since.isoformat() if since else None,
                "policy": policy,
                "agree": list(agree),
                "disagree": list(disagree),
            }
        )

    def as_json(self) -> dict[str, Json]:
        """As it is stored and published."""
        return dict(self.json)

    def short(self) -> dict[str, Json]:
        """What versions keep of it."""
        return {key: self.json.get(key) for key in _SHORT}

    # -- what it says ---------------------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """Who states the value; "" where that is not known."""
        return self.json.get("source") or ""

    @property
    def quality(self) -> str:
        return self.json.get("quality") or "unknown"

    @property
    def reason(self) -> str:
        """Why the value won."""
        return self.json.get("reason") or ""

    @property
    def policy(self) -> str:
        """What let it through."""
        return self.json.get("policy") or ""

    @property
    def since(self) -> str | None:
        """Since when its source has stated it, as an ISO day; None where that is not known."""
        return self.json.get("since") or None

    @property
    def since_day(self) -> date | None:
        return date.fromisoformat(self.since) if self.since else None

    @property
    def agree(self) -> list[str]:
        """Other sources that state the same."""
        return self.json.get("agree") or []

    @property
    def disagree(self) -> list[str]:
        """Sources with authority over the field that state something else."""
        return self.json.get("disagree") or []

    @property
    def agreement(self) -> Agreement | None:
        """None where nothing is known of where the value comes from. Copies of one origin are one source."""
        if not self.source:
            return None
        counted = self.json.get("agreement")
        return Agreement(int(counted["agree"]), int(counted["of"])) if counted else Agreement()

    @property
    def pending(self) -> Proposed | None:
        """A change of the value that waits for a person."""
        held = self.json.get("pending")
        return Proposed(held["value"], held["source"], held["why"], held["since"]) if held else None

    @property
    def is_pinned(self) -> bool:
        return self.json.get("reason") == PINNED

    @property
    def is_by_person(self) -> bool:
        """Whether a person pinned the value or approved it."""
        return self.is_pinned or self.policy.startswith(_APPROVED)

    @property
    def is_verified(self) -> bool:
        return self.json.get("quality") == "verified"

    @property
    def is_disputed(self) -> bool:
        return bool(self.json.get("disagree"))

    # -- changed copies -------------------------------------------------------------------------------------------

    def with_policy(self, policy: str) -> Provenance:
        return self._with(policy=policy)

    def with_source(self, source: str) -> Provenance:
        return self._with(source=source)

    def with_agreement(self, agreement: Agreement) -> Provenance:
        """Said only where it is not that of one source alone."""
        return self if agreement == Agreement() else self._with(agreement=agreement._asdict())

    def with_announced(self, announced: Sequence[tuple[str, Json]]) -> Provenance:
        """With the prices of later days that are not accepted, by source: shown, and in no total."""
        entries = [{"source": source, "prices": prices} for source, prices in announced]
        return self._with(announced=entries) if entries else self

    def with_pending(self, proposed: Proposed) -> Provenance:
        return self._with(pending=proposed.as_json())

    def with_rejected(self, proposed: Proposed) -> Provenance:
        return self._with(rejected=proposed.as_json())

    def unstated(self) -> Provenance:
        """Where the named source states the value no longer."""
        return self._with(stated=False)

    def as_incumbent(self, reason: str, quality: str, agree: Sequence[str], disagree: Sequence[str]) -> Provenance:
        """That of a value which stands, with who agrees today; what it said of some other day is left out."""
        lasting = {word: value for word, value in self.json.items() if word not in _OF_A_DAY}
        return Provenance(lasting)._with(reason=reason, quality=quality, agree=list(agree), disagree=list(disagree))

    def _with(self, **words: Json) -> Provenance:
        return Provenance({**self.json, **words})


UNKNOWN: Final = Provenance()
_OF_A_DAY: Final = frozenset({"agreement", "announced", "pending", "rejected", "stated"})
"""Words that are there on some days only. `stated` is false where the named source states the value no longer."""


class AccountedValue(NamedTuple):
    """A value in canonical JSON form with its provenance: accepted before, or kept behind a pin."""

    value: Json
    account: Provenance

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> AccountedValue:
        return cls(data["value"], Provenance(data["account"]))

    def as_json(self) -> dict[str, Json]:
        return {"value": self.value, "account": self.account.as_json()}


def of_fields(provenance: Mapping[str, Mapping[str, Json]]) -> dict[str, Provenance]:
    """The provenance of all values of an offering, by field."""
    return {name: Provenance(json) for name, json in provenance.items()}


def behind_from_json(data: Mapping[str, Mapping[str, Json] | None]) -> dict[str, AccountedValue | None]:
    """What lies behind pins, as an offering keeps it: field → the accepted value, None where nothing was accepted."""
    return {name: AccountedValue.from_json(held) if held is not None else None for name, held in data.items()}


def behind_as_json(behind: Mapping[str, AccountedValue | None]) -> dict[str, Json]:
    """The same, to be kept."""
    return {name: held.as_json() if held is not None else None for name, held in behind.items()}

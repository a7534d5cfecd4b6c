"""The lifecycle stage of an offering, and upcoming retirements. Pure: a function of facts and a day.

The stages are those of the providers: preview, new, active, legacy, deprecated, retired. Nothing is guessed: an
offering whose stage nobody states has none, whatever its age.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol

from registry import json_schema as schema
from registry.domain.provenance import Provenance
from registry.values import Json

NEW_DAYS: Final = 90
"""For how many days after its release something is new."""
AHEAD_DAYS: Final = (90, 30)
"""How many days before a retirement people are notified, the earliest first."""


class Stage(StrEnum):
    PREVIEW = "preview"
    NEW = "new"
    ACTIVE = "active"
    LEGACY = "legacy"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The stage on one day and the fields that it follows from; both are empty when nobody states any."""

    stage: Stage | None
    because: tuple[str, ...]
    released_on: date | None = None
    deprecated_on: date | None = None
    retires_on: date | None = None
    days_left: int | None = None
    """Until it is no longer served; 0 on the day itself and later. None when no day is announced."""
    successor: str | None = None
    """The offering that the provider names in its place."""

    def as_json(self) -> dict[str, Json]:
        return {
            "stage": self.stage.value if self.stage else None,
            "because": list(self.because),
            "released_on": _as_text(self.released_on),
            "deprecated_on": _as_text(self.deprecated_on),
            "retires_on": _as_text(self.retires_on),
            "days_left": self.days_left,
            "successor": self.successor,
        }


LIFECYCLE: Final = schema.shape(
    "Lifecycle",
    "The stage of an offering today, by what its sources state.",
    {
        "stage": schema.one(schema.enumeration("StageEnum", Stage), "Null when nobody states one.", null=True),
        "because": schema.words("Fields that the stage follows from."),
        "released_on": schema.day("Day of release.", null=True),
        "deprecated_on": schema.day("Day from which its provider advises against it.", null=True),
        "retires_on": schema.day("Day from which it is no longer served.", null=True),
        "days_left": schema.whole("Days until it retires.", null=True),
        "successor": schema.text("Offering that its provider names in its place.", null=True),
    },
)


def lifecycle(facts: Mapping[str, Json], on: date) -> Lifecycle:
    """The lifecycle of published facts (canonical JSON by field) on a day.

    The latest stage that is stated wins. `retires_on` is the first day on which it is no longer served. New is what was
    released less than `NEW_DAYS` ago, unless its provider says something else of it than that it is active.
    """
    released, deprecated, retires = (_day(facts, name) for name in ("released_on", "deprecated_on", "retires_on"))
    stage, because = _stage(facts.get("status"), released, deprecated, retires, on)
    return Lifecycle(
        stage,
        because,
        released,
        deprecated,
        retires,
        max((retires - on).days, 0) if retires else None,
        facts.get("successor"),
    )


def _stage(
    status: str | None, released: date | None, deprecated: date | None, retires: date | None, on: date
) -> tuple[Stage | None, tuple[str, ...]]:
    if retires and retires <= on:
        return Stage.RETIRED, ("retires_on",)
    if status == "retired":
        return Stage.RETIRED, ("status",)
    if deprecated and deprecated <= on:
        return Stage.DEPRECATED, ("deprecated_on",)
    if status in ("deprecated", "legacy", "preview"):
        return Stage(status), ("status",)
    if released and released <= on < released + timedelta(days=NEW_DAYS):
        return Stage.NEW, ("released_on",)
    if status == "active":
        return Stage.ACTIVE, ("status",)
    return None, ()


# -- retirements ahead ------------------------------------------------------------------------------------------------


class Subject(Protocol):
    """An offering as the catalogue holds it."""

    @property
    def key(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Json]: ...
    @property
    def provenance(self) -> Mapping[str, Mapping[str, Json]]: ...


@dataclass(frozen=True, slots=True)
class Retirement:
    """An announced end of one offering."""

    offering: str
    retires_on: date
    days_left: int
    successor: str | None
    source: str
    """Who says so."""
    quality: str
    stated_on: date | None
    """Since when that is said."""

    def as_json(self) -> dict[str, Json]:
        return {
            "offering": self.offering,
            "retires_on": self.retires_on.isoformat(),
            "days_left": self.days_left,
            "successor": self.successor,
            "source": self.source,
            "quality": self.quality,
            "stated_on": _as_text(self.stated_on),
        }


def retirements(subjects: Iterable[Subject], *, on: date, within: int = AHEAD_DAYS[0]) -> list[Retirement]:
    """What will be retired in so many days, today not included: the next first. What is retired already is left out."""
    ahead = (
        retirement
        for subject in subjects
        if (retirement := _retirement(subject, on)) and 0 < retirement.days_left <= within
    )
    return sorted(ahead, key=lambda retirement: (retirement.retires_on, retirement.offering))


def alerts(
    subjects: Iterable[Subject], *, since: date, on: date, ahead: Iterable[int] = AHEAD_DAYS
) -> list[tuple[int, Retirement]]:
    """The notices due now, when the last ones were sent on `since`: days of notice, and the retirement.

    Each retirement is due once for each of `ahead`, also where days were skipped; an announcement at short notice is
    due when it is made, with the shortest notice that it still has.
    """
    marks = sorted(set(ahead))
    notices = []
    for retirement in retirements(subjects, on=on, within=marks[-1]) if marks else ():
        passed = [mark for mark in marks if retirement.days_left <= mark]
        due = max(retirement.retires_on - timedelta(days=passed[0]), retirement.stated_on or date.min)
        if since < due <= on:
            notices.append((passed[0], retirement))
    return notices


def _retirement(subject: Subject, on: date) -> Retirement | None:
    facts = subject.facts
    retires = _day(facts, "retires_on")
    if retires is None or facts.get("status") == "retired":
        return None
    account = Provenance(subject.provenance.get("retires_on", {}))
    return Retirement(
        subject.key,
        retires,
        (retires - on).days,
        facts.get("successor"),
        account.source,
        account.quality,
        account.since_day,
    )


def _day(facts: Mapping[str, Json], name: str) -> date | None:
    data = facts.get(name)
    return date.fromisoformat(data) if data else None


def _as_text(day: date | None) -> str | None:
    return day.isoformat() if day else None

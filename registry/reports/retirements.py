"""Retirements of published offerings: those ahead for the command line and notifications, and lists of all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, QuerySet

from registry import json_schema as schema
from registry.catalogue import evidence
from registry.catalogue.ending import Ending
from registry.catalogue.evidence import EvidenceLine
from registry.domain.lifecycle import AHEAD_DAYS, Lifecycle, Retirement, alerts, lifecycle, retirements
from registry.domain.provenance import Provenance
from registry.models import Alias, Offering, OfferingVersion

ORDER: Final[Mapping[Ending, tuple[Any, ...]]] = {
    Ending.UPCOMING: (F("retires_on").asc(), "key"),
    Ending.PAST: (F("retires_on").desc(nulls_last=True), "key"),
    Ending.UNDATED: (F("deprecated_on").desc(nulls_last=True), "key"),
}
"""How each list is sorted: the next first, the last one that ended first, the last one that was announced first."""
LISTED: Final = schema.shape(
    "Retirement",
    "The end of one offering, as it is stated. Null is not known.",
    {
        "offering": schema.text("Its id."),
        "name": schema.text(null=True),
        "provider": schema.text(),
        "model": schema.text(null=True),
        "state": schema.word(Ending, "`undated`: deprecated, and nobody states a day of retirement."),
        "announced_on": schema.day("Day from which its provider advises against it.", null=True),
        "retires_on": schema.day("First day on which it is no longer served.", null=True),
        "days_left": schema.count("Days until then. Null where it is past or not known.", null=True),
        "successor": schema.text("Offering that is named in its place.", null=True),
        "source": schema.text("Who states it.", null=True),
        "quality": schema.text(),
        "stated_on": schema.day("Since when that is stated.", null=True),
        "evidence": schema.several(evidence.LINE, "Lines of the source's page that state it, of sources with a page."),
    },
)


@dataclass(frozen=True, slots=True)
class ListedRetirement:
    """One offering of a list of retirements."""

    offering: OfferingVersion
    state: Ending
    announced_on: date | None
    retires_on: date | None
    days_left: int | None
    """None where it is past or not known."""
    successor: str | None
    account: Provenance
    """Of the field that says that it ends."""
    lines: tuple[EvidenceLine, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "offering": self.offering.key,
            "name": self.offering.name or None,
            "provider": self.offering.provider_id,
            "model": self.offering.model.slug if self.offering.model else None,
            "state": self.state.value,
            "announced_on": self.announced_on.isoformat() if self.announced_on else None,
            "retires_on": self.retires_on.isoformat() if self.retires_on else None,
            "days_left": self.days_left,
            "successor": self.successor,
            "source": self.account.source or None,
            "quality": self.account.quality,
            "stated_on": self.account.since,
            "evidence": [line.as_json() for line in self.lines],
        }


def read(rows: QuerySet[OfferingVersion]) -> QuerySet[OfferingVersion]:
    """Rows with all that `listed` shows of them."""
    return rows.select_related("offering", "content", "model").only(
        "key", "name", "provider_id", "model__slug", "updated_at", "content__facts", "offering__provenance"
    )


def listed(offerings: Collection[OfferingVersion], state: Ending, on: date) -> list[ListedRetirement]:
    """What is stated of the ends of offerings of that state, in their order. One query, for the evidence."""
    lines = evidence.of_offerings([offering.key for offering in offerings])
    return [_listed(offering, state, on, lines.get(offering.key, {})) for offering in offerings]


def _listed(offering: OfferingVersion, state: Ending, on: date, lines: evidence.Lines) -> ListedRetirement:
    stage = lifecycle(offering.facts, on)
    stated_by = _stated_by(state, stage)
    account = Provenance(offering.offering.provenance.get(stated_by, {}))
    return ListedRetirement(
        offering,
        state,
        stage.deprecated_on,
        stage.retires_on,
        stage.days_left if state is Ending.UPCOMING else None,
        stage.successor,
        account,
        lines.get((account.source, stated_by), ()),
    )


def _stated_by(state: Ending, stage: Lifecycle) -> str:
    """The field that says that an offering ends."""
    if state is Ending.PAST:
        return stage.because[0]
    if state is Ending.UPCOMING:
        return "retires_on"
    return "deprecated_on" if stage.deprecated_on else "status"


def published(ids: Collection[str]) -> set[str]:
    """Those ids under which something is published, as an offering or as another name of one. Two queries."""
    offerings = Offering.objects.filter(key__in=ids).values_list("key", flat=True)
    aliases = Alias.objects.filter(name__in=ids).values_list("name", flat=True)
    return {*offerings, *aliases} if ids else set()


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    facts: Mapping[str, Any]
    provenance: Mapping[str, Mapping[str, Any]]


def ahead(on: date, within: int = AHEAD_DAYS[0]) -> list[Retirement]:
    """Offerings that retire within so many days, the next first. One query."""
    return retirements(_rows(on, within), on=on, within=within)


def known() -> tuple[int, int]:
    """The number of offerings with a known retirement date, and of all. One query."""
    counted = Offering.objects.aggregate(known=Count("retires_on"), all=Count("pk"))
    return counted["known"], counted["all"]


def to_tell(since: date, on: date, ahead: Iterable[int] = AHEAD_DAYS) -> list[tuple[int, Retirement]]:
    """The alerts due on a day after the last ones on `since`; see `registry.domain.lifecycle.alerts`. One query.

    For the sender of notifications: store the day of the last call, and pass it as `since`.
    """
    marks = tuple(ahead)
    return alerts(_rows(on, max(marks, default=0)), since=since, on=on, ahead=marks)


def _rows(on: date, within: int) -> list[_Row]:
    ending = Offering.objects.filter(retires_on__gt=on, retires_on__lte=on + timedelta(days=within))
    return [_Row(*row) for row in ending.values_list("key", "facts", "provenance")]

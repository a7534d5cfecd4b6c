"""Counts of the published catalogue, cached by revision for a minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q

from curation.admin.reports import quality
from curation.admin.reports.worklists import retiring
from registry.catalogue import duplicates
from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import Stamp
from registry.domain.lifecycle import AHEAD_DAYS
from registry.models import Offering, Provider
from registry.models.choices import Pricing, Quality
from registry.reports import retirements
from syncers.dashboard import moves

HELD_SECONDS: Final = 60
NEXT_SHOWN: Final = 6
_MEANS: Final = {
    "offerings": Q(),
    **{quality.value: Q(quality=quality.value) for quality in Quality},
    "unpriced": Q(pricing=Pricing.UNKNOWN),
    "missing": Q(missing_since__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Published:
    """Counts of one revision. `by_kind` is by kind of provider, "" where it is unknown."""

    at: datetime
    """When they were counted."""
    by_kind: Mapping[str, Mapping[str, int]]
    providers: Mapping[str, int]
    by_source: Mapping[str, int]
    retiring: Mapping[int, int]
    next_retiring: list[dict[str, Any]]
    retirement_known: int
    """Number of offerings with a known day of retirement."""
    moved_prices: int
    moves: list[moves.Move]
    findings: Mapping[str, int]
    duplicates: int

    def total(self, name: str) -> int:
        return sum(counts[name] for counts in self.by_kind.values())


_held = PerRevision[Published]()


def current(stamp: Stamp | None, now: datetime) -> Published:
    """The counts of a revision, from the cache when they are not older than a minute."""
    if (held := _held.last()) and (now - held[1].at).total_seconds() >= HELD_SECONDS:
        _held.forget()
    return _held.get((stamp, now.date()), lambda: collect(now))


def collect(now: datetime) -> Published:
    """Computes the counts: seven queries, and those of the catalogue cache where it has changed."""
    today = now.date()
    counted = Offering.objects.order_by().values("provider__kind")
    rows: Any = counted.annotate(**{name: Count("pk", filter=means) for name, means in _MEANS.items()})
    kinds = {row["provider__kind"]: {name: row[name] for name in _MEANS} for row in rows}
    providers = Provider.objects.order_by().values_list("kind").annotate(number=Count("pk"))
    sources = Offering.objects.order_by().values_list("source").annotate(number=Count("pk"))
    ahead = list(
        retiring(today, max(AHEAD_DAYS)).order_by("retires_on", "key").values("key", "retires_on", "successor")
    )
    retirement_known, _offerings = retirements.known()
    moved_count, farthest = moves.of_the_week(now)
    findings = Counter(finding.rule.severity.value for finding in quality.current())
    return Published(
        at=now,
        by_kind=kinds,
        providers=dict(providers),
        by_source=dict(sources),
        retiring={days: sum((row["retires_on"] - today).days <= days for row in ahead) for days in AHEAD_DAYS},
        next_retiring=[{**row, "left": (row["retires_on"] - today).days} for row in ahead[:NEXT_SHOWN]],
        retirement_known=retirement_known,
        moved_prices=moved_count,
        moves=farthest,
        findings=findings,
        duplicates=sum(map(len, duplicates.find().groups)),
    )

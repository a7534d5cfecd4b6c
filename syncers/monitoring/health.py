"""The health of the sources: ok, late, failing or paused. For the admin's list and its first page."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from curation.models import Source, StoredClaim
from syncers.kinds.benchmarks import BenchmarkList
from syncers.kinds.exchange_rates import ExchangeRateList
from syncers.models import Run
from syncers.payload import auth
from syncers.payload.acquire import INSTALLATION
from syncers.registry import SOURCES, load
from syncers.sync.runs import is_stuck

RUNS_SHOWN: Final = 5
TRAIL: Final = 30
"""How many runs the bar chart shows."""
_LOOKED_BACK: Final = timedelta(days=90)
_LATE_AFTER: Final = 2
_READ: Final = frozenset({Run.Status.OK, Run.Status.UNCHANGED})
_SAY_NOTHING: Final = frozenset({Run.Status.RUNNING, Run.Status.SKIPPED})
_BAD: Final = frozenset({Run.Status.FAILED, Run.Status.QUARANTINED})
_COLUMNS: Final = ("source_id", "status", "started_at", "fetched_at", "error", "origin")
_NO_NETWORK: Final = 5
"""So many sources that failed while none was fetched are taken as a missing network, not as faults of the sources."""


class SourceState(StrEnum):
    """The state of a source in one word."""

    OK = "ok"
    NEVER = "never read"
    STALE = "stale"
    FAILING = "failing"
    STUCK = "stuck"
    PAUSED = "paused"
    INSTALLED = "not reached"
    """The network was not reached; the installed data is used."""
    NO_KEY = "needs a key"
    NOT_FETCHED = "not fetched"


COLOURS: Final = {
    SourceState.OK: "success",
    SourceState.NEVER: "info",
    SourceState.STALE: "warning",
    SourceState.FAILING: "danger",
    SourceState.STUCK: "danger",
    SourceState.PAUSED: "",
    SourceState.INSTALLED: "warning",
    SourceState.NO_KEY: "",
    SourceState.NOT_FETCHED: "",
}
TROUBLED: Final = frozenset({SourceState.FAILING, SourceState.STALE, SourceState.STUCK, SourceState.INSTALLED})


@dataclass(slots=True)
class Health:
    """One source's state, its last runs (newest first) and its number of claims."""

    state: SourceState
    runs: list[Run] = field(default_factory=list)
    claims: int = 0
    age: timedelta | None = None
    trail: list[Run] = field(default_factory=list)
    """More of the last runs, the oldest first."""
    expected: tuple[int, int] | None = None
    """How many claims a sound payload yields, least and most; None for sources without claims."""
    needed: str = ""
    """The environment variables to set, in words; "" unless it needs a key."""
    is_offline: bool = False
    """Whether it could not be fetched because the machine has no network: no fault of this source."""

    @property
    def shown_state(self) -> SourceState:
        """The state as people see it."""
        return SourceState.INSTALLED if self.is_offline else self.state

    @property
    def colour(self) -> str:
        return "" if self.is_offline else COLOURS[self.state]

    @property
    def words(self) -> str:
        return _(self.shown_state.value)

    @property
    def needs_attention(self) -> bool:
        return self.state in TROUBLED and not self.is_offline

    @property
    def error(self) -> str:
        """The latest error of its last runs."""
        return next((run.error for run in self.runs if run.error), "")

    @property
    def trail_width(self) -> int:
        """Number of bars of the chart, used or not."""
        return TRAIL

    @property
    def trail_words(self) -> str:
        """The bar chart as text, for screen readers."""
        good = sum(run.status in _READ for run in self.trail)
        return _("%(good)s of the last %(all)s runs were good") % {"good": good, "all": len(self.trail)}

    @property
    def is_as_many_as_expected(self) -> bool:
        """Whether the number of claims is within the expected range."""
        return self.expected is None or self.expected[0] <= self.claims <= self.expected[1]


def health(sources: Iterable[Source], *, now: datetime) -> dict[str, Health]:
    """The health of sources by slug, in two queries."""
    runs = _last_runs(now)
    listed = StoredClaim.objects.filter(missing_since__isnull=True).order_by().values_list("source_id")
    claims = dict(listed.annotate(count=Count("id")))
    by_slug, no_network = {}, _has_no_network(runs.values())
    for source in sources:
        age = now - source.last_good_at if source.last_good_at else None
        last = runs[source.slug]
        state = _state(source, last, age, now)
        by_slug[source.slug] = Health(
            state,
            last[:RUNS_SHOWN],
            claims.get(source.slug, 0),
            age,
            trail=last[::-1],
            expected=_expected(source),
            needed=_needed(source) if state is SourceState.NO_KEY else "",
            is_offline=no_network and state in TROUBLED - {SourceState.STUCK},
        )
    return by_slug


def _has_no_network(runs: Iterable[list[Run]]) -> bool:
    """Whether many sources failed at their last run, and none was fetched. `runs`: of each source, newest first."""
    last = [latest for listed in runs if (latest := _latest(listed))]
    was_fetched = any(run.fetched_at and run.origin != INSTALLATION for run in last)
    return not was_fetched and sum(run.status in (Run.Status.FAILED, Run.Status.STALE) for run in last) >= _NO_NETWORK


def _latest(runs: Iterable[Run]) -> Run | None:
    """The last run that says something about its source."""
    return next((run for run in runs if run.status not in _SAY_NOTHING), None)


def _last_runs(now: datetime) -> dict[str, list[Run]]:
    place = Window(RowNumber(), partition_by=F("source_id"), order_by=F("started_at").desc())
    recent = Run.objects.filter(started_at__gte=now - _LOOKED_BACK).annotate(place=place).filter(place__lte=TRAIL)
    by_source: dict[str, list[Run]] = defaultdict(list)
    for run in recent.order_by("-started_at").only(*_COLUMNS):
        by_source[run.source_id].append(run)
    return by_source


def _expected(source: Source) -> tuple[int, int] | None:
    if source.slug not in SOURCES or source.nothing_fetched:
        return None
    declared = load(source.slug)
    return None if issubclass(declared, BenchmarkList | ExchangeRateList) else declared.expected


def _state(source: Source, runs: list[Run], age: timedelta | None, now: datetime) -> SourceState:
    if source.nothing_fetched:
        return SourceState.NOT_FETCHED
    if not source.enabled:
        return SourceState.PAUSED
    if source.key_required and not _has_key(source):
        return SourceState.NO_KEY
    if any(is_stuck(run, now=now) for run in runs):
        return SourceState.STUCK
    latest = _latest(runs)
    last = latest.status if latest else None
    if last in _BAD:
        return SourceState.FAILING
    if source.url and latest and latest.origin == INSTALLATION:
        return SourceState.INSTALLED
    if age is None:
        return SourceState.STALE if last in _READ else SourceState.NEVER
    late = age > _LATE_AFTER * timedelta(seconds=source.every_seconds)
    return SourceState.STALE if late or last == Run.Status.STALE else SourceState.OK


def _has_key(source: Source) -> bool:
    """Whether a credential of a source is set: its key, or another set of variables."""
    if source.slug in SOURCES:
        return auth.chosen(load(source.slug)) is not None
    return bool(os.environ.get(source.key_variable))


def _needed(source: Source) -> str:
    return auth.needed(load(source.slug)) if source.slug in SOURCES else source.key_variable

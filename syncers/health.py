"""How the sources are: read as planned, late, failing or paused. For the admin's list and its first page."""

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
from syncers.models import Run

RUNS_SHOWN: Final = 5
_LATE_AFTER: Final = 2
_BAD: Final = frozenset({Run.Status.FAILED, Run.Status.QUARANTINED})


class State(StrEnum):
    """What is to be said of a source in one word."""

    OK = "ok"
    NEVER = "never read"
    STALE = "stale"
    FAILING = "failing"
    PAUSED = "paused"
    NO_KEY = "needs a key"
    NOT_FETCHED = "not fetched"


COLOURS: Final = {
    State.OK: "success",
    State.NEVER: "info",
    State.STALE: "warning",
    State.FAILING: "danger",
    State.PAUSED: "",
    State.NO_KEY: "",
    State.NOT_FETCHED: "",
}


@dataclass(slots=True)
class Health:
    """One source's state, its last runs (newest first) and how much it states."""

    state: State
    runs: list[Run] = field(default_factory=list)
    claims: int = 0
    age: timedelta | None = None

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def words(self) -> str:
        return _(self.state.value)

    @property
    def needs_attention(self) -> bool:
        return self.state in (State.FAILING, State.STALE)


def health(sources: Iterable[Source], *, now: datetime) -> dict[str, Health]:
    """The health of sources by slug, in two queries."""
    runs = _last_runs()
    listed = StoredClaim.objects.filter(missing_since__isnull=True).order_by().values_list("source_id")
    claims = dict(listed.annotate(count=Count("id")))
    found = {}
    for source in sources:
        age = now - source.last_good_at if source.last_good_at else None
        state = _state(source, runs[source.slug], age)
        found[source.slug] = Health(state, runs[source.slug], claims.get(source.slug, 0), age)
    return found


def _last_runs() -> dict[str, list[Run]]:
    place = Window(RowNumber(), partition_by=F("source_id"), order_by=F("started_at").desc())
    recent = Run.objects.annotate(place=place).filter(place__lte=RUNS_SHOWN).order_by("-started_at")
    found: dict[str, list[Run]] = defaultdict(list)
    for run in recent.defer("notices"):
        found[run.source_id].append(run)
    return found


def _state(source: Source, runs: list[Run], age: timedelta | None) -> State:
    if source.nothing_fetched:
        return State.NOT_FETCHED
    if not source.enabled:
        return State.PAUSED
    if source.key_required and not os.environ.get(source.key_variable):
        return State.NO_KEY
    if runs and runs[0].status in _BAD:
        return State.FAILING
    if age is None:
        return State.NEVER
    late = age > _LATE_AFTER * timedelta(seconds=source.every_seconds)
    return State.STALE if late or (runs and runs[0].status == Run.Status.STALE) else State.OK

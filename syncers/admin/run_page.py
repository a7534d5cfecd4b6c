"""The page of a run: its steps, its numbers, and the differences from the previous run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.admin.base import list_url
from curation.review.decisions import Refused
from registry.models import Revision
from syncers.models import RejectedRecord, Run, StoredPayload
from syncers.sync import replay, runs
from syncers.sync.quarantine import held_payload

REJECTED_SHOWN: Final = 10
NUMBERS: Final[dict[str, Promise]] = {
    "seen": gettext_lazy("seen"),
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "missing": gettext_lazy("missing"),
    "applied": gettext_lazy("applied"),
    "held": gettext_lazy("held"),
    "rejected": gettext_lazy("rejected"),
    "unreadable": gettext_lazy("unreadable fields"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run. `at` is None when it was not done; `words` are the reason or the result."""

    title: str
    at: datetime | None
    seconds: float | None = None
    words: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of this run and of the previous run."""

    title: str
    now: int | float | None
    before: int | float | None
    url: str = ""

    @property
    def difference(self) -> str:
        if self.now is None or self.before is None:
            return ""
        if self.now == self.before:
            return "="
        difference = self.now - self.before
        return f"{difference:+,.1f}" if isinstance(difference, float) else f"{difference:+,}"


def context(run: Run, *, now: datetime) -> dict[str, Any]:
    """The context of the template, in a constant number of queries."""
    payload = _payload(run)
    earlier = Run.objects.filter(source=run.source_id, started_at__lt=run.started_at)
    previous = earlier.filter(status__in=_READ).select_related("payload").defer("payload__body").first()
    return {
        "run": run,
        "is_stuck": runs.is_stuck(run, now=now),
        "steps": _steps(run),
        "numbers": [(title, getattr(run, name), number_url(run, name)) for name, title in NUMBERS.items()],
        "payload": payload,
        "held_payload": held_payload(run),
        "why_not_again": _why_not_again(run),
        "previous": previous,
        "compared": _compared(run, previous, payload) if previous and run.parsed_at else [],
        "notices": _notices(run.notices, previous.notices if previous else {}),
        "offerings": [
            (which, title, run.offerings[which][:REJECTED_SHOWN], len(run.offerings[which]))
            for which, title in _KINDS.items()
            if run.offerings.get(which)
        ],
        "rejections": RejectedRecord.objects.filter(run=run).order_by("pk")[:REJECTED_SHOWN],
    }


_READ: Final = (Run.Status.OK, Run.Status.QUARANTINED)
_KINDS: Final[dict[str, Promise]] = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "missing": gettext_lazy("missing"),
}


def seconds(run: Run) -> float | None:
    """The duration of a run, None while it is running."""
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at else None


def number_url(run: Run, which: str) -> str:
    """The address of the list that a number of a run counts."""
    if which == "seen":
        return list_url("curation_storedclaim", source=run.source_id)
    if which == "applied":
        return list_url("registry_ledgerentry", revision__batch__exact=run.batch)
    if which == "held":
        return list_url("curation_change", batch__exact=run.batch, state="all")
    if which == "rejected":
        return list_url("syncers_rejectedrecord", run__id__exact=run.pk, field__exact="")
    if which == "unreadable":
        return list_url("syncers_rejectedrecord", run__id__exact=run.pk, field__gt="")
    return reverse("admin:syncers_run_offerings", args=[run.pk, which])


def _payload(run: Run) -> StoredPayload | None:
    return StoredPayload.objects.filter(pk=run.payload_id).defer("body").first() if run.payload_id else None


def _why_not_again(run: Run) -> str:
    """Why the payload cannot be re-read; "" when it can."""
    try:
        replay.check(run)
    except Refused as refusal:
        return str(refusal)
    return ""


def _steps(run: Run) -> list[Step]:
    revision = Revision.objects.filter(batch=run.batch).order_by("-number").first()
    not_needed = _("not needed: nothing is new") if run.status == Run.Status.UNCHANGED else ""
    published = _("revision %(number)s") % {"number": f"{revision.number:,}"} if revision else not_needed
    planned = [
        (_("Started"), run.started_at, "", ""),
        (_("Fetched"), run.fetched_at, run.origin, ""),
        (_("Parsed"), run.parsed_at, "" if run.parsed_at else not_needed, ""),
        (
            _("Published"),
            run.published_at,
            published,
            reverse("admin:registry_revision_change", args=[revision.pk]) if revision else "",
        ),
        (_("Finished"), run.finished_at, "", ""),
    ]
    steps, last = [], run.started_at
    for title, at, words, url in planned:
        duration = (at - last).total_seconds() if at and title != planned[0][0] else None
        steps.append(Step(title, at, duration, words, url))
        last = at or last
    return steps


def _compared(run: Run, previous: Run, payload: StoredPayload | None) -> list[Compared]:
    rows = [
        Compared(str(title), getattr(run, name), getattr(previous, name), number_url(run, name))
        for name, title in NUMBERS.items()
    ]
    rows.append(Compared(_("seconds"), seconds(run), seconds(previous)))
    before = previous.payload
    rows.append(Compared(_("bytes"), payload.length if payload else None, before.length if before else None))
    return rows


def _notices(now: dict[str, int], before: dict[str, int]) -> Iterable[tuple[str, int, int]]:
    """The notices with their counts now and before; new ones first."""
    return sorted(
        ((word, now.get(word, 0), before.get(word, 0)) for word in {*now, *before}),
        key=lambda row: (row[2] > 0, row[1] == 0, row[0]),
    )[:200]

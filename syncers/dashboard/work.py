"""The tiles of work: changes, sources, conflicts, pins, ids and findings, each with its list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from curation.admin import badges
from curation.admin.base import list_url
from curation.admin.pins.states import TITLES
from curation.admin.reports import quality
from curation.admin.reports.filters import AGES, of_age
from curation.apply import pin_drift
from curation.models import Change, Conflict, Match, Pin, Source
from curation.review import queue
from registry.models import Model, UnknownId
from registry.quality import Severity
from syncers.dashboard.figures import Bar, Figure, beside
from syncers.dashboard.published import Published

IDS_SHOWN: Final = 6


def counts(now: datetime) -> Counter[str]:
    """The counts that are computed for each page. One query."""
    wanted: dict[str, QuerySet[Any]] = {
        "overdue": Conflict.objects.overdue(now),
        "matches": Match.objects.filter(state=Match.State.OPEN),
        "unknown": UnknownId.objects.filter(ignored_at__isnull=True),
        "pins": Pin.objects.filter(pin_drift.in_force(now)),
        "models": Model.objects.all(),
        **{f"waiting {word}": _waiting().filter(of_age(word, now)) for word, *_rest in AGES},
    }
    first, *others = (_number(what, rows) for what, rows in wanted.items())
    return Counter(dict(first.union(*others, all=True)))


def _waiting() -> QuerySet[Change]:
    return queue.in_state(Change.objects.all(), queue.WAITING)


def _number(what: str, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    counted: Any = rows.order_by().annotate(what=Value(what)).values_list("what")
    numbered: QuerySet[Any, Any] = counted.annotate(number=Count("pk"))
    return numbered


def waiting_by_age(counts: Counter[str]) -> list[Bar]:
    """The pending changes by age."""
    return beside(
        Figure(title, counts[f"waiting {word}"], list_url("curation_change", state=queue.WAITING, age=word))
        for word, title, *_rest in AGES
    )


def tiles(
    request: HttpRequest,
    counts: Counter[str],
    published: Published,
    *,
    troubled: int,
    late: Iterable[Source],
    now: datetime,
) -> list[Figure]:
    """The tiles that the person may view."""
    sees = request.user.has_perm
    waiting = badges.waiting(request)
    stale = sum(published.by_source.get(source.slug, 0) for source in late)
    listed: list[tuple[str, Figure]] = [
        (
            "curation.view_change",
            Figure(
                _("Pending changes"), waiting, list_url("curation_change", state=queue.WAITING), is_urgent=bool(waiting)
            ),
        ),
        (
            "curation.view_source",
            Figure(
                _("Sources failing or stale"),
                troubled,
                list_url("curation_source", state="attention"),
                is_urgent=bool(troubled),
            ),
        ),
        ("curation.view_conflict", _conflicts(request, counts)),
        ("registry.view_offering", _findings(published)),
        ("curation.view_match", Figure(_("Unlinked offerings"), counts["matches"], list_url("curation_match"))),
        ("registry.view_unknownid", Figure(_("Unresolved ids"), counts["unknown"], list_url("registry_unknownid"))),
        (
            "registry.view_offering",
            Figure(
                _("Stale"),
                stale,
                list_url("registry_offering", stale="yes"),
                parts=(Figure(_("by source"), 0, reverse("admin:worklist_stale")),) if stale else (),
            ),
        ),
        (
            "registry.view_offering",
            Figure(_("Delisted"), published.total("missing"), list_url("registry_offering", missing="yes")),
        ),
        (
            "registry.view_offering",
            Figure(_("Duplicates"), published.duplicates, list_url("registry_offering", duplicates="yes")),
        ),
    ]
    if sees("curation.view_pin"):
        listed.insert(3, ("curation.view_pin", _pins(now, counts)))
    return [figure for permission, figure in listed if sees(permission)]


def _conflicts(request: HttpRequest, counts: Counter[str]) -> Figure:
    overdue, total = counts["overdue"], badges.conflicts(request)
    old = Figure(_("open for too long"), overdue, list_url("curation_conflict", age=settings.CONFLICT_DAYS))
    parts = (old,) if overdue else ()
    return Figure(_("Conflicts"), total, list_url("curation_conflict"), is_urgent=bool(overdue), parts=parts)


def _findings(published: Published) -> Figure:
    errors = published.findings.get(Severity.ERROR.value, 0)
    part = Figure(_("errors"), errors, quality.findings_url(severity=Severity.ERROR.value))
    total = sum(published.findings.values())
    return Figure(
        _("Quality findings"), total, quality.findings_url(), is_urgent=bool(errors), parts=(part,) if errors else ()
    )


# -- pins -------------------------------------------------------------------------------------------------------------

_URGENT: Final = (pin_drift.State.CONTRADICTED, pin_drift.State.MOVED)


def _pins(now: datetime, counted: Counter[str]) -> Figure:
    """The tile of pins by their states. One query."""
    by_state = pin_drift.counts(now)
    parts = tuple(
        Figure(TITLES[state], by_state[state], list_url("curation_pin", state=state.value))
        for state in pin_drift.URGENT
        if by_state[state]
    )
    return Figure(
        _("Pins in force"),
        counted["pins"],
        list_url("curation_pin"),
        is_urgent=any(by_state[state] for state in _URGENT),
        parts=parts,
    )


# -- ids --------------------------------------------------------------------------------------------------------------


def most_requested() -> list[UnknownId]:
    """The most requested unresolved ids. One query."""
    return list(UnknownId.objects.filter(ignored_at__isnull=True).order_by("-times", "text")[:IDS_SHOWN])

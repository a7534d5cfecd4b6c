"""`/changes`: what changed by day, with its size, at the providers that somebody uses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry import display
from registry.api import vocabulary
from registry.catalogue.queries import latest
from registry.domain.words import nearest, whole
from registry.history.days import MOST_CHANGES, Change, changes_by_day
from registry.web.gate import for_visitors, page
from registry.web.listing import state
from registry.web.query_state import canonical, parameters

USUAL_DAYS: Final = 7
MOST_DAYS: Final = 31
SHOWN: Final = 100
"""Rows of one kind that a day shows."""


@require_safe
@for_visitors
def changes(request: HttpRequest) -> HttpResponse:
    """A week up to today, or the `days` up to the day `until`; wrong parameters are refused with what was meant."""
    if redirect := canonical(request):
        return redirect
    now, today = parameters(request), timezone.now().date()
    providers = [slug for slug in now.get("provider", "").split(",") if slug]
    known = vocabulary.words("providers", latest())
    context: dict[str, Any] = {
        "now": now,
        "providers": sorted(known),
        "chosen": providers,
        "spans": [(days, state.address(now, days=str(days))) for days in (1, USUAL_DAYS, MOST_DAYS)],
    }
    try:
        until, days = _span(now, today)
        if unknown := [slug for slug in providers if slug not in known]:
            meant = nearest(unknown[0], known)
            raise ValueError(
                _("No provider is called %(slug)s.") % {"slug": unknown[0]}
                + (" " + _("Did you mean %(meant)s?") % {"meant": meant} if meant else "")
            )
    except ValueError as error:
        return page(request, "changes", {**context, "problem": str(error)}, 400)
    span = changes_by_day(until, days, providers)
    context |= {
        "days": [
            {
                "day": day.day,
                "prices": [_line(change) for change in day.prices[:SHOWN]],
                "others": [_line(change) for change in day.others[:SHOWN]],
                "new": day.new[:SHOWN],
                "delisted": day.delisted[:SHOWN],
                "counts": {name: len(getattr(day, name)) for name in ("prices", "others", "new", "delisted")},
            }
            for day in span.days
            if not day.is_empty
        ],
        "first": until - timedelta(days=days - 1),
        "until": until,
        "days_asked": days,
        "is_cut": span.is_cut,
        "most": MOST_CHANGES,
        "older": state.address(now, until=_day(until - timedelta(days=days))),
        "newer": state.address(now, until=min(today, until + timedelta(days=days)).isoformat())
        if until < today
        else "",
    }
    return page(request, "changes", context)


def _span(now: dict[str, str], today: date) -> tuple[date, int]:
    """The last day and the number of days. Raises ValueError with what is wrong."""
    if unknown := now.keys() - {"provider", "days", "until"}:
        raise ValueError(_("No such parameter: %(name)s.") % {"name": min(unknown)})
    text = now.get("days", str(USUAL_DAYS))
    if not (days := whole(text, MOST_DAYS)):
        raise ValueError(_("days: a whole number from 1 to %(most)s is expected.") % {"most": MOST_DAYS})
    try:
        until = date.fromisoformat(now["until"]) if "until" in now else today
    except ValueError as error:
        raise ValueError(_("until: a day such as 2026-01-31 is expected.")) from error
    if not date(2000, 1, 1) <= until <= today + timedelta(days=1):
        raise ValueError(_("until: a day from 2000-01-01 to today is expected."))
    return until, days


def _day(day: date) -> str:
    return day.isoformat()


def _line(change: Change) -> dict[str, Any]:
    return {
        "offering": change.offering,
        "label": display.label(change.name),
        "old": "" if change.old is None else display.text(change.name, change.old),
        "new": "" if change.new is None else display.text(change.name, change.new),
        "size": display.movement(change.factor),
        "is_up": change.factor is not None and change.factor > 1,
        "source": change.source,
        "revision": change.revision,
    }

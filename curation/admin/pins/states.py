"""The states of pins in the list: a filter, links with counts, and badges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RadioFilter

from curation.apply import pin_drift
from curation.apply.pin_drift import State

TITLES: Final = {
    State.CONTRADICTED: _("contradicted by an official source"),
    State.MOVED: _("source changed further"),
    State.AGREES: _("source agrees now"),
    State.REVIEW: _("due for review"),
    State.EXPIRING: _("expires within 14 days"),
    State.EXPIRED: _("expired"),
    State.HOLDING: _("in force, no news"),
    State.RELEASED: _("released"),
}
"""The titles of the states, the most urgent first."""
BRIEF: Final = {
    State.CONTRADICTED: _("contradicted"),
    State.MOVED: _("source changed"),
    State.AGREES: _("source agrees"),
    State.REVIEW: _("review due"),
    State.EXPIRING: _("ends soon"),
    State.EXPIRED: _("expired"),
    State.HOLDING: _("in force"),
    State.RELEASED: _("released"),
}
COLOURS: Final = {
    State.CONTRADICTED: "danger",
    State.MOVED: "warning",
    State.AGREES: "success",
    State.REVIEW: "warning",
    State.EXPIRING: "warning",
    State.EXPIRED: "danger",
    State.HOLDING: "info",
    State.RELEASED: "",
}
IN_FORCE: Final = "in-force"


class PinState(RadioFilter):
    """Pins in force by default."""

    title, parameter_name = _("state"), "state"
    all_option = ["all", _("All")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(IN_FORCE, _("in force")), *((state.value, title) for state, title in TITLES.items())]

    def value(self) -> str:
        return super().value() or IN_FORCE

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now, wanted = timezone.now(), self.value()
        if wanted == IN_FORCE:
            return queryset.filter(pin_drift.in_force(now))
        matching = [state for state in State if state.value == wanted]
        return queryset.filter(pin_drift.condition(matching[0], now)) if matching else queryset


@dataclass(frozen=True, slots=True)
class Chip:
    """A link to the pins of one state."""

    label: Any
    count: int
    url: str
    is_current: bool


def chips(request: HttpRequest) -> list[Chip]:
    """Links to the states with their counts; other filters are kept. One query."""
    now, current = timezone.now(), request.GET.get("state") or IN_FORCE
    counted, held = pin_drift.counts_and_total(now)
    return [
        Chip(_("in force"), held, _url(request, IN_FORCE), current == IN_FORCE),
        *(
            Chip(title, counted[state], _url(request, state.value), current == state)
            for state, title in TITLES.items()
            if counted[state] or current == state
        ),
    ]


def _url(request: HttpRequest, state: str) -> str:
    """The same list in another state, from its first page."""
    query = request.GET.copy()
    query["state"] = state
    query.pop("p", None)
    return f"?{query.urlencode()}"


def badges(states: Iterable[State]) -> list[dict[str, Any]]:
    """Labels and colours of the states of one pin."""
    return [{"text": BRIEF[state], "title": TITLES[state], "type": COLOURS[state]} for state in states]

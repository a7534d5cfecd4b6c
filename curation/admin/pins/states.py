"""The states of pins as the list shows them: a filter, links with counts above the list, and a badge for each."""

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
    State.MOVED: _("source moved further"),
    State.AGREES: _("source agrees now"),
    State.REVIEW: _("due for another look"),
    State.EXPIRING: _("expires within 14 days"),
    State.EXPIRED: _("expired"),
    State.HOLDING: _("holding, nothing new"),
    State.RELEASED: _("released"),
}
"""What the states are called, in the order in which they ask for somebody."""
BRIEF: Final = {
    State.CONTRADICTED: _("contradicted"),
    State.MOVED: _("source moved"),
    State.AGREES: _("source agrees"),
    State.REVIEW: _("look again"),
    State.EXPIRING: _("ends soon"),
    State.EXPIRED: _("expired"),
    State.HOLDING: _("holding"),
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
    """Pins in force unless something else is asked for."""

    title, parameter_name = _("state"), "state"
    all_option = ["all", _("All")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(IN_FORCE, _("in force")), *((state.value, title) for state, title in TITLES.items())]

    def value(self) -> str:
        return super().value() or IN_FORCE

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now, asked = timezone.now(), self.value()
        if asked == IN_FORCE:
            return queryset.filter(pin_drift.in_force(now))
        known = [state for state in State if state.value == asked]
        return queryset.filter(pin_drift.condition(known[0], now)) if known else queryset


@dataclass(frozen=True, slots=True)
class Chip:
    """A link to the pins of one state."""

    label: Any
    count: int
    url: str
    is_current: bool


def chips(request: HttpRequest) -> list[Chip]:
    """Links to the states with their counts, whatever else is filtered for left as it is. One query."""
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
    """The same list in another state. Its page does not travel along: there may be no such page."""
    query = request.GET.copy()
    query["state"] = state
    query.pop("p", None)
    return f"?{query.urlencode()}"


def badges(states: Iterable[State]) -> list[dict[str, Any]]:
    """Words and colours for the states of one pin."""
    return [{"text": BRIEF[state], "title": TITLES[state], "type": COLOURS[state]} for state in states]

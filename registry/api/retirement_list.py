"""Which retirements a request asks for, of the API and of the pages: a state, days ahead, the filters of offerings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from rest_framework.request import Request

from registry import json_schema as schema
from registry.api import filtering, openapi, pagination
from registry.api.filtering import FilteredRows
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue import ending, queries
from registry.catalogue.ending import Ending
from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.catalogue.queries import Stamp
from registry.domain.lifecycle import AHEAD_DAYS
from registry.domain.words import nearest
from registry.reports.retirements import ORDER

LONGEST_AHEAD: Final = 3650
PARAMETERS: Final = ("state", "within")
_FILTERS: Final[Mapping[str, Any]] = OfferingFilterSet.base_filters
DESCRIBED: Final = (
    openapi.parameter("state", schema.text(enum=list(Ending), default=Ending.UPCOMING.value), "Which of them."),
    openapi.parameter(
        "within",
        schema.whole(minimum=1, maximum=LONGEST_AHEAD),
        f"How many days ahead, of upcoming ones: {AHEAD_DAYS[0]} unless a filter names days of retirement.",
    ),
    *(openapi.parameter(word, filter_.schema, filter_.label) for word, filter_ in _FILTERS.items()),
    *pagination.PARAMETERS,
)


@dataclass(frozen=True, slots=True)
class ChosenRetirements:
    """The offerings that a request asks for, sorted, and how it asks."""

    state: Ending
    within: int | None
    """Days ahead; None where they are not limited so."""
    narrowed: FilteredRows


def chosen(
    request: Request, today: date, newest: Stamp | None, *, usual_days: int | None = AHEAD_DAYS[0]
) -> ChosenRetirements:
    """What a request asks for; `usual_days` is how far ahead where it does not say so. Raises BadParameters."""
    query = request.query_params
    state = _state(query.get("state"))
    within = _days(query.get("within"), state)
    if within is None and state is Ending.UPCOMING and not any(name.startswith("retires_on") for name in query):
        within = usual_days
    rows = queries.offerings(today).filter(ending.CONDITIONS[state](today)).order_by(*ORDER[state])
    if within is not None:
        rows = rows.filter(retires_on__lte=today + timedelta(days=within))
    narrowed = filtering.narrow(request, rows, OfferingFilterSet, newest=newest, others=PARAMETERS)
    return ChosenRetirements(state, within, narrowed)


def _state(text: str | None) -> Ending:
    if text is None:
        return Ending.UPCOMING
    if text not in list(Ending):
        listed = ", ".join(Ending)
        raise BadParameters(
            [ParameterError("state", f"{text[:100]!r} is none of {listed}", nearest(text, list(Ending)))]
        )
    return Ending(text)


def _days(text: str | None, state: Ending) -> int | None:
    if text is None:
        return None
    if state is not Ending.UPCOMING:
        raise BadParameters([ParameterError("within", f"looks ahead; leave it out where state is {state.value}")])
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= LONGEST_AHEAD):
        raise BadParameters([ParameterError("within", f"a number of days from 1 to {LONGEST_AHEAD} expected")])
    return int(text)

"""`/compare`: two to six models or offerings side by side, a row for each field that one of them states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry import display
from registry.catalogue import cache
from registry.catalogue.cache import Catalogue, Entry
from registry.catalogue.explanation import ExplainedValue, explain
from registry.domain import fields
from registry.domain.columns import usd_price
from registry.domain.lifecycle import Stage, lifecycle
from registry.identity.platforms import HOME_PROVIDERS
from registry.web.gate import for_visitors, page
from registry.web.listing import state
from registry.web.query_state import canonical, parameters

FEWEST, MOST = 2, 6
ONLY_DIFFERENCES: Final = "differences"
_LEFT_OUT: Final = frozenset({"name", "model", "description"})


@dataclass(frozen=True, slots=True)
class Column:
    """One that is compared: the id that was asked for and the offering that stands for it."""

    asked: str
    entry: Entry
    url_without: str

    @property
    def name(self) -> str:
        return str(self.entry.facts.get("name") or self.entry.key)


@dataclass(frozen=True, slots=True)
class Row:
    """A field of all columns. None in a cell: nobody states it there."""

    name: str
    label: str
    cells: Sequence[ExplainedValue | None]

    @property
    def differs(self) -> bool:
        """Whether two stated values differ; what is unknown differs from nothing."""
        return len({cell.text for cell in self.cells if cell}) > 1


@require_safe
@for_visitors
def compare(request: HttpRequest) -> HttpResponse:
    """Ids of offerings or models; for a model stands its author's offering, else the cheapest."""
    if redirect := canonical(request):
        return redirect
    now = parameters(request)
    asked = list(dict.fromkeys(id.strip() for id in now.get("id", "").split(",") if id.strip()))
    catalogue, today = cache.current(), timezone.now().date()
    entries = {id: _entry(catalogue, id, today) for id in asked[:MOST]}
    unresolved = [id for id, entry in entries.items() if entry is None]
    columns = [
        Column(id, entry, state.address({**now, "id": ",".join(other for other in asked if other != id)}))
        for id, entry in entries.items()
        if entry is not None
    ]
    rows = _rows(columns)
    only = now.get("show") == ONLY_DIFFERENCES
    context: dict[str, Any] = {
        "now": now,
        "asked": asked,
        "unresolved": unresolved,
        "left_out": asked[MOST:],
        "most": MOST,
        "columns": columns,
        "groups": _grouped([row for row in rows if row.differs or not only]),
        "only": only,
        "toggle": state.address(now, show=None if only else ONLY_DIFFERENCES),
        "cost_url": f"{reverse('calculator')}?{urlencode({'id': ','.join(column.entry.key for column in columns)})}",
        "suggestions": _suggestions(catalogue, unresolved),
    }
    return page(request, "compare", context)


def _entry(catalogue: Catalogue, id: str, today: date) -> Entry | None:
    """The offering of an id. An id of a model stands for the offering of its author, else for its cheapest one."""
    exact = catalogue.entries.get(id)
    if exact:
        return exact
    key = next((key for key, slug in catalogue.models.items() if slug == id), None)
    if key is None:
        result = catalogue.lookup(id, suggest=False)
        return catalogue.entries.get(result.offering or "") or (
            _entry(catalogue, result.model, today) if result.model and result.model != id else None
        )
    offerings = [catalogue.entries[offering] for offering in catalogue.finder.offerings_of(key)]
    return min(offerings, key=lambda entry: _preference(entry, id, today), default=None)


def _preference(entry: Entry, model: str, today: date) -> tuple[Any, ...]:
    own = HOME_PROVIDERS.get(model.partition("/")[0], ())
    price = usd_price(entry.facts, "price.input", today)
    is_over = not entry.is_listed or lifecycle(entry.facts, today).stage is Stage.RETIRED
    return is_over, entry.provider not in own, price is None, price or Decimal(0), entry.key


def _rows(columns: Sequence[Column]) -> list[Row]:
    values: list[Mapping[str, ExplainedValue]] = [
        {value.name: value for value in explain(column.entry.facts, column.entry.provenance)} for column in columns
    ]
    names = sorted({name for each in values for name in each} - _LEFT_OUT, key=_position)
    return [
        Row(name, next(each[name].label for each in values if name in each), [each.get(name) for each in values])
        for name in names
    ]


def _position(name: str) -> tuple[Any, ...]:
    """By group as everywhere; among prices the ordinary ones first."""
    group, *rest = display.position(name)
    return group, "[" in name, *rest


def _grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(display.GROUPS[fields.field(row.name).group]), []).append(row)
    return groups


def _suggestions(catalogue: Catalogue, unresolved: Sequence[str]) -> list[str]:
    """What ids may have meant, in words."""
    return [
        _suggestion(id, [str(candidate["id"]) for candidate in catalogue.lookup(id).candidates[:3]])
        for id in unresolved
    ]


def _suggestion(id: str, nearest: Sequence[str]) -> str:
    if not nearest:
        return _("%(id)s: no offering or model has this id.") % {"id": id}
    words = _("%(id)s: no offering or model has this id. Similar: %(nearest)s")
    return words % {"id": id, "nearest": ", ".join(nearest)}

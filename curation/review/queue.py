"""The review queue as a list: its filters, the same in the admin and in the API, and its groups with counts.

A filter is a name and a text, as in a query string. An unknown name is ignored; an unknown value matches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.core.parts import Part
from curation.core.price_lists import TOKEN_PRICES
from curation.models import Change
from registry import display
from registry.domain import fields, rates
from registry.models import Offering

Changes = QuerySet[Change]

WAITING: Final = "proposed"
POSTPONED: Final = "postponed"
STATES: Final = (
    (WAITING, gettext_lazy("waiting")),
    (POSTPONED, gettext_lazy("postponed")),
    (Change.State.APPLIED.value, gettext_lazy("applied")),
    (Change.State.REJECTED.value, gettext_lazy("rejected")),
    (Change.State.SUPERSEDED.value, gettext_lazy("superseded")),
)
MOST_GROUPS: Final = 12
_NAMED: Final = 2
"""How many values of a change the label of a group shows."""


def in_state(changes: Changes, state: str, at: datetime | None = None) -> Changes:
    """Changes of one state; postponed is a state of its own."""
    at = at or timezone.now()
    if state == WAITING:
        return changes.filter(state=Change.State.PROPOSED).exclude(postponed_until__gt=at)
    if state == POSTPONED:
        return changes.filter(state=Change.State.PROPOSED, postponed_until__gt=at)
    return changes.filter(state=state)


def in_group(changes: QuerySet[Any], group: str, *, column: str = "field") -> QuerySet[Any]:
    """Rows about fields of one group (`fields.Group`). `column` names the field, or the unit of fields."""
    match group:
        case fields.Group.PRICE:
            return changes.filter(Q(**{f"{column}__startswith": rates.PREFIX}) | Q(**{column: TOKEN_PRICES}))
        case fields.Group.BENCHMARK:
            return changes.filter(**{f"{column}__startswith": fields.BENCHMARK_PREFIX})
    names = [name for name, declared in fields.FIELDS.items() if declared.group == group]
    return changes.filter(**{f"{column}__in": names})


def label(unit: str) -> str:
    """Display name of a unit. Raises ValueError for an unknown unit."""
    return _("Token prices") if unit == TOKEN_PRICES else display.label(unit)


def _of_run(changes: Changes, number: str) -> Changes:
    try:
        return changes.filter(batch=UUID(number))
    except ValueError:
        return changes.none()


def _of_model(changes: Changes, key: str) -> Changes:
    return changes.filter(offering_key__in=Offering.objects.filter(model_id=key).values("key"))


def _same(changes: Changes, same: str) -> Changes:
    name, _colon, mark = same.rpartition(":")
    return changes.filter(unit=name, fingerprint=mark)


def _about(changes: Changes, name: str) -> Changes:
    return changes.filter(Q(unit=name) | Q(field_names__contains=f"|{name}|"))


FILTERS: Final[Mapping[str, Callable[[Changes, str], Changes]]] = {
    "source": lambda changes, word: changes.filter(source=word),
    "provider": lambda changes, word: changes.filter(provider_slug=word),
    "field": _about,
    "group": lambda changes, word: in_group(changes, word, column="unit"),
    "kind": lambda changes, word: changes.filter(kind=word),
    "policy": lambda changes, word: changes.filter(policy=word),
    "model": _of_model,
    "run": _of_run,
    "same": _same,
}
"""By name, besides `state`."""


def filtered(changes: Changes, query: Mapping[str, str]) -> Changes:
    """Changes that match all filters of a query. `state` defaults to "proposed"; "all" is any."""
    state = query.get("state", WAITING)
    if state != "all":
        changes = in_state(changes, state)
    for name, narrow in FILTERS.items():
        if word := query.get(name):
            changes = narrow(changes, word)
    return changes


# -- groups ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group the list."""

    title: Any
    columns: tuple[str, ...]
    filter: str
    """The filter that selects one of its groups."""


GROUPINGS: Final[Mapping[str, Grouping]] = {
    "same": Grouping(gettext_lazy("same change everywhere"), ("unit", "fingerprint"), "same"),
    "provider": Grouping(gettext_lazy("provider"), ("provider_slug",), "provider"),
    "model": Grouping(gettext_lazy("model"), ("model",), "model"),
    "field": Grouping(gettext_lazy("field"), ("unit",), "field"),
    "source": Grouping(gettext_lazy("source"), ("source",), "source"),
    "policy": Grouping(gettext_lazy("held by"), ("policy",), "policy"),
    "run": Grouping(gettext_lazy("run"), ("batch",), "run"),
}


@dataclass(frozen=True, slots=True)
class Facet:
    """One group: its filter value, its label, and how many changes it has."""

    value: str
    label: str
    count: int


def facets(changes: Changes, by: str) -> list[Facet]:
    """The largest groups of a list, the largest first. One query; a second one for `same`."""
    grouping = GROUPINGS[by]
    if by == "model":
        model = Offering.objects.filter(key=OuterRef("offering_key")).values("model_id")[:1]
        changes = changes.annotate(model=Subquery(model)).filter(model__isnull=False)
    rows = (
        changes.order_by()
        .values(*grouping.columns)
        .annotate(count=Count("pk"), one=Min("pk"), first=Min("first_seen_at"))
        .order_by("-count", *(F(column).asc() for column in grouping.columns))
    )
    if by == "same":
        rows = rows.filter(count__gt=1)
    groups = list(rows[:MOST_GROUPS])
    examples = Change.objects.in_bulk([row["one"] for row in groups]) if by == "same" else {}
    return [_facet(by, row, examples) for row in groups]


def _facet(by: str, row: Mapping[str, Any], examples: Mapping[int, Change]) -> Facet:
    if by == "same":
        return Facet(f"{row['unit']}:{row['fingerprint']}", _in_words(examples[row["one"]]), row["count"])
    value = str(row[GROUPINGS[by].columns[0]] or "")
    text = label(value) if by == "field" else value
    if by == "run":
        text = f"{row['first']:%Y-%m-%d %H:%M}"
    return Facet(value, text or _("nobody any more"), row["count"])


def _in_words(change: Change) -> str:
    parts = change.parts_shown
    if len(parts) == 1:
        return f"{display.label(parts[0].field)}: {_move_in_words(parts[0])}"
    moves = ", ".join(f"{display.label(part.field)} {_move_in_words(part)}" for part in parts[:_NAMED])
    return f"{label(change.unit)}: {moves}{', …' if len(parts) > _NAMED else ''}"


def _move_in_words(part: Part) -> str:
    old, new = (_("nothing") if data is None else display.text(part.field, data)[:60] for data in (part.old, part.new))
    return f"{old} → {new}"


# -- blast radius ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Radius:
    """Blast radius of a change: how many other changes are like it."""

    same: int
    """Waiting changes of the same unit by the same source, between the same values, itself included."""
    similar: int
    """Waiting changes of the same source that the same policy holds, itself included."""


def radii(changes: Collection[Change], at: datetime | None = None) -> dict[int, Radius]:
    """The blast radius of each of these changes. One aggregated query, however many."""
    if not changes:
        return {}
    waiting = in_state(Change.objects.all(), WAITING, at).order_by()
    same = _counted(waiting.filter(fingerprint__in={c.fingerprint for c in changes}), "same", "unit", "fingerprint")
    similar = _counted(waiting.filter(source__in={c.source for c in changes}), "similar", "source", "policy")
    counts = {tuple(row[:3]): row[3] for row in same.union(similar, all=True)}
    return {
        change.pk: Radius(
            counts.get(("same", change.unit, change.fingerprint), 0),
            counts.get(("similar", change.source, change.policy), 0),
        )
        for change in changes
    }


def _counted(changes: Changes, kind: str, first: str, second: str) -> QuerySet[Change, Any]:
    rows = changes.annotate(radius=Value(kind), first=F(first), second=F(second)).values("radius", "first", "second")
    return rows.annotate(count=Count("pk")).values_list("radius", "first", "second", "count")

"""The filters of the review queue, by `curation.review.queue`, as in the API.

Some have no input of their own: they are set by the links above the list, and preserved by the filter form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter

from curation.admin import filters
from curation.admin.reports.filters import WaitingSince
from curation.core.diff import Kind
from curation.models import Source
from curation.review import queue


def sources_of(request: HttpRequest) -> dict[str, Source]:
    """All sources, loaded once per page."""
    if not hasattr(request, "_sources"):
        request._sources = {row.slug: row for row in Source.objects.all()}  # type: ignore[attr-defined]
    sources: dict[str, Source] = request._sources  # type: ignore[attr-defined]
    return sources


class State(RadioFilter):
    """The state of a change; pending by default."""

    title, parameter_name = _("state"), "state"
    all_option = ["all", _("All")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return queue.STATES

    def value(self) -> str:
        return super().value() or queue.WAITING

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() == "all" else queue.in_state(queryset, self.value(), timezone.now())


class Narrowing:
    """Filters by the function of `curation.review.queue` for that parameter."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen: Any = self
        return queue.FILTERS[chosen.parameter_name](queryset, chosen.value()) if chosen.value() else queryset


class FromSource(Narrowing, DropdownFilter):
    title, parameter_name = _("source"), "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(slug, slug) for slug in sources_of(request)]


class OfKind(Narrowing, DropdownFilter):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(kind.value, _(kind.value)) for kind in Kind]


class OfGroup(Narrowing, filters.FieldGroup):
    """Changes whose unit is of a group of fields."""


class LinkFilter(SimpleListFilter):
    """Set by a link; has no input, and is preserved when the other filters are applied."""

    template = "curation/admin/queue/link_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return ()

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        yield {"name": self.parameter_name, "value": self.value() or ""}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


def _link_filter(name: str, called: Any, *bases: type) -> type[LinkFilter]:
    return type(f"LinkFilter{name.title()}", (*bases, LinkFilter), {"title": called, "parameter_name": name})


_NARROWING: Final = {
    "policy": _("held by"),
    "provider": _("provider"),
    "field": _("field"),
    "model": _("model"),
    "run": _("run"),
    "same": _("same change"),
}
LIST_FILTERS: Final[tuple[Any, ...]] = (
    State,
    FromSource,
    OfGroup,
    OfKind,
    WaitingSince,
    *(_link_filter(name, called, Narrowing) for name, called in _NARROWING.items()),
    _link_filter("by", _("groups")),
    _link_filter("view", _("view")),
)

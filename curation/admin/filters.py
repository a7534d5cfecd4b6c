"""Filters of the lists. Those with fixed choices need no query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, MultipleDropdownFilter, RadioFilter

from curation.models import Match, Source
from curation.review.queue import in_group
from registry import display
from registry.catalogue import duplicates
from registry.domain import fields
from registry.models import Model


class YesNo(RadioFilter):
    """Whether `condition` holds for a row."""

    condition: ClassVar[Q]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "yes":
                return queryset.filter(self.condition)
            case "no":
                return queryset.exclude(self.condition)
        return queryset


class HasPins(YesNo):
    title, parameter_name = _("pins"), "pins"
    condition = Q(pinned_fields__gt=0)


class HasConflicts(YesNo):
    title, parameter_name = _("conflicts"), "conflicts"
    condition = Q(disputed_fields__gt=0)


class IsMissing(YesNo):
    title, parameter_name = _("delisted"), "missing"
    condition = Q(missing_since__isnull=False)


class IsNotSeen(YesNo):
    title, parameter_name = _("not seen lately"), "not_seen"
    condition = Q(not_seen_since__isnull=False)


class Author(DropdownFilter):
    title, parameter_name = _("author"), "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        authors = Model.objects.order_by("author").values_list("author", flat=True).distinct()
        return [(author, author) for author in authors]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(model__author=self.value()) if self.value() else queryset


class AuthorOfModel(Author):
    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(author=self.value()) if self.value() else queryset


class SourceSlug(DropdownFilter):
    """For rows that name their source by its slug."""

    title, parameter_name = _("source"), "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(slug, slug) for slug in Source.objects.values_list("slug", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(source=self.value()) if self.value() else queryset


class MainSource(SourceSlug):
    """For offerings, whose main source may also be a curator's pin."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [*super().lookups(request, model_admin), ("pin", _("pin"))]


class Capability(MultipleDropdownFilter):
    """Offerings that have all of the chosen capabilities."""

    title, parameter_name = _("capabilities"), "can"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(capability.name, _(capability.label)) for capability in fields.CAPABILITIES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        names = {capability.name for capability in fields.CAPABILITIES}
        wanted = [name for name in self.value() or () if name in names]
        return queryset.filter(**dict.fromkeys(wanted, True))


class OpenUnlessAsked(RadioFilter):
    """By state; open rows by default."""

    title, parameter_name = _("state"), "state"
    all_option = ["all", _("All")]
    states: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        choices: list[tuple[str, Any]] = self.states.choices
        return choices

    def value(self) -> str:
        return super().value() or str(self.states.OPEN.value)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


class MatchState(OpenUnlessAsked):
    states = Match.State


class IsDuplicate(RadioFilter):
    """Offerings of which the same provider has another in a different spelling."""

    title, parameter_name = _("duplicates"), "duplicates"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "yes":
            return queryset
        return queryset.filter(key__in=[key for group in duplicates.find().groups for key in group])


class FieldGroup(DropdownFilter):
    """Rows about one field, by the group of the field."""

    title, parameter_name = _("field group"), "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(group.value, title) for group, title in display.GROUPS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        group = self.value()
        return in_group(queryset, group) if group else queryset

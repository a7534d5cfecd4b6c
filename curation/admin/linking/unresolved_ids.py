"""Unresolved ids: ids that were requested and that no published offering or model has.

A curator resolves an id to an offering (`curation.statements.aliases`) or ignores it
(`registry.reference.unresolved_ids.ignore`), and can undo both on the same page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RadioFilter
from unfold.decorators import display as column

from curation.admin.base import actor, badge, cell, list_url, offering_url, page
from curation.admin.export import ExportableAdmin
from curation.admin.linking.alias_form import MeaningForm, suggestions
from curation.models import StatedAlias
from curation.review import decisions
from curation.statements import aliases
from registry.catalogue import cache
from registry.models import UnknownId
from registry.reference import unresolved_ids


class OnTheList(RadioFilter):
    """Open ids by default; ignored ones are another choice."""

    title, parameter_name = gettext_lazy("state"), "state"
    all_option = ["all", gettext_lazy("All")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("open", gettext_lazy("on the list")), ("ignored", gettext_lazy("ignored"))]

    def value(self) -> str:
        return super().value() or "open"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() == "all" else queryset.filter(ignored_at__isnull=self.value() != "ignored")


@admin.register(UnknownId)
class UnknownIdAdmin(ExportableAdmin):
    list_display = ("text", "times", "status", "origin", "first_seen_at", "last_seen_at", "resolve")
    list_filter = (OnTheList, ("origin", ChoicesDropdownFilter))
    search_fields = ("text",)
    ordering = ("-times", "text")
    readonly_fields = ("status", "suggestions", "resolve")
    fields = (
        "text", "times", "status", "suggestions", "resolve", "origin", "first_seen_at", "last_seen_at", "ignored_at",
        "ignored_by", "ignored_reason",
    )  # fmt: skip

    def prepare(self, rows: list[UnknownId]) -> None:
        """Looks the ids up now; the catalogue is in memory, so this needs no query."""
        current = cache.current()
        for row in rows:
            row.answer = current.lookup(row.text)  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(self.decide_view)
        return [path("<int:pk>/decide/", decide, name="registry_unknownid_decide"), *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_display if _may_decide(request) else self.list_display[:-1]

    # -- deciding --------------------------------------------------------------------------------

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Resolves or ignores an id, or undoes that: the form (GET) and the action (POST)."""
        if not _may_decide(request):
            raise PermissionDenied
        row = get_object_or_404(UnknownId, pk=pk)
        form = MeaningForm(self.admin_site, row.text, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                messages.success(request, self._do(request, row, form))
            except decisions.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(list_url("registry_unknownid"))
        return page(
            self,
            request,
            "curation/admin/linking/unresolved_id.html",
            _("Resolve an id"),
            status=400 if form.errors else 200,
            row=row,
            answer=cache.current().lookup(row.text),
            suggestions=[(key, offering_url(key)) for key in suggestions(row.text)],
            aliases=StatedAlias.objects.filter(name__iexact=row.text).select_related("author"),
            form=form,
            media=self.media + form.media,
        )

    def _do(self, request: HttpRequest, row: UnknownId, form: MeaningForm) -> str:
        """Does the chosen action and returns its message. Raises `review.Refused`."""
        who, reason, now = actor(request), form.cleaned_data["reason"], timezone.now()
        names = {"id": row.text, "offering": form.meant}
        match form.verdict:
            case "ignore":
                unresolved_ids.ignore(row.text, by=who.get_username(), reason=reason, at=now)
                return _("“%(id)s” is off the list.") % names
            case "put_back":
                unresolved_ids.put_back(row.text)
                return _("“%(id)s” is back on the list.") % names
            case "withdraw":
                for statement in StatedAlias.objects.filter(name__iexact=row.text, withdrawn_at__isnull=True):
                    aliases.withdraw(statement, actor=who, reason=reason, at=now)
                return _("“%(id)s” is no longer an alias.") % names
        aliases.state(name=row.text, offering=form.meant, actor=who, reason=reason, at=now)
        return _("“%(id)s” now resolves to %(offering)s.") % names

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("status"))
    def status(self, row: UnknownId) -> str:
        answer = row.answer  # type: ignore[attr-defined]
        if answer.found:
            return badge(_("resolves to %s") % (answer.offering or answer.model), "success")
        if row.ignored_at:
            return badge(_("ignored"), "")
        return badge(_("ambiguous"), "warning") if answer.matched_by == "ambiguous" else badge(_("unknown"), "")

    @column(description=gettext_lazy("suggestions"))
    def suggestions(self, row: UnknownId) -> str:
        candidates = row.answer.candidates  # type: ignore[attr-defined]
        return cell(
            "curation/admin/linking/cells/suggestions",
            candidates=[(candidate["id"], _url(candidate)) for candidate in candidates],
        )

    @column(description=gettext_lazy("action"))
    def resolve(self, row: UnknownId) -> str:
        return cell(
            "curation/admin/cells/link",
            url=reverse("admin:registry_unknownid_decide", args=[row.pk]),
            text=_("Resolve…"),
        )


def _may_decide(request: HttpRequest) -> bool:
    return request.user.has_perm("curation.pin_field")


def _url(candidate: dict[str, str]) -> str:
    if candidate["kind"] == "offering":
        return offering_url(candidate["id"])
    return list_url("registry_model", q=candidate["id"])

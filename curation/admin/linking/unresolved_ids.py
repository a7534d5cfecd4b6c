"""Ids that people asked for and that nothing published answers to, with what to do about each beside it.

A curator says which offering an id means (`curation.statements.aliases`), takes it off the list
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
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RadioFilter
from unfold.decorators import display as column

from curation.admin.base import actor, badge, cell, list_url, offering_url
from curation.admin.export import ExportableAdmin
from curation.admin.linking.alias_form import MeaningForm, perhaps
from curation.models import StatedAlias
from curation.review import decisions
from curation.statements import aliases
from registry.catalogue import cache
from registry.models import UnknownId
from registry.reference import unresolved_ids


class OnTheList(RadioFilter):
    """Those that wait unless something else is asked for; what is ignored is one click away."""

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
    list_display = ("text", "times", "standing", "origin", "first_seen_at", "last_seen_at", "act")
    list_filter = (OnTheList, ("origin", ChoicesDropdownFilter))
    search_fields = ("text",)
    ordering = ("-times", "text")
    readonly_fields = ("standing", "suggestions", "act")
    fields = (
        "text", "times", "standing", "suggestions", "act", "origin", "first_seen_at", "last_seen_at", "ignored_at",
        "ignored_by", "ignored_reason",
    )  # fmt: skip

    def prepare(self, rows: list[UnknownId]) -> None:
        """What looking them up finds now; the catalogue is in memory, so no cell asks the database."""
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
        """What an id means, or that it is nothing for us (GET asks, POST does), and the way back from either."""
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
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What does it mean?"),
            "row": row,
            "answer": cache.current().lookup(row.text),
            "perhaps": [(key, offering_url(key)) for key in perhaps(row.text)],
            "stated": StatedAlias.objects.filter(name__iexact=row.text).select_related("author"),
            "form": form,
            "media": self.media + form.media,
        }
        status = 400 if form.errors else 200
        return TemplateResponse(request, "curation/admin/linking/unresolved_id.html", context, status=status)

    def _do(self, request: HttpRequest, row: UnknownId, form: MeaningForm) -> str:
        """Does what was asked and says so. Raises `review.Refused`."""
        who, reason, now = actor(request), form.cleaned_data["reason"], timezone.now()
        said = {"id": row.text, "offering": form.meant}
        match form.verdict:
            case "ignore":
                unresolved_ids.ignore(row.text, by=who.get_username(), reason=reason, at=now)
                return _("“%(id)s” is off the list.") % said
            case "put_back":
                unresolved_ids.put_back(row.text)
                return _("“%(id)s” is back on the list.") % said
            case "withdraw":
                for statement in StatedAlias.objects.filter(name__iexact=row.text, withdrawn_at__isnull=True):
                    aliases.withdraw(statement, actor=who, reason=reason, at=now)
                return _("“%(id)s” is no alias any more.") % said
        aliases.state(name=row.text, offering=form.meant, actor=who, reason=reason, at=now)
        return _("“%(id)s” means %(offering)s from now on.") % said

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("by now"))
    def standing(self, row: UnknownId) -> str:
        answer = row.answer  # type: ignore[attr-defined]
        if answer.found:
            return badge(_("known: %s") % (answer.offering or answer.model), "success")
        if row.ignored_at:
            return badge(_("ignored"), "")
        return badge(_("could be several"), "warning") if answer.matched_by == "ambiguous" else badge(_("unknown"), "")

    @column(description=gettext_lazy("perhaps"))
    def suggestions(self, row: UnknownId) -> str:
        candidates = row.answer.candidates  # type: ignore[attr-defined]
        return cell(
            "curation/admin/linking/cells/suggestions", candidates=[(one["id"], _url(one)) for one in candidates]
        )

    @column(description=gettext_lazy("do"))
    def act(self, row: UnknownId) -> str:
        return cell(
            "curation/admin/cells/link",
            url=reverse("admin:registry_unknownid_decide", args=[row.pk]),
            text=_("Say what it means…"),
        )


def _may_decide(request: HttpRequest) -> bool:
    return request.user.has_perm("curation.pin_field")


def _url(candidate: dict[str, str]) -> str:
    if candidate["kind"] == "offering":
        return offering_url(candidate["id"])
    return list_url("registry_model", q=candidate["id"])

"""Conflicts: which source states which value, and since when. A reviewer pins one side, or leaves the conflict."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import filters
from curation.admin.base import actor, badge, cell, chosen_ids, list_url, need, offering_url
from curation.admin.confirm import Confirmation, Reason, Table, inputs, two_lines
from curation.admin.conflicts.filters import Age, ConflictState, OfProvider
from curation.admin.export import ExportableAdmin
from curation.admin.reports import quality
from curation.models import Conflict, StoredClaim
from curation.review import conflicts, decisions
from registry import display
from registry.domain import fields
from registry.models import Offering

_COLOURS: Final = {Conflict.State.OPEN: "warning", Conflict.State.LEFT: "info", Conflict.State.SETTLED: "success"}
MOST_AT_ONCE: Final = 200


@admin.register(Conflict)
class ConflictAdmin(ExportableAdmin):
    list_display = ("what", "statements", "age", "state_badge", "looked_at_by")
    list_display_links = None
    list_per_page = 50
    list_filter = (ConflictState, Age, OfProvider, filters.FieldGroup)
    search_fields = ("offering_key", "field")
    ordering = ("first_seen_at", "offering_key", "field")
    actions = ("leave_selected",)
    readonly_fields = ("what", "statements", "age", "state_badge", "looked_at_by")
    fields = (*readonly_fields, "changed_at", "settled_at")

    def prepare(self, rows: list[Conflict]) -> None:
        """Loads the sides with the source type and the dates of their sources, in two queries per page."""
        keys = {row.offering_key for row in rows}
        published = {offering.key: offering for offering in Offering.objects.filter(key__in=keys).only("key", "facts")}
        stored = StoredClaim.objects.filter(offering_key__in=keys).select_related("source")
        claims = {(claim.offering_key, claim.source_id): claim for claim in stored}
        for row in rows:
            offering = published.get(row.offering_key)
            row.described_sides = [_side(row, side, offering, claims) for side in row.sides]  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view
        return [
            path("leave/", guarded(self.leave_view), name="curation_conflict_leave"),
            path("rules/", guarded(lambda request: quality.rules(self, request)), name="quality_rules"),
            path("findings/", guarded(lambda request: quality.findings(self, request)), name="quality_findings"),
            *super().get_urls(),
        ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.decide_change")

    # -- leaving ---------------------------------------------------------------------------------

    @action(description=gettext_lazy("Leave as it is…"), permissions=["decide"])
    def leave_selected(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> HttpResponse:
        return self._ask(request, queryset)

    def leave_view(self, request: HttpRequest) -> HttpResponse:
        """Leaves conflicts after the confirmation: POST `conflict=<id>` for each, and `reason`."""
        need(request, "curation.decide_change")
        chosen = chosen_ids(request, "conflict")
        try:
            done = conflicts.leave(chosen, actor=actor(request), reason=request.POST.get("reason", ""))
        except decisions.Refused as refusal:
            return self._ask(request, Conflict.objects.filter(pk__in=chosen), error=str(refusal))
        if not done:
            return self._ask(request, Conflict.objects.none())
        message = ngettext("%(count)s conflict left as it is.", "%(count)s conflicts left as they are.", len(done))
        messages.success(request, message % {"count": len(done)})
        return HttpResponseRedirect(list_url("curation_conflict"))

    def _ask(self, request: HttpRequest, chosen: QuerySet[Conflict], *, error: str = "") -> HttpResponse:
        rows = list(chosen.filter(state=Conflict.State.OPEN)[:MOST_AT_ONCE])
        self.prepare(rows)
        return Confirmation(
            title=_("Leave conflicts as they are"),
            button=_("Leave as they are"),
            count=len(rows),
            action=reverse("admin:curation_conflict_leave"),
            back=list_url("curation_conflict"),
            lines=[
                _("The published values stay. The conflicts are closed until one of the sides states another value.")
            ],
            nothing="" if rows else _("None of the chosen conflicts is open."),
            reason=Reason.REQUIRED,
            hidden=inputs("conflict", [row.pk for row in rows]),
            tables=[Table(columns=[_("Field"), _("Sources and values")], rows=list(map(_cells, rows)))],
        ).page(self, request, error=error)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("about"), ordering="offering_key")
    def what(self, row: Conflict) -> str:
        url = f"{offering_url(row.offering_key)}#field-{row.field}"
        return cell(
            "curation/admin/conflicts/cells/conflict", url=url, key=row.offering_key, label=display.label(row.field)
        )

    @column(description=gettext_lazy("sources and values"))
    def statements(self, row: Conflict) -> str:
        return cell("curation/admin/conflicts/cells/sides", sides=row.described_sides)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("since"), ordering="first_seen_at")
    def age(self, row: Conflict) -> str:
        days = ((row.settled_at or timezone.now()) - row.first_seen_at).days
        lasted = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
        return f"{row.first_seen_at:%Y-%m-%d} ({lasted})"

    @column(description=gettext_lazy("state"), ordering="state")
    def state_badge(self, row: Conflict) -> str:
        return badge(row.get_state_display(), _COLOURS[Conflict.State(row.state)])

    @column(description=gettext_lazy("looked at"))
    def looked_at_by(self, row: Conflict) -> str:
        if not row.looked_at:
            return ""
        return f"{row.looked_by}, {row.looked_at:%Y-%m-%d}: {row.reason}"


def _cells(row: Conflict) -> list[Any]:
    sides = cell("curation/admin/conflicts/cells/sides", sides=row.described_sides, plain=True)  # type: ignore[attr-defined]
    return [two_lines(row.offering_key, display.label(row.field)), sides]


def _side(
    row: Conflict, side: dict[str, Any], offering: Offering | None, claims: dict[tuple[str, str], StoredClaim]
) -> dict[str, Any]:
    """One side as text: its value, whether it is published, and its sources with their source type and dates."""
    declared = fields.field(row.field)
    data = offering.facts.get(row.field) if offering else None
    today = timezone.now().date()
    is_published = data is not None and fields.agrees(
        row.field, declared.decode(data), declared.decode(side["value"]), on=today
    )
    return {
        "text": display.text(row.field, side["value"]),
        "is_published": is_published,
        "sources": [_source(row, slug, offering, claims) for slug in side["sources"]],
    }


def _source(
    row: Conflict, slug: str, offering: Offering | None, claims: dict[tuple[str, str], StoredClaim]
) -> dict[str, Any]:
    claim = claims.get((row.offering_key, slug))
    pin = reverse("admin:registry_offering_pin", args=[offering.pk]) if offering else ""
    return {
        "slug": slug,
        "source_type": claim.source.facts().source_type_towards(row.provider_slug).value if claim else "",
        "since": claim.since.get(row.field, "") if claim else "",
        "confirmed": claim.confirmed_at if claim else None,
        "pin": f"{pin}?{urlencode({'field': row.field, 'from': slug})}" if pin else "",
    }

"""The review queue: each waiting change with all that is needed to decide it, in the row.

You approve what you saw. Every row carries the fingerprint of the values it shows; it travels with the form to
`curation.review`, which refuses what has moved since.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import FieldTextFilter
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import decide, filters, reconsider
from curation.admin.base import ReadOnlyAdmin, cell, offering_url
from curation.admin.weight import weigh
from curation.merge import DERIVING_SOURCE, PIN_SOURCE
from curation.models import Change, StoredClaim
from registry import display


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("what", "values", "claimed_by", "others", "seen", "decision")
    list_display_links = None
    list_per_page = 50
    list_filter = (
        filters.ChangeState,
        filters.SourceSlug,
        ("provider_slug", FieldTextFilter),
        filters.FieldGroup,
        filters.ChangeKind,
        filters.HeldBy,
    )
    search_fields = ("offering_key", "field", "policy")
    ordering = ("-first_seen_at", "offering_key", "field")
    actions = ("approve_selected", "reject_selected", "reconsider_selected")
    list_before_template = "curation/admin/review_help.html"  # type: ignore[assignment]
    fields = readonly_fields = (
        "what", "values", "kind", "claimed_by", "others", "state", "policy", "first_seen_at",
        "last_seen_at", "decided_by", "decided_at", "reason",
    )  # fmt: skip

    class Media:
        js = ("curation/review.js",)

    def prepare(self, rows: list[Change]) -> None:
        """What other sources say about the same fields, in one query for the page."""
        said: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        wanted = {(row.offering_key, row.field) for row in rows}
        claims = StoredClaim.objects.filter(offering_key__in={key for key, _ in wanted})
        for claim in claims.only("source_id", "offering_key", "values"):
            for name, value in claim.values.items():
                if (claim.offering_key, name) in wanted:
                    text = display.text(name, value)
                    said[claim.offering_key, name].append((claim.source_id, text))
        for row in rows:
            told = said[row.offering_key, row.field]
            row.said = [one for one in told if one[0] != row.source]  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("decide/", view(self.decide_view), name="curation_change_decide"),
            path("reconsider/", view(self.reconsider_view), name="curation_change_reconsider"),
            *super().get_urls(),
        ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.decide_change")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_display if self.has_decide_permission(request) else self.list_display[:-1]

    # -- deciding --------------------------------------------------------------------------------

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Takes the buttons of a row, and the answers of the page that asks."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        return decide.view(self, request)

    @action(description=_("Approve…"), permissions=["decide"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "approve")

    @action(description=_("Reject…"), permissions=["decide"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "reject")

    @action(description=_("Take back the rejection…"), permissions=["decide"])
    def reconsider_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return reconsider.ask(self, request, queryset)

    def reconsider_view(self, request: HttpRequest) -> HttpResponse:
        return reconsider.view(self, request)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=_("field"), ordering="offering_key")
    def what(self, change: Change) -> str:
        return cell(
            "curation/admin/cells/what",
            url=offering_url(change.offering_key),
            offering=change.offering_key,
            label=display.label(change.field),
            kind=_(change.kind),
        )

    @column(description=_("published → proposed"), ordering="factor")
    def values(self, change: Change) -> str:
        return cell("curation/admin/cells/values", shown=weigh(change))

    @column(description=_("source, held by"), ordering="source")
    def claimed_by(self, change: Change) -> str:
        is_row = change.source not in ("", PIN_SOURCE, DERIVING_SOURCE)
        return cell("curation/admin/cells/claimed_by", change=change, is_row=is_row)

    @column(description=_("other sources say"))
    def others(self, change: Change) -> str:
        return cell("curation/admin/cells/others", said=change.said)  # type: ignore[attr-defined]

    @column(description=_("first seen"), ordering="first_seen_at")
    def seen(self, change: Change) -> str:
        return cell("curation/admin/cells/seen", change=change)

    @column(description=_("decision"))
    def decision(self, change: Change) -> str:
        return cell("curation/admin/cells/decision", change=change)

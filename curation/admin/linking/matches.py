"""The unlinked offerings with their candidate models, the similarity of the names, and the evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import filters
from curation.admin.base import actor, badge, cell, chosen_ids, list_url, need, offering_url
from curation.admin.confirm import Confirmation, Reason, Table, inputs, two_lines
from curation.admin.export import ExportableAdmin
from curation.linking import matching
from curation.models import Match
from curation.review import decisions
from curation.review.stale_check import reason_for
from registry.models import Model

TITLES = {
    "accept": gettext_lazy("Accept matches"),
    "everywhere": gettext_lazy("Accept matches everywhere"),
    "refuse": gettext_lazy("Refuse matches"),
}
_EFFECTS = {
    "accept": gettext_lazy("The model of these offerings is pinned."),
    "everywhere": gettext_lazy(
        "The model of these offerings is pinned, and of all others with the same id that wait for the same candidate."
    ),
    "refuse": gettext_lazy("These candidates are not suggested again."),
}
_COLOURS = {Match.State.OPEN: "info", Match.State.ACCEPTED: "success", Match.State.REFUSED: "danger"}


@admin.register(Match)
class MatchAdmin(ExportableAdmin):
    list_display = ("offering", "candidate_link", "similarity", "evidence_text", "state_badge", "found_at")
    list_display_links = None
    list_per_page = 50
    list_filter = (filters.MatchState,)
    search_fields = ("offering_key", "candidate")
    ordering = ("-score", "offering_key")
    actions = ("accept_selected", "accept_everywhere_selected", "refuse_selected")
    readonly_fields = ("offering", "candidate_link", "similarity", "evidence_text", "state_badge")
    fields = (*readonly_fields, "found_at", "decided_by", "decided_at", "reason")

    def prepare(self, rows: list[Match]) -> None:
        """Loads the ids of the candidates as they are shown, in one query per page."""
        slugs = dict(Model.objects.filter(key__in={row.candidate for row in rows}).values_list("key", "slug"))
        for row in rows:
            row.slug = slugs.get(row.candidate, row.candidate)  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        decide = path("decide/", self.admin_site.admin_view(self.decide_view), name="curation_match_decide")
        return [decide, *super().get_urls()]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.decide_change")

    # -- deciding --------------------------------------------------------------------------------

    @action(description=gettext_lazy("Accept…"), permissions=["decide"])
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[Match]) -> HttpResponse:
        return self._ask(request, queryset, "accept")

    @action(description=gettext_lazy("Accept for all with the same id…"), permissions=["decide"])
    def accept_everywhere_selected(self, request: HttpRequest, queryset: QuerySet[Match]) -> HttpResponse:
        return self._ask(request, queryset, "everywhere")

    @action(description=gettext_lazy("Refuse…"), permissions=["decide"])
    def refuse_selected(self, request: HttpRequest, queryset: QuerySet[Match]) -> HttpResponse:
        return self._ask(request, queryset, "refuse")

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Decides matches after the confirmation."""
        need(request, "curation.decide_change")
        chosen = Match.objects.filter(pk__in=chosen_ids(request, "match"))
        verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "")
        if request.method == "POST" and verdict in TITLES:
            if not chosen.filter(state=Match.State.OPEN).exists():
                return self._ask(request, chosen, verdict)
            try:
                reason = reason_for(reason) if verdict == "refuse" else reason
            except decisions.Refused as refusal:
                return self._ask(request, chosen, verdict, error=str(refusal))
            self._decide(request, list(chosen), verdict, reason)
        return HttpResponseRedirect(list_url("curation_match"))

    def _decide(self, request: HttpRequest, chosen: list[Match], verdict: str, reason: str) -> None:
        done: set[str] = set()
        for match in chosen:
            if match.offering_key in done and verdict != "refuse":
                continue  # decided together with an identical id
            try:
                if verdict == "refuse":
                    matching.refuse_match(match=match, actor=actor(request), reason=reason)
                    done.add(str(match))
                else:
                    everywhere = verdict == "everywhere"
                    done.update(
                        matching.accept_match(match=match, actor=actor(request), reason=reason, everywhere=everywhere)
                    )
            except decisions.Refused as refusal:
                messages.warning(request, f"{match}: {refusal}")
        if done:
            message = ngettext("%(count)s match decided.", "%(count)s matches decided.", len(done))
            messages.success(request, message % {"count": len(done)})

    def _ask(self, request: HttpRequest, matches: QuerySet[Match], verdict: str, *, error: str = "") -> HttpResponse:
        rows = list(matches.filter(state=Match.State.OPEN))
        self.prepare(rows)
        return Confirmation(
            title=TITLES[verdict],
            button=TITLES[verdict],
            count=len(rows),
            action=reverse("admin:curation_match_decide"),
            back=list_url("curation_match"),
            lines=[_EFFECTS[verdict]],
            nothing="" if rows else _("None of the chosen matches is open."),
            reason=Reason.REQUIRED if verdict == "refuse" else Reason.OPTIONAL,
            hidden=[("verdict", verdict), *inputs("match", [row.pk for row in rows])],
            tables=[Table(columns=[_("Offering"), _("Model"), _("Evidence")], rows=list(map(self._cells, rows)))],
        ).page(self, request, error=error)

    def _cells(self, match: Match) -> list[Any]:
        evidence = two_lines(match.score, self.evidence_text(match), quiet=True)
        return [match.offering_key, match.slug, evidence]  # type: ignore[attr-defined]

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("offering"), ordering="offering_key")
    def offering(self, match: Match) -> str:
        return cell("curation/admin/cells/link", url=offering_url(match.offering_key), text=match.offering_key)

    @column(description=gettext_lazy("candidate"), ordering="candidate")
    def candidate_link(self, match: Match) -> str:
        url = list_url("registry_offering", model__key__exact=match.candidate)
        return cell("curation/admin/cells/link", url=url, text=match.slug)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("similarity"), ordering="score")
    def similarity(self, match: Match) -> str:
        return f"{match.score:.0%}"

    @column(description=gettext_lazy("evidence"))
    def evidence_text(self, match: Match) -> str:
        evidence = match.evidence
        parts = [
            _("same: %s") % " ".join(evidence.get("same", ())),
            _("only here: %s") % " ".join(evidence["only_here"]) if evidence.get("only_here") else "",
            _("only there: %s") % " ".join(evidence["only_there"]) if evidence.get("only_there") else "",
            _("same author") if evidence.get("same_author") else _("author not known to be the same"),
        ]
        return "; ".join(filter(None, parts))

    @column(description=gettext_lazy("state"), ordering="state")
    def state_badge(self, match: Match) -> str:
        return badge(match.get_state_display(), _COLOURS[Match.State(match.state)])

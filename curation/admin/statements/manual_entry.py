"""Manual entries: their list, and the forms that add an offering or a provider."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import filters
from curation.admin.base import actor, badge, cell, chosen_ids, list_url, need, offering_url, page
from curation.admin.confirm import Confirmation, Reason, Table, inputs, two_lines
from curation.admin.export import ExportableAdmin
from curation.admin.statements.forms import OfferingForm, ProviderForm
from curation.core.authority import SourceType
from curation.models import Statement
from curation.review.stale_check import Refused
from curation.statements import manual, providers
from registry import display
from registry.domain.offering_ids import OfferingId
from registry.models import Offering


@admin.register(Statement)
class StatementAdmin(ExportableAdmin):
    list_display = ("what", "stated", "state", "source", "reason", "evidence_link", "author", "stated_at")
    list_display_links = None
    list_select_related = ("author", "source")
    list_filter = (filters.FieldGroup, "source", "author")
    search_fields = ("offering_key", "field", "reason", "batch")
    ordering = ("-stated_at", "offering_key", "field")
    actions = ("withdraw_selected",)
    actions_list = ("add_offering", "add_provider")  # type: ignore[assignment]
    readonly_fields = ("what", "stated", "state", "evidence_link")
    fields = (
        "what", "stated", "state", "source", "is_estimate", "origin", "as_of", "reason", "evidence_link", "author",
        "stated_at", "batch", "withdrawn_at", "withdrawn_by", "withdrawn_reason", "replaced_by",
    )  # fmt: skip

    class Media:
        css = {"all": ("curation/imports.css",)}

    def get_urls(self) -> list[Any]:
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [path("withdraw/", withdraw, name="curation_statement_withdraw"), *super().get_urls()]

    def has_state_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.pin_field")

    # -- stating ---------------------------------------------------------------------------------

    @action(description=gettext_lazy("Add offering"), url_path="offering", permissions=["state"], icon="add")
    def add_offering(self, request: HttpRequest) -> HttpResponse:
        """The form (GET) and the statement (POST)."""
        form = OfferingForm(request.POST or None, initial=_initial(request))
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                outcome = manual.state(
                    form.offering,
                    form.values,
                    actor=actor(request),
                    reason=data["reason"],
                    source_type=SourceType(data["source_type"]),
                    evidence=data["evidence"],
                    as_of=data["as_of"],
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                _say(request, form.offering, outcome.applied, outcome.held)
                is_published = Offering.objects.filter(key=form.offering).exists()
                return HttpResponseRedirect(
                    offering_url(form.offering) if is_published else list_url("curation_statement")
                )
        return self._form(request, form, _("Add offering"), groups=form.groups, media=self.media + form.media)

    @action(description=gettext_lazy("Add a provider"), url_path="provider", permissions=["state"], icon="dns")
    def add_provider(self, request: HttpRequest) -> HttpResponse:
        form = ProviderForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                provider = providers.add(**form.cleaned_data, actor=actor(request))
            except Refused as refusal:
                form.add_error("slug", str(refusal))
            else:
                messages.success(request, _("The provider %(name)s is added.") % {"name": provider.name})
                return HttpResponseRedirect(list_url("registry_provider", q=provider.slug))
        return self._form(request, form, _("Add a provider"), groups=[("", list(form))], media=self.media)

    def _form(self, request: HttpRequest, form: Any, title: str, **more: Any) -> HttpResponse:
        template, cancel = "curation/admin/statements/form.html", list_url("curation_statement")
        status = 400 if form.errors else 200
        return page(self, request, template, title, status=status, form=form, cancel=cancel, **more)

    # -- withdrawing -----------------------------------------------------------------------------

    @action(description=gettext_lazy("Withdraw…"), permissions=["state"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Statement]) -> HttpResponse:
        return self._ask(request, queryset)

    def withdraw_view(self, request: HttpRequest) -> HttpResponse:
        """Withdraws statements after the confirmation."""
        need(request, "curation.pin_field")
        chosen = Statement.objects.filter(pk__in=chosen_ids(request, "statement"))
        count = chosen.filter(withdrawn_at__isnull=True).count()
        try:
            manual.withdraw(chosen, actor=actor(request), reason=request.POST.get("reason", ""))
        except Refused as refusal:
            return self._ask(request, chosen, error=str(refusal))
        message = ngettext("%(count)s statement withdrawn.", "%(count)s statements withdrawn.", count)
        messages.success(request, message % {"count": count})
        return HttpResponseRedirect(list_url("curation_statement"))

    def _ask(self, request: HttpRequest, chosen: QuerySet[Statement], *, error: str = "") -> HttpResponse:
        rows = list(chosen.filter(withdrawn_at__isnull=True).order_by("offering_key", "field"))
        return Confirmation(
            title=_("Withdraw statements"),
            button=_("Withdraw statements"),
            count=len(rows),
            action=reverse("admin:curation_statement_withdraw"),
            back=list_url("curation_statement"),
            lines=[
                _(
                    "The values of other sources apply, as the policies allow. Where no other source states the field, "
                    "its removal waits in the review queue."
                )
            ],
            nothing="" if rows else _("None of the chosen statements is in force."),
            reason=Reason.REQUIRED,
            hidden=inputs("statement", [row.pk for row in rows]),
            tables=[Table(columns=[_("Field"), _("Stated"), _("Reason")], rows=list(map(_row, rows)))],
        ).page(self, request, error=error)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("field"), ordering="offering_key")
    def what(self, row: Statement) -> str:
        where, label = offering_url(row.offering_key), display.label(row.field)
        return cell("curation/admin/cells/what", url=where, offering=row.offering_key, label=label)

    @column(description=gettext_lazy("stated"))
    def stated(self, row: Statement) -> str:
        return cell("curation/admin/cells/long", text=display.text(row.field, row.value))

    @column(description=gettext_lazy("state"))
    def state(self, row: Statement) -> str:
        if row.replaced_by_id:
            return badge(_("replaced by %(who)s") % {"who": row.withdrawn_by}, "")
        if row.withdrawn_at:
            return badge(_("withdrawn by %(who)s") % {"who": row.withdrawn_by}, "")
        return badge(_("stated"), "success")

    @column(description=gettext_lazy("evidence"))
    def evidence_link(self, row: Statement) -> str:
        return cell("curation/admin/cells/link", url=row.evidence, text=_("page")) if row.evidence else "–"


def _row(row: Statement) -> list[Any]:
    value = Truncator(display.text(row.field, row.value)).chars(200)
    return [two_lines(row.offering_key, display.label(row.field)), value, row.reason]


def _initial(request: HttpRequest) -> dict[str, str]:
    """An offering that the form is opened for: `?offering=provider/its own id`."""
    served_by, own_id = OfferingId.of(request.GET.get("offering", ""))
    return {"provider": served_by, "native_id": own_id}


def _say(request: HttpRequest, offering: str, applied: int, held: int) -> None:
    published = ngettext("%(count)s value published.", "%(count)s values published.", applied) % {"count": applied}
    if held:
        link = list_url("curation_change", q=offering)
        waits = ngettext("%(count)s waits for review", "%(count)s wait for review", held) % {"count": held}
        messages.warning(request, format_html('{} <a href="{}">{}</a>', published, link, waits))
    else:
        messages.success(request, published)

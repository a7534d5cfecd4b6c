"""Policies decide which changes apply by themselves and which wait. The first that matches decides."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin.policies import backtest, conditions, re_evaluate, simulate
from curation.admin.policies.form import TRIED, PolicyForm, as_data, is_filled_in
from curation.models import Policy
from curation.policies import installed

_TRY: Final = "_try"


@admin.register(Policy)
class PolicyAdmin(ModelAdmin):
    form = PolicyForm
    list_display = ("title", "decision", "condition", "origin", "position", "enabled")
    list_editable = ("position", "enabled")
    list_filter = ("verdict", "enabled")
    search_fields = ("name", "explanation")
    ordering = ("position", "name")
    ordering_field = "position"  # type: ignore[assignment]
    list_per_page = 200
    list_fullwidth = True
    list_before_template = "curation/admin/policies/help.html"  # type: ignore[assignment]
    change_form_after_template = "curation/admin/policies/try.html"  # type: ignore[assignment]
    change_form_outer_before_template = "curation/admin/policies/tried.html"  # type: ignore[assignment]
    change_form_outer_after_template = "curation/admin/policies/tried_rows.html"  # type: ignore[assignment]
    actions_list = ("simulate", "backtest", "re_evaluate")  # type: ignore[assignment]
    fieldsets = (
        (None, {"fields": ("name", "explanation", ("position", "enabled"), ("verdict", "grace_hours"))}),
        *conditions.fieldsets(),
    )

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("curation/policies.css",)}

    # -- pages beside the list -------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        more: Any = {**(extra_context or {}), "came_lately": installed.came_lately()}
        return super().changelist_view(request, more)

    @action(
        description=gettext_lazy("Which policy decides?"), url_path="tester", permissions=["view"], icon="help_center"
    )
    def simulate(self, request: HttpRequest) -> HttpResponse:
        return simulate.simulation(self, request)

    @action(description=gettext_lazy("Backtest"), url_path="rehearsal", permissions=["view"], icon="history")
    def backtest(self, request: HttpRequest) -> HttpResponse:
        return backtest.history(self, request)

    @action(
        description=gettext_lazy("Re-evaluate pending changes…"), url_path="judge-again", permissions=["change"],
        icon="gavel",
    )  # fmt: skip
    def re_evaluate(self, request: HttpRequest) -> HttpResponse:
        return re_evaluate.view(self, request)

    # -- the form and its backtest -----------------------------------------------------------------

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        form_field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if form_field is not None and db_field.name in self.list_editable:
            form_field.widget.attrs["aria-label"] = str(db_field.verbose_name)  # the list shows them without labels
        return form_field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the permission to change it, the conditions are shown as text."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return (self.fieldsets[0], (gettext_lazy("conditions"), {"fields": ("condition",)}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None or self.has_change_permission(request, obj) else ("condition",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.prefill = request.GET if is_filled_in(request) else None
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # the form reads the query string itself

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A backtest saves nothing: it redirects to the same form, filled in by the query string, with the result."""
        if request.method == "POST" and _TRY in request.POST:
            query = request.POST.copy()
            for name in (_TRY, "csrfmiddlewaretoken"):
                query.pop(name, None)
            query[TRIED] = "1"
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        may = self.has_add_permission(request) or self.has_change_permission(request)
        if may and is_filled_in(request) and isinstance(answer, TemplateResponse) and answer.context_data is not None:
            answer.context_data |= self._tried(answer.context_data["adminform"].form)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            installed.put_in(obj)

    def _tried(self, unsaved: PolicyForm) -> dict[str, Any]:
        """The backtest of the policy in the form, or the errors of the form."""
        start = {name: unsaved[name].value() for name in unsaved.inputs()}
        form = type(unsaved)(as_data(start), instance=Policy.objects.filter(pk=unsaved.instance.pk).first())
        if not form.is_valid():
            labels = {name: field.label for name, field in form.inputs().items()}
            return {"try_errors": [(labels.get(name, ""), messages) for name, messages in form.errors.items()]}
        data, saved = form.cleaned_data, Policy.objects.filter(pk=form.instance.pk).first()
        place, enabled = data.get("position") or 0, bool(data.get("enabled"))
        return {"backtest": backtest.tried(form.instance.rule(), saved, enabled=enabled, position=place)}

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("policy"), ordering="name", header=True)
    def title(self, policy: Policy) -> list[str]:
        return [policy.name, policy.explanation]

    @column(
        description=gettext_lazy("decides"),
        ordering="verdict",
        label={
            Policy.Verdict.APPLY.value: "success",
            Policy.Verdict.HOLD.value: "warning",
            Policy.Verdict.QUARANTINE.value: "danger",
            Policy.Verdict.REJECT.value: "danger",
        },
    )
    def decision(self, policy: Policy) -> tuple[str, str]:
        words = {"reject": _("reject"), "quarantine": _("hold the run")}.get(
            policy.verdict, policy.get_verdict_display()
        )
        if policy.grace_hours:
            words = _("apply after %(hours)s h") % {"hours": policy.grace_hours}
        return policy.verdict, str(words)

    @column(description=gettext_lazy("when"))
    def condition(self, policy: Policy) -> str:
        return policy.rule().in_words

    @column(description=gettext_lazy("origin"))
    def origin(self, policy: Policy) -> str:
        if not policy.default_key:
            return _("local")
        day = policy.came_at.date().isoformat() if policy.came_at else ""
        text = _("an update, %(day)s") % {"day": day} if day else _("default")
        return _("%(origin)s, edited") % {"origin": text} if installed.is_edited(policy) else text

"""Policies: which changes apply by themselves and which wait. Asked in order; the first that matches decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display as column
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from curation.diff import Kind
from curation.models import Policy, Source
from registry import display, fields

KINDS: Final = {
    Kind.NEW: gettext_lazy("new: of an offering that was not published before"),
    Kind.FILL: gettext_lazy("fill: unknown until now"),
    Kind.CHANGE: gettext_lazy("change: another value"),
    Kind.SHRINK: gettext_lazy("shrink: a limit gets smaller"),
    Kind.LOSS: gettext_lazy("loss: a capability or a modality is gone"),
    Kind.CLEAR: gettext_lazy("clear: a source says that there is none"),
    Kind.FREE: gettext_lazy("free: a price becomes zero"),
    Kind.WITHDRAWN: gettext_lazy("withdrawn: no source states it any more"),
    Kind.RELEASE: gettext_lazy("release: a pin ended, the field goes back to its sources"),
}


def _boxes(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=gettext_lazy("None chosen: any."),
    )


class PolicyForm(forms.ModelForm):
    """The conditions as boxes; the words they may hold come from where they are declared."""

    kinds = _boxes(gettext_lazy("Kinds of change"))
    groups = _boxes(gettext_lazy("Field groups"))
    sources = _boxes(gettext_lazy("Sources"))
    fields = forms.CharField(  # type: ignore[assignment]
        label=gettext_lazy("Fields"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Names separated by spaces, such as: context_window price.input. Empty: any."),
    )

    class Meta:
        model = Policy
        fields = (
            "name", "explanation", "position", "enabled", "verdict", "kinds", "groups", "fields",
            "sources", "factor_at_least",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "kinds": [(kind.value, KINDS.get(kind, kind.value)) for kind in Kind],
            "groups": [(group.value, title) for group, title in display.GROUPS.items()],
            "sources": [(slug, slug) for slug in Source.objects.values_list("slug", flat=True)],
        }
        for name, known in choices.items():
            kept = [(word, word) for word in getattr(self.instance, name) if word not in dict(known)]
            self.base_field(name).choices = [*known, *kept]
        self.initial["fields"] = " ".join(self.instance.fields)

    def base_field(self, name: str) -> Any:
        """An input of the form (`fields` is one of them, and hides the dictionary of that name from type checkers)."""
        inputs: Any = self.fields
        return inputs[name]

    def clean_fields(self) -> list[str]:
        names: list[str] = self.cleaned_data["fields"].split()
        for name in names:
            try:
                fields.field(name)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return names

    def clean_factor_at_least(self) -> Decimal | None:
        factor: Decimal | None = self.cleaned_data["factor_at_least"]
        if factor is not None and factor <= 1:
            raise forms.ValidationError(_("A factor is larger than 1; 1.5 means by half."))
        return factor


@admin.register(Policy)
class PolicyAdmin(ModelAdmin):
    form = PolicyForm
    list_display = ("name", "position", "enabled", "decision", "condition", "explanation")
    list_editable = ("position", "enabled")
    list_filter = ("verdict", "enabled")
    search_fields = ("name", "explanation")
    ordering = ("position", "name")
    list_before_template = "curation/admin/policies_help.html"  # type: ignore[assignment]
    fieldsets = (
        (None, {"fields": ("name", "explanation", ("position", "enabled"), "verdict")}),
        (
            gettext_lazy("It matches a change when all of these hold"),
            {"fields": ("kinds", "groups", "fields", "sources", "factor_at_least")},
        ),
    )

    @column(
        description=gettext_lazy("decides"),
        ordering="verdict",
        label={Policy.Verdict.APPLY.value: "success", Policy.Verdict.HOLD.value: "warning"},
    )
    def decision(self, policy: Policy) -> tuple[str, str]:
        return policy.verdict, policy.get_verdict_display()

    @column(description=gettext_lazy("when"))
    def condition(self, policy: Policy) -> str:
        return in_words(policy)


def in_words(policy: Policy) -> str:
    """The conditions of a policy as a sentence."""
    groups = {group.value: str(title) for group, title in display.GROUPS.items()}
    parts = [
        _("kind: %s") % _list(policy.kinds),
        _("in: %s") % _list([groups.get(word, word) for word in policy.groups]),
        _("field: %s") % _list(policy.fields),
        _("from: %s") % _list(policy.sources),
    ]
    given = (policy.kinds, policy.groups, policy.fields, policy.sources)
    said = [part for part, words in zip(parts, given, strict=True) if words]
    if policy.factor_at_least is not None:
        said.append(_("moves ×%s or more") % f"{policy.factor_at_least.normalize():f}")
    return "; ".join(said) or _("any change")


def _list(words: list[str]) -> str:
    return _(" or ").join(words)

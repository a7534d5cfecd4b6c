"""The form of a policy: conditions as boxes, whose words come from where they are declared.

An address can fill it in (`?source=…&field=…&verdict=…`), so that "always for this source and field" is one link, and a
form that is tried out is one too.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from curation.core.authority import Standing
from curation.core.diff import Kind
from curation.models import Policy, Source
from curation.policies.words import KINDS
from registry import display
from registry.domain import fields
from registry.models import Provider
from registry.models.choices import Quality

TRIED: Final = "try"
_BOXES: Final = ("kinds", "groups", "sources", "standings", "qualities")
_TYPED: Final = ("fields", "providers")
_ONE_WORD: Final = {"source": "sources", "field": "fields", "provider": "providers", "kind": "kinds", "group": "groups"}
"""What a link calls a single word of a list."""


def _boxes(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=gettext_lazy("None chosen: any."),
    )


def _names(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=UnfoldAdminTextInputWidget(), help_text=hint)


class PolicyForm(forms.ModelForm):
    kinds = _boxes(gettext_lazy("Kinds of change"))
    groups = _boxes(gettext_lazy("Field groups"))
    sources = _boxes(gettext_lazy("Sources"))
    standings = _boxes(gettext_lazy("Standing of the source"))
    qualities = _boxes(gettext_lazy("Quality of the published value"))
    fields = _names(  # type: ignore[assignment]
        gettext_lazy("Fields"),
        gettext_lazy("Names separated by spaces, such as: context_window price.input. Empty: any."),
    )
    providers = _names(gettext_lazy("Providers"), gettext_lazy("Slugs separated by spaces. Empty: any."))

    prefill: ClassVar[QueryDict | None] = None
    """The query of an address that fills the form in."""

    class Meta:
        model = Policy
        fields = (
            "name", "explanation", "position", "enabled", "verdict", "grace_hours", "kinds", "groups", "fields",
            "only_wording", "one_way", "sources", "standings", "providers", "direction", "factor_at_least",
            "factor_below",
            "voices_at_least", "qualities", "age_at_least", "age_below", "count_at_least",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standings = [(one.value, one.value) for one in Standing]
        choices: dict[str, list[tuple[str, Any]]] = {
            "kinds": [(kind.value, KINDS.get(kind, kind.value)) for kind in Kind],
            "groups": [(group.value, title) for group, title in display.GROUPS.items()],
            "sources": [(slug, slug) for slug in Source.objects.values_list("slug", flat=True)],
            "standings": standings,
            "qualities": list(Quality.choices),
        }
        for name, known in choices.items():
            kept = [(word, word) for word in getattr(self.instance, name) if word not in dict(known)]
            self.base_field(name).choices = [*known, *kept]
        for name in _TYPED:
            self.initial[name] = " ".join(getattr(self.instance, name))
        if self.prefill and not self.is_bound:
            self.initial.update(filled_in(self.prefill))

    def base_field(self, name: str) -> Any:
        """An input of the form (`fields` is one of them, and hides the dictionary of that name from type checkers)."""
        return self.inputs()[name]

    def inputs(self) -> dict[str, Any]:
        """All inputs by name."""
        found: Any = self.fields
        return dict(found)

    def clean_fields(self) -> list[str]:
        names: list[str] = self.cleaned_data["fields"].split()
        for name in names:
            try:
                fields.field(name)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return names

    def clean_providers(self) -> list[str]:
        slugs: list[str] = self.cleaned_data["providers"].split()
        known = {*Provider.objects.filter(slug__in=slugs).values_list("slug", flat=True), *self.instance.providers}
        if strange := [slug for slug in slugs if slug not in known]:
            raise forms.ValidationError(_("There is no provider %s.") % ", ".join(strange))
        return slugs

    def clean_factor_at_least(self) -> Decimal | None:
        return self._factor("factor_at_least")

    def clean_factor_below(self) -> Decimal | None:
        return self._factor("factor_below")

    def _factor(self, name: str) -> Decimal | None:
        factor: Decimal | None = self.cleaned_data[name]
        if factor is not None and factor <= 1:
            raise forms.ValidationError(_("A factor is larger than 1; 1.5 means by half."))
        return factor

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") == Policy.Verdict.REJECT and not data.get("explanation", "").strip():
            self.add_error("explanation", _("Say why: it is the reason that people read at what was rejected."))
        if data.get("grace_hours") and data.get("verdict") not in (None, Policy.Verdict.APPLY):
            self.add_error("grace_hours", _("Only what is applied can be applied after some hours."))
        for least, below in (("factor_at_least", "factor_below"), ("age_at_least", "age_below")):
            if data.get(least) and data.get(below) and data[least] >= data[below]:
                self.add_error(below, _("It could never match: this has to be above the least."))
        return data


def filled_in(query: QueryDict) -> dict[str, Any]:
    """What an address says of the form's inputs. A name is made up where it gives none."""
    words = query.copy()
    for one, several in _ONE_WORD.items():
        if one in words and several not in words:
            words.setlist(several, words.getlist(one))
    found: dict[str, Any] = {}
    for name in PolicyForm.Meta.fields:
        if name in _BOXES:
            found |= {name: words.getlist(name)} if name in words or TRIED in query else {}
        elif name in ("enabled", "only_wording", "one_way"):
            on = words.get(name, "").lower() in ("on", "true", "1")
            found |= {name: on} if name in words or TRIED in query else {}
        elif name in words:
            found[name] = " ".join(words.getlist(name))
    if TRIED not in query and "name" not in found:
        said = [word for one in ("source", "provider", "field", "kind", "group") for word in words.getlist(one)]
        verdict = dict(Policy.Verdict.choices).get(query.get("verdict", ""), "")
        found["name"] = f"{' '.join(said)}: {str(verdict).partition(',')[0]}"[:80]
        found.setdefault("position", 0)  # asked before all others
    return found


def is_filled_in(request: HttpRequest) -> bool:
    """Whether the address says something of a policy."""
    known = {TRIED, *_ONE_WORD, *PolicyForm.Meta.fields}
    return request.method == "GET" and bool(known & set(request.GET))


def as_data(initial: Mapping[str, Any]) -> QueryDict:
    """Initial values in the form in which a browser would send them."""
    data = QueryDict(mutable=True)
    for name, value in initial.items():
        if isinstance(value, (list, tuple)):
            data.setlist(name, [str(one) for one in value])
        elif value is True:
            data[name] = "on"
        elif value is not None and value is not False:
            data[name] = str(value)
    return data

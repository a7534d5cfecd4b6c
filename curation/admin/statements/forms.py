"""The forms of manual entries: an offering or a provider. An empty input states nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from curation.admin.form_fields import EvidenceField, ReasonField, date_input, number_input
from curation.core.authority import SourceType
from registry import display
from registry.domain import fields, kinds, rates
from registry.models import Offering, Provider
from registry.models.choices import ProviderKind

PRICES: Final = ("price.input", "price.output", "price.cache_read")
FIELDS: Final = (
    "name", "status", "task", *PRICES, "context_window", "max_output_tokens", "supports_vision", "supports_tools",
    "supports_json_mode", "supports_structured_output", "supports_reasoning", "supports_prompt_caching",
    "released_on", "description",
)  # fmt: skip
"""The fields of the form; all others can be imported from a file or pinned."""
_CHOICES: Final = {"status": fields.STATUSES, "task": fields.TASKS}


SOURCE_TYPES: Final = (
    (SourceType.COMMUNITY.value, _("community: ranks below catalogues")),
    (SourceType.OFFICIAL.value, _("official: from the provider's own page (evidence is required)")),
)


class EvidenceForm(forms.Form):
    """The inputs of every manual entry besides its values."""

    source_type = forms.ChoiceField(
        label=_("Type of the source"),
        choices=SOURCE_TYPES,
        initial=SourceType.COMMUNITY.value,
        widget=UnfoldAdminRadioSelectWidget(),
    )
    reason = ReasonField()
    evidence = EvidenceField()


class OfferingForm(EvidenceForm):
    """The values of one offering. After cleaning, `values` holds them in the Python form of their kind."""

    values: Mapping[str, Any] = {}
    offering: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"] = forms.ModelChoiceField(
            Provider.objects.all(),
            label=_("Provider"),
            widget=UnfoldAdminSelectWidget(),
        )
        self.fields["native_id"] = forms.CharField(
            label=_("The provider's own id"),
            max_length=255,
            widget=UnfoldAdminTextInputWidget(),
            help_text=_("Exactly as an API call names it."),
        )
        for name in FIELDS:
            self.fields[name] = _input(fields.field(name))
        self.fields["as_of"] = forms.DateField(
            label=_("As of"), required=False, widget=date_input(), help_text=_("The day of which the values are.")
        )
        self.order_fields(("provider", "native_id", *FIELDS, "source_type", "as_of", "reason", "evidence"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        values: dict[str, Any] = {}
        for name in FIELDS:
            if (entered := cleaned.get(name)) in (None, ""):
                continue
            try:
                values[name] = _read(fields.field(name), entered)
            except (ValueError, TypeError) as error:
                self.add_error(name, str(error))
        if not values and not self.errors:
            self.add_error(None, _("State at least one value."))
        self.values = values
        if (served_by := cleaned.get("provider")) and (own_id := cleaned.get("native_id", "").strip()):
            self.offering = f"{served_by.slug}/{own_id}"
            near = Offering.objects.filter(key__iexact=self.offering).exclude(key=self.offering).first()
            if near and not Offering.objects.filter(key=self.offering).exists():
                names = {"key": near.key}
                self.add_error("native_id", _("This is published already, spelt %(key)s. Use that spelling.") % names)
        return cleaned

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The inputs in groups, for the page."""
        return [
            (_("Which offering"), [self[name] for name in ("provider", "native_id")]),
            (_("What is stated"), [self[name] for name in FIELDS]),
            (_("How you know"), [self[name] for name in ("source_type", "as_of", "reason", "evidence")]),
        ]


class ProviderForm(forms.Form):
    slug = forms.SlugField(
        label=_("Slug"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("The first part of every offering's id. It never changes."),
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget(), help_text=_("As the provider writes it.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("not known")), *ProviderKind.choices],
        widget=UnfoldAdminSelectWidget(),
    )
    homepage = forms.URLField(
        label=_("Home page"), required=False, max_length=200, assume_scheme="https", widget=UnfoldAdminURLInputWidget()
    )
    docs_url = forms.URLField(
        label=_("Documentation"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
    )
    reason = ReasonField(help_text=_("How you know."))


def _input(declared: fields.Field) -> forms.Field:
    common: dict[str, Any] = {"label": display.label(declared.name), "required": False}
    answers: list[tuple[str, Any]]
    if declared.kind is kinds.FLAG:
        answers = [("", _("not stated")), ("yes", _("yes")), ("no", _("no"))]
        return forms.ChoiceField(choices=answers, widget=UnfoldAdminSelectWidget(), **common)
    if declared.name in _CHOICES:
        answers = [("", _("not stated")), *((word, word) for word in _CHOICES[declared.name])]
        return forms.ChoiceField(choices=answers, widget=UnfoldAdminSelectWidget(), **common)
    if declared.kind is kinds.PRICE:
        unit = rates.parse_key(declared.name).counted_in
        hint = _("USD per %(unit)s; 0 is free") % {"unit": unit}
        return forms.DecimalField(widget=number_input(), min_value=0, help_text=hint, **common)
    if declared.kind is kinds.DATE:
        return forms.DateField(widget=date_input(), **common)
    if declared.kind.name == "count":
        return forms.IntegerField(widget=number_input(), min_value=1, **common)
    if declared.name == "description":
        return forms.CharField(widget=UnfoldAdminTextareaWidget({"rows": 3}), **common)
    return forms.CharField(widget=UnfoldAdminTextInputWidget(), **common)


def _read(declared: fields.Field, entered: Any) -> Any:
    if declared.kind is kinds.FLAG:
        return entered == "yes"
    return declared.clean(rates.price(entered) if declared.kind is kinds.PRICE else entered)

"""The form of a policy, with an input for each condition as the condition declares it.

A query string can fill it in (`?source=…&field=…&verdict=…`): the links "Always apply" and "Always reject" and
backtests use that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from curation.admin.policies import conditions as condition_inputs
from curation.core.policy.condition import Input
from curation.core.policy.conditions import BY_NAME, CONDITIONS, AnyCondition, as_json, contradictions, in_order
from curation.models import Policy

TRIED: Final = "try"
_ONE_WORD: Final = {"source": "sources", "field": "fields", "provider": "providers", "kind": "kinds", "group": "groups"}
"""Singular parameters of a link, by the field that they fill."""


class PolicyForm(forms.ModelForm):
    prefill: ClassVar[QueryDict | None] = None
    """The query string that fills the form in."""

    class Meta:
        model = Policy
        fields = ("name", "explanation", "position", "enabled", "verdict", "grace_hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for condition in CONDITIONS:
            if condition.input is Input.BOXES and condition.name in self.inputs():  # a read-only form has none
                self.base_field(condition.name).choices = condition_inputs.choices_of(
                    condition, self._stored_words(condition)
                )
        for name, stored in self.instance.conditions.items():
            self.initial[name] = condition_inputs.initial_of(BY_NAME[name], stored)
        if self.prefill and not self.is_bound:
            self.initial.update(filled_in(self.prefill))

    def base_field(self, name: str) -> Any:
        """An input of the form (`fields` is one of them, and hides the dictionary of that name from type checkers)."""
        return self.inputs()[name]

    def inputs(self) -> dict[str, Any]:
        """All inputs by name."""
        fields_by_name: Any = self.fields
        return dict(fields_by_name)

    def _stored_words(self, condition: type[AnyCondition]) -> list[str]:
        """The words of the stored policy."""
        words: list[str] = self.instance.conditions.get(condition.name, [])
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") == Policy.Verdict.REJECT and not data.get("explanation", "").strip():
            self.add_error("explanation", _("Give a reason: it is shown with the rejected changes."))
        if data.get("grace_hours") and data.get("verdict") not in (None, Policy.Verdict.APPLY):
            self.add_error("grace_hours", _("Only the verdict “apply” can be delayed."))
        conditions = in_order(filter(None, (self._condition(condition, data) for condition in CONDITIONS)))
        for condition in contradictions(conditions):
            self.add_error(condition.name, _("It could never match: this has to be above the minimum."))
        self.instance.conditions = as_json(conditions)
        return data

    def _condition(self, condition: type[AnyCondition], data: Mapping[str, Any]) -> AnyCondition | None:
        try:
            return condition_inputs.condition_from(condition, data.get(condition.name), self._stored_words(condition))
        except ValueError as error:
            self.add_error(condition.name, str(error))
            return None


for _condition in CONDITIONS:
    PolicyForm.declared_fields[_condition.name] = condition_inputs.input_of(_condition)
INPUTS: Final = (*PolicyForm.Meta.fields, *BY_NAME)


def filled_in(query: QueryDict) -> dict[str, Any]:
    """The initial values from a query string, with a generated name where it has none."""
    words = query.copy()
    for singular, plural in _ONE_WORD.items():
        if singular in words and plural not in words:
            words.setlist(plural, words.getlist(singular))
    initial: dict[str, Any] = {}
    for name in INPUTS:
        kind = BY_NAME[name].input if name in BY_NAME else None
        if kind is Input.BOXES:
            initial |= {name: words.getlist(name)} if name in words or TRIED in query else {}
        elif kind is Input.FLAG or name == "enabled":
            on = words.get(name, "").lower() in ("on", "true", "1")
            initial |= {name: on} if name in words or TRIED in query else {}
        elif name in words:
            initial[name] = " ".join(words.getlist(name))
    if TRIED not in query and "name" not in initial:
        chosen = [
            word for parameter in ("source", "provider", "field", "kind", "group") for word in words.getlist(parameter)
        ]
        verdict = dict(Policy.Verdict.choices).get(query.get("verdict", ""), "")
        initial["name"] = f"{' '.join(chosen)}: {str(verdict).partition(',')[0]}"[:80]
        initial.setdefault("position", 0)  # evaluated first
    return initial


def is_filled_in(request: HttpRequest) -> bool:
    """Whether the address says something of a policy."""
    parameters = {TRIED, *_ONE_WORD, *INPUTS}
    return request.method == "GET" and bool(parameters & set(request.GET))


def as_data(initial: Mapping[str, Any]) -> QueryDict:
    """Initial values as form data."""
    data = QueryDict(mutable=True)
    for name, value in initial.items():
        if isinstance(value, (list, tuple)):
            data.setlist(name, [str(item) for item in value])
        elif value is True:
            data[name] = "on"
        elif value is not None and value is not False:
            data[name] = str(value)
    return data

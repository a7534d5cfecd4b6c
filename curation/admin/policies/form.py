"""The form of a policy: its conditions are inputs as each of them declares it.

An address can fill it in (`?source=…&field=…&verdict=…`), so that "always for this source and field" is one link, and a
form that is tried out is one too.
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
"""What a link calls a single word of a list."""


class PolicyForm(forms.ModelForm):
    prefill: ClassVar[QueryDict | None] = None
    """The query of an address that fills the form in."""

    class Meta:
        model = Policy
        fields = ("name", "explanation", "position", "enabled", "verdict", "grace_hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for condition in CONDITIONS:
            if condition.input is Input.BOXES and condition.name in self.inputs():  # a form to look at has none
                self.base_field(condition.name).choices = condition_inputs.choices_of(condition, self._kept(condition))
        for name, stored in self.instance.conditions.items():
            self.initial[name] = condition_inputs.shown(BY_NAME[name], stored)
        if self.prefill and not self.is_bound:
            self.initial.update(filled_in(self.prefill))

    def base_field(self, name: str) -> Any:
        """An input of the form (`fields` is one of them, and hides the dictionary of that name from type checkers)."""
        return self.inputs()[name]

    def inputs(self) -> dict[str, Any]:
        """All inputs by name."""
        found: Any = self.fields
        return dict(found)

    def _kept(self, condition: type[AnyCondition]) -> list[str]:
        """The words of the stored policy."""
        words: list[str] = self.instance.conditions.get(condition.name, [])
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") == Policy.Verdict.REJECT and not data.get("explanation", "").strip():
            self.add_error("explanation", _("Say why: it is the reason that people read at what was rejected."))
        if data.get("grace_hours") and data.get("verdict") not in (None, Policy.Verdict.APPLY):
            self.add_error("grace_hours", _("Only what is applied can be applied after some hours."))
        conditions = in_order(filter(None, (self._condition(one, data) for one in CONDITIONS)))
        for condition in contradictions(conditions):
            self.add_error(condition.name, _("It could never match: this has to be above the least."))
        self.instance.conditions = as_json(conditions)
        return data

    def _condition(self, condition: type[AnyCondition], data: Mapping[str, Any]) -> AnyCondition | None:
        try:
            return condition_inputs.given(condition, data.get(condition.name), self._kept(condition))
        except ValueError as error:
            self.add_error(condition.name, str(error))
            return None


for _condition in CONDITIONS:
    PolicyForm.declared_fields[_condition.name] = condition_inputs.input_of(_condition)
INPUTS: Final = (*PolicyForm.Meta.fields, *BY_NAME)


def filled_in(query: QueryDict) -> dict[str, Any]:
    """What an address says of the form's inputs. A name is made up where it gives none."""
    words = query.copy()
    for one, several in _ONE_WORD.items():
        if one in words and several not in words:
            words.setlist(several, words.getlist(one))
    found: dict[str, Any] = {}
    for name in INPUTS:
        kind = BY_NAME[name].input if name in BY_NAME else None
        if kind is Input.BOXES:
            found |= {name: words.getlist(name)} if name in words or TRIED in query else {}
        elif kind is Input.FLAG or name == "enabled":
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
    known = {TRIED, *_ONE_WORD, *INPUTS}
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

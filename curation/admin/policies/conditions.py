"""The inputs of conditions in the form of a policy, parsed from what each condition says of itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from curation.core.policy.condition import AnyOf, Choice, Input, Section
from curation.core.policy.conditions import CONDITIONS, AnyCondition
from curation.models import Source
from registry.domain.fields import Json
from registry.models import Provider


def input_of(condition: type[AnyCondition]) -> forms.Field:
    """The input of a condition."""
    label = condition.title[0].upper() + condition.title[1:]
    return _INPUTS[condition.input](condition, {"label": label, "required": False, "help_text": condition.hint})


def _boxes(condition: Any, options: dict[str, Any]) -> forms.Field:
    options["help_text"] = options["help_text"] or "None chosen: any."
    return forms.MultipleChoiceField(widget=UnfoldAdminCheckboxSelectMultipleWidget(), **options)


def _choice(condition: type[Choice], options: dict[str, Any]) -> forms.Field:
    choices = [("", "—"), *condition.choices.items()]
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **options)


_INPUTS: Final[Mapping[Input, Callable[[Any, dict[str, Any]], forms.Field]]] = {
    Input.BOXES: _boxes,
    Input.NAMES: lambda _condition, options: forms.CharField(widget=UnfoldAdminTextInputWidget(), **options),
    Input.CHOICE: _choice,
    Input.FLAG: lambda _condition, options: forms.BooleanField(widget=UnfoldBooleanSwitchWidget(), **options),
    Input.FACTOR: lambda _condition, options: forms.DecimalField(
        max_digits=12, decimal_places=4, widget=UnfoldAdminDecimalFieldWidget(), **options
    ),
    Input.WHOLE: lambda _condition, options: forms.IntegerField(
        min_value=1, max_value=2**31 - 1, widget=UnfoldAdminIntegerFieldWidget(), **options
    ),
}


def choices_of(condition: type[AnyCondition], stored_words: Collection[str]) -> list[tuple[str, str]]:
    """The choices of the checkboxes of a condition, with the words of the stored policy, even unknown ones."""
    choices: dict[str, str] = dict(condition.choices) if issubclass(condition, AnyOf) else {}
    if issubclass(condition, AnyOf) and condition.vocabulary:
        choices = {word: word for word in _WORDS[condition.vocabulary]()}
    return [*choices.items(), *((word, word) for word in stored_words if word not in choices)]


_WORDS: Final[Mapping[str, Callable[[], Collection[str]]]] = {
    "sources": lambda: list(Source.objects.values_list("slug", flat=True)),
    "providers": lambda: list(Provider.objects.values_list("slug", flat=True)),
}


def initial_of(condition: type[AnyCondition], stored: Json) -> Any:
    """The initial value of the input of a stored condition."""
    return " ".join(stored) if condition.input is Input.NAMES else stored


def condition_from(
    condition: type[AnyCondition], cleaned: Any, stored_words: Collection[str] = ()
) -> AnyCondition | None:
    """The condition of an input; None where it is empty. Raises ValueError on a condition that no change could meet.

    `stored_words` are the words of the stored policy, which may stay although they are no longer known.
    """
    if not cleaned:
        return None
    parsed = condition.from_json(cleaned.split() if condition.input is Input.NAMES else cleaned)
    parsed.check()
    if condition.input is Input.NAMES and isinstance(parsed, AnyOf) and parsed.vocabulary:
        allowed = {*_WORDS[parsed.vocabulary](), *stored_words}
        if strange := [word for word in cleaned.split() if word not in allowed]:
            raise ValueError(_("There is no %(kind)s %(words)s.") % {"kind": parsed.title, "words": ", ".join(strange)})
    return parsed


def fieldsets() -> list[Any]:
    """The inputs by section; an upper bound is placed beside its lower bound."""
    return [(str(section), {"fields": _rows([c for c in CONDITIONS if c.section is section])}) for section in Section]


def _rows(conditions: Collection[type[AnyCondition]]) -> list[tuple[str, ...]]:
    below = {condition.least: condition for condition in conditions if condition.least}
    return [
        (condition.name, below[condition].name) if condition in below else (condition.name,)
        for condition in conditions
        if condition.least is None
    ]

"""The inputs of conditions in the form of a policy, made from what each condition says of itself."""

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


def _boxes(condition: Any, said: dict[str, Any]) -> forms.Field:
    said["help_text"] = said["help_text"] or "None chosen: any."
    return forms.MultipleChoiceField(widget=UnfoldAdminCheckboxSelectMultipleWidget(), **said)


def _choice(condition: type[Choice], said: dict[str, Any]) -> forms.Field:
    choices = [("", "—"), *condition.choices.items()]
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **said)


_INPUTS: Final[Mapping[Input, Callable[[Any, dict[str, Any]], forms.Field]]] = {
    Input.BOXES: _boxes,
    Input.NAMES: lambda _condition, said: forms.CharField(widget=UnfoldAdminTextInputWidget(), **said),
    Input.CHOICE: _choice,
    Input.FLAG: lambda _condition, said: forms.BooleanField(widget=UnfoldBooleanSwitchWidget(), **said),
    Input.FACTOR: lambda _condition, said: forms.DecimalField(
        max_digits=12, decimal_places=4, widget=UnfoldAdminDecimalFieldWidget(), **said
    ),
    Input.WHOLE: lambda _condition, said: forms.IntegerField(
        min_value=1, max_value=2**31 - 1, widget=UnfoldAdminIntegerFieldWidget(), **said
    ),
}


def choices_of(condition: type[AnyCondition], kept: Collection[str]) -> list[tuple[str, str]]:
    """The words that the boxes of a condition offer; those of a stored policy stay, known or not."""
    known: dict[str, str] = dict(condition.choices) if issubclass(condition, AnyOf) else {}
    if issubclass(condition, AnyOf) and condition.vocabulary:
        known = {word: word for word in _WORDS[condition.vocabulary]()}
    return [*known.items(), *((word, word) for word in kept if word not in known)]


_WORDS: Final[Mapping[str, Callable[[], Collection[str]]]] = {
    "sources": lambda: list(Source.objects.values_list("slug", flat=True)),
    "providers": lambda: list(Provider.objects.values_list("slug", flat=True)),
}


def shown(condition: type[AnyCondition], stored: Json) -> Any:
    """A stored condition as its input shows it."""
    return " ".join(stored) if condition.input is Input.NAMES else stored


def given(condition: type[AnyCondition], cleaned: Any, kept: Collection[str] = ()) -> AnyCondition | None:
    """The condition that an input gives; None where it is empty. Raises ValueError on what no change could meet.

    `kept` are the words of the stored policy: they may stay though nobody knows them any more.
    """
    if not cleaned:
        return None
    made = condition.from_json(cleaned.split() if condition.input is Input.NAMES else cleaned)
    made.check()
    if condition.input is Input.NAMES and isinstance(made, AnyOf) and made.vocabulary:
        known = {*_WORDS[made.vocabulary](), *kept}
        if strange := [word for word in cleaned.split() if word not in known]:
            raise ValueError(_("There is no %(kind)s %(words)s.") % {"kind": made.title, "words": ", ".join(strange)})
    return made


def fieldsets() -> list[Any]:
    """The inputs by section; what asks for less than something stands beside what asks for at least that."""
    return [(str(section), {"fields": _rows([c for c in CONDITIONS if c.section is section])}) for section in Section]


def _rows(conditions: Collection[type[AnyCondition]]) -> list[tuple[str, ...]]:
    beside = {one.least: one for one in conditions if one.least}
    return [(one.name, beside[one].name) if one in beside else (one.name,) for one in conditions if one.least is None]

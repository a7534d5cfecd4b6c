"""Inputs that the forms of several areas share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from curation.review.stale_check import SAY_WHY

_HOW = _("How you know it. Shown to later reviewers.")
_WHERE = _("The address of a page that shows it.")


class ReasonField(forms.CharField):
    """The reason of a decision; always required."""

    def __init__(self, *, help_text: Any = _HOW) -> None:
        super().__init__(
            label=_("Reason"),
            max_length=400,
            widget=UnfoldAdminTextareaWidget({"rows": 2}),
            help_text=help_text,
            error_messages={"required": SAY_WHY},
        )


class EvidenceField(forms.URLField):
    """The address of a page that shows it."""

    def __init__(self, *, help_text: Any = _WHERE) -> None:
        super().__init__(
            label=_("Evidence"),
            required=False,
            max_length=500,
            assume_scheme="https",
            widget=UnfoldAdminURLInputWidget(),
            help_text=help_text,
        )


# Native inputs of the browser: no script, and usable by keyboard.
def number_input() -> forms.NumberInput:
    return forms.NumberInput({"class": " ".join(INPUT_CLASSES), "step": "any", "inputmode": "decimal"})


def date_input() -> forms.DateInput:
    return forms.DateInput({"class": " ".join(INPUT_CLASSES), "type": "date"}, format="%Y-%m-%d")

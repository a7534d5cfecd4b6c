"""The form by which a file is brought in: the file, what it is taken as, and how one knows."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminURLInputWidget,
)

from curation.core.authority import Standing
from curation.imports import MOST_CHANGED, MOST_ROWS
from curation.models import ImportBatch

STANDINGS: Final = (
    (Standing.COMMUNITY.value, _("somebody's: weighed below catalogues")),
    (Standing.OFFICIAL.value, _("the provider's own, read off its page (evidence is needed)")),
)
_MEANINGS: Final = (
    (ImportBatch.Meaning.STATEMENTS.value, _("statements by hand: weighed and judged like any source")),
    (ImportBatch.Meaning.PINS.value, _("pins: hold against every source until they are released")),
)


class Knowing(forms.Form):
    """What every statement needs besides its values."""

    standing = forms.ChoiceField(
        label=_("Whose word is it?"),
        choices=STANDINGS,
        initial=Standing.COMMUNITY.value,
        widget=UnfoldAdminRadioSelectWidget(),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=_("How you know. The next curator reads this."),
    )
    evidence = forms.URLField(
        label=_("Evidence"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
        help_text=_("The address of a page that shows it."),
    )


class ImportForm(Knowing):
    file = forms.FileField(label=_("File"), widget=UnfoldAdminFileFieldWidget())
    meaning = forms.ChoiceField(
        label=_("Taken as"),
        choices=_MEANINGS,
        initial=ImportBatch.Meaning.STATEMENTS.value,
        widget=UnfoldAdminRadioSelectWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("file", "meaning", "standing", "reason", "evidence"))
        limits = {"rows": f"{MOST_ROWS:,}", "changed": f"{MOST_CHANGED:,}"}
        self.fields["file"].help_text = (
            _("CSV, XLSX or JSON of the 25 columns, or DSL; at most %(rows)s rows, %(changed)s of them with changes.")
            % limits
        )

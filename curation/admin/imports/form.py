"""The upload form: the file, how it is imported, reason and evidence."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
)

from curation.admin.statements.forms import EvidenceForm
from curation.imports import MOST_CHANGED, MOST_ROWS
from curation.models import ImportBatch

_MEANINGS: Final = (
    (ImportBatch.Meaning.STATEMENTS.value, _("manual statements: ranked and reviewed like any source")),
    (ImportBatch.Meaning.PINS.value, _("pins: override every source until they are released")),
)


class ImportForm(EvidenceForm):
    file = forms.FileField(label=_("File"), widget=UnfoldAdminFileFieldWidget())
    meaning = forms.ChoiceField(
        label=_("Imported as"),
        choices=_MEANINGS,
        initial=ImportBatch.Meaning.STATEMENTS.value,
        widget=UnfoldAdminRadioSelectWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("file", "meaning", "source_type", "reason", "evidence"))
        limits = {"rows": f"{MOST_ROWS:,}", "changed": f"{MOST_CHANGED:,}"}
        self.fields["file"].help_text = (
            _("CSV, XLSX or JSON of the 25 columns, or DSL; at most %(rows)s rows, %(changed)s of them with changes.")
            % limits
        )

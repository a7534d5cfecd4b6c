"""The list of offerings as a file of the 25 columns, which an import reads back without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from curation.admin.export import ExportableAdmin
from registry.formats import csv25
from registry.formats.columns import COLUMNS
from registry.formats.row import from_offering


class ExportableOfferings(ExportableAdmin):
    """`ExportableAdmin` for offerings: what CSV and XLSX hold, `-` and apostrophes included, is the 25-column CSV."""

    export_unknown = csv25.UNKNOWN

    def export_header(self) -> list[str]:
        return list(COLUMNS)

    def export_rows(self, queryset: Any) -> Iterator[Sequence[Any]]:
        today = timezone.now().date()
        for offering in queryset.prefetch_related("aliases").iterator(chunk_size=500):
            names = [alias.name for alias in offering.aliases.all()]
            row = from_offering(offering.key, offering.facts, offering.provenance, names, on=today)
            numbers = (getattr(row, column.attribute) for column in COLUMNS.values())
            yield [
                value if isinstance(value, int | Decimal) and not isinstance(value, bool) else text
                for value, text in zip(numbers, row.cells().values(), strict=True)
            ]

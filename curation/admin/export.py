"""Exports any list of the admin as CSV, XLSX or JSON, with exactly the rows of its filters and search.

The base class (`class PinAdmin(ExportableAdmin)`) adds the links below the list. Rows are streamed from the database.
An export needs the permission to view the list. No cell is evaluated by a spreadsheet: in CSV a text that begins like a
formula is prefixed with an apostrophe (`registry.formats.csv25`), in XLSX it is stored as text.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

import orjson
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import path
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from unfold.admin import ModelAdmin

from curation.admin.base import ReadOnlyAdmin, list_url
from registry.formats import csv25

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_CHUNK: Final = 1000
_SHEET_LIMIT: Final = 1_048_576
"""Rows of a sheet, the header included."""


class ExportableAdmin(ReadOnlyAdmin):
    """A read-only list. `export_columns` names the columns of the table to write; without it, all of them."""

    export_columns: Sequence[str] = ()
    export_unknown = ""
    """The text of a missing value in CSV."""
    list_after_template = "curation/admin/export_links.html"  # type: ignore[assignment]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        urls: list[Any] = super().get_urls()
        return [path("export/<slug:form>/", self.admin_site.admin_view(self.export_view), name=name), *urls]

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        if form not in _TYPES:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            # Not `self`: that looks up what the cells of one page show.
            listed = ModelAdmin.get_changelist_instance(self, request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(list_url(f"{self.opts.app_label}_{self.opts.model_name}", e="1"))
        header, rows = self.export_header(), self.export_rows(listed.queryset)
        name = f"{self.opts.model_name}-{timezone.now():%Y-%m-%d}.{form}"
        if form == "xlsx":
            book = as_xlsx(header, rows, unknown=self.export_unknown)
            return FileResponse(book, as_attachment=True, filename=name, content_type=_TYPES[form])
        pieces = as_csv(header, rows, unknown=self.export_unknown) if form == "csv" else as_json(header, rows)
        answer = StreamingHttpResponse((piece.encode() for piece in pieces), content_type=_TYPES[form])
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def export_header(self) -> list[str]:
        return list(self.export_columns) or [column.attname for column in self.model._meta.concrete_fields]

    def export_rows(self, queryset: Any) -> Iterator[Sequence[Any]]:
        """The rows of a filtered list in its order, one value per column, None where it is missing."""
        rows: Iterator[Sequence[Any]] = queryset.values_list(*self.export_header()).iterator(chunk_size=_CHUNK)
        return rows


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]], *, unknown: str = "") -> Iterator[str]:
    """One line per row, `unknown` where a value is missing."""
    yield ",".join(header) + "\n"
    for row in rows:
        yield ",".join(unknown if value is None else csv25.quote(csv25.guard(_text(value))) for value in row) + "\n"


def as_json(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A list of objects, one on each line. Decimals are text, as everywhere."""
    joint = "["
    for row in rows:
        yield joint + "\n" + orjson.dumps(dict(zip(header, row, strict=True)), default=_text).decode()
        joint = ","
    yield "[]\n" if joint == "[" else "\n]\n"


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]], *, unknown: str = "") -> IO[bytes]:
    """A workbook of one sheet, in a temporary file. Numbers that a sheet would round are written as text.

    Where a word marks missing values (`unknown`), the same word as a text is escaped as in CSV.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    sheet.freeze_panes = "A2"
    sheet.append(list(header))
    for number, row in enumerate(rows, start=2):
        if number >= _SHEET_LIMIT:
            sheet.append([f"# a sheet has no more than {_SHEET_LIMIT:,} rows; export as CSV for all"])
            break
        sheet.append([_cell(sheet, value, unknown) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: Any, unknown: str) -> Any:
    if value is None or isinstance(value, bool):
        return unknown or value
    if isinstance(value, int | Decimal) and Decimal(repr(float(value))) == value:
        return value
    text = csv25.guard(_text(value)) if unknown else _text(value)
    # Bypasses the setter and sets the type: a text that begins with = would become a formula.
    held = WriteOnlyCell(sheet)
    held._value, held.data_type = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)[:32_767], "s"
    return held


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)

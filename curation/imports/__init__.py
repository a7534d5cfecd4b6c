"""Imports of files: shown cell by cell against what is published, then applied exactly as shown, or not at all.

    batch = imports.draft("prices.csv", body, actor=ada, reason="the provider's new price list")
    imports.confirm(batch, actor=ada)
    imports.undo(batch, actor=ada, reason="the old list after all")

A file is imported as *manual statements* (`curation.statements.manual`: merged and decided like any source) or as
*pins*. Nothing is written while one row of it is invalid, or when anything that was shown has moved since. Everything
that an import writes is one batch, with one id, which can be undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.audit import trail
from curation.core.authority import SourceType
from curation.imports.applying import CellOutcome, fingerprint, perform, rolled_back, unpublished
from curation.imports.comparing import Line, compare
from curation.imports.parsing import MOST_BYTES, MOST_ROWS, Unreadable, read
from curation.imports.undoing import undo
from curation.models import ImportBatch, ImportRow
from curation.review.stale_check import Refused
from curation.statements import manual
from registry.catalogue.publish import sole_writer
from registry.formats.row import Row, RowError, from_cells

__all__ = [
    "MOST_BYTES", "MOST_CHANGED", "MOST_ROWS", "CellOutcome", "Line", "Refused", "StaleImport", "Unreadable", "confirm",
    "draft", "preview", "undo",
]  # fmt: skip

MOST_CHANGED: Final = 2_000
"""Rows of one import that may change something: as many as one request can show, check and write."""
FORGOTTEN_AFTER: Final = timedelta(days=7)
"""How long a draft that was never confirmed is kept."""


class StaleImport(Refused):
    """Stale check: something that was shown has moved. Nothing was written; the batch shows it as it is now."""


def draft(
    name: str,
    body: bytes,
    *,
    actor: User,
    reason: str,
    meaning: str = ImportBatch.Meaning.STATEMENTS,
    source_type: SourceType = SourceType.COMMUNITY,
    evidence: str = "",
    at: datetime | None = None,
) -> ImportBatch:
    """Reads a file and stores what it would change; publishes nothing. Raises Unreadable or Refused."""
    at = at or timezone.now()
    batch, lines = preview(
        name, body, actor=actor, reason=reason, meaning=meaning, source_type=source_type, evidence=evidence, at=at
    )
    with transaction.atomic():
        ImportBatch.objects.filter(state=ImportBatch.State.SHOWN, made_at__lt=at - FORGOTTEN_AFTER).delete()
        _save(batch, lines)
    return batch


def preview(
    name: str,
    body: bytes,
    *,
    actor: User,
    reason: str,
    meaning: str = ImportBatch.Meaning.STATEMENTS,
    source_type: SourceType = SourceType.COMMUNITY,
    evidence: str = "",
    at: datetime | None = None,
) -> tuple[ImportBatch, list[Line]]:
    """What a file would change, without storing it: the unsaved batch and its lines. Raises Unreadable or Refused."""
    at = at or timezone.now()
    manual.check(reason, source_type, evidence)
    if meaning not in ImportBatch.Meaning.values:
        raise Refused(_("A file is taken as statements or as pins."))
    sheet = read(name, body)
    batch = ImportBatch(
        file_name=name.rpartition("/")[2][:200] or "-",
        format=sheet.format,
        meaning=meaning,
        source_type=source_type.value,
        reason=reason.strip(),
        evidence=evidence,
        author=actor,
        made_at=at,
    )
    lines = compare(sheet.rows, on=at.date())
    if (changed := sum(bool(line.changes) for line in lines)) > MOST_CHANGED:
        counts = {"changed": f"{changed:,}", "most": f"{MOST_CHANGED:,}"}
        raise Unreadable(_("%(changed)s rows change something; at most %(most)s do at once. Split the file.") % counts)
    _dry_run(batch, lines, actor, at)
    return batch, lines


def confirm(batch: ImportBatch, *, actor: User, at: datetime | None = None) -> ImportBatch:
    """Applies all that was shown. Raises StaleImport, with the batch updated, or Refused; then nothing is written."""
    at = at or timezone.now()
    with sole_writer():
        held = ImportBatch.objects.select_for_update().filter(pk=batch.pk).first()
        if held is None:
            raise Refused(_("This import is gone: what was shown is kept for a week. Upload the file again."))
        if held.state != ImportBatch.State.SHOWN:
            raise Refused(_("This import is %(state)s already.") % {"state": held.get_state_display()})
        if held.problems_count:
            raise Refused(_("Nothing is imported while a row cannot be taken. Fix the file, and upload it again."))
        if not held.changed_count:
            raise Refused(_("The file changes nothing: it says what is published."))
        lines = compare(_rows(held), on=at.date())
        if held.meaning == ImportBatch.Meaning.PINS:
            unpublished(lines)
        stands = True
        try:
            with transaction.atomic():
                revision = perform(held, lines, actor=actor, at=at)
                if fingerprint(held, lines) != held.fingerprint:
                    raise StaleImport
                held.state, held.done_at, held.revision, held.author = ImportBatch.State.DONE, at, revision, actor
                held.save(update_fields=["state", "done_at", "revision", "author"])
                outcomes = held.outcomes
                trail.record("imported", held, actor=actor, after=outcomes, reason=held.reason, batch=held.pk, at=at)
        except StaleImport:
            stands = False
            _save(held, lines)
    if not stands:
        raise StaleImport(
            _("Something has moved since this was shown; nothing was written. It is shown again as it is now.")
        )
    batch.refresh_from_db()
    return batch


def _dry_run(batch: ImportBatch, lines: Sequence[Line], actor: User, at: datetime) -> None:
    """Applies everything and rolls it back, so that every cell has its outcome."""
    if batch.meaning == ImportBatch.Meaning.PINS:
        unpublished(lines)
    with rolled_back():
        perform(batch, lines, actor=actor, at=at)
    _count(batch, lines)


def _count(batch: ImportBatch, lines: Sequence[Line]) -> None:
    batch.fingerprint = fingerprint(batch, lines)
    batch.rows_count = len(lines)
    batch.changed_count = sum(bool(line.changes) and not line.problems for line in lines)
    batch.problems_count = sum(bool(line.problems) for line in lines)
    cells = (cell.outcome for line in lines for cell in line.changes if cell.outcome)
    batch.outcomes = dict(Counter(cells))


def _save(batch: ImportBatch, lines: Sequence[Line]) -> None:
    _count(batch, lines)
    batch.save()
    batch.rows.all().delete()
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                batch=batch,
                line=line.line,
                offering_key=line.offering[:320],
                cells=dict(line.cells),
                plan=[asdict(cell) for cell in line.changes],
                same=line.same,
                is_new=line.is_new,
                problems=line.problems,
                notes=line.notes,
                text=line.text[:500],
            )
            for line in lines
        ),
        batch_size=500,
    )


def _rows(batch: ImportBatch) -> list[Row | RowError]:
    """The rows as they were read."""
    return [from_cells(row.cells, line=row.line) for row in batch.rows.order_by("line")]

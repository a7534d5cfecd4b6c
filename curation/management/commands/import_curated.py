"""`manage.py import_curated`: imports files, as the admin does."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from curation import imports
from curation.core.authority import SourceType
from curation.imports.applying import rolled_back
from curation.imports.parsing import FORMATS
from curation.models import ImportBatch
from curation.statements.manual import SOURCES
from registry import display

NOBODY: Final = "command-line"
"""Who imports when no user is named: an account nobody can sign in with."""
_SHOWN: Final = 200


class Command(BaseCommand):
    help = (
        "Imports files of the 25 columns (CSV, XLSX, JSON) or the pipe format (10 or 13 fields); shows what "
        "each cell would change. Only what differs from the published values is taken: as manual statements, merged "
        "and decided like any source, or as pins. Every file is one batch, which can be undone in the admin. Nothing "
        "is written while one row of any of the files cannot be taken: exit 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder with such files")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--as",
            dest="meaning",
            choices=ImportBatch.Meaning.values,
            default=ImportBatch.Meaning.STATEMENTS.value,
            help="what the values are taken as (default: statements)",
        )
        parser.add_argument(
            "--source-type",
            choices=[source_type.value for source_type in SOURCES],
            default=SourceType.COMMUNITY.value,
            help="official: read off the provider's own page, which --evidence names (default: community)",
        )
        parser.add_argument("--reason", default="imported from the command line", help="how you know, for the record")
        parser.add_argument("--evidence", default="", metavar="URL", help="a page that shows it")
        parser.add_argument("--user", metavar="NAME", default="", help="in whose name it is done")

    def handle(self, *, paths: list[str], dry_run: bool, json: bool, **options: Any) -> None:
        files = [(str(path), _read(path)) for path in _files(paths)]
        if not files:
            raise CommandError(f"No file to import in {', '.join(paths)}: it takes {', '.join(sorted(FORMATS))}.")
        self._know(options["user"])
        reports = []
        with rolled_back():
            for name, body in files:
                batch, lines = self._look(name, body, options)
                reports.append(_told(name, batch, lines))
                if not json:
                    self._print(name, batch, lines)
        broken = sum(len(report["problems"]) for report in reports)
        if not dry_run and not broken:
            for report, (name, body) in zip(reports, files, strict=True):
                report |= self._do(name, body, options)
        if json:
            self.stdout.write(_line({"dry_run": dry_run, "files": reports}))
        elif dry_run or broken:
            self.stdout.write("Nothing was written.")
        if broken:
            raise CommandError(f"{broken:,} rows cannot be taken; nothing was imported. Fix them and run it again.")

    def _know(self, name: str) -> None:
        if name and not User.objects.filter(username=name, is_active=True).exists():
            raise CommandError(f"There is no active user {name}.")

    def _look(self, name: str, body: bytes, options: dict[str, Any]) -> tuple[ImportBatch, Sequence[imports.Line]]:
        try:
            return imports.preview(name, body, **_order(options))
        except (imports.Unreadable, imports.Refused) as error:
            raise CommandError(f"{name}: {error}") from error

    def _do(self, name: str, body: bytes, options: dict[str, Any]) -> dict[str, Any]:
        """Imports one file. A file that changes nothing leaves no trace."""
        order = _order(options)
        try:
            batch = imports.draft(name, body, **order)
            if not batch.changed_count:
                batch.delete()
                return {"state": "unchanged"}
            done = imports.confirm(batch, actor=order["actor"])
        except imports.Refused as refusal:
            raise CommandError(f"{name}: {refusal}") from refusal
        self.stderr.write(f"{name}: done, batch {done.pk}, revision {done.revision}")
        return {"state": "done", "batch": str(done.pk), "revision": done.revision}

    def _print(self, name: str, batch: ImportBatch, lines: Sequence[imports.Line]) -> None:
        came = ", ".join(f"{count:,} {word}" for word, count in sorted(batch.outcomes.items())) or "nothing changes"
        self.stdout.write(f"{name}: {batch.rows_count:,} rows, {batch.changed_count:,} change something ({came})")
        printed = 0
        for line in lines:
            for problem in line.problems:
                self.stdout.write(f"  line {line.line}: {problem}")
            for note in line.notes:
                self.stdout.write(f"  line {line.line}: {note}")
            for cell in line.changes:
                if (printed := printed + 1) <= _SHOWN:
                    self.stdout.write(f"  {line.offering}  {cell.column}: {_move(cell)}  [{_came(cell)}]")
        if printed > _SHOWN:
            self.stdout.write(f"  and {printed - _SHOWN:,} cells more; --json lists them all")


def _order(options: dict[str, Any]) -> dict[str, Any]:
    actor = User.objects.filter(username=options["user"] or NOBODY).first()
    if actor is None:
        actor = User.objects.create_user(NOBODY, is_active=False)
    order = {name: options[name] for name in ("meaning", "reason", "evidence")}
    return order | {"actor": actor, "source_type": SourceType(options["source_type"])}


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for path in map(Path, paths):
        if not path.exists():
            raise CommandError(f"There is no {path}.")
        if path.is_dir():
            yield from (file for file in sorted(path.rglob("*")) if file.suffix.lstrip(".").lower() in FORMATS)
        else:
            yield path


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(imports.MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error


def _move(cell: Any) -> str:
    if not cell.field:
        return f"+ {cell.new}"
    old = display.text(cell.field, cell.old) if cell.was_published else str(display.UNKNOWN)
    return f"{old} → {display.text(cell.field, cell.new)}"


def _came(cell: Any) -> str:
    return f"{cell.outcome}: {cell.by}" if cell.by else str(cell.outcome)


def _told(name: str, batch: ImportBatch, lines: Sequence[imports.Line]) -> dict[str, Any]:
    return {
        "file": name,
        "format": batch.format,
        "state": "shown",
        "rows": batch.rows_count,
        "changed": batch.changed_count,
        "outcomes": batch.outcomes,
        "problems": [{"line": line.line, "problems": line.problems} for line in lines if line.problems],
        "notes": [{"line": line.line, "notes": line.notes} for line in lines if line.notes],
        "changes": [
            {"line": line.line, "offering": line.offering, **asdict(cell)} for line in lines for cell in line.changes
        ],
    }


def _line(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)

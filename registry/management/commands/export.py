"""`manage.py export`: the published catalogue as a file."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry import exporting


class Command(BaseCommand):
    help = "Writes the published catalogue: csv (25 columns), dsl (13 fields), json (all, with provenance) or ndjson."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=exporting.NAMES, help="csv and dsl are flat; json and ndjson hold all")
        parser.add_argument("-o", "--output", metavar="FILE", help="where to; without it, to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pieces = exporting.export(options["format"], on=timezone.now().date())
        except exporting.NothingPublished as error:
            raise CommandError(str(error)) from error
        if not options["output"]:
            out = getattr(self.stdout, "buffer", None) or sys.stdout.buffer
            for piece in pieces:
                out.write(piece)
            return
        try:
            write_whole(Path(options["output"]), pieces)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}") from error


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Writes a file that is there whole or not at all. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

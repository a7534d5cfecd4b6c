"""`manage.py export`: the published catalogue as a file."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.api import bitemporal, export_filters, filtering
from registry.api.problems import BadParameters
from registry.catalogue import queries
from registry.exports import exporting


class Command(BaseCommand):
    help = (
        "Writes the published catalogue: csv (25 columns), dsl (13 fields), json (all, with provenance) or ndjson; or "
        "litellm, models-dev, genai-prices and openai, as those tools read it. Filters are those of /api/v1/offerings/."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=exporting.NAMES, help="csv and dsl are flat; json and ndjson hold all")
        parser.add_argument("-o", "--output", metavar="FILE", help="where to; without it, to standard output")
        parser.add_argument("--provider", metavar="A,B", help="only offerings of these providers")
        parser.add_argument(
            "--filter",
            metavar="NAME=VALUE",
            action="append",
            default=[],
            help="only offerings that match, such as --filter supports_tools=true; may be repeated",
        )
        parser.add_argument(
            "--as-of",
            metavar="DAY",
            help="prices of that day, by what was known at its end; a day to come shows what is announced",
        )
        parser.add_argument(
            "--known-at", metavar="WHEN", help="the catalogue as it was published by then: a day (its end) or a moment"
        )
        parser.add_argument("--revision", metavar="N", help="the catalogue of this very revision")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        request = filtering.as_request(_parameters(options))
        try:
            moment = bitemporal.requested(request.query_params, now)
            chosen = None
            if export_filters.are_in(request):
                chosen = export_filters.chosen(request, now.date(), moment, queries.latest())
            pieces = exporting.export(options["format"], on=now.date(), moment=moment, chosen=chosen)
        except BadParameters as error:
            raise CommandError(error.text) from error
        except (exporting.NothingPublished, exporting.NoMatches) as error:
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


def _parameters(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The options as parameters of a list. Raises CommandError for a filter without a value."""
    for name in (*bitemporal.PARAMETERS, "provider"):
        if options[name] is not None:
            yield name, options[name]
    for text in options["filter"]:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"--filter {text}: write NAME=VALUE, such as supports_tools=true")
        yield name, value


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Writes a file atomically. Raises OSError."""
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

"""`manage.py sync`: read sources now, in the foreground."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from syncers.base import Source
from syncers.engine import Report, sync
from syncers.registry import UnknownSource, all_sources, load

COUNTS = ("seen", "new", "changed", "applied", "held", "rejected", "missing")


class Command(BaseCommand):
    help = (
        "Reads sources and brings the catalogue up to date. Without a name (or with --all) all are read, in order; "
        "one that fails never stops the others. Exit code 0 when all named sources were read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", nargs="*", metavar="SOURCE", help="slugs, as `manage.py sources` lists them")
        parser.add_argument(
            "--all", action="store_true", help="every source; those that cannot be reached are no failure"
        )
        parser.add_argument("--dry-run", action="store_true", help="compute everything, keep nothing")
        parser.add_argument(
            "--from-file", metavar="PATH", help="replay a payload as the provider sent it (one SOURCE), `-` for stdin"
        )
        parser.add_argument("--believe", action="store_true", help="accept a payload that the guards hold as a whole")
        parser.add_argument("--json", action="store_true", help="one JSON object per source")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = self._chosen(options["sources"], everything=options["all"])
        body = self._file(options["from_file"], chosen)
        reports = []
        for source in self._announced(chosen, quiet=options["json"]):
            report = sync(
                source,
                body=body,
                origin=f"file {Path(options['from_file']).name}" if options["from_file"] else "",
                dry_run=options["dry_run"],
                believe=options["believe"],
            )
            reports.append(report)
            if options["json"]:
                self.stdout.write(json.dumps(report.as_json()))
            elif report.status != "skipped" or options["sources"]:
                self.stdout.write(self._line(report))
        if not options["json"]:
            self._say_skipped([r for r in reports if r.status == "skipped" and not options["sources"]])
        named = not (options["all"] or not options["sources"])
        bad = [r for r in reports if not r.good and (named or r.status not in ("failed", "stale"))]
        if bad:
            raise SystemExit(1)

    def _chosen(self, slugs: list[str], *, everything: bool) -> list[type[Source]]:
        if everything and slugs:
            raise CommandError("Name sources or say --all, not both.")
        try:
            return [load(slug) for slug in slugs] or list(all_sources())
        except UnknownSource as error:
            raise CommandError(str(error)) from error

    def _file(self, path: str | None, chosen: list[type[Source]]) -> bytes | None:
        if path is None:
            return None
        if len(chosen) != 1:
            raise CommandError("--from-file replays one source; name it: `sync openrouter --from-file models.json`.")
        try:
            return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error

    def _announced(self, chosen: Iterable[type[Source]], *, quiet: bool) -> Iterator[type[Source]]:
        if not quiet:
            header = "".join(f"{name:>9}" for name in COUNTS)
            self.stdout.write(f"{'source':<22}{'status':<12}{header}{'seconds':>9}")
        for source in chosen:
            if not quiet and self.stdout.isatty():
                self.stdout.write(f"{source.slug:<22}reading …", ending="\r")
                self.stdout.flush()
            yield source

    def _say_skipped(self, reports: list[Report]) -> None:
        """Sources without a key, or with nothing to fetch, in one breath: they are no news."""
        if reports:
            slugs = ", ".join(report.source for report in reports)
            self.stdout.write(
                f"{len(reports)} not read (no key set, or nothing to fetch; see `manage.py sources`): {slugs}"
            )

    def _line(self, report: Report) -> str:
        if not report.good and not report.seen:
            return f"{report.source:<22}{report.status:<12}{self.style.ERROR(report.error)}"
        counts = "".join(f"{getattr(report, name):>9,}" for name in COUNTS)
        line = f"{report.source:<22}{report.status:<12}{counts}{report.seconds:>9.1f}"
        if not report.error:
            return line
        style = self.style.WARNING if report.good else self.style.ERROR
        return f"{line}\n{style(f'    {report.error}')}"

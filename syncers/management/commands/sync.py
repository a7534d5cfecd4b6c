"""`manage.py sync`: read sources now, in the foreground."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curation.models import Source as SourceRow
from registry.database import readiness
from syncers.kinds.source import Source
from syncers.models import Run
from syncers.payload.fetch import envelope
from syncers.registry import UnknownSource, all_sources, load
from syncers.sync.engine import sync
from syncers.sync.record import Report

COUNTS = ("seen", "new", "changed", "applied", "held", "rejected", "unreadable", "missing")
PAUSED = "paused in the admin"


class Command(BaseCommand):
    help = (
        "Reads sources and brings the catalogue up to date. Without a name (or with --all) all are read, in order; "
        "one that fails never stops the others; of those paused in the admin only data of the installation is read. "
        "Exit code 0 when all named sources were read; a source without its key, or one that is being read already, "
        "was not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", nargs="*", metavar="SOURCE", help="slugs, as `manage.py sources` lists them")
        parser.add_argument(
            "--all", action="store_true", help="every source; those that cannot be reached are no failure"
        )
        parser.add_argument(
            "--cached",
            action="store_true",
            help="a payload fetched less than PAYLOAD_CACHE_SECONDS ago (a day) stands in for the network",
        )
        parser.add_argument("--dry-run", action="store_true", help="compute everything, keep nothing")
        parser.add_argument(
            "--from-file",
            metavar="[PART=]PATH",
            action="append",
            help="replay a payload as the provider sent it (one SOURCE), `-` for stdin; of a source of several parts, "
            "once for each part, `PART=PATH`",
        )
        parser.add_argument("--accept", action="store_true", help="accept a payload that the guards hold as a whole")
        parser.add_argument("--json", action="store_true", help="one JSON object per source")

    def handle(self, *args: Any, **options: Any) -> None:
        if reason := readiness.why_not():  # once, and not for each source
            raise CommandError(reason)
        chosen = self._chosen(options["sources"], everything=options["all"])
        files = options["from_file"] or []
        body = self._files(files, chosen)
        started, reports, by_name = time.monotonic(), [], bool(options["sources"])
        paused = set() if by_name else set(SourceRow.objects.filter(enabled=False).values_list("slug", flat=True))
        for source in self._announced(chosen, quiet=options["json"]):
            report = (
                Report(source.slug, Run.Status.SKIPPED, error=PAUSED)
                if source.slug in paused and source().embedded() is None
                else sync(
                    source,
                    body=body,
                    origin=f"file {', '.join(Path(name).name for name in files)}" if files else "",
                    cached=options["cached"],
                    installed=source.slug in paused,
                    dry_run=options["dry_run"],
                    accept=options["accept"],
                )
            )
            reports.append(report)
            if options["json"]:
                self.stdout.write(json.dumps(report.as_json()))
            elif report.status != Run.Status.SKIPPED or by_name:
                self.stdout.write(self._line(report))
        if not options["json"] and not by_name:
            self._say_skipped([r for r in reports if r.status == Run.Status.SKIPPED])
            self.stdout.write(summary(reports, time.monotonic() - started))
        if any(map(_was_not_read if by_name else _is_wrong, reports)):
            raise SystemExit(1)

    def _chosen(self, slugs: list[str], *, everything: bool) -> list[type[Source]]:
        if everything and slugs:
            raise CommandError("Name sources or say --all, not both.")
        try:
            return [load(slug) for slug in slugs] or list(all_sources())
        except UnknownSource as error:
            raise CommandError(str(error)) from error

    def _files(self, names: list[str], chosen: list[type[Source]]) -> bytes | None:
        """The payload in files; several are the parts of one payload."""
        if not names:
            return None
        if len(chosen) != 1:
            raise CommandError("--from-file replays one source; name it: `sync openrouter --from-file models.json`.")
        source = chosen[0]()
        parts: dict[str, list[bytes]] = {}
        for name in names:
            part, separator, path = name.partition("=")
            is_part = bool(separator) and part in source.urls()
            if separator and not is_part and not Path(name).exists():
                known = ", ".join(f"{part}=PATH" if part else "PATH" for part in source.urls())
                raise CommandError(f"{source.slug} has no part {part!r}; its files are {known}.")
            parts.setdefault(part if is_part else "", []).append(self._file(path if is_part else name))
        if len(names) == 1 and "" in parts:
            return parts[""][0]
        return envelope({part: list(map(source.stored, bodies)) for part, bodies in parts.items()})

    def _file(self, path: str) -> bytes:
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
        """Lists sources without a key, or with nothing to fetch, on one line."""
        if reports:
            slugs = ", ".join(report.source for report in reports)
            self.stdout.write(
                f"{len(reports)} not read (no key set, paused, or nothing to fetch; see `manage.py sources`): {slugs}"
            )

    def _line(self, report: Report) -> str:
        if not report.good and not report.seen:
            return f"{report.source:<22}{report.status:<12}{self.style.ERROR(report.error)}"
        counts = "".join(f"{getattr(report, name):>9,}" for name in COUNTS)
        line = f"{report.source:<22}{report.status:<12}{counts}{report.seconds:>9.1f}"
        if report.origin.startswith("cache"):
            line += f"  ({report.origin})"
        if not report.error:
            return line
        style = self.style.WARNING if report.good else self.style.ERROR
        return f"{line}\n{style(f'    {report.error}')}"


def _was_not_read(report: Report) -> bool:
    return not report.good or report.status == Run.Status.SKIPPED


def _is_wrong(report: Report) -> bool:
    """Whether it counts as a failure in a run of all sources: being out of reach does not, it is tried again soon."""
    return not report.good and report.status not in (Run.Status.FAILED, Run.Status.STALE)


def summary(reports: Iterable[Report], seconds: float) -> str:
    """The results of all runs on one line: `3 sources in 2 s: 1 ok, 1 unchanged (from the cache), 1 failed.`"""
    listed = list(reports)
    counts = Counter(str(report.status) for report in listed)
    outcomes = [f"{counts[status.value]:,} {status.label}" for status in Run.Status if counts[status.value]]
    cached = sum(report.origin.startswith("cache") for report in listed)
    applied, held = sum(report.applied for report in listed), sum(report.held for report in listed)
    return (
        f"{len(listed):,} {'source' if len(listed) == 1 else 'sources'} in {seconds:,.0f} s: {', '.join(outcomes)}"
        + (f"; {cached:,} of them from the cache, without the network" if cached else "")
        + f". {applied:,} changes applied, {held:,} held for review."
    )

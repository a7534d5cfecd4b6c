"""Reads recorded answers of providers into the configured database, oldest first, and reports the result of each.

    VAR_DIR=/tmp/replay .venv/bin/python manage.py migrate
    VAR_DIR=/tmp/replay .venv/bin/python scripts/replay_recordings.py FOLDER
    .venv/bin/python scripts/replay_recordings.py FOLDER --counts syncers/data/recorded_counts.csv
    .venv/bin/python scripts/replay_recordings.py FOLDER --table TABLE.md

The folder has one sub-folder per provider with files named by their day: `openrouter/2026-01-16.json`. A further page
of an answer is called `<day>.page2.json`. Meant for a database of its own: everything is accepted, and published as of
the recordings' days. Exit code 1 when the registry itself failed on a file; a file that no source can read is no
failure. With `--counts`, nothing is written to a database: the newest recording of each source is parsed, and how many
offerings (or scores) it lists goes into the file that docs/sources.md shows. With `--table`, nothing is written to a
database either: every recording is parsed, and a row of a Markdown table says how many elements it has, how many
claims came of them, and how many were rejected and why.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:
    from syncers.sync.record import Report

ROOT: Final = Path(__file__).resolve().parent.parent
#: Folders whose name differs from their source.
SOURCES: Final = {
    "gemini": "google",
    "vertex": "google-vertex",
    "models.dev": "models-dev",
    "openrouter-all-modalities": "openrouter",
    "portkey-anthropic": "portkey",
    "portkey-openrouter": "portkey",
}
#: Folders that are left out, and why.
LEFT_OUT: Final = {
    "llm-prices": "no source: it has no licence",
    "github-models": "no source: the service has ended",
}
_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.page(\d+))?\.json")
_CRASHED: Final = "the registry itself failed"


@dataclass(frozen=True, slots=True)
class Recording:
    """One answer: its pages in order."""

    folder: str
    day: str
    pages: tuple[Path, ...]

    @property
    def source(self) -> str:
        return SOURCES.get(self.folder, self.folder)

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.day}" + (f" ({len(self.pages)} pages)" if len(self.pages) > 1 else "")

    def body(self) -> bytes:
        from syncers.payload.fetch import envelope

        bodies = [path.read_bytes() for path in self.pages]
        return bodies[0] if len(bodies) == 1 else envelope({"": bodies})


def find(folder: Path) -> list[Recording]:
    """All recordings, oldest first. Reports files without a day in their name on stderr."""
    pages_of: dict[tuple[str, str], dict[int, Path]] = defaultdict(dict)
    for path in sorted(folder.glob("*/*")):
        if match := _NAME.fullmatch(path.name):
            pages_of[match[1], path.parent.name][int(match[2] or 1)] = path
        else:
            print(f"not named by a day, left out: {path.parent.name}/{path.name}", file=sys.stderr)
    return [
        Recording(where, day, tuple(pages[number] for number in sorted(pages)))
        for (day, where), pages in sorted(pages_of.items())
    ]


def replay(recordings: list[Recording]) -> int:
    """Reads all and prints a line for each. Returns how often the registry itself failed."""
    from syncers.registry import SOURCES as KNOWN
    from syncers.registry import load
    from syncers.sync.engine import sync

    columns = f"{'status':<12}{'seen':>7}{'claims':>7}{'applied':>8}{'held':>6}{'reject':>7}{'gone':>6}{'secs':>7}"
    print(f"{'source':<22}{'recording':<40}{columns}  first reason")
    crashed = 0
    for number, recording in enumerate(recordings):
        if why := LEFT_OUT.get(recording.folder, "" if recording.source in KNOWN else "no source of that name"):
            print(f"{'–':<22}{recording.name:<40}{'left out':<12}{why}")
            continue
        # Read as of its day; seconds apart, so that runs of one day have an order.
        at = datetime.fromisoformat(recording.day).replace(hour=12, tzinfo=UTC) + timedelta(seconds=number)
        started = time.perf_counter()
        report = sync(
            load(recording.source), body=recording.body(), origin=f"file {recording.name}", accept=True, at=at
        )
        print(_line(recording, report, time.perf_counter() - started), flush=True)
        crashed += report.error.startswith(_CRASHED)
    return crashed


def _line(recording: Recording, report: Report, seconds: float) -> str:
    counts = (
        f"{report.status:<12}{report.seen:>7,}{report.new + report.changed:>7,}{report.applied:>8,}{report.held:>6,}"
        f"{report.rejected:>7,}{report.missing:>6,}{seconds:>7.1f}"
    )
    why = report.error or next(_rejections(report.source), "")
    return f"{report.source:<22}{recording.name:<40}{counts}  {why[:160]}"


def _rejections(source: str) -> Iterator[str]:
    """Why records of the source's last run were rejected, in order."""
    from syncers.models import RejectedRecord, Run

    run = Run.objects.filter(source=source).order_by("-pk").first()
    for rejected in RejectedRecord.objects.filter(run=run).order_by("pk"):
        yield f"{rejected.where}: {rejected.reason}"


def write_table(recordings: list[Recording], path: Path) -> int:
    """Writes the result of every recording as a Markdown table. Returns how many broke their source."""
    rows, broken = [], 0
    for recording in recordings:
        try:
            cells = _cells(recording)
        except Exception as error:  # which is what this is to find out
            broken += 1
            cells = ("", "", "", f"the source broke: {type(error).__name__}: {error}")
        rows.append(" | ".join((recording.source, recording.day, recording.folder, *cells)).replace("\n", " "))
    head = "| source | recorded on | folder | elements | claims | rejected | why |\n|---|---|---|--:|--:|--:|---|\n"
    path.write_text(head + "".join(f"| {row} |\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} recordings, {broken} broke their source")
    return broken


def _cells(recording: Recording) -> tuple[str, str, str, str]:
    """Elements, claims, rejected and why, of one recording."""
    from syncers.errors import SourceError
    from syncers.kinds.benchmarks import ParsedScores
    from syncers.registry import SOURCES as KNOWN
    from syncers.registry import load

    if why := LEFT_OUT.get(recording.folder, "" if recording.source in KNOWN else "no source of that name"):
        return "", "", "", f"left out; {why}"
    try:
        parsed = load(recording.source)().parse(recording.body())
    except SourceError as error:
        return "", "", "", f"cannot be read: {str(error)[:160]}"
    reasons = Counter(record.reason[:80] for record in parsed.rejected)
    why = "; ".join(f"{number} × {reason}" for reason, number in reasons.most_common(3)).replace("|", "/")
    accepted = parsed.scores if isinstance(parsed, ParsedScores) else parsed.claims
    return f"{parsed.seen:,}", f"{len(accepted):,}", f"{len(parsed.rejected):,}", why


def count(recordings: list[Recording]) -> list[tuple[str, str, int]]:
    """(source, day, offerings) of the newest recordings that can be read, by source. Several of one day go together."""
    from syncers.errors import SourceError
    from syncers.kinds.benchmarks import ParsedScores
    from syncers.registry import SOURCES as KNOWN
    from syncers.registry import load

    days: dict[str, str] = {}
    listed: dict[str, set[object]] = {}
    for recording in reversed(recordings):
        is_read = recording.source in KNOWN and recording.folder not in LEFT_OUT
        if not is_read or days.get(recording.source, recording.day) != recording.day:
            continue
        try:
            parsed = load(recording.source)().parse(recording.body())
        except SourceError as error:
            print(f"{recording.name} cannot be read: {error}", file=sys.stderr)
            continue
        items = parsed.scores if isinstance(parsed, ParsedScores) else [claim.offering for claim in parsed.claims]
        days[recording.source] = recording.day
        listed.setdefault(recording.source, set()).update(items)
    return [(source, days[source], len(listed[source])) for source in sorted(days) if listed[source]]


def write_counts(recordings: list[Recording], path: Path) -> None:
    """Writes what `count` finds as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("source", "recorded_on", "offerings"))
        writer.writerows(count(recordings))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Reads recorded answers of providers.")
    parser.add_argument("folder", type=Path, help="one sub-folder per provider, files named by their day")
    parser.add_argument("--counts", type=Path, metavar="FILE", help="only count what the newest list, into a CSV file")
    parser.add_argument("--table", type=Path, metavar="FILE", help="only parse, and say in a Markdown table what came")
    chosen = parser.parse_args(arguments)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    recordings = find(chosen.folder)
    if not recordings:
        print(f"no recordings in {chosen.folder}", file=sys.stderr)
        return 2
    if chosen.counts:
        write_counts(recordings, chosen.counts)
        return 0
    if chosen.table:
        return 1 if write_table(recordings, chosen.table) else 0
    from registry.reference.providers import load_providers

    load_providers()
    if crashed := replay(recordings):
        print(f"the registry itself failed on {crashed} of {len(recordings)} recordings", file=sys.stderr)
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

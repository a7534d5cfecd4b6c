"""Read recorded answers of providers into the configured database, oldest first, and say what came of each.

    VAR_DIR=/tmp/replay python manage.py migrate
    VAR_DIR=/tmp/replay python scripts/replay_recordings.py FOLDER

The folder has one sub-folder per provider with files named by their day: `openrouter/2026-01-16.json`. A further page
of an answer is called `<day>.page2.json`. Meant for a database of its own: everything is believed, and published as of
the recordings' days. Exit code 1 when the registry itself failed on a file; a file that no source can read is no
failure.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:
    from syncers.engine import Report

ROOT: Final = Path(__file__).resolve().parent.parent
#: Folders that are not called as their source is.
SOURCES: Final = {
    "gemini": "google",
    "vertex": "google-vertex",
    "models.dev": "models-dev",
    "openrouter-all-modalities": "openrouter",
    "portkey-anthropic": "portkey",
    "portkey-openrouter": "portkey",
}
#: Folders that nothing is read from, and why.
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
        from syncers.fetching import envelope

        bodies = [path.read_bytes() for path in self.pages]
        return bodies[0] if len(bodies) == 1 else envelope({"": bodies})


def find(folder: Path) -> list[Recording]:
    """All recordings, the oldest first. Says on stderr which files are not named by a day."""
    found: dict[tuple[str, str], dict[int, Path]] = defaultdict(dict)
    for path in sorted(folder.glob("*/*")):
        if named := _NAME.fullmatch(path.name):
            found[named[1], path.parent.name][int(named[2] or 1)] = path
        else:
            print(f"not named by a day, left out: {path.parent.name}/{path.name}", file=sys.stderr)
    return [
        Recording(where, day, tuple(pages[number] for number in sorted(pages)))
        for (day, where), pages in sorted(found.items())
    ]


def replay(recordings: list[Recording]) -> int:
    """Reads them all and prints a line for each. Returns how often the registry itself failed."""
    from syncers.engine import sync
    from syncers.registry import SOURCES as KNOWN
    from syncers.registry import load

    columns = f"{'status':<12}{'seen':>7}{'claims':>7}{'applied':>8}{'held':>6}{'reject':>7}{'gone':>6}{'secs':>7}"
    print(f"{'source':<22}{'recording':<40}{columns}  first reason")
    crashed = 0
    for number, recording in enumerate(recordings):
        if why := LEFT_OUT.get(recording.folder, "" if recording.source in KNOWN else "no source of that name"):
            print(f"{'–':<22}{recording.name:<40}{'left out':<12}{why}")
            continue
        # As if it had been read on its day; seconds apart, so that runs of one day have an order.
        at = datetime.fromisoformat(recording.day).replace(hour=12, tzinfo=UTC) + timedelta(seconds=number)
        started = time.perf_counter()
        report = sync(
            load(recording.source), body=recording.body(), origin=f"file {recording.name}", believe=True, at=at
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
    """Why records of the source's last run were not taken, the first of them first."""
    from syncers.models import RejectedRecord, Run

    run = Run.objects.filter(source=source).order_by("-pk").first()
    for rejected in RejectedRecord.objects.filter(run=run).order_by("pk"):
        yield f"{rejected.where}: {rejected.reason}"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("one folder of recordings expected: python scripts/replay_recordings.py FOLDER", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    recordings = find(Path(arguments[0]))
    if not recordings:
        print(f"no recordings in {arguments[0]}", file=sys.stderr)
        return 2
    from registry.reference import load_providers

    load_providers()
    if crashed := replay(recordings):
        print(f"the registry itself failed on {crashed} of {len(recordings)} recordings", file=sys.stderr)
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

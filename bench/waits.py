"""How long others wait to write while a source is read, what the reading costs, and how long it holds the lock.

    VAR_DIR=/tmp/waits python manage.py migrate
    VAR_DIR=/tmp/waits python bench/waits.py models-dev FILE [FILE ...]

Each file is read in a separate process, as by `sync SOURCE --from-file FILE --accept`. Meanwhile one thread tries to
take the write lock every few milliseconds and releases it at once: consecutive failures are a hold. Another takes it
ten times a second, as a curator's action does, and waits for it. For SQLite, where all writers share one lock.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
_PROBE_SECONDS: Final = 0.004
_CURATOR_SECONDS: Final = 0.1


class Watch:
    """Measures the write lock of a database from two threads while something else runs."""

    def __init__(self, database: Path) -> None:
        self._database, self._over = database, threading.Event()
        self.holds: list[float] = []
        self.waits: list[float] = []
        self._threads = [threading.Thread(target=target) for target in (self._probe, self._curate)]

    def __enter__(self) -> Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _probe(self) -> None:
        connection = sqlite3.connect(self._database, timeout=0, isolation_level=None)
        refused_at: float | None = None
        while not self._over.is_set():
            now = time.perf_counter()
            if _takes_lock(connection):
                if refused_at is not None:
                    self.holds.append(now - refused_at)
                refused_at = None
            elif refused_at is None:
                refused_at = now
            time.sleep(_PROBE_SECONDS)

    def _curate(self) -> None:
        connection = sqlite3.connect(self._database, timeout=120, isolation_level=None)
        while not self._over.is_set():
            began = time.perf_counter()
            _takes_lock(connection)
            self.waits.append(time.perf_counter() - began)
            time.sleep(_CURATOR_SECONDS)


def _takes_lock(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    connection.execute("ROLLBACK")
    return True


def _sync(source: str, file: Path) -> tuple[float, float, int]:
    """Wall clock and CPU seconds of one run, and the peak memory of all runs so far in MB."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, str(ROOT / "manage.py"), "sync", source, "--from-file", str(file), "--accept"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, used, after.ru_maxrss // 1024


def main() -> None:
    """Reads the files one after another, and prints a row for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source")
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    database = Path(os.environ["VAR_DIR"]) / "registry.sqlite3"
    print(f"{'file':<28}{'seconds':>9}{'CPU s':>8}{'MB':>6}{'hold max':>10}{'wait p50':>10}{'p99':>8}{'max':>8}")
    for file in arguments.files:
        with Watch(database) as watch:
            seconds, used, most = _sync(arguments.source, file)
        waits = sorted(watch.waits)
        p50, p99 = (waits[min(int(len(waits) * share), len(waits) - 1)] for share in (0.5, 0.99))
        hold = max(watch.holds, default=0.0)
        print(
            f"{file.name:<28}{seconds:>9.1f}{used:>8.1f}{most:>6}{hold:>10.3f}{p50:>10.3f}{p99:>8.3f}{waits[-1]:>8.3f}"
        )


if __name__ == "__main__":
    main()

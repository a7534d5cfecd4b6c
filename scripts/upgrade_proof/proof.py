"""One database at three times, and what is recorded about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

TIMES: Final = ("before", "migrated", "prepared")
SECOND_PERSON_ABOVE: Final = "4"


@dataclass(slots=True)
class Proof:
    """The state of one database at three times: before, migrated, prepared."""

    work: Path
    figures: dict[str, Any] = field(default_factory=dict)
    checks: list[tuple[str, bool, str]] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def database(self, when: str) -> Path:
        """The database of that time."""
        return self.work / when / "registry.sqlite3"

    def check(self, what: str, holds: bool, more: str = "") -> None:
        """Records one check."""
        self.checks.append((what, holds, more))

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(holds for _what, holds, _more in self.checks)

    def run(self, root: Path, when: str, *command: str, name: str = "") -> str:
        """Runs Python of a checkout on the database of that time. Raises SystemExit where it fails."""
        python = root / ".venv" / "bin" / "python"
        environment = {**os.environ, "VAR_DIR": str(self.work / when), "SECOND_PERSON_ABOVE": SECOND_PERSON_ABOVE}
        environment.pop("DATABASE_URL", None)
        started = time.monotonic()
        label = name or command[0]
        print(f"{when}: {label} …", file=sys.stderr, flush=True)
        done = subprocess.run([str(python), *command], cwd=root, env=environment, capture_output=True, text=True)
        self.seconds[f"{when}: {label}"] = time.monotonic() - started
        if done.returncode:
            raise SystemExit(f"{label} failed on the database {when}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def measure(self, root: Path, when: str, day: str) -> None:
        """The figures and digests of that version about its own database."""
        output = self.work / when / "figures.json"
        self.run(root, when, "scripts/oracle.py", "--at", day, "--output", str(output))
        self.figures[when] = json.loads(output.read_text())

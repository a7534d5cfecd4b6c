"""A registry of its own in a folder, started the way an operator starts it: for checks that ask over HTTP.

Nothing but the standard library, so that any environment can use it; the site runs out of .venv.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
PATIENCE_SECONDS = 60


class Failed(Exception):
    """A command or the site did not do what it should; the message has its last words."""


@dataclass(frozen=True)
class Site:
    url: str
    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """What a command prints that runs beside the site. Raises Failed when it ends with an error."""
        done = subprocess.run(
            [PYTHON, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(f"{' '.join(command)}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout


@contextmanager
def trial_site(folder: Path) -> Iterator[Site]:
    """A site with the data that comes with the installation. Raises Failed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    # Only what a clean machine has, and documents as soon as they are asked for: there is no renderer.
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "RENDER_INLINE": "1"}
    site = Site(f"http://{address}", folder, environment)
    for command in ("migrate --verbosity 0", "prepare", "sync curated genai-prices"):
        site.run("manage.py", *command.split())
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", address, "--threads", "4", "--no-control-socket"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait(f"{site.url}/readyz", server, folder / "log")
        yield site
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url).close()  # noqa: S310
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise Failed(f"the site does not answer: {log.read_text()[-2000:]}")

"""A group of child processes: started together, waited for, watched, and stopped together."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registry.domain import heartbeat

ANSWER_SECONDS: Final = 120
STOP_SECONDS: Final = 10
LINES_SHOWN: Final = 15
LOG_BYTES: Final = 10 * 2**20
"""Size from which a log is rotated. One earlier file is kept."""
_LOOK_EVERY: Final = 0.3


class Failed(Exception):
    """A process ended or never answered; the message has the last lines of its log."""


@dataclass(slots=True)
class Child:
    """One process. What it prints goes to its log file."""

    name: str
    title: str
    command: Sequence[str]
    log: Path
    folder: Path
    """Where it runs."""
    answers: Callable[[Child], bool]
    """Whether it is ready."""
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    _start_of_log: int = 0

    @property
    def sign(self) -> Path:
        """The file that it touches when it is ready."""
        return self.log.with_suffix(".alive")

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.sign.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._start_of_log = log.tell()
            # Its own session, so that Ctrl-C reaches only us and everything is stopped in order.
            self.process = subprocess.Popen(  # noqa: S603
                self.command, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, **self.environment, heartbeat.VARIABLE: str(self.sign)},
            )  # fmt: skip

    def check(self) -> None:
        """Raises Failed when it has ended."""
        code = self.process.poll() if self.process else None
        if code is not None:
            how = f"was killed by signal {-code}" if code < 0 else f"ended by itself with code {code}"
            raise Failed(f"{self.title} {how}. {self.last_lines()}")

    def rotate(self) -> None:
        """Moves a long log to `….log.1`, in the place of the one before. The process keeps its open file, which is
        emptied; what it prints between copying and emptying is lost.
        """
        if self.log.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)
            self._start_of_log = 0

    def last_lines(self) -> str:
        """The last lines that it printed since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._start_of_log)
            lines = log.read().decode(errors="replace").splitlines()[-LINES_SHOWN:]
        if not lines:
            return f"Its log, {self.log}, says nothing."
        return f"The last lines of {self.log}:\n" + "\n".join(f"    {line}" for line in lines)


def gave_sign(child: Child) -> bool:
    """Whether a worker or the scheduler has reported that it is ready."""
    return child.sign.exists()


def site_answers(address: str, port: int, allowed_hosts: Sequence[str]) -> Callable[[Child], bool]:
    """Whether the site answers at /healthz, requested with an allowed host name."""
    first = (allowed_hosts[0] if allowed_hosts else "").lstrip(".")
    name = "localhost" if first in ("", "*") else first
    host = "127.0.0.1" if address == "0.0.0.0" else address  # noqa: S104

    def answers(child: Child) -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": name})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return answers


def wait_for_answers(
    children: Sequence[Child], *, stopping: Sequence[int] = (), seconds: float = ANSWER_SECONDS
) -> None:
    """Returns when all have answered, or at a stop signal. Raises Failed for one that ends or does not answer."""
    silent = list(children)
    end = time.monotonic() + seconds
    while silent and not stopping:
        for child in children:
            child.check()
        silent = [child for child in silent if not child.answers(child)]
        if silent and time.monotonic() > end:
            messages = [f"{child.title} has not answered for {seconds:.0f} s. {child.last_lines()}" for child in silent]
            raise Failed("\n".join(messages))
        if silent:
            time.sleep(_LOOK_EVERY)


def watch(children: Sequence[Child], *, stopping: Sequence[int]) -> None:
    """Returns at a stop signal. Raises Failed for the first that ends."""
    while not stopping:
        for child in children:
            child.check()
            child.rotate()
        time.sleep(_LOOK_EVERY)


def stop_all(children: Sequence[Child], *, seconds: float = STOP_SECONDS) -> None:
    """Terminates all processes, and kills those that do not end, with their children."""
    running = [child.process for child in children if child.process]
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + seconds
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its session may have outlived it
        process.wait()

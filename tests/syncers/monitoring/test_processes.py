from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from syncers.monitoring import processes
from syncers.monitoring.processes import Child, Failed, gave_sign, stop_all, wait_for_answers, watch

SIGN = "import os, pathlib, time; pathlib.Path(os.environ['REGISTRY_SIGN_OF_LIFE']).touch()"


def child(folder: Path, name: str, script: str) -> Child:
    return Child(name, f"The {name}", (sys.executable, "-c", script), folder / f"{name}.log", folder, gave_sign)


@pytest.fixture
def started(tmp_path) -> Iterator[list[Child]]:
    children: list[Child] = []
    yield children
    stop_all(children)


def start(children: list[Child], *more: Child) -> None:
    for child_process in more:
        children.append(child_process)
        child_process.start()


def test_it_waits_until_each_has_answered(tmp_path, started):
    start(
        started,
        child(tmp_path, "quick", f"{SIGN}; time.sleep(600)"),
        child(tmp_path, "slow", f"import time; time.sleep(1); {SIGN}; time.sleep(600)"),
    )

    wait_for_answers(started, seconds=60)

    assert all(child_process.sign.exists() for child_process in started)


def test_a_sign_of_an_earlier_start_is_no_answer(tmp_path, started):
    silent = child(tmp_path, "silent", "import time; time.sleep(600)")
    silent.sign.touch()
    start(started, silent)

    with pytest.raises(Failed, match="The silent has not answered for 1 s"):
        wait_for_answers(started, seconds=1)


def test_one_that_dies_is_named_with_the_last_lines_of_its_log(tmp_path, started):
    (tmp_path / "dying.log").write_text("of yesterday\n")
    dying = "import sys; print(*range(40), sep='\\n'); sys.exit('no room left')"
    start(started, child(tmp_path, "well", f"{SIGN}; time.sleep(600)"), child(tmp_path, "dying", dying))

    with pytest.raises(Failed) as caught:
        wait_for_answers(started, seconds=60)

    lines = str(caught.value).splitlines()
    assert lines[0] == f"The dying ended by itself with code 1. The last lines of {tmp_path}/dying.log:"
    assert "no room left" in str(caught.value)
    assert "of yesterday" not in str(caught.value)
    assert len(lines) == 16


def test_a_long_log_is_rotated_while_its_process_prints_on(tmp_path, started, monkeypatch):
    monkeypatch.setattr(processes, "LOG_BYTES", 1000)
    lines = "import itertools\nfor n in itertools.count(): print(n, flush=True); time.sleep(0.001)"
    start(started, child(tmp_path, "wordy", f"{SIGN}\n{lines}"))
    wait_for_answers(started, seconds=60)
    stopping: list[int] = []

    timer = threading.Timer(3, stopping.append, [1])
    timer.start()
    watch(started, stopping=stopping)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["wordy.alive", "wordy.log", "wordy.log.1"]
    earlier, log = ((tmp_path / name).read_text().split() for name in ("wordy.log.1", "wordy.log"))
    assert int(earlier[-1]) < int(log[0]) < int(log[-1])


def test_one_that_is_killed_later_is_named(tmp_path, started):
    start(started, child(tmp_path, "well", f"{SIGN}; time.sleep(600)"))
    wait_for_answers(started, seconds=60)
    assert started[0].process
    started[0].process.kill()

    with pytest.raises(Failed, match="The well was killed by signal 9"):
        watch(started, stopping=[])


def test_a_signal_ends_the_waiting(tmp_path, started):
    start(started, child(tmp_path, "silent", "import time; time.sleep(600)"))

    wait_for_answers(started, stopping=[signal.SIGINT], seconds=60)
    watch(started, stopping=[signal.SIGINT])


def test_what_a_process_started_is_stopped_with_it(tmp_path, started):
    script = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"subprocess.Popen([sys.executable, '-c', {f'{SIGN}; time.sleep(600)'!r}]); time.sleep(600)"
    )
    start(started, child(tmp_path, "stubborn", script))
    wait_for_answers(started, seconds=60)
    assert started[0].process

    stop_all(started, seconds=0.2)

    with pytest.raises(ProcessLookupError):
        _wait_for_the_end_of(started[0].process.pid)


def _wait_for_the_end_of(group: int) -> None:
    """Raises ProcessLookupError when nothing of a process group is left: the killed wait for their new parent."""
    for _ in range(600):
        os.killpg(group, 0)
        time.sleep(0.1)


# -- `manage.py up`, whole ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first start prepares it, a later one finds it prepared."""
    return tmp_path_factory.mktemp("installation")


#: These look whether processes are left, by what Linux tells of them.
whole = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


def up(folder: Path, **variables: str) -> tuple[subprocess.Popen[str], int]:
    """The command as a process with an installation of its own; and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-sync", "--port", str(port)],
        cwd=settings.BASE_DIR, env={"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **variables},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return process, port


def processes_of(folder: Path) -> list[int]:
    """Processes whose environment names that folder."""
    pids = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"VAR_DIR={folder}\0".encode() in place.read_bytes():
                pids.append(int(place.parent.name))
        except OSError:
            continue
    return pids


@whole
@pytest.mark.slow
def test_up_says_that_the_site_is_up_when_all_have_answered_and_ends_when_one_dies(installation):
    process, _ = up(installation)
    assert process.stdout
    output = []
    for line in process.stdout:
        output.append(line)
        if line.startswith("Logs are in"):
            break
    signs = {place.stem for place in (installation / "log").glob("*.alive")}
    pid = next(pid for pid in processes_of(installation) if b"beat\0" in Path(f"/proc/{pid}/cmdline").read_bytes())

    os.kill(pid, signal.SIGKILL)
    rest = process.stdout.read()
    process.stdout.close()

    assert "The site is up:" in "".join(output)
    assert signs == {"worker", "render", "beat"}
    assert process.wait(60) == 1
    assert "The scheduler was killed by signal 9. The last lines of" in rest
    assert "beat: Starting..." in rest
    assert processes_of(installation) == []


@whole
@pytest.mark.slow
def test_up_names_the_process_that_does_not_start_and_never_says_that_the_site_is_up(installation):
    process, _ = up(installation, GUNICORN_CMD_ARGS="--no-such-option")
    output, _ = process.communicate(timeout=240)

    assert process.returncode == 1
    assert "The site is up" not in output
    assert re.search(r"The site ended by itself with code 2\. The last lines of .*web\.log:", output)
    assert "--no-such-option" in output
    assert "Traceback" not in output
    assert processes_of(installation) == []

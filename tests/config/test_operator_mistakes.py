"""Mistakes of the person who runs this, made for real: a sentence each, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

pytestmark = pytest.mark.slow


def run(folder: Path, *command: str, **variables: str) -> tuple[int, str]:
    """Exit code and standard error of a process with an installation of its own."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **variables}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stderr


def says(outcome: tuple[int, str], *words: str, code: int = 1) -> None:
    assert outcome[0] == code, outcome[1]
    assert "Traceback" not in outcome[1]
    assert all(word in outcome[1] for word in words), outcome[1]


def test_a_switch_that_is_none_stops_a_command_in_a_sentence(tmp_path):
    outcome = run(tmp_path, "manage.py", "stats", API_OPEN="maybe")

    says(outcome)
    assert outcome[1] == "API_OPEN is 'maybe': write 1 (on) or 0 (off).\n"


def test_a_switch_that_is_none_stops_the_site_for_good(tmp_path):
    outcome = run(tmp_path, "-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", API_OPEN="maybe")

    says(outcome, "API_OPEN is 'maybe': write 1 (on) or 0 (off).", code=3)


def test_a_switch_that_is_none_stops_a_worker_in_a_sentence(tmp_path):
    says(run(tmp_path, "-m", "celery", "-A", "config", "worker", API_OPEN="maybe"), "API_OPEN is 'maybe'")


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    outcome = run(tmp_path, "manage.py", "stats", DATABASE_URL="postgres://someone:sekret@127.0.0.1:1/catalogue")

    says(
        outcome, "DATABASE_URL", "the database catalogue at 127.0.0.1:1 cannot be used", "postgres://user:password@host"
    )
    assert "sekret" not in outcome[1]


def test_a_place_where_no_database_can_be_is_named(tmp_path):
    outcome = run(tmp_path, "manage.py", "migrate", DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/x.sqlite3")

    says(outcome, "DATABASE_URL", f"{tmp_path}/nowhere/x.sqlite3 cannot be used")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()

    says(run(tmp_path / "file" / "var", "manage.py", "stats"), f"VAR_DIR: {tmp_path}/file/var cannot be written")


SEVERAL_COMMANDS = """
import sys
import manage

for command in sys.argv[1:]:
    sys.argv = ["manage.py", *command.split()]
    try:
        manage.main()
    except SystemExit as ending:  # what Python does with it at the end of a process
        print(ending.code or "ended well", file=sys.stderr)
    else:
        print("ended well", file=sys.stderr)
    print("and next", file=sys.stderr)
"""


def test_a_database_that_is_not_migrated_is_said_to_be(tmp_path):
    commands = ["stats", "sync", "sync curated", "import_curated curation/data"]

    _, stderr = run(tmp_path, "-c", SEVERAL_COMMANDS, *commands)  # one start of Django for all of them

    for command, answer in zip(commands, stderr.split("and next\n")[:-1], strict=True):
        assert "has not been migrated" in answer, command
        assert "run `manage.py migrate`" in answer, command
        assert "Traceback" not in answer, command
        assert "ended well" not in answer, command


@pytest.mark.parametrize("process", ["worker", "beat"])
def test_no_process_starts_on_a_database_that_is_not_migrated(tmp_path, process):
    says(run(tmp_path, "-m", "celery", "-A", "config", process), "has not been migrated")


def test_a_python_without_the_environment_is_told_which_one_to_use(tmp_path):
    says(run(tmp_path, "-S", "manage.py", "stats"), sys.executable, ".venv/bin/python manage.py", "make run")


def test_a_reader_who_goes_away_is_no_error(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sources", "--markdown"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    process.stdout.close()

    stderr = process.stderr.read()
    process.stderr.close()

    assert stderr == b""
    assert process.wait(60) == 141

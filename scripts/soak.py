"""Run the tests that follow a random course, 25 times as long as the suite does and from a new seed; then, where a
PostgreSQL answers, all of the suite on it, of which `make test` runs what writes SQL.

    .venv/bin/python -m scripts.soak [pytest arguments]

SEED=… in the environment repeats a run. A failure that it finds is kept in its test as an example of its own.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile

from scripts.run_tests import database_url, why_unusable

TIMES_AS_LONG = "10"


def main(arguments: list[str]) -> int:
    seed = os.environ.get("SEED") or str(secrets.randbelow(10**8))
    print(f"seed {seed}: repeat this run with SEED={seed} make soak", flush=True)
    with tempfile.TemporaryDirectory(prefix="registry-soak-") as var:
        environment = {**os.environ, "VAR_DIR": var, "CELERY_BROKER_URL": "filesystem://"}
        courses = environment | {
            "RANDOM_SEED": seed, "RANDOM_SHARE": TIMES_AS_LONG, "DATABASE_URL": f"sqlite:///{var}/registry.sqlite3",
        }  # fmt: skip
        code = _pytest(["-m", "soak or hypothesis", f"--hypothesis-seed={seed}", *arguments], courses)
        if code:
            print(f"this was seed {seed}: SEED={seed} make soak", file=sys.stderr)
        url = database_url()
        if url and not why_unusable(url):
            code = _pytest(["-m", "not browser", *arguments], environment | {"DATABASE_URL": url}) or code
    return code


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

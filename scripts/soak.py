"""Run the tests that follow a random course, 25 times as long as the suite does and from a new seed.

    python scripts/soak.py [pytest arguments]

SEED=… in the environment repeats a run. A failure that it finds is kept in its test as an example of its own.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile

TIMES_AS_LONG = "10"


def main(arguments: list[str]) -> int:
    seed = os.environ.get("SEED") or str(secrets.randbelow(10**8))
    print(f"seed {seed}: repeat this run with SEED={seed} make soak", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", "-m", "soak or hypothesis"]
    with tempfile.TemporaryDirectory(prefix="registry-soak-") as var:
        environment = {
            **os.environ,
            "RANDOM_SEED": seed,
            "RANDOM_SHARE": TIMES_AS_LONG,
            "VAR_DIR": var,
            "DATABASE_URL": f"sqlite:///{var}/registry.sqlite3",
            "CELERY_BROKER_URL": "filesystem://",
        }
        code = subprocess.run(
            [*command, f"--hypothesis-seed={seed}", *arguments], env=environment, check=False
        ).returncode
    if code:
        print(f"this was seed {seed}: SEED={seed} make soak", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

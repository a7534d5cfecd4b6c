#!/usr/bin/env python
"""Django's command line, for this project."""

from __future__ import annotations

import os
import sys

OURS = ("config", "curation", "registry", "syncers", "tests")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from config import command_line

        command_line.run(sys.argv)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.partition(".")[0] in OURS or "--traceback" in sys.argv:
            raise
        sys.exit(
            f"{sys.executable} cannot run this: it has no module {missing}. Write `.venv/bin/python manage.py …`, with "
            "the Python that `make run` and `make test` set up."
        )


if __name__ == "__main__":
    main()

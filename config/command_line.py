"""`manage.py`, with a sentence instead of a traceback for errors that the code did not cause."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

from django.core.management import execute_from_command_line

_INTERRUPTED: Final = 130
"""Exit code of a program stopped by Ctrl-C (128 + SIGINT)."""
_READER_GONE: Final = 141
"""Exit code of a program whose output pipe was closed (128 + SIGPIPE)."""


def run(arguments: Sequence[str]) -> None:
    """Runs one command. Raises SystemExit with a sentence for a mistake of the operator; `--traceback` shows all."""
    try:
        try:
            execute_from_command_line(list(arguments))
            sys.stdout.flush()
        finally:
            _render()
    except BrokenPipeError:  # `manage.py sources | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # buffered output is flushed at exit
        raise SystemExit(_READER_GONE) from None
    except KeyboardInterrupt:
        raise SystemExit(_INTERRUPTED) from None
    except Exception as error:
        sentence = None if "--traceback" in arguments else _sentence(error)
        if sentence is None:
            raise
        raise SystemExit(sentence) from error


def _render() -> None:
    """Renders what the command has published."""
    from django.apps import apps

    if apps.ready:
        from registry.exports import rendering

        rendering.finish()


def _sentence(error: Exception) -> str | None:
    """A sentence about an operator's mistake; None for other errors."""
    from django.conf import settings
    from django.db import DatabaseError

    from config import environment
    from registry.database import readiness

    if isinstance(error, DatabaseError):
        return readiness.explain(error)
    if isinstance(error, OSError) and str(error.filename or "").startswith(str(settings.VAR_DIR)):
        return str(environment.unwritable(settings.VAR_DIR, error))
    return None

"""Signs of life: a worker and the scheduler touch a file when they are at work, if whoever started them named one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "REGISTRY_SIGN_OF_LIFE"
"""Names the file, in the environment of the process."""


def beat() -> None:
    """Says that this process is at work."""
    if path := os.environ.get(VARIABLE):
        Path(path).touch()

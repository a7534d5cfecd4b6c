"""Heartbeats: a worker and the scheduler touch a file while they run, if the environment names one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "REGISTRY_SIGN_OF_LIFE"
"""Names the file, in the environment of the process."""


def beat() -> None:
    """Records that this process is alive."""
    if path := os.environ.get(VARIABLE):
        Path(path).touch()

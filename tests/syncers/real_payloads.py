"""Real payloads of sources. They are large and not in the repository; tests of them are skipped without them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = Path(os.environ.get("REGISTRY_RECORDINGS") or ROOT.parent / "shared" / "recordings")


def real_payloads(*folders: str) -> list[Any]:
    """Parameters for `pytest.mark.parametrize`: every recording in the folders, or a skipped one with the reason."""
    paths = [path for folder in folders for path in sorted((RECORDINGS / folder).glob("*.json"))]
    if not paths:
        return [pytest.param(None, marks=pytest.mark.skip(f"no recordings in {folders}; set REGISTRY_RECORDINGS"))]
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}", marks=pytest.mark.recordings) for path in paths]

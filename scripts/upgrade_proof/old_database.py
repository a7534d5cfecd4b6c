"""Makes the database of the older version, with the work of curators in it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

from scripts.upgrade_proof.proof import Proof

DAYS: Final = ("2026-08-01", "2026-08-20")
"""The days of the sample payloads."""
_FRACTION: Final = re.compile(r"\d*\.\d+")


def fill(proof: Proof, old: Path, *, database: Path | None, recordings: Path | None) -> None:
    """Copies a database or replays recordings, else the sample payloads of the tests; then people work in it."""
    folder = proof.work / "before"
    folder.mkdir(parents=True)
    if database:
        shutil.copy(database, proof.database("before"))
        secret = database.parent / "secret_key"
        if secret.exists():
            shutil.copy(secret, folder)
    proof.run(old, "before", "manage.py", "migrate", "--verbosity", "0", name="migrate")
    proof.run(old, "before", "manage.py", "prepare", name="prepare")
    if not database:
        payloads = recordings.resolve() if recordings else _samples(old, proof.work / "samples")
        proof.run(old, "before", "scripts/replay_recordings.py", str(payloads), name="replay")
    script = str(old / "scripts" / "people_at_work.py")  # its own: modules may be elsewhere by now
    proof.outputs["people"] = proof.run(old, "before", script, name="people")


def _samples(old: Path, folder: Path) -> Path:
    """The sample payloads of the tests as recordings of two days; on the second, prices are three times as high."""
    for path in sorted((old / "tests" / "recordings").glob("*.json")):
        of_source = folder / path.stem.replace("_", "-")
        of_source.mkdir(parents=True)
        document = json.loads(path.read_bytes())
        for day, factor in zip(DAYS, (1, 3), strict=True):
            (of_source / f"{day}.json").write_text(json.dumps(_dearer(document, factor)), encoding="utf-8")
    return folder


def _dearer(data: Any, factor: int) -> Any:
    """A document with every number that has a fraction multiplied, which prices have."""
    if isinstance(data, dict):
        return {name: _dearer(value, factor) for name, value in data.items()}
    if isinstance(data, list):
        return [_dearer(value, factor) for value in data]
    if isinstance(data, float) or (isinstance(data, str) and _FRACTION.fullmatch(data)):
        dearer = float(data) * factor
        return dearer if isinstance(data, float) else f"{dearer:.12f}"
    return data

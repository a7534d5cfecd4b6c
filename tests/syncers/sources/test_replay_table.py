"""What `scripts/replay_recordings.py --table` says of recordings."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(settings.BASE_DIR) / "scripts"))
    return import_module("replay_recordings")


def table(replay: Any, folder: Path) -> tuple[int, list[str]]:
    broken = replay.write_table(replay.find(folder), folder / "table.md")
    return broken, (folder / "table.md").read_text(encoding="utf-8").splitlines()[2:]


def record(folder: Path, name: str, document: Any) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


def test_it_counts_what_came_of_each_recording(replay: Any, tmp_path: Path) -> None:
    record(tmp_path, "gemini/2026-02-01.json", {"models": [{"name": "models/a"}, {"name": "models/b"}, {"no": "name"}]})
    record(tmp_path, "llm-prices/2026-01-01.json", {})
    broken, rows = table(replay, tmp_path)

    assert broken == 0
    assert rows[0].endswith("| left out; no source: it has no licence |")
    assert rows[1].startswith("| google | 2026-02-01 | gemini | 3 | 2 | 1 | 1 × ")


def test_it_counts_sources_that_broke(replay: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: Any, body: bytes) -> None:
        raise ZeroDivisionError("none")

    monkeypatch.setattr("syncers.sources.makers.google.Google.parse", breaks)
    record(tmp_path, "gemini/2026-02-01.json", {"models": []})

    assert table(replay, tmp_path) == (
        1,
        ["| google | 2026-02-01 | gemini |  |  |  | the source broke: ZeroDivisionError: none |"],
    )

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry import formats
from registry.exports import exporting, lease, rendering, served
from registry.formats.columns import COLUMNS
from tests.registry.builders import make_revision
from tests.syncers.test_commands import SAMPLE, replay

pytestmark = pytest.mark.django_db


def text_of(name: str) -> str:
    return b"".join(exporting.export(name, on=date(2026, 11, 21))).decode()


@pytest.mark.parametrize("name", exporting.FLAT)
def test_it_comes_back_byte_for_byte(name: str) -> None:
    replay(SAMPLE)
    exported = text_of(name)

    again = "".join(formats.get(name).write(formats.get(name).read(exported)))  # type: ignore[misc]

    assert again == exported


def test_it_writes_every_offering_into_the_columns() -> None:
    report = replay(SAMPLE)

    rows = list(csv.DictReader(io.StringIO(text_of("csv"))))

    assert len(rows) == report["new"]
    assert set(rows[0]) == set(COLUMNS)


def test_it_writes_a_file_whole_and_readable(tmp_path: Path) -> None:
    report = replay(SAMPLE)
    target = tmp_path / "catalogue.ndjson"

    call_command("export", "ndjson", output=str(target))

    lines = target.read_text().splitlines()
    assert len(lines) == report["new"]
    assert "provenance" in json.loads(lines[0])
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue.ndjson"]


@pytest.mark.parametrize("name", exporting.NAMES)
def test_it_says_so_rather_than_give_an_empty_catalogue(name: str) -> None:
    with pytest.raises(CommandError, match="nothing is published"):
        call_command("export", name)


@pytest.mark.parametrize("name", formats.DOCUMENTS)
def test_it_writes_the_documents_of_other_tools_alike_each_time(name: str) -> None:
    replay(SAMPLE)

    text = text_of(name)

    assert json.loads(text, parse_constant=pytest.fail)
    assert text_of(name) == text


def test_it_says_so_while_the_first_document_is_being_rendered(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RENDER_INLINE = False
    monkeypatch.setattr(served, "FIRST_WAIT_SECONDS", 0.0)
    make_revision(1)

    being_made = pytest.raises(exporting.NothingPublished, match="being rendered")
    with lease.taken(rendering.LEASE, seconds=60), being_made:
        exporting.export("json", on=date(2026, 11, 20))

"""What all formats that carry rows promise."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import curation
from registry import formats
from registry.formats.row import RowError
from tests.registry.formats.builders import row, rows

DATA = Path(curation.__file__).parent / "data"
REAL = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv"))
ROWS = pytest.mark.parametrize("name", ["csv", "dsl"])


@ROWS
@given(many=st.lists(rows, max_size=4))
def test_it_reads_back_what_it_wrote_and_writes_the_same_bytes(name, many):
    kind = formats.get(name)
    text = "".join(kind.write(many))

    assert kind.read is not None
    again = list(kind.read(text))

    assert again == many
    assert "".join(kind.write(again)).encode() == text.encode()


@ROWS
@given(text=st.text() | st.text(st.sampled_from("id,name|-\n\r\"\\#'=1;/")))
def test_it_never_fails_on_a_text_but_says_what_is_wrong(name, text):
    kind = formats.get(name)
    assert kind.read is not None

    items: list[object] = []
    with suppress(formats.FormatError):
        items += kind.read(text)

    assert all(item.reason for item in items if isinstance(item, RowError))


@ROWS
@pytest.mark.parametrize("path", REAL)
def test_it_carries_the_curated_files(name, path):
    kind, csv = formats.get(name), formats.get("csv")
    assert kind.read is not None
    assert csv.read is not None
    held = list(csv.read((DATA / path).read_bytes().decode()))

    again = list(kind.read("".join(kind.write(held))))

    assert not [str(item) for item in held if isinstance(item, RowError)]
    assert again == held


@pytest.mark.parametrize("path", REAL)
def test_it_finds_the_curated_files_written_as_it_would_write_them(path):
    text = (DATA / path).read_bytes().decode()
    csv = formats.get("csv")
    assert csv.read is not None

    assert "".join(csv.write(csv.read(text))) == text


@pytest.mark.parametrize("name", formats.MODULES)
def test_it_lists_each_format_under_its_own_name(name):
    kind = formats.get(name)

    assert kind.name == name
    assert kind.suffix.startswith(".")
    assert "/" in kind.content_type
    assert kind.label


def test_it_names_the_known_formats_when_asked_for_another():
    with pytest.raises(ValueError, match="unknown format 'xml'; known: csv, dsl"):
        formats.get("xml")


@ROWS
def test_it_writes_piece_by_piece(name):
    pieces = formats.get(name).write(row(id=f"acme/{n}") for n in range(3))

    assert next(pieces).count("\n") == 1
    assert "acme/0" in next(pieces)

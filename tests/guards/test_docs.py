"""What the pages for contributors point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"`((?:config|curation|registry|scripts|syncers|tests)/[\w./-]+)")
EXAMPLES = ("example.json", "example.py", "test_example.py")
"""Files that a reader is told to write."""


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_every_path_that_a_page_names_exists(page):
    assert not missing(ROOT / "docs" / page)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "SECURITY.md"])
def test_every_path_that_a_page_of_the_root_names_exists(page):
    assert not missing(ROOT / page)


def test_the_list_of_places_has_twenty_entries():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    _, _, places = text.partition("## Twenty things and where they are")
    rows = [line for line in places.partition("\n## ")[0].splitlines() if line.startswith("| ")]

    assert len(rows) == 1 + 20  # its heading
    assert all(CODE.search(row) for row in rows[1:])


def missing(page: Path) -> list[str]:
    """Paths of code in a page that do not exist."""
    paths = CODE.findall(page.read_text(encoding="utf-8"))
    return [path for path in paths if Path(path).name not in EXAMPLES and not (ROOT / path.rstrip(".")).exists()]

"""Pages written by hand in the shape of the vendors' own, with made-up models and prices."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from registry.domain.fields import Value
from syncers.kinds.page.source import PageSource
from syncers.kinds.record import Parsed
from syncers.payload.fetch import envelope
from syncers.registry import load
from tests.syncers.real_payloads import RECORDINGS

PAGES: Final = Path(__file__).resolve().parents[3] / "recordings" / "pages"
"""A folder for each source: `page.*` is its page, other files are the parts of their names."""


def source(slug: str) -> PageSource:
    loaded = load(slug)()
    assert isinstance(loaded, PageSource)
    return loaded


def texts(slug: str) -> dict[str, str]:
    """The pages of a source by the name of their part."""
    files = {path.stem: path.read_text(encoding="utf-8") for path in sorted((PAGES / slug).iterdir())}
    return {"" if stem == "page" else stem: text for stem, text in files.items()}


def copy_of(vendor: str, name: str) -> str:
    """A recorded copy of a vendor's page. Skips the test where there are no recordings."""
    path = RECORDINGS / "vendor-pages" / vendor / name
    if not path.exists():
        pytest.skip("no recordings of vendors' pages; set REGISTRY_RECORDINGS")
    return path.read_text(encoding="utf-8")


def body(slug: str, pages: dict[str, str]) -> bytes:
    """The payload of some pages, as it is stored."""
    encoded = {part: text.encode() for part, text in pages.items()}
    if list(encoded) == [""]:
        return encoded[""]
    return envelope({part: [source(slug).stored(text)] for part, text in encoded.items()})


def parse(slug: str, pages: dict[str, str] | None = None) -> Parsed:
    return source(slug).parse(body(slug, pages or texts(slug)))


def replaced(slug: str, old: str, new: str, *, part: str = "", times: int = 1) -> Parsed:
    """What is read of the sample with one text replaced by another, which must be there."""
    pages = texts(slug)
    assert old in pages[part], old
    pages[part] = pages[part].replace(old, new, times)
    return parse(slug, pages)


def values(parsed: Parsed, offering: str) -> dict[str, Value]:
    """Everything that is stated about an offering; nothing where it is not listed."""
    return next((dict(claim.values) for claim in parsed.claims if claim.offering == offering), {})


def amounts(parsed: Parsed, offering: str) -> dict[str, str]:
    """Rate → the amounts of its points, `2 to 2027-09-01; 3 from 2027-09-01`."""
    return {
        name.removeprefix("price."): "; ".join(_point(point) for point in line)
        for name, line in values(parsed, offering).items()
        if name.startswith("price.")
    }


def _point(point: object) -> str:
    amount: Decimal | None = getattr(point, "amount", None)
    words = [f"{amount:f}" if amount is not None else str(getattr(point, "state", ""))]
    words += [f"from {day}"] if (day := getattr(point, "valid_from", None)) else []
    words += [f"to {day}"] if (day := getattr(point, "valid_to", None)) else []
    return " ".join(words)

"""The lines of vendors' pages that state the published values: what one opens to check a price.

Statements belong to the layer above, which registers at start who finds their lines. Without one there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from registry import json_schema as schema


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A line of a page, as it stood there on a day."""

    url: str
    on: str
    """The day of the page, as an ISO day."""
    digest: str
    """SHA-256 of the payload that it was read from; "" for facts that came with the installation."""
    titles: tuple[str, ...]
    row: str
    column: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "url": self.url or None,
            "on": self.on or None,
            "digest": self.digest or None,
            "titles": list(self.titles),
            "row": self.row or None,
            "column": self.column or None,
            "text": self.text or None,
        }


LINE = schema.shape(
    "EvidenceLine",
    "A line of a vendor's page that states a value.",
    {
        "url": schema.text("The page.", null=True),
        "on": schema.day("The day of the page.", null=True),
        "digest": schema.text("SHA-256 of the payload that it was read from.", null=True),
        "titles": schema.words("Titles above it, the outermost first."),
        "row": schema.text("First cell of its row.", null=True),
        "column": schema.text("Header of its column.", null=True),
        "text": schema.text("Its text. Null for facts that came with the installation.", null=True),
    },
)

Lines = Mapping[tuple[str, str], tuple[EvidenceLine, ...]]
"""(source, field) → the lines that state it, more than one for a price with several dates."""
Finder = Callable[[Collection[str]], Mapping[str, Lines]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Says who finds the lines of offerings."""
    _finders[:] = [finder]


def of_offerings(keys: Collection[str]) -> Mapping[str, Lines]:
    """Offering → the lines behind the statements about it; offerings without any are left out."""
    return _finders[0](keys) if _finders else {}


def of_offering(key: str) -> Lines:
    """The lines behind the statements about one offering."""
    return of_offerings([key]).get(key, {})

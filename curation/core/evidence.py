"""The line of a page that a value was read from: what one looks at to check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.domain.fields import Json


@dataclass(frozen=True, slots=True)
class Evidence:
    """A cell of a table on a page of the source, or a sentence of it."""

    path: tuple[str, ...]
    """Titles above it, the outermost first."""
    row: str
    """First cell of its row; "" for a sentence."""
    column: str
    """Header of its column; "" for a sentence."""
    text: str
    """Its text, as it stands there."""

    def as_json(self) -> dict[str, Json]:
        """As it is stored and published."""
        return {"path": list(self.path), "row": self.row, "column": self.column, "text": self.text}

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Evidence:
        return cls(tuple(data["path"]), data["row"], data["column"], data["text"])

"""What a payload is made of, and what came of it: records, claims, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from curation.core.claim import Claim, InvalidClaim


@dataclass(frozen=True, slots=True)
class Record:
    """One element of a payload, with where it was found and readers that fail in words."""

    where: str
    """Place in the payload, such as `data[12]` or `openai/gpt-5.2`."""
    data: Any
    context: Any = None
    """What the source wants to know besides, such as the enclosing provider."""

    def text(self, key: str) -> str:
        """A text that must be there. Raises InvalidClaim."""
        value = self.data.get(key) if isinstance(self.data, dict) else None
        if not isinstance(value, str) or not value.strip():
            raise InvalidClaim(f"{key}: text expected, not {value!r}")
        return value.strip()

    def get(self, *path: str) -> Any:
        """The value at a path of keys, None when any step of it is missing or null."""
        value = self.data
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def at(self, path: str) -> Any:
        """The value at a dotted path, as `get`."""
        return self.get(*path.split("."))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be taken, or a value of one, why, and the offending piece."""

    where: str
    reason: str
    fragment: Any = None
    field: str = ""
    """The field, or several by commas, of a record that was taken without it; the key in the payload where it is not
    known which fields that is; "" where the record itself was not taken.
    """


@dataclass(slots=True)
class Parsed:
    """What a payload held."""

    claims: list[Claim] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    """Records that could not be taken: not even their id could be read."""
    unreadable: list[Rejected] = field(default_factory=list)
    """Values that could not be taken, of records that were."""
    notices: dict[str, int] = field(default_factory=dict)
    """Things that were seen and not understood, such as an unknown price key, with how often."""
    seen: int = 0
    """Elements met, taken or not."""
    absent: tuple[str, ...] = ()
    """Parts that the provider did not have, of a source with `optional_parts`."""
    parts: dict[str, int] = field(default_factory=dict)
    """How many records each fetched part had, of a source of several; see `urls`."""
    shape: dict[str, list[str]] = field(default_factory=dict)
    """Keys of the records and the types under them, see `syncers.payload.shape`."""

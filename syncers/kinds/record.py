"""The records of a payload, and the result of parsing it: claims, rejected records and unreadable values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from curation.core.claim import Claim, InvalidClaim


@dataclass(frozen=True, slots=True)
class Record:
    """One element of a payload, with its place in the payload and readers that raise InvalidClaim."""

    where: str
    """Place in the payload, such as `data[12]` or `openai/gpt-5.2`."""
    data: Any
    context: Any = None
    """Additional data for the mapping, such as the enclosing provider."""

    def text(self, key: str) -> str:
        """A required text. Raises InvalidClaim."""
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
        """The value at a dotted path, as `get`; `[]` steps into a list: `languages[].id` is the list of all ids."""
        outer, each, inner = path.partition("[].")
        value = self.get(*outer.split("."))
        return [Record(self.where, item).at(inner) for item in value] if each and isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record or a value that could not be read, the reason, and the data concerned."""

    where: str
    reason: str
    fragment: Any = None
    field: str = ""
    """The field, or several separated by commas, that the record was read without; the key in the payload where the
    field is not known; "" where the whole record was rejected.
    """


@dataclass(slots=True)
class Parsed:
    """The result of parsing a payload."""

    claims: list[Claim] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    """Records whose id could not be read."""
    unreadable: list[Rejected] = field(default_factory=list)
    """Values that could not be read, of records that were accepted."""
    notices: dict[str, int] = field(default_factory=dict)
    """What was not understood, such as an unknown price key, with its count."""
    seen: int = 0
    """Number of records, accepted or not."""
    absent: tuple[str, ...] = ()
    """Parts that the provider did not have, of a source with `optional_parts`."""
    parts: dict[str, int] = field(default_factory=dict)
    """Number of records of each fetched part, for a source of several parts; see `urls`."""
    shape: dict[str, list[str]] = field(default_factory=dict)
    """Keys of the records and their types, see `syncers.payload.shape`."""

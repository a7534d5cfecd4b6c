"""The piece of a payload that a source sent about an offering: what a curator looks at when a value looks odd.

Payloads are kept on the floor above, which registers here who finds pieces in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Piece:
    """What was found, or why nothing was."""

    where: str = ""
    """Place in the payload, such as `data[12]`."""
    text: str = ""
    """The record as it was sent, laid out; numbers with all their digits."""
    fetched_at: datetime | None = None
    why_not: str = ""


Finder = Callable[[str, str], Piece]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Says who finds pieces: takes a source and an offering."""
    _finders[:] = [finder]


def find(source: str, offering: str) -> Piece:
    """The record that a source sent about an offering."""
    for finder in _finders:
        return finder(source, offering)
    return Piece(why_not=_("No payloads are kept here."))

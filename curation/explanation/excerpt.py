"""Excerpts: the record of a payload that a source sent about an offering, for curators who check a value.

Payloads are stored by `syncers`, which registers here the function that finds excerpts in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Piece:
    """An excerpt, or the reason why there is none."""

    where: str = ""
    """Place in the payload, such as `data[12]`."""
    text: str = ""
    """The record as it was sent, indented; numbers with all their digits."""
    fetched_at: datetime | None = None
    why_not: str = ""


Finder = Callable[[str, str], Piece]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Registers the function that finds an excerpt for a source and an offering."""
    _finders[:] = [finder]


def find(source: str, offering: str) -> Piece:
    """The record that a source sent about an offering."""
    for finder in _finders:
        return finder(source, offering)
    return Piece(why_not=_("No payloads are kept here."))

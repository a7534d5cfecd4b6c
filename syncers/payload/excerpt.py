"""Finds the record about an offering in the latest payload of a source.

Each record is mapped again until one yields a claim about the offering. Nothing is written.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from curation.explanation.excerpt import Piece
from syncers.errors import SourceError
from syncers.payload import store
from syncers.payload.parse import storable
from syncers.registry import SOURCES, load

if TYPE_CHECKING:
    from syncers.kinds.source import Source

LARGEST: Final = 20_000_000
"""Largest payload, in bytes, that is searched during a request."""
LONGEST: Final = 20_000
_NUMBER: Final = re.compile(r'"\\u0000([^"]*)"')
_UNFORESEEN: Final = (ValueError, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError)


def find(slug: str, offering: str) -> Piece:
    """The record of a source about an offering, or the reason why there is none to show."""
    if slug not in SOURCES:
        return Piece(why_not=_("No source of that name is installed."))
    payload = store.latest(slug)
    if payload is None:
        return Piece(why_not=_("No payload of this source is kept."))
    if payload.length > LARGEST:
        why = _("Its payload is too large to search here; it can be downloaded from its run.")
        return Piece(fetched_at=payload.fetched_at, why_not=why)
    source = load(slug)()
    try:
        for record in source.records(source.read(store.body_of(payload))):
            if _speaks_of(source, record, offering):
                return Piece(storable(record.where), laid_out(record.data), payload.fetched_at)
    except (SourceError, *_UNFORESEEN) as error:
        why = _("Its payload cannot be read now: %(error)s") % {"error": error}
        return Piece(fetched_at=payload.fetched_at, why_not=why)
    why = _("No single record of its latest payload is about this offering.")
    return Piece(fetched_at=payload.fetched_at, why_not=why)


def laid_out(data: Any) -> str:
    """A record as indented JSON, numbers with the digits that were sent."""
    text = json.dumps(data, indent=2, ensure_ascii=False, default=_plain)
    text = storable(_NUMBER.sub(r"\1", text))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"


def _plain(value: Any) -> str:
    return f"\x00{value}" if isinstance(value, Decimal) else str(value)


def _speaks_of(source: Source, record: Any, offering: str) -> bool:
    try:
        return any(claim.offering == offering for claim in source.claims(record))
    except _UNFORESEEN:
        return False

"""The published catalogue in the formats that people already have, as text in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import orjson

from registry import catalogue, documents, formats
from registry.formats.row import from_offering

FLAT: Final = tuple(formats.MODULES)
NAMES: Final = (*FLAT, "json", "ndjson")


class NothingPublished(Exception):
    """There is no catalogue yet: run a sync first."""


def export(name: str, *, on: date) -> Iterator[bytes]:
    """The whole catalogue in one format, in pieces; `on` is the day whose prices flat formats show.

    Raises NothingPublished rather than give an empty catalogue, which readers would take for the truth.
    """
    if name in FLAT:
        held = catalogue.current()
        if not held.entries:
            raise NothingPublished("nothing is published yet; run `manage.py sync` first")
        rows = (from_offering(e.key, e.facts, e.provenance, e.aliases, on=on) for e in held.entries.values())
        return (piece.encode() for piece in formats.get(name).write(rows))
    document = documents.current(documents.CATALOGUE)
    if document is None:
        raise NothingPublished("nothing is published yet; run `manage.py sync` first")
    if name == "json":
        return iter([document.body()])
    return (orjson.dumps(one) + b"\n" for one in orjson.loads(document.body())["offerings"])

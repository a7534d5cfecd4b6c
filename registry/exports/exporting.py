"""The published catalogue in the formats that people already have, as text in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import orjson

from registry import formats
from registry.catalogue import cache, past
from registry.catalogue.as_of import AsOf
from registry.exports import documents, rendering
from registry.formats.documents import dump
from registry.formats.row import from_offering
from registry.models import Provider

FLAT: Final = tuple(formats.MODULES)
AT_ADDRESSES: Final = (*FLAT, *formats.DOCUMENTS)
"""What has an address of its own as a finished file; see `registry.exports.files`."""
NAMES: Final = (*AT_ADDRESSES, "json", "ndjson")
NO_CATALOGUE: Final = "nothing is published yet; run `manage.py sync` first"
NOT_YET: Final = "nothing was published yet at that time; name a later one"


class NothingPublished(Exception):
    """There is no catalogue yet: run a sync first."""


def export(name: str, *, on: date, moment: AsOf | None = None) -> Iterator[bytes]:
    """The whole catalogue in one format, in pieces; `on` is the day whose prices flat formats show.

    With a `moment` it is the catalogue as it stood then, with prices of its day.

    Raises NothingPublished rather than give an empty catalogue, which readers would take for the truth.
    """
    on = moment.on if moment else on
    if name in AT_ADDRESSES:
        held = cache.at(moment) if moment else cache.current()
        if moment and not held.entries:
            raise NothingPublished(NOT_YET)
        if not held.entries:
            raise NothingPublished(NO_CATALOGUE)
        if name in formats.DOCUMENTS:
            return iter([dump(formats.document(name).make(held.entries.values(), _providers(), on))])
        rows = (from_offering(e.key, e.facts, e.provenance, e.aliases, on=on) for e in held.entries.values())
        return (piece.encode() for piece in formats.get(name).write(rows))
    if moment:
        return _past(name, moment)
    rendering.catch_up()
    try:
        document = documents.current()
    except documents.NotRendered as error:
        raise NothingPublished(str(error)) from error
    if document is None:
        raise NothingPublished(NO_CATALOGUE)
    if name == "json":
        return iter([document.body()])
    return (orjson.dumps(one) + b"\n" for one in orjson.loads(document.body())["offerings"])


def content_type(name: str) -> str:
    """Of a flat format or a document of another tool, as it is sent."""
    if name in formats.DOCUMENTS:
        return formats.document(name).content_type
    return f"{formats.get(name).content_type}; charset=utf-8"


def _past(name: str, moment: AsOf) -> Iterator[bytes]:
    if moment.stamp is None:
        raise NothingPublished(NOT_YET)
    if name == "json":
        return iter([past.document(moment)])
    return (orjson.dumps(one) + b"\n" for one in past.offerings_json(moment))


def _providers() -> dict[str, dict[str, str]]:
    rows = Provider.objects.values_list("slug", "name", "docs_url")
    return {slug: {"name": name, "docs_url": docs_url} for slug, name, docs_url in rows}

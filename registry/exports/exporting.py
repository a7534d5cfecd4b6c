"""The published catalogue in common formats, as an iterator of byte chunks."""

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
"""Formats with an address of their own as a rendered file; see `registry.exports.files`."""
NAMES: Final = (*AT_ADDRESSES, "json", "ndjson")
NO_CATALOGUE: Final = "nothing is published yet; run `manage.py sync` first"
NOT_YET: Final = "nothing was published yet at that time; name a later one"


class NothingPublished(Exception):
    """There is no catalogue yet: run a sync first."""


def export(name: str, *, on: date, moment: AsOf | None = None) -> Iterator[bytes]:
    """The whole catalogue in one format, in chunks; `on` is the day whose prices flat formats show.

    With a `moment` it is the catalogue as of then, with prices of its day.

    Raises NothingPublished rather than return an empty catalogue, which readers would take as correct.
    """
    on = moment.on if moment else on
    if name in AT_ADDRESSES:
        catalogue = cache.at(moment) if moment else cache.current()
        if moment and not catalogue.entries:
            raise NothingPublished(NOT_YET)
        if not catalogue.entries:
            raise NothingPublished(NO_CATALOGUE)
        if name in formats.DOCUMENTS:
            return iter([dump(formats.document(name).make(catalogue.entries.values(), _providers(), on))])
        rows = (from_offering(e.key, e.facts, e.provenance, e.aliases, on=on) for e in catalogue.entries.values())
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
    return (orjson.dumps(offering) + b"\n" for offering in orjson.loads(document.body())["offerings"])


def content_type(name: str) -> str:
    """The Content-Type of a flat format or of another tool's document."""
    if name in formats.DOCUMENTS:
        return formats.document(name).content_type
    return f"{formats.get(name).content_type}; charset=utf-8"


def _past(name: str, moment: AsOf) -> Iterator[bytes]:
    if moment.stamp is None:
        raise NothingPublished(NOT_YET)
    if name == "json":
        return iter([past.document(moment)])
    return (orjson.dumps(offering) + b"\n" for offering in past.offerings_json(moment))


def _providers() -> dict[str, dict[str, str]]:
    rows = Provider.objects.values_list("slug", "name", "docs_url")
    return {slug: {"name": name, "docs_url": docs_url} for slug, name, docs_url in rows}

"""The published catalogue in common formats, as an iterator of byte chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import orjson
from django.db.models import QuerySet

from registry import formats
from registry.catalogue import cache, past, queries
from registry.catalogue.as_of import AsOf
from registry.catalogue.cache import Entry
from registry.exports import documents, rendering
from registry.formats.documents import dump
from registry.formats.row import from_offering
from registry.models import OfferingVersion, Provider

FLAT: Final = tuple(formats.MODULES)
AT_ADDRESSES: Final = (*FLAT, *formats.DOCUMENTS)
"""Formats with an address of their own as a rendered file; see `registry.exports.files`."""
NAMES: Final = (*AT_ADDRESSES, "json", "ndjson")
NO_CATALOGUE: Final = "nothing is published yet; run `manage.py sync` first"
NOT_YET: Final = "nothing was published yet at that time; name a later one"


class NothingPublished(Exception):
    """There is no catalogue yet: run a sync first."""


class NoMatches(Exception):
    """None of the offerings is chosen. Readers would take an empty file as correct."""

    def __init__(self) -> None:
        super().__init__("no published offering matches these filters")


def export(
    name: str, *, on: date, moment: AsOf | None = None, chosen: QuerySet[OfferingVersion] | None = None
) -> Iterator[bytes]:
    """The catalogue in one format, in chunks; `on` is the day whose prices flat formats show.

    With a `moment` it is the catalogue as of then, with prices of its day. With `chosen` rows of that moment it is
    what the whole file says of these offerings.

    Raises NothingPublished and NoMatches rather than return an empty catalogue, which readers would take as correct.
    """
    if (moment.stamp if moment else queries.latest()) is None:
        raise NothingPublished(NOT_YET if moment else NO_CATALOGUE)
    if chosen is not None and not chosen.exists():
        raise NoMatches
    on = moment.on if moment else on
    if name in AT_ADDRESSES:
        return _file(name, on, _entries(moment, chosen))
    if name == "json":
        return iter([_document(moment, chosen)])
    rows = queries.offerings(on, moment.revision if moment else None) if chosen is None else chosen
    offerings = queries.full_offerings_json(rows, on, past=moment is not None)
    return (past.dump(offering) + b"\n" for offering in offerings)


def content_type(name: str) -> str:
    """The Content-Type of a flat format or of another tool's document."""
    if name in formats.DOCUMENTS:
        return formats.document(name).content_type
    return f"{formats.get(name).content_type}; charset=utf-8"


def _entries(moment: AsOf | None, chosen: QuerySet[OfferingVersion] | None) -> list[Entry]:
    """The offerings in the order of the whole file."""
    if moment:
        return list(cache.at(moment, chosen).entries.values())
    entries = cache.current().entries
    if chosen is None:
        return list(entries.values())
    keys = set(chosen.values_list("key", flat=True))
    return [entry for key, entry in entries.items() if key in keys]


def _file(name: str, on: date, entries: Sequence[Entry]) -> Iterator[bytes]:
    if not entries:
        raise NothingPublished(NO_CATALOGUE)
    if name in formats.DOCUMENTS:
        return iter([dump(formats.document(name).make(entries, _providers(), on))])
    rows = (from_offering(e.key, e.facts, e.provenance, e.aliases, on=on) for e in entries)
    return (piece.encode() for piece in formats.get(name).write(rows))


def _document(moment: AsOf | None, chosen: QuerySet[OfferingVersion] | None) -> bytes:
    """The catalogue document; of chosen offerings, with their models and providers only."""
    body = past.document(moment) if moment else _rendered()
    if chosen is None:
        return body
    whole, keys = orjson.loads(body), set(chosen.values_list("key", flat=True))
    offerings = [offering for offering in whole["offerings"] if offering["id"] in keys]
    for name, key in (("models", "model"), ("providers", "provider")):
        served = {offering[key] for offering in offerings}
        whole[name] = [row for row in whole[name] if row["id"] in served]
    return past.dump({**whole, "offerings": offerings})


def _rendered() -> bytes:
    rendering.catch_up()
    try:
        document = documents.current()
    except documents.NotRendered as error:
        raise NothingPublished(str(error)) from error
    if document is None:
        raise NothingPublished(NO_CATALOGUE)
    return document.body()


def _providers() -> dict[str, dict[str, str]]:
    rows = Provider.objects.values_list("slug", "name", "docs_url")
    return {slug: {"name": name, "docs_url": docs_url} for slug, name, docs_url in rows}

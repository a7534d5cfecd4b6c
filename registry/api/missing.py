"""The 404 for an unknown id: never another offering in its place, but candidates for what was meant."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from rest_framework.request import Request

from registry.api.problems import NotFound
from registry.catalogue import cache
from registry.catalogue.as_of import AsOf
from registry.catalogue.queries import Stamp
from registry.domain.iso import instant
from registry.identity.lookup import LookupResult

MOST: Final = 10


def not_found(request: Request, id: str) -> NotFound:
    """The 404 for an offering or a model, with candidates and the address that resolves other spellings."""
    answer = cache.current().lookup(id)
    candidates = candidates_of(answer)[:MOST]
    if answer.found:
        advice = "It is another spelling of the first candidate; ask for that id, or use lookup_url."
    elif candidates:
        advice = "The candidates have similar ids; lookup_url resolves aliases and other spellings."
    else:
        advice = "Nothing has a similar id; ?search= finds words anywhere in ids and names."
    return NotFound(
        f"There is nothing with the id {id[:400]!r}. {advice}",
        candidates=candidates,
        lookup_url=lookup_url(request, id),
    )


def not_yet(id: str, as_of: AsOf, since: Stamp) -> NotFound:
    """The 404 for what is published now, and was not in the requested state."""
    at = instant(since.at)
    return NotFound(
        f"{id[:400]!r} was not published yet in revision {as_of.revision}: "
        f"the registry knows it since revision {since.number} ({at}).",
        known_since={"revision": since.number, "at": at},
    )


def candidates_of(answer: LookupResult) -> list[dict[str, Any]]:
    """Everything that a lookup found or suggests, best first."""
    candidates: list[dict[str, Any]] = []
    if answer.offering:
        candidates.append({"id": answer.offering, "kind": "offering"})
    if answer.model:
        candidates.append({"id": answer.model, "kind": "model"})
    return [*candidates, *(dict(candidate) for candidate in answer.candidates)]


def lookup_url(request: Request, id: str) -> str:
    return request.build_absolute_uri(f"{reverse('api:lookup')}/?{urlencode({'id': id[:400]})}")

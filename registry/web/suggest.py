"""`/suggest?q=`: what somebody who types may mean, as JSON for the search field. Served from memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from registry.catalogue import cache
from registry.catalogue.cache import Catalogue
from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import latest
from registry.models import Provider
from registry.web.gate import POLICY, for_visitors

MOST: Final = 12
LONGEST: Final = 200


class Hit(NamedTuple):
    """A page that a text may mean. Hits sort by rank, kind, length and id."""

    rank: int
    kind: int
    length: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Findable:
    """An id with its name, and both in lower case."""

    kind: int
    id: str
    name: str
    texts: tuple[str, ...]


KINDS: Final = ("model", "provider", "offering")
_PAGES: Final = ("model-page", "provider-page", "offering-page")
_held = PerRevision[tuple[Findable, ...]]()


@require_safe
@for_visitors
def suggest(request: HttpRequest) -> JsonResponse:
    """At most twelve pages: models, then providers, then offerings; exact before prefix before part of a word."""
    text = request.GET.get("q", "").strip()[:LONGEST].lower()
    hits = [
        {"kind": KINDS[hit.kind], "id": hit.id, "name": hit.name, "url": reverse(_PAGES[hit.kind], args=[hit.id])}
        for hit in (_hits(text) if text else ())
    ]
    response = JsonResponse({"query": text, "hits": hits})
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


def _hits(text: str) -> list[Hit]:
    catalogue = cache.current()
    findables = _held.get(latest(), lambda: tuple(_findables(catalogue)))
    hits = sorted(_matching(findables, text.split()))[:MOST]
    return hits or list(_similar(catalogue, text))


def _findables(catalogue: Catalogue) -> Iterator[Findable]:
    names = {entry.model: str(entry.facts.get("name") or "") for entry in catalogue.entries.values() if entry.model}
    for key, slug in catalogue.models.items():
        yield _findable(0, slug, names.get(key, ""))
    for slug, name in Provider.objects.values_list("slug", "name"):
        yield _findable(1, slug, name)
    for entry in catalogue.entries.values():
        yield _findable(2, entry.key, str(entry.facts.get("name") or ""), entry.aliases)


def _findable(kind: int, id: str, name: str, aliases: Iterable[str] = ()) -> Findable:
    return Findable(kind, id, name, (id.lower(), name.lower(), *(alias.lower() for alias in aliases)))


def _matching(findables: Iterable[Findable], words: list[str]) -> Iterator[Hit]:
    """Those in which every word occurs, ranked by their best text."""
    whole = " ".join(words)
    for findable in findables:
        joined = "\n".join(findable.texts)
        if all(word in joined for word in words):
            rank = min(_rank(text, whole) for text in findable.texts)
            yield Hit(rank, findable.kind, len(findable.id), findable.id, findable.name)


def _rank(text: str, words: str) -> int:
    """0 the text itself or its last part, 1 its beginning, 2 the beginning of a part, 3 within it, 4 only its words."""
    if words == text or text.endswith(f"/{words}"):
        return 0
    place = text.find(words)
    if place < 0:
        return 4
    if place == 0 or text[place - 1] == "/":
        return 1
    return 3 if text[place - 1].isalnum() else 2


def _similar(catalogue: Catalogue, text: str) -> Iterator[Hit]:
    """What the resolver finds, or takes for similar."""
    result = catalogue.lookup(text)
    if result.model:
        yield Hit(0, 0, 0, result.model, "")
    elif result.offering:
        yield Hit(0, 2, 0, result.offering, "")
    for candidate in result.candidates[:MOST]:
        kind = str(candidate.get("kind", "offering"))
        yield Hit(5, KINDS.index(kind) if kind in KINDS else 2, 0, str(candidate["id"]), "")

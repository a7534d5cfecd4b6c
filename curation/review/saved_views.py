"""Saved views of the review queue: named filters, own or shared, the same in the admin and in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from curation.models import SavedView
from curation.review import queue
from curation.review.stale_check import Refused

PARAMETERS: Final = ("state", *queue.FILTERS, "q", "by", "o")
"""Query parameters that a view stores; the page is not one. The API uses the filters among them."""
_LONGEST: Final = 2000


def cleaned(query: Mapping[str, str]) -> str:
    """The query parameters that a view stores, in a fixed order."""
    return urlencode([(name, word) for name in PARAMETERS if (word := query.get(name))])


def query_of(view: SavedView) -> dict[str, str]:
    """What a view filters by."""
    return {name: word for name, word in parse_qsl(view.query) if name in PARAMETERS}


def save(
    name: str, query: Mapping[str, str], *, owner: User, is_shared: bool = False, is_default: bool = False
) -> SavedView:
    """Saves filters under a name; the person's own view of that name is replaced. Raises Refused."""
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise Refused(_("Give the view a name of at most 80 signs."))
    filters = cleaned(query)
    if len(filters) > _LONGEST:
        raise Refused(_("These filters are too long to be kept."))
    with transaction.atomic():
        view = SavedView.objects.filter(owner=owner, name=name).first()
        view = view or SavedView(owner=owner, name=name, slug=_free_slug(name), created_at=timezone.now())
        if is_default:
            SavedView.objects.filter(owner=owner, is_default=True).update(is_default=False)
        view.query, view.is_shared, view.is_default = filters, is_shared, is_default
        view.save()
    return view


def find(slug: str, *, person: User) -> SavedView | None:
    """The view of that slug, if it is the person's own or shared."""
    return next((view for view in visible_to(person) if view.slug == slug), None)


def visible_to(person: User) -> list[SavedView]:
    """A person's own views and those that others share, by name."""
    return list(SavedView.objects.filter(Q(owner=person) | Q(is_shared=True)).select_related("owner"))


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "view"
    slugs = set(SavedView.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (f"{base}-{number}" if number > 1 else base for number in range(1, len(slugs) + 2))
    return next(slug for slug in candidates if slug not in slugs)

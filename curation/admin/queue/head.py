"""The header of the review queue: saved views, groups with their counts, and active filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from curation.admin.base import actor
from curation.admin.queue.review_actions import bounds
from curation.admin.queue.saved_views import views_of
from curation.review import queue, saved_views

USUAL: Final = "provider"
_NAMES: Final = {
    "provider": _("provider"), "field": _("field"), "model": _("model"), "run": _("run"), "same": _("same change"),
    "source": _("source"), "policy": _("held by"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the count of its rows."""

    label: Any
    url: str
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The header. `narrowed` are the active filters of links; each link removes one."""

    views: list[Link]
    groupings: list[Link]
    facets: list[Link]
    narrowed: list[Link]
    query: str
    view: str
    may_decide: bool
    may_share: bool
    bounds: dict[str, str]


def build(request: HttpRequest, changes: Any) -> Head:
    """The header of a change list. Two or three queries."""
    person = actor(request)
    params = {name: str(word) for name, word in request.GET.items()}
    by = params.get("by") if params.get("by") in queue.GROUPINGS else USUAL
    chosen = params.get("view", "")
    may_decide = request.user.has_perm("curation.decide_change")
    return Head(
        views=[
            Link(view.name if view.owner_id == person.pk else f"{view.name} ({view.owner})",
                 f"?view={view.slug}", is_current=view.slug == chosen)
            for view in views_of(request)
        ],
        groupings=[
            Link(grouping.title, changes.get_query_string({"by": name}, ["p"]), is_current=name == by)
            for name, grouping in queue.GROUPINGS.items()
        ],
        facets=_facets(changes, str(by)),
        narrowed=[
            Link(f"{title}: {_in_words(name, params[name])}", changes.get_query_string(remove=[name, "p", "view"]))
            for name, title in _NAMES.items()
            if params.get(name)
        ],
        query=saved_views.cleaned(params),
        view=chosen,
        may_decide=may_decide,
        may_share=may_decide,
        bounds=bounds(),
    )  # fmt: skip


def _facets(changes: Any, by: str) -> list[Link]:
    name = queue.GROUPINGS[by].filter
    return [
        Link(facet.label, changes.get_query_string({name: facet.value}, ["p", "view"]), facet.count)
        for facet in queue.facets(changes.queryset, by)
    ]


def _in_words(name: str, word: str) -> str:
    if name == "field":
        return _label(word)
    if name == "same":
        return _label(word.rpartition(":")[0])
    return word[:80]


def _label(name: str) -> str:
    try:
        return queue.label(name)
    except ValueError:
        return name[:80]

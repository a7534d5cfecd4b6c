"""The state of the catalogue page as a URL: links that change one part of it, and its filters as text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

SUFFIXES: Final = {
    "__gte": "≥", "__gt": ">", "__lte": "≤", "__lt": "<", "__n": "≠", "__ic": "∋", "__empty": "?",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, and the URL without it."""

    name: str
    text: str
    url: str


def address(state: Mapping[str, str], /, **changes: str | None) -> str:
    """The URL of a state with changes (None removes a parameter). A change returns to the first page."""
    query = {name: text for name, text in state.items() if name != "page"}
    for name, text in changes.items():
        query.pop(name, None)
        if text is not None:
            query[name] = text
    return f"?{urlencode(query)}" if query else "?"


def chips(state: Mapping[str, str], filters: Iterable[str]) -> list[Chip]:
    """The filters of a state as text: `context_window ≥ 200000`."""
    names = frozenset(filters)
    return [
        Chip(name, _in_words(name, text), address(state, **{name: None}))
        for name, text in state.items()
        if name in names and name != "ordering"
    ]


def _in_words(name: str, text: str) -> str:
    stem, sign = next(((name[: -len(end)], sign) for end, sign in SUFFIXES.items() if name.endswith(end)), (name, ""))
    called = stem.removeprefix("supports_").replace("_", " ")
    if text == "true" and not sign:
        return called
    if text == "false" and not sign:
        return _("not %(what)s") % {"what": called}
    return f"{called} {sign or '='} {text}"

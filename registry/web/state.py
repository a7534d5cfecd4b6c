"""The state of the catalogue page as an address: links that change one thing of it, and what it says in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SUFFIXES: Final = {
    "__gte": "≥", "__gt": ">", "__lte": "≤", "__lt": "<", "__n": "≠", "__ic": "∋", "__empty": "?",
}  # fmt: skip
COLUMNS: Final = (
    ("id", gettext_lazy("Offering")),
    ("context_window", gettext_lazy("Context, tokens")),
    ("max_output_tokens", gettext_lazy("Max output")),
    ("input_price", gettext_lazy("Input")),
    ("output_price", gettext_lazy("Output")),
    ("cache_read_price", gettext_lazy("Cache read")),
    ("released_on", gettext_lazy("Released")),
)
"""Columns that the list can be sorted by: the word in the address, and the title."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, and the address without it."""

    name: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Sort:
    """A column as a link: where it leads, and how the list is sorted by it now."""

    name: str
    title: Any
    url: str
    aria: str
    mark: str


def address(state: Mapping[str, str], **changes: str | None) -> str:
    """The address of a state with some things changed (None leaves one out). A change goes back to the first page."""
    kept = {name: text for name, text in state.items() if name != "page"}
    for name, text in changes.items():
        kept.pop(name, None)
        if text is not None:
            kept[name] = text
    return f"?{urlencode(kept)}" if kept else "?"


def chips(state: Mapping[str, str], known: Iterable[str]) -> list[Chip]:
    """The filters of a state in words: `context_window ≥ 200000`."""
    names = frozenset(known)
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


def sorts(state: Mapping[str, str]) -> list[Sort]:
    """The columns: a click sorts rising, a second one falling, a third one not any more."""
    now = state.get("ordering", "")
    found = []
    for name, title in COLUMNS:
        if now == name:
            found.append(Sort(name, title, address(state, ordering=f"-{name}"), "ascending", "↑"))
        elif now == f"-{name}":
            found.append(Sort(name, title, address(state, ordering=None), "descending", "↓"))
        else:
            found.append(Sort(name, title, address(state, ordering=name), "none", ""))
    return found

"""The filters of the catalogue page with the number of offerings behind each choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import latest
from registry.domain import fields
from registry.models.choices import Pricing

MOST_LISTED: Final = 10
CAPABILITIES: Final = (
    "supports_tools", "supports_vision", "supports_reasoning", "supports_structured_output",
    "supports_prompt_caching", "supports_batch", "supports_web_search", "supports_audio_input", "open_weights",
)  # fmt: skip
CONTEXTS: Final = (32_000, 128_000, 200_000, 1_000_000)
_LISTS: Final = (
    ("provider", _("Provider"), F("provider_id")),
    ("author", _("Author"), F("model__author")),
)
_of_everything = PerRevision[dict[str, Any]]()
Narrow = Callable[[Mapping[str, str]], Any]
"""The offerings that match some parameters."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with how many offerings it would leave."""

    value: str
    label: object
    count: int
    is_chosen: bool

    @property
    def count_text(self) -> str:
        return f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter of the form and its choices, the most frequent first and the chosen ones always among them."""

    name: str
    title: object
    choices: Sequence[Choice]
    left_out: int = 0
    """How many more choices there are."""

    @property
    def is_used(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


def facets(now: Mapping[str, str], narrow: Narrow, today: date) -> dict[str, Any]:
    """The facets of a state: lists of words, then what one query counts. One query for each list, one for the rest.

    Those of the whole catalogue are held until the next revision.
    """
    if not now:
        return _of_everything.get((latest(), today), lambda: _counted(now, narrow))
    return _counted(now, narrow)


def _counted(now: Mapping[str, str], narrow: Narrow) -> dict[str, Any]:
    return {"lists": [_words(name, title, of, now, narrow) for name, title, of in _LISTS], **_flags(now, narrow)}


def _words(name: str, title: object, of: F, now: Mapping[str, str], narrow: Narrow) -> Facet:
    """The words of a list; its own choice does not narrow it, so that more than one can be chosen."""
    rest = {parameter: text for parameter, text in now.items() if parameter != name}
    counted = narrow(rest).order_by().values_list(of).annotate(count=Count("pk")).order_by("-count", of)
    counts = {word: count for word, count in counted if word}
    chosen = [word for word in now.get(name, "").split(",") if word]
    listed = [*chosen, *(word for word in counts if word not in chosen)][: max(MOST_LISTED, len(chosen))]
    choices = [Choice(word, word, counts.get(word, 0), word in chosen) for word in listed]
    return Facet(name, title, choices, left_out=len(counts.keys() - set(listed)))


def _flags(now: Mapping[str, str], narrow: Narrow) -> dict[str, Any]:
    pricings = [(f"pricing_{value}", value, label) for value, label in Pricing.choices]
    counted = narrow(now).aggregate(
        **{name: Count("pk", filter=Q(**{name: True})) for name in CAPABILITIES},
        **{key: Count("pk", filter=Q(pricing=value)) for key, value, _label in pricings},
    )
    chosen = now.get("pricing", "").split(",")
    return {
        "capabilities": [
            Choice(name, fields.field(name).label, counted[name], now.get(name) == "true") for name in CAPABILITIES
        ],
        "pricing": Facet(
            "pricing",
            _("Pricing"),
            [
                Choice(value, label, counted[key], value in chosen)
                for key, value, label in pricings
                if counted[key] or value in chosen
            ],
        ),
    }

"""Pins as the API shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Context
from typing import Any, Final

from django.utils import timezone

from curation.apply import pin_drift
from curation.models import Pin
from curation.pins.story import PinStory, stories
from registry import json_schema as schema
from registry.domain.iso import instant
from registry.history.timeline import actor_shown, public_value

_SIX_DIGITS: Final = Context(prec=6)
_BEHIND: Final = schema.shape(
    "Behind",
    "What the sources say about a pinned field.",
    {"value": schema.anything(), "source": schema.text()},
)
PIN: Final = schema.shape(
    "Pin",
    "A curator's override of one field of one offering.",
    {
        "id": schema.whole(),
        "offering": schema.text(),
        "field": schema.text("A rate is a field of its own: `price.input[tier=batch]`."),
        "value": schema.anything("Null: pinned that there is none. A price is a list of points in time."),
        "states": schema.several(
            schema.enumeration("StatesEnum", [state.value for state in pin_drift.State]),
            "All that can be said of it, the most pressing first.",
        ),
        "behind": schema.one(_BEHIND, "What would be published without it; null where nobody states it.", null=True),
        "behind_then": schema.one(_BEHIND, "The same when it was pinned; null where that is not known.", null=True),
        "moved": schema.text("Factor from the pinned value to what is behind it.", null=True),
        "official": schema.words("Official sources that state something else."),
        "reason": schema.text(),
        "evidence": schema.link(null=True),
        "author": schema.text(),
        "created": schema.moment(),
        "expires": schema.moment(null=True),
        "review": schema.moment("From then on it is due for another look.", null=True),
        "released": schema.moment(null=True),
        "released_by": schema.text(null=True),
    },
)


def as_json(rows: Collection[Pin]) -> list[dict[str, Any]]:
    """Pins as the API shows them, in as many queries for a hundred as for one."""
    now = timezone.now()
    by_pin = stories(rows, now=now)
    return [_as_json(pin, by_pin.get(pin.pk) or PinStory(pin, _RELEASED, now)) for pin in rows]


_RELEASED: Final = pin_drift.Behind(Pin.Drift.UNSTATED, None)


def _as_json(pin: Pin, story: PinStory) -> dict[str, Any]:
    factor = story.factors[0]
    return {
        "id": pin.pk,
        "offering": pin.offering_key,
        "field": pin.field,
        "value": public_value(pin.field, pin.value),
        "states": [state.value for state in story.states],
        "behind": _behind(pin, story.recorded),
        "behind_then": _behind(pin, pin.behind_then or {}),
        "moved": f"{_SIX_DIGITS.plus(factor).normalize():f}" if factor is not None else None,
        "official": list(story.official),
        "reason": pin.reason,
        "evidence": pin.evidence or None,
        "author": actor_shown(pin.author.get_username()),
        "created": instant(pin.created_at),
        "expires": instant(pin.expires_at),
        "review": instant(pin.review_at),
        "released": instant(pin.released_at),
        "released_by": actor_shown(pin.released_by) if pin.released_by else None,
    }


def _behind(pin: Pin, recorded: Mapping[str, Any]) -> dict[str, Any] | None:
    if not recorded:
        return None
    return {"value": public_value(pin.field, recorded["value"]), "source": recorded["source"]}

"""What policies may ask about besides the change itself: who says it, how sure the published value was, how long the
offering is known, and what already waits. Plain values in, plain values out; kept with every held change, so that a
rehearsal can judge it again. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from curation.core.diff import Change
from curation.core.inputs import Inputs, Waiting
from curation.core.rules import Circumstances
from registry.domain.offering_ids import provider_of


def circumstances(
    change: Change,
    known: Inputs,
    account: Mapping[str, Any],
    *,
    at: datetime,
    published_at: datetime | None = None,
    waiting: Waiting | None = None,
) -> Circumstances:
    """Of one change. `account` is the provenance of the published value, `published_at` when the offering came into
    the catalogue, and `waiting` what waits for a decision about its unit.
    """
    held_by = waiting.policy_of(change) if waiting else ""
    return Circumstances(
        standing=standing(change, known),
        quality="unknown" if change.old is None else str(account.get("quality") or "unknown"),
        age_days=max((at - published_at).days, 0) if published_at else 0,
        held_by=held_by,
        is_due=bool(waiting and held_by and waiting.is_due(at)),
    )


def standing(change: Change, known: Inputs) -> str | None:
    """The standing of whoever states the new value; "" where nobody does, None where it is no source."""
    if not change.decision.source:
        return ""
    provider = provider_of(change.offering)
    said = (c.standing(change.field, provider) for c in known.claims if c.source.slug == change.decision.source)
    return next((one.value for one in said), None)


def as_json(about: Circumstances, voices: int) -> dict[str, Any]:
    """As a held change keeps them."""
    told = {"standing": about.standing, "quality": about.quality, "age_days": about.age_days, "voices": voices}
    return told if about.one_way is None else told | {"one_way": about.one_way}


def from_json(kept: Mapping[str, Any]) -> Circumstances:
    """What a held change has kept; what it has not is not known."""
    return Circumstances(
        kept.get("standing"),
        kept.get("quality"),
        kept.get("age_days"),
        one_way=kept.get("one_way"),
        voices_are_known="voices" in kept,
    )

"""Where the values of an offering come from, in the public JSON. `curation` writes it, and versions keep a part."""

from __future__ import annotations

from typing import Final

from registry import json_schema as schema
from registry.models.choices import QUALITY

PROPOSED: Final = schema.shape(
    "Proposed",
    "A value that is not published.",
    {
        "value": schema.anything("As it would be published; null where the value would go."),
        "source": schema.text("Slug of the source that states it."),
        "since": schema.day("Since when it has waited.", null=True),
        "why": schema.text("What holds it, or who rejected it and when."),
    },
    optional=("source", "since", "why"),
)
ANNOUNCED: Final = schema.shape(
    "AnnouncedPrice",
    "A price of a later day that is announced and not accepted yet. It is in no total.",
    {
        "source": schema.text("Slug of the source that announces it."),
        "prices": schema.several(schema.anything(), "Points of the price line, with `from`."),
    },
)
PROVENANCE: Final = schema.shape(
    "Said",
    "Where one published value comes from, and what waits or is announced beside it.",
    {
        "source": schema.text("Slug of the source, or `pin` for a curator."),
        "quality": schema.one(QUALITY, "How sure it is."),
        "reason": schema.text("Why this source won."),
        "since": schema.day(
            "Since when the source has said so; of a past state, as told when the value was published.", null=True
        ),
        "revision": schema.whole("Of a past state: the revision that brought the value."),
        "policy": schema.text("The policy under which it was published."),
        "agree": schema.words("Other sources that say the same."),
        "disagree": schema.words("Sources that say something else."),
        "agreement": schema.mapping(
            schema.whole(),
            "Independent sources that state the value (`agree`), of all (`of`); left out where it is one of one.",
        ),
        "stated": schema.flag("False where `source` states the value no longer; left out where it does."),
        "pending": schema.one(PROPOSED, "A change that waits for a person."),
        "rejected": schema.one(PROPOSED, "What its sources come to, and a person rejected."),
        "announced": schema.several(ANNOUNCED, "Prices that are announced for later days."),
    },
    optional=(
        "since", "revision", "policy", "agree", "disagree", "agreement", "stated", "pending", "rejected", "announced",
    ),
)  # fmt: skip

"""What can be asked about costs, for the schema. `cost_body` reads it, strictly and item by item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry import json_schema as schema
from registry.json_schema import Type, shape
from registry.pricing.usage import MOST, QUANTITIES, SECONDS

LONGEST_ID: Final = 400
_SECONDS: Final = schema.text(format="decimal", pattern=r"^\d{0,15}(?:\.\d{0,12})?$")
_QUANTITY: Final = schema.whole(minimum=0, maximum=MOST, format="int64")
_ID: Final = schema.text("Any id that `lookup` resolves.", maxLength=LONGEST_ID)

USAGE: Final = shape(
    "Usage",
    "What one call used. Cached tokens are a part of the input.",
    {
        **{name: _SECONDS if name in SECONDS else _QUANTITY for name in QUANTITIES},
        "others": schema.mapping(
            schema.text(), "Anything else by the word of its rate, such as `search[detail=context:low]`."
        ),
    },
    optional=(*QUANTITIES, "others"),
)
_ITEM: Final[Mapping[str, Type]] = {
    "usage": USAGE,
    "mix": schema.anything(
        "Instead of `usage`: parts of input to parts of output, such as `3:1`, to be priced per 1M tokens; "
        "`true` for 3:1."
    ),
    "cached": schema.text(
        "Share of the input of the mix that is read from a cache.",
        format="decimal",
        pattern=r"^\d{0,1}(?:\.\d{0,2})?$",
    ),
    "tier": schema.text("Service tier, such as batch; standard when left out.", null=True),
    "region": schema.text("Region.", null=True),
    "plan": schema.text("Plan.", null=True),
    "detail": schema.text("Parameters of images and videos, such as `size:1024x1024,quality:hd`.", null=True),
    "at": schema.moment("When the call was made; now when left out.", null=True),
}
OPTIONS: Final = {
    "fallback": schema.flag("Estimate what is not found by the operator's price, if one is set."),
    "revision": schema.count("Price by the catalogue of this revision.", null=True),
    "known_at": schema.moment("Price by what was published by then.", null=True),
    "currency": schema.text("Give totals in this currency, too.", null=True, pattern="^[A-Z]{3}$"),
}
ITEM: Final = shape("CostItem", "One usage of one model.", {"id": _ID, **_ITEM}, optional=_ITEM)
COMPARE: Final = schema.anything(
    '`true`: price it at every offering of the model, too. Instead of an id: `{"filter": {…}}` with '
    'the filters of the list of offerings, or `{"ids": […]}`, each with `limit`.'
)
ONE: Final = shape(
    "CostRequest",
    "One usage, priced at one offering, or compared over all offerings of its model, over a filter, or over ids.",
    {"id": _ID, **_ITEM, **OPTIONS, "compare": COMPARE},
    optional=("id", *_ITEM, *OPTIONS, "compare"),
)
BATCH: Final = shape("CostBatch", "Up to 10,000 usages.", {**OPTIONS, "items": schema.several(ITEM)}, optional=OPTIONS)
QUESTION: Final = schema.one_of("CostQuestion", ONE, BATCH)

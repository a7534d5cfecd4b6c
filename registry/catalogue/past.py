"""The whole catalogue of a past state, shaped as the published document is.

Names of models and providers are today's.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import orjson
from django.db.models import Value

from registry import json_schema as schema
from registry.catalogue import queries
from registry.catalogue.as_of import AsOf
from registry.catalogue.public_keys import representation
from registry.catalogue.public_keys.offering_keys import OFFERING
from registry.domain import iso
from registry.domain.fields import Json
from registry.models import Model, Provider

CATALOGUE: Final = schema.shape(
    "Catalogue",
    "The whole published catalogue. Prices are those in force today, or on the day asked for.",
    {
        "revision": schema.whole(),
        "published_at": schema.moment("Null before the first publication.", null=True),
        "prices_on": schema.day("Day whose prices a past state shows."),
        "offerings": schema.several(schema.whole_object(OFFERING)),
        "models": schema.several(schema.whole_object(representation.MODEL)),
        "providers": schema.several(schema.whole_object(representation.PROVIDER)),
    },
    optional=("prices_on",),
)


def document(as_of: AsOf) -> bytes:
    """The whole catalogue of a past state."""
    offerings = queries.full_offerings_json(queries.offerings(as_of.on, as_of.revision), as_of.on, past=True)
    content: dict[str, Any] = {
        "revision": as_of.revision,
        "published_at": iso.instant(as_of.stamp.at) if as_of.stamp else None,
        "prices_on": as_of.on.isoformat(),
        # Written one by one: thousands of offerings as Python objects at once would be ten times the bytes.
        "offerings": [orjson.Fragment(dump(offering)) for offering in offerings],
        "models": _models_json(as_of),
        "providers": _providers_json(as_of),
    }
    return dump(content)


def dump(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def _models_json(as_of: AsOf) -> list[dict[str, Json]]:
    """The models that were published by then, with how many served them."""
    if as_of.stamp is None:
        return []
    served = _counted(as_of, "model_id")
    models = Model.objects.annotate(offerings_count=Value(0)).order_by("slug")
    return [
        representation.model({**row, "offerings_count": served[row["key"]]})
        for row in models.values(*representation.MODEL_COLUMNS)
        if served[row["key"]] or row["created_at"] <= as_of.stamp.at
    ]


def _providers_json(as_of: AsOf) -> list[dict[str, Json]]:
    """The providers that had offerings then. Others are not recorded."""
    serving = _counted(as_of, "provider_id")
    providers = Provider.objects.annotate(offerings_count=Value(0)).order_by("slug")
    return [
        representation.provider({**row, "offerings_count": serving[row["slug"]]})
        for row in providers.values(*representation.PROVIDER_COLUMNS)
        if serving[row["slug"]]
    ]


def _counted(as_of: AsOf, column: str) -> Counter[str | None]:
    """How many offerings there were by a column."""
    rows = queries.offerings(as_of.on, as_of.revision).order_by()
    return Counter(rows.values_list(column, flat=True))

"""The whole catalogue of a past state, shaped as the published document is.

Names of models and providers are today's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import orjson
from django.db.models import Value

from registry import json_schema as schema
from registry.catalogue import queries, representation
from registry.catalogue.as_of import Moment
from registry.catalogue.offering_keys import OFFERING
from registry.domain import iso
from registry.domain.fields import Json
from registry.models import Model, Provider

CATALOGUE: Final = schema.shape(
    "Catalogue",
    "The whole published catalogue. Prices are those in force on the day of publication, or on the day asked for.",
    {
        "revision": schema.whole(),
        "published_at": schema.moment("Null before the first publication.", null=True),
        "prices_on": schema.day("Day whose prices a past state shows."),
        "offerings": schema.several(OFFERING),
        "models": schema.several(representation.MODEL),
        "providers": schema.several(representation.PROVIDER),
    },
    optional=("prices_on",),
)


def offerings_json(moment: Moment) -> Iterator[dict[str, Json]]:
    """Every offering of a past state in full, in order of id, one after the other."""
    return queries.full_offerings_json(queries.offerings(moment.on, moment.revision), moment.on, past=True)


def document(moment: Moment) -> bytes:
    """The whole catalogue of a past state."""
    content: dict[str, Any] = {
        "revision": moment.revision,
        "published_at": iso.instant(moment.stamp.at) if moment.stamp else None,
        "prices_on": moment.on.isoformat(),
        # Written one by one: thousands of offerings as Python objects at once would be ten times the bytes.
        "offerings": [orjson.Fragment(dump(one)) for one in offerings_json(moment)],
        "models": _models_json(moment),
        "providers": _providers_json(moment),
    }
    return dump(content)


def dump(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def _models_json(moment: Moment) -> list[dict[str, Json]]:
    """The models that were published by then, with how many served them."""
    if moment.stamp is None:
        return []
    served = _counted(moment, "model_id")
    known = Model.objects.annotate(offerings_count=Value(0)).order_by("slug")
    return [
        representation.model({**one, "offerings_count": served[one["key"]]})
        for one in known.values(*representation.MODEL_COLUMNS)
        if served[one["key"]] or one["created_at"] <= moment.stamp.at
    ]


def _providers_json(moment: Moment) -> list[dict[str, Json]]:
    """The providers that served anything then. Which others were known is not kept."""
    serving = _counted(moment, "provider_id")
    known = Provider.objects.annotate(offerings_count=Value(0)).order_by("slug")
    return [
        representation.provider({**one, "offerings_count": serving[one["slug"]]})
        for one in known.values(*representation.PROVIDER_COLUMNS)
        if serving[one["slug"]]
    ]


def _counted(moment: Moment, column: str) -> Counter[str | None]:
    """How many offerings there were by a column."""
    rows = queries.offerings(moment.on, moment.revision).order_by()
    return Counter(rows.values_list(column, flat=True))

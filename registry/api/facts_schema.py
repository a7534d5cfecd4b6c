"""What the OpenAPI schema says of the addresses in `registry.api.views.facts`."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from registry.api import shapes
from registry.api.problems import CONTENT_TYPE
from registry.reports import provider_stats as metrics

_JSON: Final = "application/json"
_SEEN: Final = {304: OpenApiResponse(description="The client has it already (If-None-Match).")}
_BAD: Final = {
    (400, CONTENT_TYPE): OpenApiResponse(shapes.Problem, description="A parameter is unknown, repeated or wrong.")
}
_GONE: Final = {(404, CONTENT_TYPE): OpenApiResponse(shapes.Problem, description="There is no such thing.")}
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_AGE: Final = {"type": ["integer", "null"], "minimum": 0}
_MOMENT: Final = {"type": ["string", "null"], "format": "date-time"}
_PROVIDER: Final = OpenApiParameter("provider", {"type": "string", "minLength": 1}, description="Slug of one provider.")
_AGED: Final = {
    "confirmed_at": _MOMENT,
    "confirmed_by": {"type": ["string", "null"]},
    "age_days": _AGE,
    "stale": {"type": ["boolean", "null"]},
}


def _listed(name: str) -> dict[str, Any]:
    row = {"type": "object", "required": [name, "offerings"], "properties": {name: _TEXT, "offerings": _COUNT}}
    return {"type": "array", "items": row}


REGIONS: Final[dict[str, Any]] = {
    "oneOf": [
        {
            "type": "object",
            "required": ["regions", "providers", "unstated"],
            "properties": {"regions": _listed("region"), "providers": _listed("provider"), "unstated": _COUNT},
        },
        {
            "type": "object",
            "required": ["provider", "regions", "offerings", "unstated"],
            "properties": {
                "provider": _TEXT,
                "regions": {"type": "array", "items": _TEXT},
                "offerings": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"id": _TEXT, "regions": {"type": "array", "items": _TEXT}},
                    },
                },
                "unstated": _COUNT,
            },
        },
    ]
}
RETIREMENTS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["within_days", "known", "offerings", "retirements"],
    "properties": {
        "within_days": _COUNT,
        "known": {**_COUNT, "description": "Offerings of which a day of retirement is known, past days included."},
        "offerings": {**_COUNT, "description": "Offerings in all; of those beside `known` nobody states a day."},
        "retirements": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["offering", "retires_on", "days_left", "successor", "source"],
                "properties": {
                    "offering": _TEXT,
                    "retires_on": {"type": "string", "format": "date"},
                    "days_left": _COUNT,
                    "successor": {"type": ["string", "null"]},
                    "source": _TEXT,
                    "quality": _TEXT,
                    "stated_on": {"type": ["string", "null"], "format": "date"},
                },
            },
        },
    },
}
FRESHNESS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "confirmed_at", "fields"],
    "properties": {
        "id": _TEXT,
        **_AGED,
        "fields": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "source": {"type": ["string", "null"]},
                    "quality": _TEXT,
                    "since": {"type": ["string", "null"], "format": "date"},
                    **_AGED,
                },
            },
        },
    },
}


def _get(**described: Any) -> Any:
    return extend_schema_view(get=extend_schema(**described))


regions = _get(
    operation_id="get_regions",
    tags=["regions"],
    parameters=[_PROVIDER],
    responses={(200, _JSON): REGIONS, **_SEEN, **_BAD},
)
retirements = _get(
    operation_id="list_retirements",
    tags=["retirements"],
    parameters=[
        OpenApiParameter(
            "within",
            {"type": "integer", "minimum": 1, "maximum": 3650, "default": 90},
            description="How many days ahead.",
        )
    ],
    responses={(200, _JSON): RETIREMENTS, **_SEEN, **_BAD},
)
freshness = _get(
    operation_id="get_offering_freshness",
    tags=["offerings"],
    parameters=[
        OpenApiParameter(
            "id", str, OpenApiParameter.PATH, description="Id of the offering; slashes in it stay as they are."
        )
    ],
    responses={(200, _JSON): FRESHNESS, **_SEEN, **_BAD, **_GONE},
)
provider_stats = _get(
    operation_id="get_provider_stats",
    tags=["stats"],
    parameters=[_PROVIDER],
    responses={(200, _JSON): metrics.SCHEMA, **_SEEN, **_BAD, **_GONE},
)

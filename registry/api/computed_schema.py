"""JSON Schema of what the registry computes of a model (see `registry.catalogue.computed`)."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_NULLABLE: Final = {"type": ["string", "null"]}
_WORDS: Final = {"type": "array", "items": _TEXT}

COMPUTED: Final[dict[str, Any]] = {
    "type": ["object", "null"],
    "required": ["series", "quality_score", "quality_per_dollar", "successors", "predecessors"],
    "properties": {
        "series": {
            "type": ["object", "null"],
            "description": "Family and version, derived from the name by the rule that is named.",
            "properties": {"family": _TEXT, "version": _NULLABLE, "derived": _TEXT},
        },
        "quality_score": {
            "type": "object",
            "description": "From 0 to 100; null with fewer benchmarks than are needed.",
            "properties": {
                "score": _NULLABLE,
                "quality": _TEXT,
                "method": _TEXT,
                "needed": {"type": "integer"},
                "benchmarks": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "benchmark": _TEXT,
                            "score": _TEXT,
                            "weight": _TEXT,
                            "publishers": _WORDS,
                            "statements": {"type": "integer"},
                        },
                    },
                },
            },
        },
        "quality_per_dollar": {
            "type": "object",
            "description": "Best first; `free` where it costs nothing, null where score or price is unknown.",
            "properties": {
                "unit": _TEXT,
                "quality": _TEXT,
                "method": _TEXT,
                "offerings": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"offering": _TEXT, "effective_price": _NULLABLE, "points_per_usd": _NULLABLE},
                    },
                },
            },
        },
        "successors": {**_WORDS, "description": "Models behind the offerings that providers name in place of its own."},
        "predecessors": {**_WORDS, "description": "Models in place of which providers name its offerings."},
    },
}

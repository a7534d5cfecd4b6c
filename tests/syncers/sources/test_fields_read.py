"""Fields that sources state beside prices and limits, read from a minimal record of each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from syncers.registry import load

RECORDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "vercel-ai-gateway": (
        {"id": "acme/canto", "name": "Canto", "description": "A model."},
        {"name": "Canto", "description": "A model."},
    ),
    "venice": (
        {"id": "canto", "model_spec": {"name": "Canto", "description": "A model."}},
        {"name": "Canto", "description": "A model."},
    ),
    "zenmux": (
        {
            "id": "acme/canto",
            "display_name": "Acme: Canto",
            "capabilities": {"reasoning": False},
            "input_modalities": ["text", "image"],
            "output_modalities": ["text"],
            "pricings": {},
        },
        {
            "name": "Acme: Canto",
            "supports_reasoning": False,
            "input_modalities": ("image", "text"),
            "output_modalities": ("text",),
        },
    ),
    "novita": (
        {"id": "acme/canto", "display_name": "Canto", "description": "A model.", "model_type": "embedding"},
        {"name": "Canto", "description": "A model."},
    ),
    "together": (
        {"id": "acme/canto", "display_name": "Canto", "license": "apache-2.0", "type": "chat"},
        {"name": "Canto", "license": "apache-2.0"},
    ),
}


def stated(slug: str, record: dict[str, Any], holder: str = "data") -> dict[str, Any]:
    """What a source states of a list of one record."""
    document: Any = [record] if slug == "together" else {holder: [record]}
    (claim,) = load(slug)().parse(json.dumps(document).encode()).claims
    return dict(claim.values)


@pytest.mark.parametrize("slug", RECORDS)
def test_what_a_record_states_is_read(slug: str) -> None:
    record, expected = RECORDS[slug]
    values = stated(slug, record)
    assert {name: values.get(name) for name in expected} == expected


@pytest.mark.parametrize(("word", "expected"), [(True, True), (False, None)])
def test_cohere_s_false_states_nothing_about_images(word: bool, expected: bool | None) -> None:
    record = {"name": "canto", "endpoints": ["chat"], "supports_vision": word}
    assert stated("cohere", record, "models").get("supports_vision") is expected

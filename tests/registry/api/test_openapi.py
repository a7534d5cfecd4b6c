"""Shapes become components of the document, and references wherever they stand."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from registry import json_schema as schema
from registry.api.openapi import name_shapes
from registry.json_schema import Shape, shape, wider

WHEEL = shape("Wheel", "It turns.", {"size": schema.whole()})
CAR = shape(
    "Car", "It drives.", {"wheels": schema.several(WHEEL), "spare": schema.one(WHEEL, "In the boot.", null=True)}
)


def document(part: Any) -> dict[str, Any]:
    return name_shapes({"paths": {"/": part}, "components": {}})


def test_a_shape_and_those_in_it_are_components_and_references():
    described = document(CAR)

    assert described["paths"] == {"/": {"$ref": "#/components/schemas/Car"}}
    assert list(described["components"]["schemas"]) == ["Car", "Wheel"]
    assert described["components"]["schemas"]["Car"]["properties"] == {
        "wheels": {"type": "array", "items": {"$ref": "#/components/schemas/Wheel"}},
        "spare": {"oneOf": [{"$ref": "#/components/schemas/Wheel"}, {"type": "null"}], "description": "In the boot."},
    }


def test_a_shape_may_refer_to_itself():
    keys: dict[str, Any] = {"name": schema.text()}
    tree = Shape("Tree", {"type": "object", "properties": keys})
    keys["children"] = schema.several(tree)

    assert document(tree)["components"]["schemas"]["Tree"]["properties"]["children"]["items"] == {
        "$ref": "#/components/schemas/Tree"
    }


def test_two_shapes_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two shapes are called Wheel"):
        document([WHEEL, shape("Wheel", "Of cheese.", {"weight": schema.amount()})])


def test_a_wider_shape_has_the_keys_of_the_narrow_one_first():
    truck = wider(CAR, "Truck", "It carries.", {"load": schema.amount()}, optional=("load",))

    assert truck.keys == ("wheels", "spare", "load")
    assert truck.schema["required"] == ["wheels", "spare"]


@pytest.mark.parametrize(
    ("path", "is_needed"),
    [("/api/v1/cost/", True), ("/api/v1/pins/", True), ("/api/v1/changes/{id}/approve/", False)],
)
def test_a_body_is_needed_where_a_key_of_it_is(path, is_needed):
    described = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]

    assert described["paths"][path]["post"]["requestBody"].get("required", False) is is_needed

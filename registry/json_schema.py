"""The vocabulary in which answers of the API are described, next to the code that makes them.

A `Schema` is plain JSON Schema. A `Shape` has a name besides: wherever it stands in a schema, the OpenAPI document has
a reference, and the shape among its components (`registry.api.openapi`). Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]
AMOUNT: Final = r"^(0|[0-9]+(\.[0-9]*[1-9])?)$"
"""An exact number as text, as all amounts are written."""


@dataclass(frozen=True, eq=False)
class Shape:
    """A schema with a name of its own."""

    name: str
    schema: Schema

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of its keys, in order."""
        return tuple(self.schema["properties"])


Type = Schema | Shape


def shape(name: str, says: str, keys: Mapping[str, Type], *, optional: Collection[str] = ()) -> Shape:
    """An object that has all of these keys, but for the optional ones."""
    return Shape(name, record(keys, says, optional=optional))


def wider(shape_: Shape, name: str, says: str, keys: Mapping[str, Type], *, optional: Collection[str] = ()) -> Shape:
    """A shape with more keys, before which come those of another one."""
    narrow = shape_.schema
    left_out = set(narrow["properties"]) - set(narrow.get("required", ()))
    return shape(name, says, {**narrow["properties"], **keys}, optional={*left_out, *optional})


def enumeration(name: str, words: Iterable[str]) -> Shape:
    """One of some words, with a name of its own."""
    return Shape(name, {"type": "string", "enum": list(words)})


def one_of(name: str, *shapes: Shape) -> Shape:
    """Any of some shapes."""
    return Shape(name, {"oneOf": list(shapes)})


def record(keys: Mapping[str, Type], says: str = "", *, optional: Collection[str] = (), null: bool = False) -> Schema:
    """An object without a name, which has all of these keys, but for the optional ones."""
    required = [key for key in keys if key not in optional]
    return _typed("object", says, null, properties=dict(keys), **({"required": required} if required else {}))


def whole_object(of: Shape) -> Schema:
    """A shape with all of its keys, where `fields=` cannot leave out any."""
    return {"allOf": [of, {"required": list(of.keys)}]}


def text(says: str = "", *, null: bool = False, **more: Any) -> Schema:
    return _typed("string", says, null, **more)


def whole(says: str = "", *, null: bool = False, **more: Any) -> Schema:
    """A whole number."""
    return _typed("integer", says, null, **more)


def count(says: str = "", *, null: bool = False) -> Schema:
    """How many there are of something."""
    return whole(says, null=null, minimum=0)


def number(says: str = "", *, null: bool = False, **more: Any) -> Schema:
    """A binary number, for what is not money: a share, a similarity."""
    return _typed("number", says, null, **more)


def flag(says: str = "", *, null: bool = False) -> Schema:
    return _typed("boolean", says, null)


def amount(says: str = "", *, null: bool = False) -> Schema:
    """An exact number as text."""
    return text(says, null=null, pattern=AMOUNT)


def day(says: str = "", *, null: bool = False) -> Schema:
    return text(says, null=null, format="date")


def moment(says: str = "", *, null: bool = False) -> Schema:
    return text(says, null=null, format="date-time")


def link(says: str = "", *, null: bool = False, **more: Any) -> Schema:
    return text(says, null=null, format="uri", **more)


def word(allowed: Iterable[str], says: str = "") -> Schema:
    """One of some words. A pattern: enumerations without a name get one from generators of clients."""
    return text(says, pattern=f"^({'|'.join(allowed)})$")


def several(of: Type, says: str = "", *, null: bool = False, **more: Any) -> Schema:
    """A list."""
    return _typed("array", says, null, items=of, **more)


def words(says: str = "", *, null: bool = False) -> Schema:
    """A list of texts."""
    return several(text(), says, null=null)


def mapping(of: Type, says: str = "", *, null: bool = False) -> Schema:
    """An object by names that are not known beforehand."""
    return _typed("object", says, null, additionalProperties=of)


def anything(says: str = "") -> Schema:
    """Any JSON, null included."""
    return _described({}, says)


def one(of: Shape, says: str = "", *, null: bool = False) -> Schema:
    """A shape, said of a key."""
    return _described({"oneOf": [of, {"type": "null"}]} if null else {"allOf": [of]}, says)


def _typed(name: str, says: str, null: bool, **more: Any) -> Schema:
    return _described({"type": [name, "null"] if null else name, **more}, says)


def _described(schema: Schema, says: str) -> Schema:
    return {**schema, "description": says} if says else schema

"""Describes endpoints for the OpenAPI document.

Answers are plain schemas (`registry.json_schema`), declared next to the code that makes them: nothing here serialises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from registry import json_schema as schema
from registry.api.problems import CONTENT_TYPE, PROBLEM
from registry.json_schema import Schema, Shape, Type

View = TypeVar("View", bound=type)
Method = TypeVar("Method", bound=Callable[..., Any])

JSON: Final = "application/json"
_PROBLEMS: Final = {
    400: "A parameter or a key is unknown or wrong; `errors` names its place.",
    401: "The token is unknown, revoked or expired, or none was sent.",
    403: "The token has not the scope, or its owner not the permission.",
    404: "There is no such thing; with what was probably meant.",
    409: "It is in another state already.",
    412: "The values have moved since.",
    413: "The body is too large.",
    415: "The body is not sent as application/json.",
    428: "If-Match is missing.",
    503: "Nothing is published yet; see Retry-After.",
}


def parameter(name: str, type_: Schema, says: str = "", **more: Any) -> OpenApiParameter:
    """One in the address; `location` and `required` as of OpenApiParameter."""
    return OpenApiParameter(name, dict(type_), description=says, **more)


def in_path(says: str, type_: Schema | None = None, name: str = "id") -> OpenApiParameter:
    return parameter(name, type_ or schema.text(), says, location=OpenApiParameter.PATH, required=True)


OFFERING_ID: Final = in_path("Id of the offering; slashes in it stay as they are.")
NUMBER: Final = in_path("Its number.", schema.whole(minimum=1))
PROVIDER: Final = parameter("provider", schema.text(minLength=1), "Slug of one provider.")


def operation(
    name: str,
    tag: str,
    answer: Type,
    *parameters: OpenApiParameter,
    problems: Collection[int] = (400,),
    others: Mapping[int, Type] | None = None,
    tagged: bool = True,
    body: Type | None = None,
    says: str | None = None,
) -> Callable[[Method], Method]:
    """Describes one method of a view: its good answer, others by status, its problems. `tagged`: it can answer 304."""
    good = {200: answer, **(others or {})}
    responses: dict[Any, Any] = {(status, JSON): _as_is(type_) for status, type_ in good.items()}
    if tagged:
        responses[304] = OpenApiResponse(description="The client has it already (If-None-Match).")
    for status in problems:
        responses[status, CONTENT_TYPE] = OpenApiResponse(_as_is(PROBLEM), description=_PROBLEMS[status])
    return extend_schema(
        operation_id=name,
        tags=[tag],
        parameters=list(parameters),
        request={JSON: _as_is(body)} if body else None,
        responses=responses,
        description=says,
    )


def get(*args: Any, **kwargs: Any) -> Callable[[View], View]:
    """Describes a view that only reads, by its GET; as `operation`."""
    describe: Callable[[Any], Any] = extend_schema_view(get=operation(*args, **kwargs))
    return describe


def post(*args: Any, **kwargs: Any) -> Callable[[View], View]:
    """The same of a view with a POST alone."""
    describe: Callable[[Any], Any] = extend_schema_view(post=operation(*args, tagged=False, **kwargs))
    return describe


def _as_is(type_: Type) -> dict[str, Any]:
    return {"allOf": [type_]} if isinstance(type_, Shape) else dict(type_)


def name_shapes(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Puts a reference in the place of each shape, and the shape among the components (a hook of drf-spectacular)."""
    shapes: dict[str, Shape] = {}
    components: dict[str, Any] = {}

    def resolved(part: Any) -> Any:
        if isinstance(part, Shape):
            if shapes.setdefault(part.name, part) is not part:
                raise ValueError(f"two shapes are called {part.name}")
            if part.name not in components:
                components[part.name] = {}
                components[part.name] = resolved(part.schema)
            return {"$ref": f"#/components/schemas/{part.name}"}
        if isinstance(part, Mapping):
            if set(part) == {"allOf"} and len(part["allOf"]) == 1:
                return resolved(part["allOf"][0])
            return {key: resolved(value) for key, value in part.items()}
        return [resolved(item) for item in part] if isinstance(part, list | tuple) else part

    described: dict[str, Any] = resolved(result)
    described["components"]["schemas"] = dict(sorted(components.items()))
    return described

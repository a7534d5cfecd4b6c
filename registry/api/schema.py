"""What the OpenAPI schema says of each address, kept out of the views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)

from registry import stats as statistics
from registry.api import shapes
from registry.api.problems import CONTENT_TYPE

View = TypeVar("View", bound=type)

_JSON: Final = "application/json"


def _problem(says: str) -> OpenApiResponse:
    return OpenApiResponse(shapes.Problem, description=says)


_SEEN: Final = {304: OpenApiResponse(description="The client has it already (If-None-Match).")}
_BAD: Final = {(400, CONTENT_TYPE): _problem("A parameter is unknown, repeated, empty or wrong.")}
_GONE: Final = {(404, CONTENT_TYPE): _problem("There is no such thing; with what was probably meant.")}
_EMPTY: Final = {(503, CONTENT_TYPE): _problem("Nothing is published yet; see Retry-After.")}


def listing(name: str, summary: type[shapes.Shape], detail: type[shapes.Shape]) -> Callable[[View], View]:
    """Describes a list and its detail."""
    one = name.removesuffix("s")

    def describe(view: View) -> View:
        methods = extend_schema_view(
            list=extend_schema(
                operation_id=f"list_{name}",
                tags=[name],
                parameters=[_fields(shapes.keys(detail) if name == "offerings" else shapes.keys(summary))],
                responses={(200, _JSON): detail(many=True) if name == "offerings" else summary(many=True),
                           **_SEEN, **_BAD, **_GONE},
            ),
            retrieve=extend_schema(
                operation_id=f"get_{one}",
                tags=[name],
                parameters=[_id(one), _fields(shapes.keys(detail))],
                responses={(200, _JSON): detail, **_SEEN, **_BAD, **_GONE},
                filters=False,
            ),
        )  # fmt: skip
        described: View = methods(view)
        return described

    return describe


def _fields(known: tuple[str, ...]) -> OpenApiParameter:
    says = f"Keys to answer with, joined by commas (`id` always comes): {', '.join(known)}."
    word = "|".join(known)
    pattern = f"^({word})(,({word}))*$"
    return OpenApiParameter("fields", {"type": "string", "pattern": pattern}, description=says)


def _id(one: str) -> OpenApiParameter:
    says = f"Id of the {one}; slashes in it stay as they are."
    return OpenApiParameter("id", str, OpenApiParameter.PATH, description=says)


def _get(**described: Any) -> Callable[[View], View]:
    decorator: Callable[[View], View] = extend_schema_view(get=extend_schema(**described))
    return decorator


lookup = _get(
    operation_id="lookup",
    tags=["lookup"],
    parameters=[
        OpenApiParameter(
            "id",
            {"type": "array", "minItems": 1, "maxItems": 100,
             "items": {"type": "string", "minLength": 1, "maxLength": 400}},
            required=True,
            explode=True,
            description="What to resolve; may be given up to 100 times.",
        )
    ],
    responses={
        (200, _JSON): PolymorphicProxySerializer(
            component_name="LookupAnswer",
            serializers=[shapes.Answer, shapes.Answers],
            resource_type_field_name=None,
        ),
        **_SEEN,
        **_BAD,
    },
)  # fmt: skip

catalogue = _get(
    operation_id="get_catalogue",
    tags=["catalogue"],
    responses={(200, _JSON): shapes.Catalogue, **_SEEN, **_BAD, **_EMPTY},
)

stats = _get(
    operation_id="get_stats",
    tags=["stats"],
    responses={(200, _JSON): statistics.SCHEMA, **_SEEN, **_BAD},
)

cost: Callable[[View], View] = extend_schema_view(
    post=extend_schema(
        operation_id="cost",
        tags=["cost"],
        request={
            _JSON: PolymorphicProxySerializer(
                component_name="CostQuestion",
                serializers=[shapes.CostRequest, shapes.CostBatch],
                resource_type_field_name=None,
            )
        },
        responses={
            (200, _JSON): PolymorphicProxySerializer(
                component_name="CostResult",
                serializers=[shapes.CostCompared, shapes.CostAnswers],
                resource_type_field_name=None,
            ),
            (400, CONTENT_TYPE): _problem("A key is unknown or a value wrong; `errors` names its place."),
            (413, CONTENT_TYPE): _problem("The body is too large."),
            (415, CONTENT_TYPE): _problem("The body is not sent as application/json."),
        },
    )
)

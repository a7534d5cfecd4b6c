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

from registry.api import shapes
from registry.api.problems import CONTENT_TYPE
from registry.domain import fields
from registry.reports import stats as statistics

View = TypeVar("View", bound=type)

_JSON: Final = "application/json"


def _problem(says: str) -> OpenApiResponse:
    return OpenApiResponse(shapes.Problem, description=says)


_SEEN: Final = {304: OpenApiResponse(description="The client has it already (If-None-Match).")}
_BAD: Final = {(400, CONTENT_TYPE): _problem("A parameter is unknown, repeated, empty or wrong.")}
_GONE: Final = {(404, CONTENT_TYPE): _problem("There is no such thing; with what was probably meant.")}
_EMPTY: Final = {(503, CONTENT_TYPE): _problem("Nothing is published yet; see Retry-After.")}


_DAY: Final = {"type": "string", "format": "date"}
CLOCKS: Final = (
    OpenApiParameter(
        "as_of", _DAY,
        description="Day whose prices are shown, by what was known at its end; one to come shows what is announced.",
    ),
    OpenApiParameter(
        "known_at", {"anyOf": [_DAY, {"type": "string", "format": "date-time"}]},
        description="Shows what was published by then; a day means its end.",
    ),
    OpenApiParameter(
        "revision", {"type": "integer", "minimum": 0}, description="Shows this very revision, which never changes.",
    ),
)  # fmt: skip


CURRENCY: Final = OpenApiParameter(
    "currency", {"type": "string", "pattern": "^[A-Z]{3}$"},
    description="Puts `converted` beside every amount: the same in this currency, by the reference rate of the day.",
)  # fmt: skip


def answers(shape: type[shapes.Shape], *, missing: bool = True) -> dict[Any, Any]:
    """What an address gives that has no tag."""
    return {(200, _JSON): shape, **_BAD, **(_GONE if missing else {})}


def listing(name: str, summary: type[shapes.Shape], detail: type[shapes.Shape]) -> Callable[[View], View]:
    """Describes a list and its detail."""
    one = name.removesuffix("s")

    def describe(view: Any) -> Any:
        methods = extend_schema_view(
            list=extend_schema(
                operation_id=f"list_{name}",
                tags=[name],
                parameters=[
                    _fields(shapes.keys(detail) if name == "offerings" else shapes.keys(summary)),
                    *(CLOCKS if "list" in view.past_actions else ()),
                    *((CURRENCY,) if name == "offerings" else ()),
                ],
                responses={(200, _JSON): detail(many=True) if name == "offerings" else summary(many=True),
                           **_SEEN, **_BAD, **_GONE},
            ),
            retrieve=extend_schema(
                operation_id=f"get_{one}",
                tags=[name],
                parameters=[
                    _id(one),
                    _fields(shapes.keys(detail)),
                    *(CLOCKS if "retrieve" in view.past_actions else ()),
                    *((CURRENCY,) if name == "offerings" else ()),
                ],
                responses={(200, _JSON): detail, **_SEEN, **_BAD, **_GONE},
                filters=False,
            ),
        )  # fmt: skip
        return methods(view)

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
    parameters=list(CLOCKS),
    responses={(200, _JSON): shapes.Catalogue, **_SEEN, **_BAD, **_EMPTY},
)

_PAGING: Final = (
    OpenApiParameter(
        "page", {"type": "integer", "minimum": 1, "default": 1}, description="Number of the page, from 1."
    ),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}, description="Rows on a page."
    ),
)
_FIELD: Final = OpenApiParameter(
    "field", {"type": "string", "minLength": 1}, description="One field, such as `price.input` or `context_window`."
)


def about_offering(word: str, says: str, answer: type[shapes.Shape], *more: OpenApiParameter) -> Callable[[View], View]:
    """Describes what is told about one offering behind its address."""
    return _get(
        operation_id=f"get_offering_{word}",
        tags=["offerings"],
        description=says,
        parameters=[
            OpenApiParameter(
                "id", str, OpenApiParameter.PATH, description="Id of the offering; slashes in it stay as they are."
            ),
            *more,
        ],
        responses={(200, _JSON): answer, **_SEEN, **_BAD, **_GONE},
    )


history = about_offering(
    "history",
    "What changed about one offering, newest first, and its prices with both clocks.",
    shapes.History,
    _FIELD,
    OpenApiParameter(
        "group",
        {"type": "string", "enum": [group.value for group in fields.Group]},
        description="Fields of one group only.",
    ),
    *_PAGING,
)

changes = _get(
    operation_id="list_changes",
    tags=["history"],
    parameters=[
        OpenApiParameter(
            "since", {"type": "integer", "minimum": 0}, description="Changes of revisions after this one; 0 is all."
        ),
        OpenApiParameter(
            "after", {"type": "integer", "minimum": 0}, description="Place in the ledger, as `next` says it."
        ),
        OpenApiParameter(
            "limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, description="At most so many."
        ),
        OpenApiParameter("provider", {"type": "string", "minLength": 1}, description="Offerings of one provider."),
        OpenApiParameter(
            "model", {"type": "string", "minLength": 1}, description="Offerings of one model, by today's link."
        ),
        _FIELD,
        OpenApiParameter(
            "source", {"type": "string", "minLength": 1}, description="Values of one source, by its slug."
        ),
    ],
    responses={(200, _JSON): shapes.Changes, **_SEEN, **_BAD},
)

revisions = _get(
    operation_id="list_revisions",
    tags=["history"],
    parameters=list(_PAGING),
    responses={(200, _JSON): shapes.Revisions, **_SEEN, **_BAD, **_GONE},
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
                serializers=[shapes.CostCompared, shapes.CostAnswers, shapes.CostComparison],
                resource_type_field_name=None,
            ),
            (400, CONTENT_TYPE): _problem("A key is unknown or a value wrong; `errors` names its place."),
            (413, CONTENT_TYPE): _problem("The body is too large."),
            (415, CONTENT_TYPE): _problem("The body is not sent as application/json."),
        },
    )
)

"""Every error of the API, as RFC 9457 `application/problem+json` that says what to do.

    raise BadParameters([ParameterError("ordering", "no such column: 'nope'", nearest="name")])

`exception_handler` is named in the settings; the `handler…` functions are named in `config.urls` and answer for what
never reaches a view.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, views
from rest_framework.response import Response

from registry import json_schema as schema
from registry.api.renderers import encode
from registry.database.patience import is_busy
from registry.history.timeline import KNOWN
from registry.identity.lookup import CANDIDATE

log = logging.getLogger(__name__)

CONTENT_TYPE: Final = "application/problem+json"
PROGRAMS: Final = ("/api", "/v1", "/exports")
"""Below these addresses it is programs that ask, and every error is a problem."""
_ADVICE: Final = {
    400: "The request could not be understood.",
    404: "There is nothing at this address; /api/v1/ lists what there is.",
    405: "This address only answers to the methods named in the Allow header.",
    406: "This API answers in application/json; ask for that, or send no Accept header.",
    500: "The error is in this server, and was recorded there. Trying again later may help.",
    503: "The database cannot be asked right now. Try again in a few seconds.",
}
_BUSY: Final = (
    "The database is busy: another process is writing to it, and this request was not finished. "
    "Look whether it was saved, and send it again in a few seconds."
)
PROBLEM: Final = schema.shape(
    "Problem",
    "An error, by RFC 9457.",
    {
        "type": schema.text(),
        "title": schema.text(),
        "status": schema.whole(),
        "detail": schema.text("What is wrong and what to do, for people."),
        "instance": schema.text(),
        "errors": schema.several(
            schema.shape(
                "WrongParameter",
                "What is wrong with one parameter.",
                {
                    "parameter": schema.text(),
                    "detail": schema.text(),
                    "nearest": schema.text("What was probably meant.", null=True),
                },
            )
        ),
        "candidates": schema.several(CANDIDATE),
        "lookup_url": schema.link(),
        "known_since": schema.one(KNOWN, "Of what was not published yet in the state asked for."),
    },
    optional=("errors", "candidates", "lookup_url", "known_since"),
)


@dataclass(frozen=True, slots=True)
class ParameterError:
    """What is wrong with one parameter, and what was probably meant."""

    parameter: str
    detail: str
    nearest: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"parameter": self.parameter, "detail": self.detail, "nearest": self.nearest}


class Problem(exceptions.APIException):
    """An error with members of its own beside those of every problem."""

    status_code = 400

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.text = detail
        self.members = members
        self.headers: Mapping[str, str] = {}


class BadParameters(Problem):
    def __init__(self, errors: Iterable[ParameterError]) -> None:
        all_errors = list(errors)
        super().__init__(
            " ".join(_sentence(error) for error in all_errors),
            errors=[error.as_json() for error in all_errors],
        )


class NotFound(Problem):
    status_code = 404


class PreconditionFailed(Problem):
    status_code = 412


class NothingPublished(Problem):
    """There is no catalogue yet. Never answered with an empty one, which would be a statement."""

    status_code = 503

    def __init__(self) -> None:
        super().__init__(
            "Nothing has been published yet, so there is no catalogue. "
            "Run a sync (manage.py sync --all), then ask again."
        )
        self.headers = {"Retry-After": "30"}


class NotRendered(Problem):
    """Something is published, and the first document of it is being made."""

    status_code = 503

    def __init__(self, what: str = "The catalogue") -> None:
        super().__init__(f"{what} is being rendered for the first time. Ask again in a few seconds.")
        self.headers = {"Retry-After": "5"}


def _sentence(error: ParameterError) -> str:
    hint = f" Did you mean {error.nearest!r}?" if error.nearest else ""
    return f"{error.parameter}: {error.detail}.{hint}"


def problem(status: int, detail: str, instance: str, **members: Any) -> dict[str, Any]:
    """The JSON of a problem. `type` is about:blank: the status says what kind it is."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        **members,
    }


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an exception in a view; None for one that is nobody's doing but ours, which Django then records,
    and for a busy database, of which the request is tried again (`registry.web.busy`).
    """
    exception = _as_exception(error)
    if exception is None:
        return None
    views.set_rollback()
    instance = context["request"].get_full_path()
    if isinstance(exception, Problem):
        body = problem(exception.status_code, exception.text, instance, **exception.members)
    else:
        body = problem(exception.status_code, *_detail_and_instance(exception, instance))
    return Response(body, exception.status_code, headers=_headers(exception), content_type=CONTENT_TYPE)


def _as_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return NotFound(_ADVICE[404])
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, SuspiciousOperation):
        return Problem(str(error) or _ADVICE[400])
    if isinstance(error, OperationalError | InterfaceError) and not is_busy(error):
        log.error("the database does not answer", exc_info=error)
        unavailable = Problem(_ADVICE[503])
        unavailable.status_code = 503
        unavailable.headers = {"Retry-After": "5"}
        return unavailable
    return None


def _detail_and_instance(error: exceptions.APIException, instance: str) -> tuple[str, str]:
    detail = error.detail
    text = str(detail) if isinstance(detail, str) else encode(detail).decode()
    advice = _ADVICE.get(error.status_code)
    return (f"{text} {advice}" if advice else text), instance


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {"Cache-Control": "no-store", **getattr(error, "headers", {})}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return headers


# -- what never reaches a view ----------------------------------------------------------------------------------------


def handler400(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _plain(request, 400) or defaults.bad_request(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _plain(request, 404) or defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponseBase:
    return _plain(request, 500) or defaults.server_error(request)


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponseBase:
    """What is left below the addresses of programs: a problem, also from a debugging server and for a POST."""
    return response(request, 404, _ADVICE[404])


def for_programs(request: HttpRequest) -> bool:
    """Whether it is a program that asks, by the address."""
    return any(request.path == prefix or request.path.startswith(f"{prefix}/") for prefix in PROGRAMS)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The answer while the database does not answer, for what needs it before any view."""
    log.error("the database does not answer", exc_info=True)
    return response(request, 503, _ADVICE[503], {"Retry-After": "5"})


def busy(request: HttpRequest) -> HttpResponse:
    """The answer while another process writes to the database for longer than a request waits."""
    return response(request, 503, _BUSY, {"Retry-After": "5"})


def response(request: HttpRequest, status: int, detail: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem as an answer of Django's, where no view of the REST framework is there to give one."""
    body = encode(problem(status, detail, request.get_full_path()))
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=all_headers)


def _plain(request: HttpRequest, status: int) -> HttpResponse | None:
    return response(request, status, _ADVICE[status]) if for_programs(request) else None

"""Turns exceptions into problems (`registry.api.problems`).

`exception_handler` is named in the settings; the `handler…` functions are named in `config.urls` and answer for what
never reaches a view.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import DisallowedHost, PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, views
from rest_framework.response import Response

from registry.api.problems import CONTENT_TYPE, NotFound, Problem, problem
from registry.api.renderers import encode
from registry.database.patience import is_busy

log = logging.getLogger(__name__)

PROGRAMS: Final = ("/api", "/v1", "/exports")
"""Addresses of programs: every error below them is a problem."""
_ADVICE: Final = {
    400: "The request could not be understood.",
    404: "There is nothing at this address; /api/v1/ lists what there is.",
    405: "This address only answers to the methods named in the Allow header.",
    406: "This API answers in application/json; ask for that, or send no Accept header.",
    500: "The error is in this server, and was recorded there. Trying again later may help.",
    503: "The database cannot be asked right now. Try again in a few seconds.",
}
_WRONG_HOST: Final = (
    "This site does not answer under the name {name!r} (the Host header of the request). "
    "If you run it: add the name, without a port, to ALLOWED_HOSTS in .env, and start the site again."
)
_LONGEST_HOST: Final = 100
_BUSY: Final = (
    "The database is busy: another process is writing to it, and this request was not finished. "
    "Look whether it was saved, and send it again in a few seconds."
)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an exception in a view. None for an internal error, which Django then logs, and for a busy
    database, where the request is retried (`registry.web.busy`).
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
    if isinstance(exception, DisallowedHost):
        return _wrong_host(request)
    return _plain(request, 400) or defaults.bad_request(request, exception)


def _wrong_host(request: HttpRequest) -> HttpResponse:
    """The 400 for a request under a name that is not in ALLOWED_HOSTS: it says what to set."""
    name = request.META.get("HTTP_HOST", "")[:_LONGEST_HOST]
    detail = _WRONG_HOST.format(name=name)
    if for_programs(request):
        return response(request, 400, detail)
    return HttpResponse(f"{detail}\n", status=400, content_type="text/plain; charset=utf-8")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _plain(request, 404) or defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponseBase:
    return _plain(request, 500) or defaults.server_error(request)


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponseBase:
    """The 404 for unknown addresses of programs: a problem, also with DEBUG on and for a POST."""
    return response(request, 404, _ADVICE[404])


def for_programs(request: HttpRequest) -> bool:
    """Whether the address is one of programs."""
    return any(request.path == prefix or request.path.startswith(f"{prefix}/") for prefix in PROGRAMS)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 while the database does not answer, for what needs it before any view."""
    log.error("the database does not answer", exc_info=True)
    return response(request, 503, _ADVICE[503], {"Retry-After": "5"})


def busy(request: HttpRequest) -> HttpResponse:
    """The 503 while another process writes to the database for longer than a request waits."""
    return response(request, 503, _BUSY, {"Retry-After": "5"})


def response(request: HttpRequest, status: int, detail: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem as a plain Django response, where no view of the REST framework answers."""
    body = encode(problem(status, detail, request.get_full_path()))
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=all_headers)


def _plain(request: HttpRequest, status: int) -> HttpResponse | None:
    return response(request, status, _ADVICE[status]) if for_programs(request) else None

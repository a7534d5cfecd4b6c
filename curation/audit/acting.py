"""The current request, for audit records that are written where no actor is passed (`curation.audit.trail`).

Services take the actor and reason as arguments; admin forms that save rows by themselves do not. The current request is
in a context variable: each thread and each task has its own, and outside requests there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponseBase
from django.http.request import RawPostDataException

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_batch: ContextVar[UUID | None] = ContextVar("batch", default=None)


class ActingMiddleware:
    """Holds the request while it is handled, and one batch id for all that it writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_token, batch_token = _request.set(request), _batch.set(None)
        try:
            return self.get_response(request)
        finally:
            _request.reset(request_token)
            _batch.reset(batch_token)


def person() -> str:
    """The name of the signed-in person; "" outside requests and for anonymous ones."""
    request = _request.get()
    user = getattr(request, "user", None)
    return user.get_username() if user is not None and user.is_authenticated else ""


def reason() -> str:
    """The field `reason` of the submitted form; "" when there is none."""
    request = _request.get()
    if request is None or request.method != "POST" or request.content_type not in _FORMS:
        return ""
    try:
        return " ".join(request.POST.get("reason", "").split())
    except RawPostDataException:  # the API has read the body already, and passes reasons as arguments
        return ""


def batch() -> UUID:
    """The batch of this request; outside requests a new one each time."""
    if _request.get() is None:
        return uuid4()
    if (current := _batch.get()) is None:
        current = uuid4()
        _batch.set(current)
    return current

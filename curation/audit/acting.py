"""On whose request something happens, for records that are written where no person is at hand (`curation.audit.trail`).

Services take who acts and why as arguments; forms of the admin that save rows by themselves do not. The request of the
moment is kept in a context variable: each thread and each task has its own, and outside requests there is none.
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
    """Keeps the request for as long as it is answered, and one batch id for all that comes of it."""

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
    """The name of who made the request; "" outside requests and for strangers."""
    request = _request.get()
    user = getattr(request, "user", None)
    return user.get_username() if user is not None and user.is_authenticated else ""


def reason() -> str:
    """What the person wrote in the field `reason` of the form that they sent; "" when there was none."""
    request = _request.get()
    if request is None or request.method != "POST" or request.content_type not in _FORMS:
        return ""
    try:
        return " ".join(request.POST.get("reason", "").split())
    except RawPostDataException:  # the API has read the body in its own way, and takes reasons as arguments
        return ""


def batch() -> UUID:
    """The batch of this request; outside requests a new one each time."""
    if _request.get() is None:
        return uuid4()
    if (current := _batch.get()) is None:
        current = uuid4()
        _batch.set(current)
    return current

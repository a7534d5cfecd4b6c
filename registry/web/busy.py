"""A database that is busy with somebody else's writing is a sentence and another try, never an error of the server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS: Final = 5
_TRIES: Final = 2
_BUSY: Final = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")


def is_busy(error: BaseException) -> bool:
    """Whether a database error only says that another writer is at work."""
    return isinstance(error, OperationalError) and any(words in str(error) for words in _BUSY)


class BusyDatabaseMiddleware:
    """Tries a view once more when the database was busy, then says so with status 503. Stands last in the list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        """Runs the view of an unsafe request. What failed was rolled back whole, so it can be asked again."""
        if request.method in ("GET", "HEAD", "OPTIONS") or connection.in_atomic_block:
            return None
        for _ in range(_TRIES):
            try:
                return view(request, *args, **kwargs)
            except OperationalError as error:
                if not is_busy(error):
                    raise
        return _sentence(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to a request that only reads, or whose page could not be made."""
        return _sentence(request) if is_busy(error) else None


def _sentence(request: HttpRequest) -> HttpResponse:
    log.warning("%s %s: the database is busy", request.method, request.path)
    response = render(request, "registry/busy.html", {"method": request.method}, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response

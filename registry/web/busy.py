"""A busy database gives a retry and then status 503 with a sentence, never a server error.

How long each attempt waits depends on the process: `registry.database.patience`.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry.api import error_handlers
from registry.database.patience import is_busy

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS: Final = 5
_TRIES: Final = 2
_PAUSE_SECONDS: Final = 0.1
"""Pause before the retry: SQLite fails at once where waiting would be a deadlock."""
_HTML, _JSON = "text/html", "application/json"


class BusyDatabaseMiddleware:
    """Retries a view once when the database was busy, then responds with status 503. Last in the list of middleware."""

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
        """Runs the view of an unsafe request, with a retry when the database was busy."""
        if request.method in ("GET", "HEAD", "OPTIONS") or connection.in_atomic_block:
            return None
        for left in reversed(range(_TRIES)):
            try:
                return view(request, *args, **kwargs)
            except OperationalError as error:
                if not is_busy(error):
                    raise
            if left:
                time.sleep(_PAUSE_SECONDS)
                _rewind(request)
        return _sentence(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The response to a safe request, or to one whose page could not be rendered."""
        return _sentence(request) if is_busy(error) else None


def handler500(request: HttpRequest) -> HttpResponseBase:
    """The response where a middleware failed, such as one that saves a session, and no view can be retried."""
    return _sentence(request) if is_busy(sys.exc_info()[1]) else error_handlers.handler500(request)


def _rewind(request: HttpRequest) -> None:
    """Rewinds uploaded files, so that they can be read again."""
    if request.content_type == "multipart/form-data":
        for files in request.FILES.lists():
            for file in files[1]:
                file.seek(0)


def _sentence(request: HttpRequest) -> HttpResponse:
    log.warning("%s %s: the database is busy", request.method, request.path)
    if error_handlers.for_programs(request):
        return error_handlers.busy(request)
    if request.get_preferred_type([_HTML, _JSON]) == _JSON:  # a script of one of our pages
        response: HttpResponse = JsonResponse(
            {"error": _("The database is busy. Check whether this was saved, and try again in a few seconds.")},
            status=503,
        )
    else:
        response = render(request, "registry/busy.html", {"method": request.method}, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response

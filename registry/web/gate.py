"""Access to the public pages: everybody, or signed-in people where reading is not open."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from registry.api.authentication import for_readers
from registry.catalogue.snapshot import snapshot

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def for_visitors(view: View) -> View:
    """Redirects people to the sign-in and answers programs with 401, where reading is not open."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_browser = "text/html" in request.headers.get("Accept", "") and "Authorization" not in request.headers
        if not settings.API_OPEN and is_browser and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        with snapshot():
            return for_readers(view)(request, *args, **kwargs)

    return cast(View, gated)


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A public page of this layer; see `public_page`."""
    return public_page(request, f"registry/{template}.html", context, status)


def public_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A public page, which loads nothing from other hosts and runs no inline scripts."""
    response = render(request, template, context, status=status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = f"{'public' if settings.API_OPEN else 'private'}, no-cache"
    return response

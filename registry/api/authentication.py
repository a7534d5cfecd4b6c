"""Authentication and permissions: tokens with scopes for programs, the session of the admin for people.

Writing always needs a token with the scope and a person who has the permission. Reading is open, or needs a token with
the scope `read` (or a session) where API_OPEN is off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Final, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from registry.api import error_handlers, tokens
from registry.models import ApiToken

SCHEME: Final = "Bearer"
CHALLENGE: Final = f'{SCHEME} realm="registry"'
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer msr_…`. A bad token is 401, never treated as no token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        # The middleware has looked already, and the token is looked up once a request.
        token = getattr(request, _BEARER, None) or _token(request)
        return (token.owner, token) if token else None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


_BEARER: Final = "bearer_token"


def _token(request: Request | HttpRequest) -> ApiToken | None:
    """The token that a request carries; None without one. Raises AuthenticationFailed for a bad one."""
    scheme, *rest = get_authorization_header(request).decode("latin-1").split(maxsplit=1) or [""]  # type: ignore[arg-type]
    if scheme.lower() != SCHEME.lower():
        return None
    try:
        return tokens.find("".join(rest).strip())
    except tokens.NotAccepted as error:
        raise AuthenticationFailed(f"{error}.".capitalize()) from error


class TokenMiddleware:
    """Answers a bad token with 401 at every address, also where none is needed.

    A program whose token expired learns it at once, and not on the day on which reading is closed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            setattr(request, _BEARER, _token(request))
        except AuthenticationFailed as error:
            return error_handlers.response(request, 401, str(error.detail), {"WWW-Authenticate": CHALLENGE})
        except (OperationalError, InterfaceError):
            return error_handlers.unavailable(request)
        return self.get_response(request)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """What the OpenAPI schema says of tokens."""

    target_class = "registry.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": SCHEME.lower(), "bearerFormat": "msr_<identifier>_<secret>"}


class MayRead(BasePermission):
    """Anybody where reading is open; else a signed-in person, or a token with the scope `read`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if settings.API_OPEN:
            return True
        if isinstance(request.auth, ApiToken):
            return _scoped(request.auth, ApiToken.Scope.READ)
        return request.user.is_authenticated


class MayWrite(BasePermission):
    """A token with the scope that the view names, of a person with the permission that it names."""

    scope: ClassVar[ApiToken.Scope]
    permission: ClassVar[str]

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken):
            return False
        if not request.user.has_perm(self.permission):
            raise PermissionDenied(f"{request.user} may not do this: it needs the permission {self.permission}.")
        return _scoped(request.auth, self.scope)


def _scoped(token: ApiToken, scope: ApiToken.Scope) -> bool:
    if scope.value in token.scopes:
        return True
    raise PermissionDenied(f"This token has no scope “{scope.value}”; it has: {', '.join(token.scopes)}.")


def for_readers(view: View) -> View:
    """For plain Django views: requires a session or a token where API_OPEN is off, as the API does."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.API_OPEN and not request.user.is_authenticated:
            try:
                authenticated = TokenAuthentication().authenticate(Request(request))
                allowed = authenticated is not None and _scoped(authenticated[1], ApiToken.Scope.READ)
                says = "Reading needs a token: Authorization: Bearer msr_…"
            except (AuthenticationFailed, PermissionDenied) as error:
                allowed, says = False, str(error.detail)
            if not allowed:
                headers = {"WWW-Authenticate": CHALLENGE, "Cache-Control": "no-store"}
                return HttpResponse(says, status=401, content_type="text/plain; charset=utf-8", headers=headers)
        return view(request, *args, **kwargs)

    return cast(View, gated)

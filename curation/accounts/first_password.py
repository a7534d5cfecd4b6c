"""Forces a change of passwords that somebody else chose (the first account's, shown by `up`; those set in the admin).

`ask` marks a person. From the next sign-in on, `FirstPasswordMiddleware` redirects every request to the page for
changing it. The password validator `NotTheFirstPassword` refuses the same one and removes the mark when a new one is
saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.models import FirstPassword
from registry.api import error_handlers

_IN_SESSION: Final = "first_password"
_ALLOWED: Final = ("admin:password_change", "admin:logout", "admin:login", "admin:jsi18n")


def ask(person: AbstractBaseUser) -> None:
    """Makes a person choose a new password at their next sign-in."""
    FirstPassword.objects.update_or_create(person_id=person.pk, defaults={"since": timezone.now()})


def is_asked(person: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether they still have the password that somebody else chose."""
    return FirstPassword.objects.filter(person_id=person.pk).exists()


def note_in_session(sender: Any, request: HttpRequest | None, user: User, **signal: Any) -> None:
    """Receiver of `user_logged_in`: so that other requests need not ask the database."""
    if request is not None and is_asked(user):
        request.session[_IN_SESSION] = True


class NotTheFirstPassword:
    """A password validator; see `AUTH_PASSWORD_VALIDATORS`."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user is not None and user.pk and is_asked(user) and user.check_password(password):
            raise ValidationError(_("Choose another password than the one that you were given."), code="first_password")

    def get_help_text(self) -> str:
        return _("Your password can’t be the one that somebody else chose for you.")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user is not None and user.pk:
            FirstPassword.objects.filter(person_id=user.pk).delete()


class FirstPasswordMiddleware:
    """Asks the database only in sessions that began with such a password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The session is not read without need: anonymous responses stay the same for everybody.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.session.get(_IN_SESSION):
            return self.get_response(request)
        if not is_asked(request.user):
            request.session.pop(_IN_SESSION, None)  # it may be a fresh one: a changed password signs other sessions out
            return self.get_response(request)
        if request.path in {reverse(name) for name in _ALLOWED}:
            _say_why(request)
            return self.get_response(request)
        if error_handlers.for_programs(request):
            return _problem(request)
        return HttpResponseRedirect(reverse("admin:password_change"))


def _say_why(request: HttpRequest) -> None:
    """Above the form alone: a message that waited would be shown when the password has been changed."""
    if request.method == "GET" and request.path == reverse("admin:password_change"):
        why = _("Somebody else chose or saw your present password. Choose your own; then everything else opens.")
        messages.info(request, why)


def _problem(request: HttpRequest) -> HttpResponse:
    message = "Your password was chosen by somebody else. Sign in to /admin/ and choose your own first."
    return error_handlers.response(request, 403, message)

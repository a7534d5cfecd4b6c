"""A real Chromium, driven by Playwright. Skipped, with the reason, where either is missing."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import Group, User
from django.core.signals import request_finished, request_started
from django.test import Client

from curation.accounts.roles import ensure_roles

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _chromium() -> str:
    configured_path = os.environ.get("CHROMIUM_PATH", "")
    path = configured_path or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not path:
        pytest.skip("no Chromium is installed (apt-get install chromium, or set CHROMIUM_PATH)")
    return path


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = _chromium()
    with pytest.MonkeyPatch.context() as environment, playwright.sync_playwright() as driver:
        # Playwright's loop runs in this thread; the database is used between its steps, never within them.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        try:
            started = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start: {str(error).splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture
def people(transactional_db: None, settings: Any) -> None:
    """A curator and a viewer, both with the password "secret"."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for tests alone
    ensure_roles()
    for role in ("curator", "viewer"):
        person = User.objects.create_user(role, password="secret", is_staff=True)
        person.groups.add(Group.objects.get(name=role))


_under_way: WeakKeyDictionary[Any, set[Any]] = WeakKeyDictionary()
"""Page → its requests that nobody has answered yet."""
_QUIET_MS, _LOOKS = 50, 8


def settle(page: Any) -> None:
    """Waits until a page asks for nothing any more, so that a test can write to the database that both use.

    `networkidle` is a state of loading: once reached, it is not left by what a script asks for later.
    """
    quiet = 0
    while quiet < _LOOKS:
        page.wait_for_timeout(_QUIET_MS)
        quiet = 0 if _under_way[page] else quiet + 1


def _watch(page: Any) -> None:
    under_way: set[Any] = set()
    _under_way[page] = under_way
    page.on("request", lambda request: under_way.add(request))
    for over in ("requestfinished", "requestfailed"):
        page.on(over, lambda request: under_way.discard(request))


_answering: set[int] = set()
"""The server's threads that answer a request."""


@pytest.fixture(scope="package", autouse=True)
def _watch_the_server() -> Iterator[None]:
    def started(**_: Any) -> None:
        _answering.add(threading.get_ident())

    def finished(**_: Any) -> None:
        _answering.discard(threading.get_ident())

    request_started.connect(started)
    request_finished.connect(finished)
    yield
    request_started.disconnect(started)
    request_finished.disconnect(finished)


def _wait_for_the_server() -> None:
    """What a closed page asked for is still answered: it must not write into the next test's database."""
    deadline = time.monotonic() + 10
    while _answering and time.monotonic() < deadline:
        time.sleep(0.01)


def _session_of(name: str, url: str) -> dict[str, str]:
    """The cookie of a session of that person."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    cookie = configured.SESSION_COOKIE_NAME
    return {"name": cookie, "value": client.cookies[cookie].value, "url": url}


@pytest.fixture
def page_of(browser: Any, live_server: Any, people: None) -> Iterator[Callable[..., Any]]:
    """A page on which a person is signed in; not through the form, which is a test of its own. Errors of scripts fail
    the test.
    """
    contexts: list[Any] = []
    broken: list[str] = []

    def sign_in(name: str = "curator", *, theme: str = "light", width: int = 1500) -> Any:
        context = browser.new_context(
            base_url=live_server.url, color_scheme=theme, viewport={"width": width, "height": 950}
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        _watch(page)
        context.add_cookies([_session_of(name, live_server.url)])
        return page

    yield sign_in
    for context in contexts:
        context.close()
    _wait_for_the_server()
    assert not broken

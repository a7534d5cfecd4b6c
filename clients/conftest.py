"""A site for programs that other people wrote."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scripts.trial_site import Site, trial_site

EXPORTS = ("exports/litellm.json", "exports/genai-prices/data.json")


TOKEN = (
    "from django.contrib.auth.models import User; from registry.api import tokens;"
    "print(tokens.make('clients', User.objects.create_superuser('clients'), ['read'])[1])"
)


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site; its exports are made."""
    with trial_site(tmp_path_factory.mktemp("registry")) as started:
        for path in EXPORTS:
            urllib.request.urlopen(f"{started.url}/{path}").close()
        yield started


@pytest.fixture(scope="session")
def site(trial: Site) -> str:
    """Its address."""
    return trial.url


@pytest.fixture(scope="session")
def token(trial: Site) -> str:
    """A token that may read."""
    return trial.run("manage.py", "shell", "--no-imports", "-c", TOKEN).strip()


@pytest.fixture(scope="session")
def ask(site: str) -> Callable[..., Any]:
    """What the registry itself answers: GET, or POST with a body."""

    def answer(path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(site + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    return answer

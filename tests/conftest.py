"""What every test shares. Builders of things to test with are in `tests.builders`."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import hypothesis
import pytest

from registry import catalogue

# No deadline: a slow machine is no defect. Some properties save to a database, which is rolled back after all examples.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    max_examples=100,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> Iterator[None]:
    """Each test has its own database, whose revisions count from one: nothing held in memory may outlive it."""
    catalogue.forget()
    yield
    catalogue.forget()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes any attempt to look a name up an error."""

    def refuse(host: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise AssertionError(f"a test reached for the network: {host}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)

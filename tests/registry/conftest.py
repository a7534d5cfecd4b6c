from __future__ import annotations

from collections.abc import Iterator

import pytest

from registry import catalogue, documents, provider_stats, stats
from registry.api import vocabulary


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """What a process keeps by revision belongs to one test's database only."""
    held = (catalogue, documents, provider_stats, stats, vocabulary)
    for module in held:
        module.forget()
    yield
    for module in held:
        module.forget()

from __future__ import annotations

from collections.abc import Iterator

import pytest

from registry.api import vocabulary
from registry.catalogue import cache
from registry.exports import documents
from registry.reports import provider_stats, stats


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """What a process keeps by revision belongs to one test's database only."""
    held = (cache, documents, provider_stats, stats, vocabulary)
    for module in held:
        module.forget()
    yield
    for module in held:
        module.forget()

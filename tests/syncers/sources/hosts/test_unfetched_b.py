from __future__ import annotations

import pytest

from syncers.errors import SourceError
from syncers.kinds.source import Source
from syncers.registry import SOURCES, load
from syncers.sources.hosts import unfetched_b

OURS = [slug for slug, where in SOURCES.items() if where.startswith(f"{unfetched_b.__name__}:")]


def test_it_lists_all_of_them() -> None:
    assert set(OURS) == {"ai21", "alpaca-network", "chatterbox-tts", "databricks", "lambda", "octoai", "rakuten"}


@pytest.mark.parametrize("slug", OURS)
def test_it_says_why_nothing_is_fetched(slug: str) -> None:
    source: type[Source] = load(slug)

    assert source.nothing_fetched.endswith(".")
    assert not source.url


@pytest.mark.parametrize("slug", OURS)
def test_it_takes_no_payload_of_another_shape_either(slug: str) -> None:
    with pytest.raises(SourceError):
        load(slug)().parse(b"{}")

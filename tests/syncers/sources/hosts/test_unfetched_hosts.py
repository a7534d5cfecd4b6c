from __future__ import annotations

import pytest

from syncers.registry import load


@pytest.mark.parametrize(("slug", "word"), [("github-models", "2026-07-30"), ("simplismart", "no list")])
def test_it_says_why_nothing_is_fetched(slug: str, word: str) -> None:
    source = load(slug)

    assert source.url == ""
    assert source.speaks_for == slug
    assert word in source.nothing_fetched

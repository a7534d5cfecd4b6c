from __future__ import annotations

import pytest

from registry.catalogue import duplicates
from registry.reports import stats
from tests.registry.builders import make_offering


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("microsoft/Phi-4", "microsoft/phi-4"),
        ("claude-opus-4.5", "claude-opus-4-5"),
        ("deepseek-v3p2", "deepseek-v3.2"),
        ("llama_3_8b", "llama-3-8b"),
    ],
)
def test_two_spellings_of_one_id_are_a_duplicate(first, second):
    duplicate = duplicates.among([("acme", first), ("acme", second)])

    assert duplicate.groups == (tuple(sorted((f"acme/{first}", f"acme/{second}"))),)
    assert (duplicate.count, duplicate.rate) == (1, 0.5)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("openai/gpt-5", "openai/gpt-5:batch"),
        ("openai/gpt-oss-20b", "openai/gpt-oss-20b:free"),
        ("qwen3-32b", "qwen3-32b-fp8"),
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-3.5", "gpt-35"),
    ],
)
def test_what_differs_in_more_than_spelling_is_none(first, second):
    assert duplicates.among([("acme", first), ("acme", second)]).count == 0


def test_the_same_id_at_two_providers_is_none():
    assert duplicates.among([("acme", "gpt-4o"), ("globex", "gpt-4o")]).count == 0


def test_it_tells_the_rate_of_each_provider_the_worst_first():
    ids = (
        [("acme", name) for name in ("a", "A", "b", "c")]
        + [("globex", name) for name in ("x", "X", "X_")]
        + [("fine", "y")]
    )

    body = duplicates.among(ids)

    assert (body.count, body.rate) == (3, 0.375)
    assert body.by_provider() == {"globex": 0.6667, "acme": 0.25}


def test_of_nothing_there_is_no_rate():
    assert duplicates.among([]).as_json() == {"count": 0, "rate": None}


@pytest.mark.django_db
def test_the_statistics_tell_it():
    make_offering("acme/Phi-4")
    make_offering("acme/phi-4")

    assert stats.collect()["duplicates"] == {"count": 1, "rate": 0.5}

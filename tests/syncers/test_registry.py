from __future__ import annotations

import pytest

from syncers.kinds.source import Source
from syncers.registry import SOURCES, UnknownSource, all_sources, load
from syncers.sync.engine import sync


def test_it_loads_every_source_under_its_own_slug() -> None:
    assert [source.slug for source in all_sources()] == list(SOURCES)
    assert all(load(source.slug) is source for source in all_sources())


@pytest.mark.django_db
def test_a_source_that_is_never_fetched_says_why_for_a_file_too() -> None:
    for source in all_sources():
        if source.nothing_fetched:
            fetched, of_a_file = sync(source), sync(source, body=b'[{"id": "acme/one"}]', origin="file models.json")

            assert (fetched.status, of_a_file.status) == ("skipped", "skipped")
            assert fetched.error == of_a_file.error == source.nothing_fetched


def test_every_source_that_is_read_says_how() -> None:
    """Any other would answer a file with an error of the program for each row."""
    read = [source for source in all_sources() if not source.nothing_fetched]

    assert [source.slug for source in read if source.claims is Source.claims] == []


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("open-router", "openrouter"),
        ("models.dev", "models-dev"),
        ("GENAI_PRICES", "genai-prices"),
        ("litelm", "litellm"),
    ],
)
def test_it_names_the_nearest_source_for_an_unknown_slug(wrong: str, near: str) -> None:
    with pytest.raises(UnknownSource, match=f"did you mean '{near}'"):
        load(wrong)


def test_it_lists_all_sources_when_none_is_near() -> None:
    with pytest.raises(UnknownSource, match="known: curated, anthropic-pricing"):
        load("zzz")


def test_it_starts_with_what_people_wrote_and_what_vendors_print() -> None:
    slugs = list(SOURCES)

    assert slugs[:2] == ["curated", "anthropic-pricing"]
    assert slugs.index("alibaba-pricing") < slugs.index("genai-prices")


def test_providers_come_before_the_benchmarks_of_their_models_and_what_has_ended_last() -> None:
    slugs = list(SOURCES)

    assert slugs.index("zhipu") < slugs.index("lmarena") < slugs.index("ecb") < slugs.index("github-models")

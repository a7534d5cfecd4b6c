from __future__ import annotations

import inspect
from importlib.util import find_spec

import pytest

from syncers.kinds.source import Source
from syncers.registry import SOURCES, UnknownSource, load
from syncers.sync.engine import sync


@pytest.mark.parametrize("slug", SOURCES)
def test_it_loads_every_source_under_its_own_slug(slug: str) -> None:
    if find_spec(SOURCES[slug].partition(":")[0]) is None:
        pytest.skip(f"{slug} is not written yet")

    source = load(slug)

    assert issubclass(source, Source)
    assert source.slug == slug


@pytest.mark.django_db
@pytest.mark.parametrize("slug", [slug for slug in SOURCES if load(slug).nothing_fetched])
def test_a_source_that_is_never_fetched_says_why_for_a_file_too(slug: str) -> None:
    asked, of_a_file = sync(load(slug)), sync(load(slug), body=b'[{"id": "acme/one"}]', origin="file models.json")

    assert (asked.status, of_a_file.status) == ("skipped", "skipped")
    assert asked.error == of_a_file.error == load(slug).nothing_fetched


@pytest.mark.parametrize("slug", SOURCES)
def test_every_source_that_is_read_says_how(slug: str) -> None:
    """Any other would answer a file with an error of the program for each row."""
    source = load(slug)

    assert bool(source.nothing_fetched) or not {
        name
        for name in ("claims", "records")
        if "raise NotImplementedError" in inspect.getsource(getattr(source, name))
    }


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
    with pytest.raises(UnknownSource, match="known: curated, genai-prices"):
        load("zzz")


def test_it_starts_with_what_people_wrote() -> None:
    assert list(SOURCES)[:2] == ["curated", "genai-prices"]

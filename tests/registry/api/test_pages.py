from __future__ import annotations

import pytest

from tests.registry.builders import make_offering, make_revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(db):
    make_revision()
    for number in range(5):
        make_offering(f"openai/m-{number}")


def test_it_links_to_the_neighbours(get, five):
    answer = get("offerings/", {"page_size": 2, "page": 2, "provider": "openai"})

    body = answer.json()
    assert body["count"] == 5
    assert [row["native_id"] for row in body["results"]] == ["m-2", "m-3"]
    assert "page=3" in body["next"]
    assert "provider=openai" in body["next"]
    assert "page_size=2" in body["previous"]
    assert answer["Link"] == f'<{body["next"]}>; rel="next", <{body["previous"]}>; rel="prev"'


def test_it_walks_all_pages_by_their_links(get, client, five):
    url, result = "/api/v1/offerings/?page_size=2", []
    while url:
        body = client.get(url).json()
        result += [row["native_id"] for row in body["results"]]
        url = body["next"]

    assert result == [f"m-{number}" for number in range(5)]


@pytest.mark.parametrize("page", ["4", "9" * 9, "9" * 4000])
def test_it_says_which_page_is_the_last(get, five, page):
    answer = get("offerings/", {"page_size": 2, "page": page})

    assert answer.status_code == 404
    assert answer.json()["pages"] == 3


def test_it_gives_an_empty_page_of_an_empty_list(get, db):
    body = get("offerings/").json()

    assert (body["count"], body["results"], body["next"]) == (0, [], None)

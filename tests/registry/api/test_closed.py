"""The API when reading needs a sign-in (API_OPEN is off)."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

READS = [
    "",
    "offerings/",
    "offerings/openai/gpt-4o",
    "models/",
    "providers/",
    "lookup/?id=x",
    "stats/",
    "catalogue/",
]


@pytest.fixture(autouse=True)
def closed(settings):
    settings.API_OPEN = False


@pytest.mark.parametrize("path", READS)
def test_it_refuses_strangers_with_a_problem(get, published, path):
    answer = get(path)

    assert answer.status_code in (401, 403)
    assert answer["Content-Type"] == "application/problem+json"


def test_it_refuses_a_stranger_who_knows_the_tag(get, published, admin_client):
    etag = admin_client.get("/api/v1/catalogue/")["ETag"]

    assert get("catalogue/", if_none_match=etag).status_code in (401, 403)


@pytest.mark.parametrize("path", READS)
def test_it_answers_who_is_signed_in_and_tells_caches_to_keep_off(admin_client, published, path):
    answer = admin_client.get(f"/api/v1/{path}")

    assert answer.status_code == 200
    assert "public" not in answer.get("Cache-Control", "")

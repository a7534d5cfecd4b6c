from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_it_lists_addresses_that_all_answer(get, client, published):
    links = get("").json()

    assert set(links) >= {"offerings", "models", "providers", "catalogue", "schema", "docs"}
    for name, url in links.items():
        expected = 400 if name == "lookup" else 200
        assert client.get(url).status_code == expected, name


def test_it_needs_no_trailing_slash(get, published):
    for path in ("offerings", "models", "providers", "stats", "catalogue", "lookup?id=x"):
        assert get(path).status_code == 200


def test_it_takes_no_session_and_varies_by_no_cookie(get, published):
    assert "Cookie" not in get("offerings/").get("Vary", "")

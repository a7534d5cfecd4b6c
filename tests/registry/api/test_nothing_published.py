"""What the API answers before anything is published."""

from __future__ import annotations

import pytest

from registry.models import Document
from tests.registry.builders import make_offering, make_revision
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db


def test_it_says_503_and_when_to_come_back_while_nothing_is_published(get, db):
    for number in (None, 0):
        if number is not None:
            make_revision(number)

        answer = get("catalogue/")

        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert answer["Content-Type"] == "application/problem+json"
        assert not Document.objects.exists()


def test_it_gives_no_tag_before_anything_is_published(get, db):
    make_offering("openai/early")

    assert "ETag" not in get("offerings/")


def test_nothing_published_is_an_empty_feed(get, db):
    body = get("changes/").json()

    assert (body["revision"], body["results"], body["more"]) == (0, [], False)


def test_the_catalogue_before_the_first_revision_is_empty_and_none_while_nothing_is_published(get, db):
    assert get("catalogue/?as_of=2026-01-01").status_code == 503
    put(to("name", "R"))

    body = get("catalogue/?as_of=2026-01-01").json()

    assert (body["revision"], body["published_at"], body["offerings"]) == (0, None, [])

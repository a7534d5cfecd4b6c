from __future__ import annotations

import pytest
import time_machine

from registry.models import Provider
from tests.registry.builders import make_revision

pytestmark = pytest.mark.django_db

BY_REVISION = [
    "offerings/",
    "offerings/?provider=openai&ordering=-input_price",
    "offerings/openai/gpt-4o/",
    "models/",
    "models/openai/gpt-4o/",
    "lookup/?id=gpt-4o",
    "catalogue/",
]
SHOWING_PROVIDERS = ["providers/", "providers/openai/", "stats/"]
READS = BY_REVISION + SHOWING_PROVIDERS


@pytest.mark.parametrize("path", READS)
def test_it_says_304_in_a_query_or_two_to_who_has_it_already(get, published, path, django_assert_num_queries):
    first = get(path)

    with django_assert_num_queries(2 if path in SHOWING_PROVIDERS else 1):
        again = get(path, if_none_match=first["ETag"])

    assert first.status_code == 200
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["X-Registry-Revision"] == "7"
    assert first["Cache-Control"].startswith("public, ")


@pytest.mark.parametrize("path", READS)
def test_it_answers_anew_after_a_publication(get, published, path):
    before = get(path)["ETag"]
    make_revision(8)

    after = get(path, if_none_match=before)

    assert after.status_code == 200
    assert after["ETag"] != before
    assert after["X-Registry-Revision"] == "8"


@pytest.mark.parametrize("path", SHOWING_PROVIDERS)
def test_it_answers_anew_when_somebody_edits_a_provider(get, published, path):
    first = get(path)
    Provider.objects.filter(slug="openai").update(kind="direct")

    assert get(path, if_none_match=first["ETag"]).status_code == 200
    assert "Last-Modified" not in first
    assert get(path, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT").status_code == 200


@pytest.mark.parametrize("path", BY_REVISION)
def test_it_honours_the_date_of_the_last_change(get, published, path):
    first = get(path)

    assert get(path, if_modified_since=first["Last-Modified"]).status_code == 304
    earlier = "Sat, 01 Jan 2000 00:00:00 GMT"
    assert get(path, if_modified_since=earlier).status_code == 200


def test_it_answers_anew_on_another_day_because_prices_are_dated(get, published):
    with time_machine.travel("2026-11-21T10:00Z"):
        etag = get("offerings/")["ETag"]
    with time_machine.travel("2026-11-22T10:00Z"):
        assert get("offerings/", if_none_match=etag).status_code == 200


def test_it_tells_lists_with_other_parameters_apart(get, published):
    assert get("offerings/?page_size=1")["ETag"] != get("offerings/?page_size=2")["ETag"]


@pytest.mark.parametrize("path", ["offerings/nobody/nothing", "offerings/?ordering=nope"])
@pytest.mark.parametrize(
    "headers",
    [
        {"if_none_match": "*"},
        {"if_none_match": '"x"'},
        {"if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ],
)
def test_it_never_says_304_of_an_error(get, published, path, headers):
    assert get(path, **headers).status_code in (400, 404)


def test_it_gives_errors_no_tag_and_keeps_them_out_of_caches(get, published):
    answer = get("offerings/nobody/nothing")

    assert "ETag" not in answer
    assert answer["Cache-Control"] == "no-store"


def test_it_takes_weak_tags_and_lists_of_tags(get, published):
    etag = get("offerings/")["ETag"]

    assert get("offerings/", if_none_match=f'"other", W/{etag}').status_code == 304
    assert get("offerings/", if_none_match="*").status_code == 304
    assert get("offerings/", if_none_match="garbage").status_code == 200


def test_it_refuses_when_a_precondition_fails(get, published):
    for path in ("offerings/", "catalogue/"):
        answer = get(path, if_match='"other"')

        assert answer.status_code == 412
        assert answer["Content-Type"] == "application/problem+json"

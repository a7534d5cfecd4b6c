from __future__ import annotations

import gzip

import orjson
import pytest

from registry.api.document_response import takes_gzip
from registry.catalogue.per_revision import forget_all
from registry.exports import rendering
from registry.models import Document
from tests.registry.builders import make_offering, make_revision

pytestmark = pytest.mark.django_db


def test_it_gives_the_whole_catalogue_with_provenance(get, published):
    body = get("catalogue/").json()

    assert body["revision"] == 7
    assert body["published_at"] == "2026-11-20T12:00:00Z"
    assert len(body["offerings"]) == 4
    assert body["offerings"][0]["provenance"]["price.input"]["source"] == "openai"
    assert [row["id"] for row in body["models"]] == ["meta-llama/llama-3.3-70b", "openai/gpt-4o"]
    assert [row["id"] for row in body["providers"]] == ["openai", "openrouter"]


def test_it_gives_the_same_content_zipped_and_plain(get, published):
    plain, zipped = get("catalogue/"), get("catalogue/", accept_encoding="br, gzip;q=0.8")

    assert "Content-Encoding" not in plain
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["Content-Length"] == str(len(zipped.content))
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in zipped["Vary"]


def test_it_tags_the_bytes_by_what_they_are(get, published):
    plain, zipped = get("catalogue/"), get("catalogue/", accept_encoding="gzip")
    document = Document.objects.get()

    assert plain["ETag"] == f'"{document.digest}"'
    assert zipped["ETag"] == f'"{document.digest}-gzip"'


def test_it_takes_the_tag_of_either_form(get, published):
    plain, zipped = get("catalogue/"), get("catalogue/", accept_encoding="gzip")

    assert get("catalogue/", if_none_match=zipped["ETag"]).status_code == 304
    again = get("catalogue/", if_none_match=plain["ETag"], accept_encoding="gzip")
    assert again.status_code == 304


def test_it_asks_the_database_three_times_at_most_and_then_once(get, published, django_assert_num_queries):
    rendering.render()
    forget_all()

    with django_assert_num_queries(3):
        assert get("catalogue/").status_code == 200
    with django_assert_num_queries(1):
        assert get("catalogue/").status_code == 200


def test_it_takes_no_parameters(get, published):
    assert get("catalogue/?as_off=1").status_code == 400


def test_it_answers_head_without_a_body(client, published):
    answer = client.head("/api/v1/catalogue/")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) > 1000


def test_it_notices_that_another_process_published(get, published):
    get("catalogue/")
    make_offering("openai/new")
    make_revision(8)

    body = orjson.loads(get("catalogue/").content)

    assert body["revision"] == 8
    assert len(body["offerings"]) == 5


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("*", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip; q=0.001", True),
        ("*;q=0", False),
        ("identity", False),
        ("*, gzip;q=0", False),
        (";;,,=", False),
    ],
)
def test_it_reads_accept_encoding(header, takes):
    assert takes_gzip(header) is takes

from __future__ import annotations

import gzip

import orjson
import pytest

from registry.catalogue import queries
from registry.exports import documents, lease, rendering, served
from registry.models import Document
from tests.registry.builders import make_offering, make_revision, price_state, priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(3)
    make_offering("openai/gpt-4o", {"price.input": priced("2.5")}, model="openai/gpt-4o")
    make_offering("openai/free", {"price.input": price_state("free")})
    make_offering("openai/unknown")


def test_it_gives_nothing_before_the_first_publication(db):
    assert documents.current() is None

    make_revision(0)

    assert documents.current() is None


def test_it_asks_once_for_what_it_holds(catalogue, django_assert_num_queries):
    first = documents.current()

    with django_assert_num_queries(1):
        assert documents.current() is first


def test_it_serves_the_last_rendering_with_its_own_revision_until_there_is_a_newer_one(catalogue, settings):
    settings.RENDER_INLINE = False
    rendering.render()
    first = documents.current()
    make_revision(4)

    behind = documents.current()
    rendering.render()
    newest = documents.current()

    assert behind is first
    assert newest is not None
    assert (newest.revision, orjson.loads(newest.body())["revision"]) == (4, 4)


def test_it_asks_twice_while_the_document_is_behind(catalogue, settings, django_assert_num_queries):
    settings.RENDER_INLINE = False
    rendering.render()
    documents.current()
    make_revision(4)
    documents.current()

    with django_assert_num_queries(2):
        documents.current()


def test_the_first_reader_is_told_to_come_again_when_nothing_is_rendered_in_time(catalogue, settings, monkeypatch):
    settings.RENDER_INLINE = False
    monkeypatch.setattr(served, "FIRST_WAIT_SECONDS", 0.0)
    with lease.taken(rendering.LEASE, seconds=60), pytest.raises(documents.NotRendered):
        documents.current()


def test_it_serves_the_last_good_one_when_rendering_fails(catalogue, monkeypatch):
    rendering.render()
    make_revision(4)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(queries, "models_json", broken)

    document = documents.current()

    assert document is not None
    assert document.revision == 3
    monkeypatch.undo()
    recovered = documents.current()
    assert recovered is not None
    assert recovered.revision == 4


def test_it_says_so_when_it_cannot_render_at_all(catalogue, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(queries, "models_json", broken)

    with pytest.raises(ZeroDivisionError):
        documents.current()


def test_what_is_kept_is_what_is_served(catalogue):
    rendering.render()
    row, served = Document.objects.get(), documents.current()

    assert served is not None
    assert gzip.decompress(bytes(row.body)) == served.body()
    assert len(served.body()) == served.length

from __future__ import annotations

import gzip
import hashlib

import orjson
import pytest

from registry import documents, published
from registry.models import Document
from tests.registry.builders import make_offering, make_revision, priced, stated

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(3)
    make_offering("openai/gpt-4o", {"price.input": priced("2.5")}, model="openai/gpt-4o")
    make_offering("openai/free", {"price.input": stated("free")})
    make_offering("openai/unknown")


def test_it_renders_the_whole_catalogue(catalogue):
    documents.render(3)

    kept = Document.objects.get(name="catalogue.json")
    content = gzip.decompress(bytes(kept.body))
    body = orjson.loads(content)
    assert (kept.revision, kept.content_type) == (3, "application/json")
    assert (kept.length, kept.digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert list(body) == ["models", "offerings", "providers", "published_at", "revision"]
    amounts = {one["id"]: one["prices"]["input"]["amount"] for one in body["offerings"]}
    assert amounts == {"openai/gpt-4o": "2.5", "openai/free": "0", "openai/unknown": None}


def test_it_gives_the_same_bytes_for_the_same_revision(catalogue):
    documents.render(3)
    first = bytes(Document.objects.get().body)
    Document.objects.all().delete()

    documents.render(3)

    assert bytes(Document.objects.get().body) == first


def test_it_does_not_render_what_is_there(catalogue, monkeypatch):
    documents.render(3)
    monkeypatch.setattr(documents, "_render", lambda name: pytest.fail("rendered again"))

    documents.render(3)


def test_it_never_replaces_a_newer_document(catalogue):
    documents.render(3)
    newer = Document(name="catalogue.json", revision=9, content_type="x", body=b"new", length=3, digest="d")
    newer.save()
    older = Document(name="catalogue.json", revision=8, content_type="x", body=b"old", length=3, digest="o")

    documents._keep(older)

    assert bytes(Document.objects.get().body) == b"new"


def test_it_starts_again_when_somebody_publishes_meanwhile(catalogue, monkeypatch):
    to_publish = [4]

    def publishes_once() -> list[dict[str, object]]:
        while to_publish:
            make_revision(to_publish.pop())
        return []

    monkeypatch.setattr(published, "models_json", publishes_once)

    documents.render(3)

    kept = Document.objects.get()
    assert kept.revision == 4
    assert orjson.loads(gzip.decompress(bytes(kept.body)))["revision"] == 4


def test_it_gives_nothing_before_the_first_publication(db):
    assert documents.current("catalogue.json") is None

    make_revision(0)

    assert documents.current("catalogue.json") is None


def test_it_renders_on_demand_what_is_behind(catalogue):
    documents.render(3)
    make_revision(4)

    found = documents.current("catalogue.json")

    assert found is not None
    assert found.revision == 4
    assert Document.objects.get().revision == 4


def test_it_asks_once_for_what_it_holds(catalogue, django_assert_num_queries):
    first = documents.current("catalogue.json")

    with django_assert_num_queries(1):
        assert documents.current("catalogue.json") is first


def test_it_serves_the_last_good_one_when_rendering_fails(catalogue, monkeypatch):
    documents.render(3)
    make_revision(4)

    def broken(stamp: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(documents, "RENDERERS", {"catalogue.json": broken})

    found = documents.current("catalogue.json")

    assert found is not None
    assert found.revision == 3
    monkeypatch.undo()
    recovered = documents.current("catalogue.json")
    assert recovered is not None
    assert recovered.revision == 4


def test_it_says_so_when_it_cannot_render_at_all(catalogue, monkeypatch):
    def broken(stamp: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(documents, "RENDERERS", {"catalogue.json": broken})

    with pytest.raises(ZeroDivisionError):
        documents.current("catalogue.json")


def test_it_only_notes_a_revision_that_is_not_there(db, caplog):
    documents.render(5)

    assert "5" in caplog.text
    assert not Document.objects.exists()

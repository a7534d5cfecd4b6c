"""Finding the record of a payload that speaks of an offering."""

from __future__ import annotations

import pytest

from curation.explanation import excerpt
from syncers.models import StoredPayload
from syncers.payload.excerpt import laid_out
from syncers.registry import load
from syncers.sync import engine

pytestmark = pytest.mark.django_db

BODY = b"""{"data": [
  {"id": "acme/one", "name": "One", "context_length": 1000, "pricing": {"prompt": "0.0000025"}},
  {"id": "acme/two", "name": "Two", "context_length": 2000, "odd": 0.10000000000000000001}
]}"""


@pytest.fixture
def read(monkeypatch):
    source = load("openrouter")
    monkeypatch.setattr(source, "expected", (1, 50_000))
    assert engine.sync(source, body=BODY).good


def test_it_finds_the_record_with_all_digits(read):
    piece = excerpt.find("openrouter", "openrouter/acme/two")

    assert piece.where == "data[1]"
    assert '"odd": 0.10000000000000000001' in piece.text
    assert piece.fetched_at is not None
    assert piece.why_not == ""


def test_it_says_why_there_is_nothing_to_show(read):
    assert "No single record" in excerpt.find("openrouter", "openrouter/acme/gone").why_not
    assert "No source of that name" in excerpt.find("nobody", "x/y").why_not
    assert "No payload" in excerpt.find("litellm", "x/y").why_not


def test_it_does_not_look_through_what_is_too_large(read):
    StoredPayload.objects.update(length=10**9)

    assert "too large" in excerpt.find("openrouter", "openrouter/acme/two").why_not


def test_it_says_that_a_payload_cannot_be_read(read, monkeypatch):
    def broken(self, body):
        raise ValueError("other shape")

    monkeypatch.setattr(load("openrouter"), "read", broken)

    assert "cannot be read now: other shape" in excerpt.find("openrouter", "openrouter/acme/two").why_not


def test_long_records_are_cut():
    assert laid_out({"x": "y" * 30_000}).endswith("\n…")

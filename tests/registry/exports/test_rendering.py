from __future__ import annotations

import gzip
import zlib
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import time_machine
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue import versions
from registry.catalogue.public_keys import offering_keys, representation
from registry.exports import gzip_parts, lease, rendering
from registry.models import Document, DocumentBlock, Offering
from tests.registry.builders import make_offering, make_revision, price_state, priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(3)
    make_offering("openai/gpt-4o", {"price.input": priced("2.5")}, model="openai/gpt-4o")
    make_offering("openai/free", {"price.input": price_state("free")})
    make_offering("openai/unknown")


def content() -> Any:
    return orjson.loads(gzip.decompress(bytes(Document.objects.get().body)))


def test_it_renders_the_whole_catalogue(catalogue):
    rendering.render()

    document, body = Document.objects.get(name="catalogue.json"), content()
    assert (document.revision, document.content_type) == (3, "application/json")
    assert document.length == len(gzip.decompress(bytes(document.body)))
    assert list(body) == ["models", "offerings", "providers", "published_at", "revision"]
    amounts = {offering["id"]: offering["prices"]["input"]["amount"] for offering in body["offerings"]}
    assert amounts == {"openai/gpt-4o": "2.5", "openai/free": "0", "openai/unknown": None}


def test_offerings_come_in_order_of_id(catalogue):
    rendering.render()

    assert [offering["id"] for offering in content()["offerings"]] == ["openai/free", "openai/gpt-4o", "openai/unknown"]


def test_it_gives_the_same_bytes_for_the_same_revision(catalogue):
    rendering.render()
    first = bytes(Document.objects.get().body)
    Document.objects.all().delete()

    rendering.render()

    assert bytes(Document.objects.get().body) == first


def test_only_the_block_of_a_published_offering_is_rendered_again(catalogue, monkeypatch):
    monkeypatch.setattr(rendering, "_USUAL_BLOCK", 1)
    assert rendering.render() == 3
    make_revision(4)
    free = Offering.objects.get(key="openai/free")
    free.revision, free.serial, free.facts = 4, 4, {"price.input": priced("7")}
    free.save()
    versions.write([versions.WrittenOffering(free, {"price.input"}, None)], 4)

    assert rendering.render() == 1

    body = content()
    assert body["revision"] == 4
    assert body["offerings"][0]["prices"]["input"]["amount"] == "7"
    assert [offering["id"] for offering in body["offerings"]] == ["openai/free", "openai/gpt-4o", "openai/unknown"]


def test_all_blocks_are_rendered_again_when_offerings_have_other_keys(catalogue, monkeypatch):
    rendering.render()
    monkeypatch.setattr(rendering, "SHAPE", "another")
    make_revision(4)

    rendered = rendering.render()

    assert rendered == DocumentBlock.objects.count() == 1
    assert DocumentBlock.objects.get().document == "catalogue.json another"


def test_a_new_offering_comes_in(catalogue):
    rendering.render()
    make_revision(4)
    make_offering("aaa/first", revision=4)
    make_offering("zzz/last", revision=4)

    rendering.render()

    assert [offering["id"] for offering in content()["offerings"]][::4] == ["aaa/first", "zzz/last"]


def test_what_is_rendered_in_steps_is_what_is_rendered_at_once(catalogue, monkeypatch):
    monkeypatch.setattr(rendering, "_USUAL_BLOCK", 2)
    for number in range(4, 12):
        make_revision(number)
        make_offering(f"acme/m-{number * 7 % 11}", {"price.input": priced(str(number))}, revision=number)
        rendering.render()
    in_steps = bytes(Document.objects.get().body)
    Document.objects.all().delete()
    DocumentBlock.objects.all().delete()

    rendering.render()

    assert bytes(Document.objects.get().body) == in_steps


def test_a_price_that_starts_on_a_day_is_rendered_again_on_that_day(db):
    make_revision(3, at=datetime(2026, 11, 20, tzinfo=UTC))
    dated = [{"amount": "1", "to": "2026-12-01"}, {"amount": "9", "from": "2026-12-01"}]
    make_offering("openai/dated", {"price.input": dated})
    with time_machine.travel(datetime(2026, 11, 30, 23, tzinfo=UTC), tick=False):
        rendering.render()
        assert not rendering.is_behind()

    with time_machine.travel(datetime(2026, 12, 1, 0, tzinfo=UTC), tick=False):
        assert rendering.is_behind()
        assert rendering.render() == 1
        assert not rendering.is_behind()
    assert content()["offerings"][0]["prices"]["input"]["amount"] == "9"


def test_it_never_replaces_a_newer_document(catalogue):
    newer = Document(name="catalogue.json", revision=9, serial=9, content_type="x", body=b"new", length=3, digest="d")
    newer.save()

    rendering.render()

    assert bytes(Document.objects.get().body) == b"new"
    assert not DocumentBlock.objects.exists()


def test_it_renders_what_is_behind_and_only_then(catalogue):
    assert rendering.catch_up() is True
    assert rendering.catch_up() is False


def test_it_leaves_the_work_to_whoever_holds_the_lease(catalogue):
    with lease.taken(rendering.LEASE, seconds=60):
        assert rendering.catch_up() is False

    assert rendering.catch_up() is True


def test_a_lease_is_free_again_when_its_time_is_over(db):
    with lease.taken("work", seconds=-1) as ours, lease.taken("work", seconds=60) as theirs:
        assert (ours, theirs) == (True, True)


def test_the_command_renders_what_is_behind(catalogue):
    call_command("render", once=True)

    assert Document.objects.get().revision == 3


def test_there_is_nothing_to_render_before_the_first_publication(db):
    assert rendering.catch_up() is False
    with pytest.raises(LookupError):
        rendering.render()


# -- parts of one gzip file --------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=300)))
def test_parts_compressed_by_themselves_join_to_one_gzip_file(pieces):
    body, length, _ = gzip_parts.join(map(gzip_parts.part, pieces))

    decompressor = zlib.decompressobj(31)
    assert decompressor.decompress(body) == b"".join(pieces)
    assert (decompressor.eof, decompressor.unused_data, length) == (True, b"", sum(map(len, pieces)))


# -- days on which an offering reads differently -----------------------------------------------------------------------

_dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("released_on", "deprecated_on", "retires_on"), _dates)),
    _dates,
    _dates,
    _dates,
)
def test_between_two_changes_an_offering_reads_the_same(stated_days, starts, on, later):
    facts: dict[str, Any] = {name: day.isoformat() for name, day in stated_days.items()}
    facts["price.input"] = [{"amount": "1", "to": starts.isoformat()}, {"amount": "2", "from": starts.isoformat()}]
    row = dict.fromkeys(representation.columns(offering_keys.DETAIL))
    row |= {"facts": facts, "provenance": {}, "pinned_fields": 0, "disputed_fields": 0}
    detail = representation.offering_detail(row, on)
    changes_on = representation.changes_on(detail, on)

    if on <= later and (changes_on is None or later < changes_on):
        assert representation.offering_detail(row, later) == detail

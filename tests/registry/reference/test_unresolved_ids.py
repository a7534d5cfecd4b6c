from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from registry.identity.lookup import LookupResult
from registry.models import UnknownId
from registry.reference import unresolved_ids
from tests.registry.builders import make_offering

pytestmark = pytest.mark.django_db


def missed(text: str) -> LookupResult:
    return LookupResult(text, "none")


def test_it_counts_how_often_an_unknown_id_was_asked_for_and_from_where():
    for origin in (UnknownId.Origin.API, UnknownId.Origin.API, UnknownId.Origin.SITE):
        assert unresolved_ids.note([missed("gpt-9000")], origin)

    row = UnknownId.objects.get()
    assert (row.text, row.times, row.origin) == ("gpt-9000", 3, "site")
    assert row.first_seen_at < row.last_seen_at


@pytest.mark.parametrize("matched_by", ["exact", "alias", "model", "normalised", "ambiguous"])
def test_what_was_found_or_may_be_several_is_no_miss(matched_by):
    assert not unresolved_ids.note([LookupResult("gpt-4o", matched_by)], UnknownId.Origin.API)
    assert not UnknownId.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "\0"])
def test_nothing_is_no_miss(text):
    assert not unresolved_ids.note([missed(text)], UnknownId.Origin.API)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 5000, "<script>", "モデル", "'; DROP TABLE"])
def test_odd_text_is_noted_like_any(text):
    assert unresolved_ids.note([missed(text)], UnknownId.Origin.API)
    assert len(UnknownId.objects.get().text) <= 400


def test_a_full_worklist_keeps_what_it_has_and_takes_no_more(monkeypatch):
    monkeypatch.setattr(unresolved_ids, "MOST", 1)
    unresolved_ids.note([missed("first")], UnknownId.Origin.API)

    assert not unresolved_ids.note([missed("second")], UnknownId.Origin.API)
    assert unresolved_ids.note([missed("first")], UnknownId.Origin.API)
    assert [(row.text, row.times) for row in UnknownId.objects.all()] == [("first", 2)]


def refuse_writes(execute, sql, params, many, context):
    if sql.startswith(("INSERT", "UPDATE")):
        raise OperationalError("attempt to write a readonly database")
    return execute(sql, params, many, context)


def test_a_replica_that_cannot_be_written_answers_all_the_same(client):
    with connection.execute_wrapper(refuse_writes):
        answer = client.get("/api/v1/lookup/", {"id": "gpt-9000"})

    assert (answer.status_code, answer.json()["matched_by"]) == (200, "none")
    assert not UnknownId.objects.exists()


def test_the_api_notes_each_id_that_it_does_not_know(client):
    make_offering("openai/gpt-4o")

    client.get("/api/v1/lookup/", {"id": ["openai/gpt-4o", "gpt-9000", "gpt-9001"]})

    assert set(UnknownId.objects.values_list("text", "origin")) == {("gpt-9000", "api"), ("gpt-9001", "api")}


def test_the_site_notes_what_was_searched_in_vain(client):
    client.get("/", {"q": "gpt-9000"})

    assert UnknownId.objects.get().origin == "site"


@pytest.mark.parametrize(("options", "rows"), [([], 1), (["--no-note"], 0)])
def test_the_command_notes_unless_told_not_to(options, rows):
    with pytest.raises(SystemExit):
        call_command("lookup", "gpt-9000", *options, stdout=StringIO())

    assert UnknownId.objects.filter(origin="command").count() == rows

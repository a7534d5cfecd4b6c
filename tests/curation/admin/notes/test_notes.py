"""Notes: left at what they are about, seen there and counted in lists, closed but never lost."""

from __future__ import annotations

import pytest

from curation.models import Note
from curation.review import notes
from curation.review.decisions import Refused
from registry.models import Model, Offering, Provider
from tests.curation.admin import world

pytestmark = pytest.mark.django_db
WRITE = "/admin/curation/note/write/"


@pytest.fixture
def places() -> dict[str, tuple[str, str, str]]:
    """What a note may be about: its key, its page and the list that it stands in."""
    world.an_offering("openai/gpt-4o")
    offering, model = Offering.objects.get(), Model.objects.get()
    return {
        "offering": (offering.key, f"/admin/registry/offering/{offering.pk}/change/", "/admin/registry/offering/"),
        "model": (
            model.slug, f"/admin/registry/model/{model.pk.replace('/', '_2F')}/change/", "/admin/registry/model/",
        ),
        "provider": ("openai", "/admin/registry/provider/openai/change/", "/admin/registry/provider/"),
        "source": ("catalogue-a", "/admin/curation/source/catalogue-a/change/", "/admin/curation/source/"),
    }  # fmt: skip


@pytest.mark.parametrize("about", Note.About.values)
def test_a_note_is_shown_on_the_page_and_counted_in_the_list(enter, places, about):
    key, page, rows = places[about]
    client = enter("curator")

    client.post(WRITE, {"about": about, "key": key, "kind": "warning", "text": "Look <b>twice</b>."}, HTTP_REFERER=page)

    text = client.get(page).content.decode()
    assert "Look &lt;b&gt;twice&lt;/b&gt;." in text
    assert "warning" in text
    assert "1 note, warning" in client.get(rows).content.decode()


@pytest.mark.parametrize("about", Note.About.values)
def test_its_page_leads_to_the_audit_trail(enter, places, about):
    key, page, _rows = places[about]
    client = enter("viewer")
    notes.write(about=about, key=key, text="x", actor=enter("curator").get("/admin/").wsgi_request.user)

    text = client.get(page).content.decode()

    assert "/admin/curation/auditentry/?" in text


def test_a_closed_note_leaves_the_page_and_stays_in_the_list(enter, places):
    key, page, rows = places["offering"]
    client = enter("curator")
    client.post(WRITE, {"about": "offering", "key": key, "kind": "info", "text": "Look twice."})
    note = Note.objects.get()

    client.post(f"/admin/curation/note/{note.pk}/close/")

    note.refresh_from_db()
    assert note.closed_by == "curator"
    assert "Look twice." not in client.get(page).content.decode()
    assert "1 note" not in client.get(rows).content.decode()
    assert "Look twice." not in client.get("/admin/curation/note/").content.decode()
    assert "Look twice." in client.get("/admin/curation/note/", {"state": "all"}).content.decode()


def test_a_viewer_reads_notes_and_writes_none(enter, places):
    key, page, _rows = places["offering"]
    enter("curator").post(WRITE, {"about": "offering", "key": key, "kind": "info", "text": "Look twice."})
    client = enter("viewer")

    text = client.get(page).content.decode()
    assert "Look twice." in text
    assert "Add note" not in text
    assert client.post(WRITE, {"about": "offering", "key": key, "text": "x"}).status_code == 403
    assert client.post(f"/admin/curation/note/{Note.objects.get().pk}/close/").status_code == 403


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"text": " "}, "says something"),
        ({"text": "x" * 1001}, "1,001 signs"),
        ({"kind": "shout"}, "one of these kinds"),
        ({"key": "acme/none"}, "no offering"),
        ({"about": "weather"}, "no weather"),
    ],
)
def test_what_is_wrong_with_a_note_is_said(person, places, sent, message):
    good = {"about": "offering", "key": places["offering"][0], "text": "x", "kind": "info"}

    with pytest.raises(Refused, match=message):
        notes.write(**{**good, **sent}, actor=person("curator"))


def test_a_note_is_closed_once_and_never_deleted(person, places):
    note = notes.write(about="offering", key=places["offering"][0], text="x", actor=person("curator"))
    notes.close(note, actor=person("curator"))

    with pytest.raises(Refused, match="closed already, by curator"):
        notes.close(note, actor=person())
    with pytest.raises(TypeError, match="never deleted"):
        note.delete()


def test_counting_costs_one_query_whatever_the_number_of_rows(enter, django_assert_num_queries):
    client = enter("curator")
    world.many_offerings(2)

    def asked() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/registry/offering/")
        return len(queries)

    asked()
    few = asked()
    world.many_offerings(50)
    for key in Offering.objects.values_list("key", flat=True):
        Note.objects.create(about="offering", key=key, text="x", author="a", written_at="2026-01-01T00:00Z")
    assert asked() == few
    assert Provider.objects.count() == 1

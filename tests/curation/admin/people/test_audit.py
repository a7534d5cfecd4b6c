"""The audit trail in the admin: seen by all, filtered, linked from each object, edited by nobody."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.audit import trail
from curation.models import AuditEntry, Policy
from curation.pins import pinning
from tests.curation.admin import world

pytestmark = pytest.mark.django_db
LIST = "/admin/curation/auditentry/"


def entries_of(client, **query) -> list[AuditEntry]:
    page = client.get(LIST, query)
    assert page.status_code == 200
    return [row for row in page.context["cl"].result_list if row.kind != "auth.group"]


@pytest.fixture
def decided(person) -> AuditEntry:
    key = world.an_offering()
    pinning.pin(offering=key, field="context_window", value=100_000, actor=person("curator"), reason="measured <b>")
    entry = AuditEntry.objects.filter(kind="curation.pin").first()
    assert entry is not None
    return entry


def test_it_shows_who_what_why_and_from_what_to_what(enter, decided):
    page = enter("viewer").get(LIST).content.decode()

    for words in ("curator", "made", "acme/one context_window", "measured &lt;b&gt;", "100000", str(decided.batch)[:8]):
        assert words in page


@pytest.mark.parametrize(
    "query",
    [
        {"actor": "curator"},
        {"did": "made", "of": "curation.pin"},
        {"q": "acme/one"},
        {"offering_key__exact": "acme/one"},
    ],
)
def test_it_is_filtered(enter, decided, query):
    trail.record("looked", Policy.objects.all()[0], actor="eve", reason="other")

    assert [row.pk for row in entries_of(enter("viewer"), **query)] == [decided.pk]


def test_a_batch_is_one_click_away(enter, decided):
    trail.record("looked", Policy.objects.all()[0], actor="eve")

    assert entries_of(enter("viewer"), batch__exact=str(decided.batch)) == [decided]


def test_nobody_edits_it(enter, decided):
    for role in ("", "maintainer"):
        client = enter(role)
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(f"{LIST}{decided.pk}/change/", {"actor": "eve"}).status_code == 403
        assert client.post(f"{LIST}{decided.pk}/delete/", {"post": "yes"}).status_code == 403
        page = client.get(f"{LIST}{decided.pk}/change/")
        assert page.status_code == 200
        assert 'name="action"' not in client.get(LIST).content.decode()


def test_the_history_of_an_object_is_its_trail(enter, decided):
    answer = enter("curator").get(f"/admin/curation/pin/{decided.key}/history/")

    assert answer.status_code == 302
    assert [row.pk for row in entries_of(enter("viewer"), **_query(answer["Location"]))] == [decided.pk]


def _query(address: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in address.partition("?")[2].split("&"))


def test_it_asks_as_often_for_many_entries_as_for_few(enter, person):
    client, policy = enter("viewer"), person("viewer")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    for _number in range(2):
        trail.record("looked", policy)
    asked()
    few = asked()
    for _number in range(50):
        trail.record("looked", policy)
    assert asked() == few <= 15

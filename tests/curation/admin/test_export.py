"""Every list as a file: what its filters leave, streamed, and never a formula."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from openpyxl import load_workbook

from curation import imports
from registry.exports import exporting
from registry.models import Offering, UnknownId
from tests import builders
from tests.curation.admin import world

pytestmark = pytest.mark.django_db
LISTS = (
    "registry/offering", "registry/model", "registry/provider", "registry/alias", "registry/ledgerentry",
    "registry/revision", "registry/unknownid", "registry/fallbackuse", "curation/change", "curation/pin",
    "curation/match", "curation/conflict", "curation/statedalias", "curation/statement", "curation/storedclaim",
    "curation/auditentry", "syncers/run", "syncers/rejectedrecord",
)  # fmt: skip


def body(client: Any, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_exported_in_every_form(enter, name):
    world.a_held_change()
    client = enter()
    header = next(csv.reader(io.StringIO(body(client, f"/admin/{name}/export/csv/").decode())))
    rows = json.loads(body(client, f"/admin/{name}/export/json/"))
    sheet = load_workbook(io.BytesIO(body(client, f"/admin/{name}/export/xlsx/"))).worksheets[0]

    assert all(list(row) == header for row in rows)
    assert [cell.value for cell in sheet[1]] == header
    assert sheet.max_row == len(rows) + 1


def test_it_holds_what_the_filter_and_the_search_leave(enter):
    world.an_offering("acme/one")
    world.an_offering("other/two")
    text = body(enter("viewer"), "/admin/registry/offering/export/csv/?q=other").decode()

    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == ["other/two"]


def test_the_list_links_to_it_with_its_filters(enter):
    world.an_offering("acme/one")
    text = enter("viewer").get("/admin/registry/offering/?q=acme").content.decode()

    assert "/admin/registry/offering/export/csv/?q=acme" in text


def test_nobody_takes_away_what_they_may_not_see(enter, client):
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.get("/admin/registry/offering/export/csv/").status_code == 403
    client.logout()
    assert client.get("/admin/registry/offering/export/csv/").status_code == 302  # to the sign-in
    assert enter("viewer").get("/admin/registry/offering/export/exe/").status_code == 404


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(enter):
    answer = enter("viewer").get("/admin/registry/offering/export/csv/?nonsense__x=1")

    assert answer.status_code == 302


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_run_by_a_spreadsheet(enter, text):
    from django.utils import timezone

    now = timezone.now()
    UnknownId.objects.create(text=text, times=1, first_seen_at=now, last_seen_at=now)
    client = enter("viewer")
    row = next(csv.DictReader(io.StringIO(body(client, "/admin/registry/unknownid/export/csv/").decode(), newline="")))
    assert row["text"] == f"'{text}"

    sheet = load_workbook(io.BytesIO(body(client, "/admin/registry/unknownid/export/xlsx/"))).worksheets[0]
    cell = next(cell for cell in sheet[2] if cell.value == text)
    assert cell.data_type == "s"


def test_the_csv_of_the_offerings_is_the_25_columns_to_the_byte(enter):
    world.an_offering("acme/one", name="=1", description="a\nb")
    world.an_offering("acme/two", name="-")
    day = builders.NOW.date()
    listed = body(enter("viewer"), "/admin/registry/offering/export/csv/?o=0")

    assert listed == b"".join(exporting.export("csv", on=day))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_export_of_the_offerings_comes_back_and_changes_nothing(enter, form):
    world.an_offering("acme/one", name="=1", description="'=a\nb")
    world.an_offering("acme/two", name="-", price__input=builders.usd("0.12345678901234567"), supports_vision=True)
    content = body(enter("viewer"), f"/admin/registry/offering/export/{form}/")
    batch = imports.draft(f"x.{form}", content, actor=builders.curator(), reason="there and back")

    assert (batch.rows_count, batch.changed_count, batch.problems_count) == (Offering.objects.count(), 0, 0)


def test_it_asks_as_often_for_many_rows_as_for_few(enter, django_assert_max_num_queries):
    world.many_offerings(60)
    client = enter("viewer")

    with django_assert_max_num_queries(15):
        body(client, "/admin/registry/offering/export/csv/")

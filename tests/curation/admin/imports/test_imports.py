"""Importing in the admin: a form, a preview page by page, a confirmation of exactly that, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from curation.models import ImportBatch, Pin, Statement
from registry.models import Offering
from tests.curation.admin import world

pytestmark = pytest.mark.django_db
NEW = "/admin/curation/importbatch/add/"


def bring(client: Any, text: str, name: str = "new.csv", **more: Any) -> Any:
    data = {"meaning": "statements", "source_type": "community", "reason": "their list", "evidence": ""} | more
    return client.post(NEW, {"file": SimpleUploadedFile(name, text.encode()), **data})


def page(client: Any, batch: ImportBatch, query: str = "") -> Any:
    return client.get(reverse("admin:curation_importbatch_change", args=[batch.pk]) + query)


@pytest.fixture
def previewed(enter):
    """A batch about one published and one new offering, shown to a curator."""
    world.an_offering("acme/one", context_window=200_000)
    client = enter("curator")
    answer = bring(client, "id,name,max_context,max_output\nacme/one,One,200000,4000\nacme/two,Two,-,-\n")
    batch = ImportBatch.objects.get()
    assert answer.url == reverse("admin:curation_importbatch_change", args=[batch.pk])
    return client, batch


def test_it_shows_each_cell_from_old_to_new_and_writes_nothing(previewed):
    client, batch = previewed
    text = page(client, batch).content.decode()

    assert '<span class="ms-quiet">unknown</span>' in text
    assert '<ins class="ms-new">4,000</ins>' in text
    assert "published at once" in text
    assert "Unchanged:" in text
    assert "Import 2 rows, exactly as shown" in text
    assert not Statement.objects.exists()
    assert not Offering.objects.filter(key="acme/two").exists()


def test_it_is_done_as_shown_and_can_be_undone(previewed):
    client, batch = previewed
    client.post(reverse("admin:curation_importbatch_confirm", args=[batch.pk]))
    assert Offering.objects.get(key="acme/one").facts["max_output_tokens"] == 4_000
    assert "Undo the import" in page(client, batch).content.decode()

    undo = reverse("admin:curation_importbatch_undo", args=[batch.pk])
    assert client.post(undo, {"reason": " "}).status_code == 400
    answer = client.post(undo, {"reason": "wrong file"}, follow=True)

    assert "The import is undone." in answer.content.decode()
    assert "max_output_tokens" not in Offering.objects.get(key="acme/one").facts


def test_a_base_that_moved_is_refused_and_shown_anew(previewed):
    client, batch = previewed
    world.says("catalogue-a", "acme/one", name="One", max_output_tokens=3_000)
    world.publish("acme/one")
    answer = client.post(reverse("admin:curation_importbatch_confirm", args=[batch.pk]))

    assert answer.status_code == 409
    assert "Something has moved" in answer.content.decode()
    assert '<del class="ms-old">3,000</del>' in answer.content.decode()
    assert not Statement.objects.exists()


def test_rows_that_cannot_be_taken_are_shown_first_with_line_and_column(enter):
    client = enter("curator")
    bring(client, "id,max_context\nacme/fine,100\nacme/bad,many\n")
    batch = ImportBatch.objects.get()
    text = " ".join(page(client, batch).content.decode().split())

    assert "<strong>max_context</strong>: number expected" in text
    assert "nothing is imported until the file is fixed" in text
    assert "exactly as shown" not in text
    answer = client.post(reverse("admin:curation_importbatch_confirm", args=[batch.pk]))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        ("id,colour\nacme/x,red\n", {}, "unknown columns"),
        ("id,name\nacme/x,X\n", {"source_type": "official"}, "needs evidence"),
        ("id,name\nacme/x,X\n", {"reason": ""}, "Say why"),
    ],
)
def test_what_cannot_be_taken_is_said_on_the_form(enter, text, more, message):
    answer = bring(enter("curator"), text, **more)

    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_it_imports_pins(enter):
    world.an_offering("acme/one")
    client = enter("curator")
    bring(client, "id,input_per_1m\nacme/one,2\n", meaning="pins")
    batch = ImportBatch.objects.get()
    client.post(reverse("admin:curation_importbatch_confirm", args=[batch.pk]))

    assert Pin.objects.get().batch == batch.pk


def test_a_viewer_looks_and_does_not_import(previewed, enter):
    _client, batch = previewed
    viewer = enter("viewer")

    assert viewer.get(NEW).status_code == 403
    assert "exactly as shown" not in page(viewer, batch).content.decode()
    assert viewer.post(reverse("admin:curation_importbatch_confirm", args=[batch.pk])).status_code == 403
    assert viewer.post(reverse("admin:curation_importbatch_undo", args=[batch.pk])).status_code == 403


def test_a_large_import_is_shown_in_pages_with_as_many_queries(enter, django_assert_max_num_queries):
    client = enter("curator")
    bring(client, "id,name\n" + "".join(f"acme/m{number},M{number}\n" for number in range(120)))
    batch = ImportBatch.objects.get()

    with django_assert_max_num_queries(20):
        first = page(client, batch).content.decode()
    assert first.count('scope="rowgroup"') == 50
    assert "Page 1 of 3" in first
    assert page(client, batch, "?part=all&page=3").content.decode().count('scope="rowgroup"') == 20


def test_what_a_file_says_is_never_markup(enter):
    client = enter("curator")
    bring(client, 'id,name,colour"\nacme/x,<b>,1\n')
    bring(client, "id,name,description\nacme/x,<script>alert(1)</script>,<b>bold</b>\n")
    text = page(client, ImportBatch.objects.get()).content.decode()

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_list_links_to_each_import(previewed):
    client, batch = previewed

    assert str(batch.pk) in client.get("/admin/curation/importbatch/").content.decode()

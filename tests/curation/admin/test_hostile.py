"""What providers write is text, never markup: it is escaped wherever it is shown."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from curation.models import Pin, Source
from curation.pins import pinning
from registry.models import Offering
from syncers.models import RejectedRecord, Run
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def hostile(person):
    key = world.an_offering(name=EVIL, description=EVIL, license=EVIL)
    world.says("catalogue-b", key, name=EVIL + "!", description="other")
    world.publish(key)
    pinning.pin(offering=key, field="license", value=EVIL, actor=person("curator"), reason=EVIL)
    run = Run.objects.create(
        source=Source.objects.get(slug="catalogue-a"),
        status="failed",
        batch=uuid4(),
        started_at=timezone.now(),
        error=EVIL,
    )
    RejectedRecord.objects.create(run=run, where=EVIL, reason=EVIL, fragment=EVIL)
    Source.objects.update(label=EVIL)


PAGES = [
    "/admin/", "/admin/registry/offering/", "/admin/registry/ledgerentry/", "/admin/curation/pin/",
    "/admin/curation/source/", "/admin/syncers/run/", "/admin/syncers/rejectedrecord/",
    "/admin/search/?extended=1&s=acme", "/admin/registry/offering/by-key/?key=<script>",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_lists_escape_it(address, enter, hostile):
    page = enter().get(address, follow=True).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_pages_escape_it(enter, hostile):
    client, pk = enter(), Offering.objects.get().pk
    addresses = [
        reverse("admin:registry_offering_change", args=[pk]),
        f"{reverse('admin:registry_offering_pin', args=[pk])}?field=name&from=catalogue-b",
        f"{reverse('admin:curation_pin_release')}?pin={Pin.objects.get().pk}",
        reverse("admin:syncers_run_change", args=[Run.objects.get().pk]),
    ]

    for address in addresses:
        page = client.get(address).content.decode()
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page

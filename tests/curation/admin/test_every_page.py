"""Every page of the admin opens for whoever may see it, and for viewers it has nothing to press."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from curation.models import Match, Source
from curation.pins import pinning
from registry.domain import rates
from registry.identity.lookup import LookupResult
from registry.models import UnknownId
from registry.reference import unresolved_ids
from syncers.models import RejectedRecord, Run
from syncers.schedule import ensure_schedule
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture(scope="module", autouse=True)
def a_full_registry(module_database: None) -> None:
    """Something in every table that has a page."""
    key = world.a_held_change()
    world.says("catalogue-b", key, price__input=rates.price("3"), supports_tools=True)
    world.says("catalogue-a", "acme/two", aliases=("zwei",), name="Two", model="acme/two")
    world.publish(key, "acme/two")
    pinner = User.objects.create_user("pinner", is_staff=True)
    pinning.pin(offering=key, field="context_window", value=100, actor=pinner, reason="measured")
    run = Run.objects.create(
        source=Source.objects.get(slug="catalogue-a"),
        status="failed",
        batch=uuid4(),
        started_at=timezone.now(),
        error="no answer",
    )
    RejectedRecord.objects.create(run=run, where="data[3]", reason="no id", fragment="{}")
    unresolved_ids.note([LookupResult("acme/three", "none")], UnknownId.Origin.API)
    Match.objects.create(offering_key=key, native_id="one", candidate="acme/two", score="0.8", found_at=timezone.now())
    ensure_schedule()


def url_of(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_and_page_opens(model, enter):
    client, pages = enter(), admin.site.get_model_admin(model)
    row = model._default_manager.first()
    may_add = pages.has_add_permission(client.get("/admin/").wsgi_request)

    assert client.get(url_of(model, "changelist")).status_code == 200
    assert client.get(url_of(model, "changelist"), {"q": "acme"}).status_code == 200
    if row is not None:
        page = client.get(url_of(model, "change", row.pk))
        assert page.status_code == 200
        assert "(&#x27;" not in page.content.decode()  # a value of a column, shown as Python writes it
    assert client.get(url_of(model, "add")).status_code == (200 if may_add else 403)


#: What everybody keeps for themselves, and so makes and changes.
OWN = ("registry.ApiToken", "curation.Subscription", "curation.SavedView")


@pytest.mark.parametrize(
    "model",
    [m for m in MODELS if m._meta.app_label != "auth" and m._meta.label not in OWN],
    ids=lambda m: m._meta.label,
)
def test_a_viewer_may_look_everywhere_and_change_nothing(model, enter):
    client = enter("viewer")
    row = model._default_manager.first()

    answer = client.get(url_of(model, "changelist"))

    assert answer.status_code == 200
    for sign in ("formaction=", 'name="action"', "Release…", "Pin…"):
        assert sign not in answer.content.decode()
    assert client.get(url_of(model, "add")).status_code == 403
    if row is not None:
        page = client.get(url_of(model, "change", row.pk))
        assert page.status_code == 200
        assert "formaction=" not in page.content.decode()
        assert client.post(url_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403

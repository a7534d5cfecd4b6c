from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from curation.models import Change, Conflict
from registry.domain import rates
from registry.models import Offering
from registry.quality import RULES
from tests.curation.admin import world

pytestmark = pytest.mark.django_db
LIST = "admin:curation_conflict_changelist"
LEAVE = "admin:curation_conflict_leave"


@pytest.fixture
def conflict() -> Conflict:
    world.says("one", "acme/one", context_window=200_000)
    world.says("two", "acme/one", context_window=100_000)
    world.publish("acme/one")
    return Conflict.objects.get()


def test_the_list_shows_the_sides_with_their_source_type_and_dates(enter, conflict):
    page = enter("viewer").get(reverse(LIST)).content.decode()

    for text in ("acme/one", "200,000", "100,000", "catalogue", f"since {timezone.now():%Y-%m-%d}", "published"):
        assert text in page


def test_a_side_is_pinned_with_one_click_and_its_form(enter, conflict):
    page = enter("curator").get(reverse(LIST)).content.decode()
    url = reverse("admin:registry_offering_pin", args=[Offering.objects.get().pk])

    assert f"{url}?field=context_window&amp;from=two" in page
    form = enter("curator").get(f"{url}?field=context_window&from=two").content.decode()
    assert "100000" in form


def test_it_filters_by_age(enter, conflict):
    assert "acme/one" not in enter("viewer").get(reverse(LIST), {"age": "14"}).content.decode()

    Conflict.objects.update(first_seen_at=timezone.now() - timedelta(days=15))
    assert "acme/one" in enter("viewer").get(reverse(LIST), {"age": "14"}).content.decode()


def test_it_filters_by_provider_and_field(enter, conflict):
    page = enter("viewer").get(reverse(LIST), {"provider": "acme", "group": "limit"}).content.decode()

    assert "200,000" in page
    assert "200,000" not in enter("viewer").get(reverse(LIST), {"provider": "other"}).content.decode()
    assert "200,000" not in enter("viewer").get(reverse(LIST), {"group": "price"}).content.decode()


def test_leaving_is_asked_for_and_needs_a_reason(enter, conflict):
    client = enter("curator")
    page = client.post(reverse(LIST), {"action": "leave_selected", "_selected_action": [conflict.pk]})
    assert "Leave conflicts as they are" in page.content.decode()

    assert client.post(reverse(LEAVE), {"conflict": [conflict.pk], "reason": " "}).status_code == 400
    client.post(reverse(LEAVE), {"conflict": [conflict.pk], "reason": "both are sold"})

    conflict.refresh_from_db()
    assert (conflict.state, conflict.looked_by, conflict.reason) == ("left", "curator", "both are sold")


def test_a_viewer_leaves_nothing(enter, conflict):
    assert enter("viewer").post(reverse(LEAVE), {"conflict": [conflict.pk], "reason": "x"}).status_code == 403


def test_the_list_asks_as_often_for_many_rows_as_for_few(enter, conflict):
    client = enter("viewer")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(LIST)).status_code == 200
        return len(captured)

    few = asked()
    for number in range(20):
        for slug, tokens in (("one", 200_000), ("two", 100_000)):
            world.says(slug, f"acme/{number}", context_window=tokens)
        world.publish(f"acme/{number}")
    assert asked() == few


# -- rules and findings ----------------------------------------------------------------------------


@pytest.fixture
def suspicious() -> None:
    world.an_offering("acme/dear", price__input=rates.price("3"), price__output=rates.price("1"), task="chat")


def test_the_page_of_rules_lists_all_and_counts_what_they_find(enter, suspicious):
    page = enter("viewer").get(reverse("admin:quality_rules")).content.decode()

    assert all(rule.code in page and rule.severity.value in page for rule in RULES)
    assert f"{reverse('admin:quality_findings')}?code=output-below-input" in page
    assert "code=price-unit" not in page  # nothing found, nothing to link to


def test_the_rules_count_the_changes_that_they_hold(enter, suspicious):
    world.says("catalogue-a", "acme/dear", price__input=rates.price("3"), price__cache_read=rates.price("4"))
    world.publish("acme/dear")
    assert Change.objects.filter(policy="rule: cache-read-above-input").count() == 1

    page = enter("viewer").get(reverse("admin:quality_rules")).content.decode()
    assert "q=rule%3A+cache-read-above-input" in page


def test_findings_lead_to_the_field_they_are_about(enter, suspicious):
    page = enter("viewer").get(reverse("admin:quality_findings"), {"code": "output-below-input"}).content.decode()

    assert "key=acme%2Fdear#field-price.output" in page
    assert "output 1, input 3" in page


def test_findings_are_narrowed_down(enter, suspicious):
    def shown(**query: str) -> bool:
        return "acme/dear</a>" in enter("viewer").get(reverse("admin:quality_findings"), query).content.decode()

    assert shown()
    assert shown(provider="acme", severity="warning")
    assert not shown(severity="error")
    assert not shown(code="price-unit")


def test_strangers_see_neither(client):
    assert client.get(reverse("admin:quality_rules")).status_code == 302
    assert client.get(reverse("admin:quality_findings")).status_code == 302

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from registry.cost import costing, fallback_log
from registry.cost.costing import Question
from registry.models import FallbackUse
from registry.pricing import Conditions, Usage
from tests.builders import offering

pytestmark = pytest.mark.django_db
LIST = "admin:registry_fallbackuse_changelist"
PAGE = "admin:registry_fallbackuse_change"


@pytest.fixture
def row(settings):
    settings.COST_FALLBACK_PER_1M = Decimal(20)
    question = Question("rocket-9", Usage(input_tokens=1_500_000), Conditions(datetime(2026, 1, 5, tzinfo=UTC)))
    fallback_log.note(costing.costs([question], fallback=True), FallbackUse.Origin.API)
    return FallbackUse.objects.get()


def test_it_lists_what_was_priced_by_the_fallback(enter, row):
    page = enter("viewer").get(reverse(LIST)).content.decode()

    for text in ("rocket-9", "1,500,000", "$30", "unknown"):
        assert text in page


def test_it_tells_what_has_a_price_by_now(enter, row):
    offering("acme/rocket-9")

    assert "resolves to acme/rocket-9" in enter("viewer").get(reverse(PAGE, args=[row.pk])).content.decode()


def test_nobody_edits_an_audit_list(enter, row):
    client = enter("curator")

    client.post(reverse(PAGE, args=[row.pk]), {"text": "other"})
    client.post(reverse("admin:registry_fallbackuse_delete", args=[row.pk]), {"post": "yes"})

    assert FallbackUse.objects.get().text == "rocket-9"

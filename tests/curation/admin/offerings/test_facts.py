from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.models import Model
from tests.curation.admin.world import an_offering
from tests.registry.builders import make_model, make_score

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("within", "expected"), [("30", "soon"), ("90", "later"), ("passed", "gone")])
def test_offerings_are_found_by_their_day_of_retirement(enter, within, expected):
    today = timezone.now().date()
    for name, days in (("soon", 10), ("later", 80), ("gone", -1), ("far", 300)):
        an_offering(f"acme/{name}", retires_on=today + timedelta(days=days))
    an_offering("acme/never")

    page = enter("viewer").get(reverse("admin:registry_offering_changelist"), {"retires": within})

    listed = {name for name in ("soon", "later", "gone", "far", "never") if f">acme/{name}<" in page.content.decode()}
    assert expected in listed
    assert not listed & {"far", "never"}
    assert ("gone" in listed) == (within == "passed")


def test_the_page_of_a_model_shows_what_the_registry_computes_and_from_what(enter):
    an_offering("openai/gpt-4o")
    model = Model.objects.get()
    page = reverse("admin:registry_model_change", args=[model.pk])

    assert "unknown (fewer than 3 comparable benchmarks)" in enter("viewer").get(page).content.decode()

    for name, score in (("gpqa", "80"), ("swe_bench", "60"), ("mmlu", "90")):
        make_score(make_model(model.slug), name, score)
    text = " ".join(enter("viewer").get(page).content.decode().split())
    assert "<strong>74</strong> / 100" in text
    assert "gpqa 80 × 2 (curated)" in text
    assert "gpt 4o" in text

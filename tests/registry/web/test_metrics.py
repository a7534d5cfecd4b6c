from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from curation.models import Change
from registry.api import tokens
from syncers.models import Run
from tests import builders
from tests.registry.builders import make_offering, make_provider, make_revision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
    yield
    cache.clear()


def scrape(client, **headers) -> dict[tuple[str, frozenset], float]:
    """Every sample of the answer: name and labels → value."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def sample(samples: dict[tuple[str, frozenset], float], name: str, **labels: str) -> float | None:
    return samples.get((f"modelsuite_{name}", frozenset(labels.items())))


def run(source, status: str, **columns) -> None:
    defaults = {"started_at": timezone.now(), "batch": "00000000-0000-0000-0000-000000000000"}
    Run.objects.create(source=source, status=status, **defaults | columns)


def waiting(age: timedelta, key: str) -> None:
    at = timezone.now() - age
    Change.objects.create(
        offering_key=key,
        provider_slug="acme",
        unit="context_window",
        kind="change",
        batch="00000000-0000-0000-0000-000000000000",
        first_seen_at=at,
        last_seen_at=at,
    )


def test_it_counts_offerings_by_kind_status_and_quality(client):
    make_revision(7)
    make_provider("openai", kind="direct")
    make_offering("openai/a", {"status": "active"})
    make_offering("openai/b", {"status": "active"})
    make_offering("odd/c", disputed_fields=2)
    samples = scrape(client)

    assert sample(samples, "revision") == 7
    assert sample(samples, "offerings", kind="direct", status="active") == 2
    assert sample(samples, "offerings", kind="unknown", status="unknown") == 1
    assert sample(samples, "offerings_by_quality", quality="verified") == 0
    assert sample(samples, "offerings_disputed") == 1


def test_it_counts_what_waits_by_age_and_what_retires(client):
    for number, days in enumerate((0, 3, 3, 40)):
        waiting(timedelta(days=days), f"acme/{number}")
    soon = timezone.now().date() + timedelta(days=20)
    make_offering("acme/old", {"retires_on": soon.isoformat()})
    samples = scrape(client)

    ages = {age: sample(samples, "changes_open", age=age) for age in ("1d", "7d", "30d", "older")}
    assert ages == {"1d": 1, "7d": 2, "30d": 0, "older": 1}
    assert (sample(samples, "retirements_ahead", days="30"), sample(samples, "pins")) == (1, 0)


def test_it_says_when_a_source_was_last_read_well_and_how_its_runs_came_out(client):
    at = timezone.now().replace(microsecond=0)
    source = builders.source("list", last_good_at=at)
    builders.source("never")
    run(source, Run.Status.OK, seen=10, rejected=2)
    run(source, Run.Status.FAILED)
    run(source, Run.Status.FAILED, started_at=at - timedelta(days=2))
    samples = scrape(client)

    assert sample(samples, "source_last_success_timestamp_seconds", source="list") == at.timestamp()
    assert sample(samples, "source_last_success_timestamp_seconds", source="never") is None
    assert sample(samples, "source_runs_last_day", source="list", status="failed") == 1
    assert sample(samples, "source_records_rejected", source="list") == 2


@pytest.mark.parametrize("number", [1, 30])
def test_it_asks_as_much_for_many_as_for_one(client, number, django_assert_num_queries):
    for index in range(number):
        make_offering(f"p{index}/a", {"status": "active"})
        run(builders.source(f"s{index}"), Run.Status.OK, seen=1)

    with django_assert_num_queries(8):
        scrape(client)
    with django_assert_num_queries(0):
        scrape(client)  # a few seconds old at most


def test_it_answers_before_anything_is_published(client):
    assert sample(scrape(client), "revision") == 0


def test_it_is_gated_as_reading_the_api_is(client, settings):
    settings.API_OPEN = False
    _, text = tokens.make("prometheus", User.objects.create(username="ops"), ["read"])

    assert client.get("/metrics").status_code == 401
    assert sample(scrape(client, authorization=f"Bearer {text}"), "revision") == 0

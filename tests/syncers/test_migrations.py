"""What migrations fill in for a database of an earlier version."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps

from curation.models import Source
from syncers.models import Run
from tests.builders import NOW, source

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def runs(slug: str, *outcomes: tuple[str, int]) -> None:
    """Runs of a source: how each ended, and how many days ago it began."""
    row = source(slug)
    for status, days in outcomes:
        Run.objects.create(source=row, status=status, batch=uuid4(), started_at=NOW - days * DAY)


def test_failed_readings_are_counted_since_the_last_good_one():
    runs("silent", ("stale", 40), ("ok", 30), ("failed", 20), ("stale", 10), ("skipped", 5), ("stale", 1))
    runs("read", ("stale", 3), ("ok", 1))
    runs("never", ("failed", 2))
    Source.objects.filter(slug="silent").update(last_good_at=NOW - 30 * DAY)
    Source.objects.filter(slug="read").update(last_good_at=NOW - DAY)

    import_module("syncers.migrations.0005_failed_readings").count_failed_readings(apps, None)

    assert dict(Source.objects.values_list("slug", "failed_readings")) == {"silent": 3, "read": 0, "never": 1}

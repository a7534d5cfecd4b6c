"""Prometheus gauges of the review queue and the pins. Two queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Case, Count, Value, When
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from curation.apply.load import in_force
from curation.models import Change
from registry.reports.metrics import PREFIX

_AGES: Final = (("1d", 1), ("7d", 7), ("30d", 30))
_OLDER: Final = "older"


class Waiting(Collector):
    """The review queue by age, and the pins in force."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        younger = (When(first_seen_at__gt=now - timedelta(days=days), then=Value(word)) for word, days in _AGES)
        rows = Change.objects.filter(state=Change.State.PROPOSED).order_by()
        aged = rows.annotate(age=Case(*younger, default=Value(_OLDER))).values_list("age")
        counted = Counter(dict(aged.annotate(number=Count("pk"))))
        changes = GaugeMetricFamily(
            f"{PREFIX}_changes_open", "Changes that wait for a person, by age at most.", labels=("age",)
        )
        for word in (*(word for word, _ in _AGES), _OLDER):
            changes.add_metric((word,), counted[word])
        yield changes
        yield GaugeMetricFamily(f"{PREFIX}_pins", "Pins in force.", value=in_force(now).count())

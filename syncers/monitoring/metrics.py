"""Prometheus gauges of sources: the last good reading of each, and the results of its runs. Three queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from curation.models import Source
from registry.reports.metrics import PREFIX
from syncers.models import Run

_LATELY: Final = timedelta(days=1)


class Sources(Collector):
    """Freshness of every source, and the results of its runs of the last day."""

    def collect(self) -> Iterator[Metric]:
        yield from _freshness()
        yield _outcomes()
        yield from _records()


def _freshness() -> Iterator[Metric]:
    good = GaugeMetricFamily(
        f"{PREFIX}_source_last_success_timestamp_seconds", "Last good reading of a source.", labels=("source",)
    )
    every = GaugeMetricFamily(
        f"{PREFIX}_source_interval_seconds", "How often a source that is switched on is read.", labels=("source",)
    )
    rows = Source.objects.order_by("slug").values_list(
        "slug", "last_good_at", "enabled", "every_seconds", "nothing_fetched"
    )
    for slug, at, enabled, seconds, nothing_fetched in rows:
        if at:
            good.add_metric((slug,), at.timestamp())
        if enabled and not nothing_fetched:
            every.add_metric((slug,), seconds)
    yield good
    yield every


def _outcomes() -> Metric:
    runs = GaugeMetricFamily(
        f"{PREFIX}_source_runs_last_day", "Runs of the last day by outcome.", labels=("source", "status")
    )
    since = timezone.now() - _LATELY
    rows = Run.objects.filter(started_at__gte=since).order_by("source_id", "status").values_list("source_id", "status")
    for source, status, number in rows.annotate(number=Count("pk")):
        runs.add_metric((source, status), number)
    return runs


def _records() -> Iterator[Metric]:
    """Of the last run that read a payload: a run with an unchanged payload reads no records."""
    records = GaugeMetricFamily(
        f"{PREFIX}_source_records_seen", "Records in the last payload that was read.", labels=("source",)
    )
    rejected = GaugeMetricFamily(
        f"{PREFIX}_source_records_rejected", "Of those, the ones that could not be taken.", labels=("source",)
    )
    place = Window(RowNumber(), partition_by=F("source_id"), order_by=F("started_at").desc())
    last = Run.objects.filter(status=Run.Status.OK).annotate(place=place).filter(place=1).order_by("source_id")
    for source, count, refused in last.values_list("source_id", "seen", "rejected"):
        records.add_metric((source,), count)
        rejected.add_metric((source,), refused)
    yield records
    yield rejected

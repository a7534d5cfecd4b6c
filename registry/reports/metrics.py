"""The published catalogue as Prometheus gauges: counts, data quality, conflicts, retirements. Three queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from registry.catalogue import queries
from registry.domain.lifecycle import AHEAD_DAYS
from registry.models import Offering
from registry.models.choices import Quality
from registry.reports import retirements

PREFIX: Final = "modelsuite"


class RegistryCollector(Collector):
    """Gauges of the published catalogue."""

    def collect(self) -> Iterator[Metric]:
        stamp = queries.latest()
        yield GaugeMetricFamily(
            f"{PREFIX}_revision", "Number of the newest revision.", value=stamp.number if stamp else 0
        )
        if stamp:
            yield GaugeMetricFamily(
                f"{PREFIX}_published_timestamp_seconds",
                "When the newest revision was published.",
                value=stamp.at.timestamp(),
            )
        yield from _offerings()
        yield _retirements()


def _offerings() -> Iterator[Metric]:
    by_kind, by_quality, marks = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    rows = Offering.objects.order_by().values_list("provider__kind", "status", "quality")
    counted = rows.annotate(
        number=Count("pk"),
        disputed=Count("pk", filter=Q(disputed_fields__gt=0)),
        pinned=Count("pk", filter=Q(pinned_fields__gt=0)),
        missing=Count("pk", filter=Q(missing_since__isnull=False)),
    )
    for kind, status, quality, number, disputed, pinned, missing in counted:
        by_kind[kind or "unknown", status or "unknown"] += number
        by_quality[quality] += number
        marks.update(disputed=disputed, pinned=pinned, missing=missing)
    offerings = GaugeMetricFamily(
        f"{PREFIX}_offerings", "Published offerings by kind of provider and status.", labels=("kind", "status")
    )
    for labels, number in sorted(by_kind.items()):
        offerings.add_metric(labels, number)
    yield offerings
    qualities = GaugeMetricFamily(
        f"{PREFIX}_offerings_by_quality", "Published offerings by the quality of their prices.", labels=("quality",)
    )
    for quality in Quality.values:
        qualities.add_metric((quality,), by_quality[quality])
    yield qualities
    for name, says in (
        ("disputed", "Offerings about which sources differ."),
        ("pinned", "Offerings with a value that a curator pinned."),
        ("missing", "Offerings that no source lists any more."),
    ):
        yield GaugeMetricFamily(f"{PREFIX}_offerings_{name}", says, value=marks[name])


def _retirements() -> Metric:
    ahead = retirements.ahead(timezone.now().date(), max(AHEAD_DAYS))
    gauge = GaugeMetricFamily(
        f"{PREFIX}_retirements_ahead", "Offerings announced to retire within so many days.", labels=("days",)
    )
    for days in sorted(AHEAD_DAYS):
        gauge.add_metric((str(days),), sum(retirement.days_left <= days for retirement in ahead))
    return gauge

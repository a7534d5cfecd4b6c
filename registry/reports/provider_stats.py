"""Data quality of each provider, measured against targets: for people, `stats --providers` and the API.

A metric that cannot be measured is unknown, never met: a provider without a list of its own has no agreement with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from registry import json_schema as schema
from registry.catalogue import cache, duplicates, queries
from registry.catalogue.cache import Entry
from registry.catalogue.duplicates import share
from registry.catalogue.freshness import (
    STALE_DAYS,
    Confirmation,
    SourceReading,
    age_in_days,
    confirmation,
    oldest,
    reading_log,
)
from registry.catalogue.per_revision import PerRevision
from registry.domain import rates
from registry.domain.iso import instant
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import Provenance, of_fields
from registry.models import Benchmark
from registry.quality import survey

TARGETS: Final[Mapping[str, tuple[str, float]]] = {
    "rule_compliance": ("at least", 1.0),
    "prices_as_own_list": ("at least", 0.95),
    "duplicate_rate": ("below", 0.05),
    "oldest_price_days": ("below", STALE_DAYS),
    "oldest_benchmark_days": ("below", STALE_DAYS),
}
"""Metric → target. Shares are from 0 to 1, ages in days."""


@dataclass(slots=True)
class _Tally:
    """Counts for one provider during the pass through the catalogue."""

    offerings: int = 0
    with_errors: set[str] = field(default_factory=set)
    verified: int = 0
    values: int = 0
    disputed: int = 0
    own_list: int = 0
    """Prices that the provider's own list states too."""
    as_own_list: int = 0
    others_state: int = 0
    """Prices of its own list that other sources state too."""
    others_agree: int = 0
    prices: int = 0
    unconfirmed: int = 0
    oldest_price: datetime | None = None


def collect(now: datetime) -> list[dict[str, Any]]:
    """Metrics of every provider with offerings, in order of slug, JSON-ready.

    Six queries, whatever the number of providers; one pass over all published values.
    """
    current = cache.current()
    readings, gone, dated = reading_log().readings(), frozenset(reading_log().gone(None)), reading_log().dated(None)
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for entry in current.entries.values():
        _count(tallies[entry.provider], entry, readings, gone, dated)
    for finding in survey(current.entries.values(), on=now.date()):
        if finding.is_error:
            tallies[provider_of(finding.offering)].with_errors.add(finding.offering)
    copies = duplicates.among((entry.provider, entry.native_id) for entry in current.entries.values()).by_provider()
    scored = _scores_by_provider()
    return [
        _metrics(slug, tally, copies.get(slug) or 0.0, scored.get(slug, ()), readings, now)
        for slug, tally in sorted(tallies.items())
    ]


def benchmarks(now: datetime) -> list[dict[str, Any]]:
    """Publishers of benchmarks: how many scores they have, and how fresh they are. Two queries."""
    readings = reading_log().readings()
    counted: dict[str, int] = defaultdict(int)
    for source in Benchmark.objects.filter(model__isnull=False).order_by().values_list("source", flat=True):
        counted[source] += 1
    return [
        {"source": source, "scores": count, **_aged(readings.get(source), now)}
        for source, count in sorted(counted.items())
    ]


def judge(metric: str, value: float | None) -> bool | None:
    """Whether a target is met; None where the value is unknown or there is no target."""
    if value is None or metric not in TARGETS:
        return None
    word, bound = TARGETS[metric]
    return value >= bound if word == "at least" else value < bound


def _count(
    tally: _Tally,
    entry: Entry,
    readings: Mapping[str, SourceReading],
    gone: Collection[tuple[str, str, str]],
    dated: Mapping[tuple[str, str], datetime],
) -> None:
    tally.offerings += 1
    for name, provenance in of_fields(entry.provenance).items():
        tally.values += 1
        tally.verified += provenance.is_verified
        tally.disputed += provenance.is_disputed
        if name.startswith(rates.PREFIX):
            _count_price(tally, entry, name, provenance, readings, gone, dated)


def _count_price(
    tally: _Tally,
    entry: Entry,
    name: str,
    provenance: Provenance,
    readings: Mapping[str, SourceReading],
    gone: Collection[tuple[str, str, str]],
    dated: Mapping[tuple[str, str], datetime],
) -> None:
    tally.prices += 1
    at = confirmation(entry.key, name, provenance, readings, gone, dated).at
    tally.unconfirmed += at is None
    tally.oldest_price = oldest((tally.oldest_price, at))
    same, other = {provenance.source, *provenance.agree}, set(provenance.disagree)
    own = {slug for slug in same | other if slug in readings and readings[slug].speaks_for == entry.provider}
    if not own:
        return
    tally.own_list += 1
    tally.as_own_list += bool(own & same)
    # Where the own list's value is published, sources that disagree differ from it; otherwise those that agree do.
    with_it, against = (same, other) if own & same else (other, same)
    if others := (with_it | against) - own - {"pin"}:
        tally.others_state += 1
        tally.others_agree += not (others & against)


def _metrics(
    slug: str,
    tally: _Tally,
    copies: float,
    publishers: Iterable[str],
    readings: Mapping[str, SourceReading],
    now: datetime,
) -> dict[str, Any]:
    measured: dict[str, float | None] = {
        "rule_compliance": share(tally.offerings - len(tally.with_errors), tally.offerings),
        "verified_share": share(tally.verified, tally.values),
        "prices_as_own_list": share(tally.as_own_list, tally.own_list),
        "others_as_own_list": share(tally.others_agree, tally.others_state),
        "duplicate_rate": copies,
        "oldest_price_days": age_in_days(tally.oldest_price, now),
        "oldest_benchmark_days": _oldest_benchmark(publishers, readings, now),
    }
    return {
        "provider": slug,
        "offerings": tally.offerings,
        "conflicts": tally.disputed,
        "prices": tally.prices,
        "prices_never_confirmed": tally.unconfirmed,
        **measured,
        "met": {metric: judge(metric, measured[metric]) for metric in TARGETS},
    }


def _oldest_benchmark(publishers: Iterable[str], readings: Mapping[str, SourceReading], now: datetime) -> int | None:
    confirmed = [readings[slug].confirmed_at for slug in publishers if slug in readings]
    return age_in_days(oldest(confirmed), now)


def _scores_by_provider() -> dict[str, set[str]]:
    """Publishers of scores by the providers that serve the scored models. One query."""
    pairs = Benchmark.objects.filter(model__isnull=False).order_by()
    publishers: dict[str, set[str]] = defaultdict(set)
    for provider, source in pairs.values_list("model__offerings__provider_id", "source").distinct():
        if provider:
            publishers[provider].add(source)
    return publishers


def _aged(reading: SourceReading | None, now: datetime) -> dict[str, Any]:
    at = reading.confirmed_at if reading else None
    return {
        "confirmed_at": instant(at),
        "age_days": age_in_days(at, now),
        "stale": Confirmation(at).is_stale(now),
    }


REPORT: Final = schema.record(
    {
        "measured_at": schema.moment(),
        "targets": schema.mapping(schema.text()),
        "benchmarks": schema.several(
            schema.record(
                {
                    "source": schema.text(),
                    "scores": schema.count(),
                    "confirmed_at": schema.moment(null=True),
                    "age_days": schema.count(null=True),
                    "stale": schema.flag(null=True),
                }
            )
        ),
        "providers": schema.several(
            schema.record(
                {
                    "provider": schema.text(),
                    **dict.fromkeys(("offerings", "conflicts", "prices", "prices_never_confirmed"), schema.count()),
                    **dict.fromkeys(
                        (*TARGETS, "verified_share", "others_as_own_list"), schema.number(null=True, minimum=0)
                    ),
                    "met": schema.mapping(schema.flag(null=True)),
                }
            )
        ),
    }
)


def report(now: datetime) -> dict[str, Any]:
    """Targets, publishers of benchmarks and providers, as the API and `stats --providers --json` show them."""
    return {
        "measured_at": instant(now),
        "targets": {metric: f"{word} {bound:g}" for metric, (word, bound) in TARGETS.items()},
        "benchmarks": benchmarks(now),
        "providers": collect(now),
    }


def current(now: datetime) -> dict[str, Any]:
    """The report, cached while revision, day and the days of all readings are the same. Two queries then."""
    return _held.get((queries.latest(), now.date(), readings_digest()), lambda: report(now))


def readings_digest() -> str:
    """Changes when the day of a source's last successful sync changes. One query."""
    states = sorted(
        (reading.slug, str(reading.confirmed_at)[:10], reading.speaks_for)
        for reading in reading_log().readings().values()
    )
    return sha256(repr(states).encode()).hexdigest()


_held = PerRevision[dict[str, Any]]()

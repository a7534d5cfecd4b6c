"""How good what is published of each provider is, measured against targets: for people, `stats --providers`, the API.

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
"""Metric → what it should be. Shares are from 0 to 1, ages in days."""


@dataclass(slots=True)
class _Tally:
    """What is counted of one provider on the way through the catalogue."""

    offerings: int = 0
    with_errors: set[str] = field(default_factory=set)
    verified: int = 0
    values: int = 0
    disputed: int = 0
    own_list: int = 0
    """Prices about which the provider's own list says something."""
    as_own_list: int = 0
    others_asked: int = 0
    """Prices of its own list about which others say something too."""
    others_agree: int = 0
    prices: int = 0
    unconfirmed: int = 0
    oldest_price: datetime | None = None


def collect(now: datetime) -> list[dict[str, Any]]:
    """Metrics of every provider that has offerings, in order of slug, JSON-ready.

    Six queries, whatever the number of providers; every published value is looked at once.
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
    """Publishers of benchmarks: how many scores are theirs, and whether they were read lately. Two queries."""
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
    for name, said in of_fields(entry.provenance).items():
        tally.values += 1
        tally.verified += said.is_verified
        tally.disputed += said.is_disputed
        if name.startswith(rates.PREFIX):
            _count_price(tally, entry, name, said, readings, gone, dated)


def _count_price(
    tally: _Tally,
    entry: Entry,
    name: str,
    said: Provenance,
    readings: Mapping[str, SourceReading],
    gone: Collection[tuple[str, str, str]],
    dated: Mapping[tuple[str, str], datetime],
) -> None:
    tally.prices += 1
    at = confirmation(entry.key, name, said, readings, gone, dated).at
    tally.unconfirmed += at is None
    tally.oldest_price = oldest((tally.oldest_price, at))
    same, other = {said.source, *said.agree}, set(said.disagree)
    own = {slug for slug in same | other if slug in readings and readings[slug].speaks_for == entry.provider}
    if not own:
        return
    tally.own_list += 1
    tally.as_own_list += bool(own & same)
    # Where the own list is published, whoever differs differs from it; where it is not, whoever agrees does.
    with_it, against = (same, other) if own & same else (other, same)
    if others := (with_it | against) - own - {"pin"}:
        tally.others_asked += 1
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
        "others_as_own_list": share(tally.others_agree, tally.others_asked),
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
    known = [readings[slug].confirmed_at for slug in publishers if slug in readings]
    return age_in_days(oldest(known), now)


def _scores_by_provider() -> dict[str, set[str]]:
    """Publishers of scores by the providers that serve the scored models. One query."""
    pairs = Benchmark.objects.filter(model__isnull=False).order_by()
    found: dict[str, set[str]] = defaultdict(set)
    for provider, source in pairs.values_list("model__offerings__provider_id", "source").distinct():
        if provider:
            found[provider].add(source)
    return found


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
    """The report, from memory while no revision, no day and no day of a reading has moved. Two queries then."""
    return _held.get((queries.latest(), now.date(), readings_digest()), lambda: report(now))


def readings_digest() -> str:
    """Changes when a source was read well on another day than before. One query."""
    read = sorted((one.slug, str(one.confirmed_at)[:10], one.speaks_for) for one in reading_log().readings().values())
    return sha256(repr(read).encode()).hexdigest()


_held = PerRevision[dict[str, Any]]()

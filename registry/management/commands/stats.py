from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.domain.lifecycle import AHEAD_DAYS, Retirement
from registry.reports import provider_stats, retirements, stats

_WORDS = {True: "met", False: "missed", None: "unknown"}


class Command(BaseCommand):
    help = (
        "Prints statistics of the published catalogue: offerings, models and providers, by kind, status, quality, "
        "price, source and capability, how much is known, and the revision. With --providers, the quality of each "
        "provider against targets; with --retirements, what retires soon. With --json as one JSON object."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--providers", action="store_true", help="quality of each provider, against its targets")
        what.add_argument(
            "--retirements",
            type=_days,
            nargs="?",
            const=AHEAD_DAYS[0],
            metavar="DAYS",
            help=f"offerings announced to retire within so many days (default {AHEAD_DAYS[0]})",
        )

    def handle(self, *, json: bool, providers: bool, retirements: int | None, **options: Any) -> None:
        report, lines = self._report(providers, retirements)
        self.stdout.write(_object(report) if json else "\n".join(lines))

    def _report(self, providers: bool, within: int | None) -> tuple[Mapping[str, Any], Iterator[str]]:
        now = timezone.now()
        if providers:
            report = provider_stats.report(now)
            return report, _provider_lines(report)
        if within is not None:
            retirements_ahead = retirements.ahead(now.date(), within)
            known_count, offerings = retirements.known()
            listed = {
                "within_days": within, "known": known_count, "offerings": offerings,
                "retirements": [retirement.as_json() for retirement in retirements_ahead],
            }  # fmt: skip
            return listed, _retirement_lines(retirements_ahead, within, known_count, offerings)
        statistics = stats.collect()
        return statistics, _lines(statistics)


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError("at least one day")
    return days


def _object(report: Mapping[str, Any]) -> str:
    return json.dumps(report, indent=2)


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    for name, value in report.items():
        title = name.replace("_", " ")
        if not isinstance(value, Mapping):
            yield f"{title:<24}{_plain(value)}"
            continue
        yield ""
        yield title
        for word, count in value.items():
            yield f"  {word:<22}{_plain(count)}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "  ".join(f"{word} {number:,}" for word, number in value.items())
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value if value is not None else "never")


def _provider_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """One block per provider: each metric with its target, and whether that is met."""
    targets: Mapping[str, str] = report["targets"]
    for provider in report["providers"]:
        yield f"{provider['provider']}  {provider['offerings']:,} offerings, {provider['conflicts']:,} conflicts"
        for metric, value in provider.items():
            if metric in targets or metric.endswith("_share") or metric == "others_as_own_list":
                judged = f"{_WORDS[provider['met'][metric]]}: {targets[metric]}" if metric in targets else ""
                yield f"  {metric.replace('_', ' '):<24}{_measured(metric, value):>9}  {judged}".rstrip()
        yield ""
    for publisher in report["benchmarks"]:
        age = "never confirmed" if publisher["age_days"] is None else f"confirmed {publisher['age_days']} days ago"
        stale = ", stale" if publisher["stale"] else ""
        yield f"benchmarks of {publisher['source']}: {publisher['scores']:,} scores, {age}{stale}"


def _measured(metric: str, value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"{value:,} days" if metric.endswith("_days") else f"{value:.1%}"


def _retirement_lines(
    retirements_ahead: Sequence[Retirement], within: int, known_count: int, offerings: int
) -> Iterator[str]:
    for retirement in retirements_ahead:
        successor = retirement.successor or "no successor named"
        source = retirement.source or "unknown"
        ending = f"{retirement.retires_on}  {retirement.days_left:>4} days  {retirement.offering}"
        yield f"{ending}  → {successor}  ({source})"
    coverage = f"a day is known for {known_count:,} of {offerings:,} offerings"
    yield f"{len(retirements_ahead):,} retirements announced for the next {within} days; {coverage}"

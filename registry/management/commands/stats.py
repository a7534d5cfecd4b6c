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
        "Prints how much is published (offerings, models, providers, by kind, status, quality, price, source and "
        "capability), how much of it is known and at which revision. With --providers, how good it is at each "
        "provider, against targets; with --retirements, what ends soon. With --json as one JSON object."
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
            help=f"what is announced to retire in so many days (default {AHEAD_DAYS[0]})",
        )

    def handle(self, *, json: bool, providers: bool, retirements: int | None, **options: Any) -> None:
        found, lines = self._found(providers, retirements)
        self.stdout.write(_object(found) if json else "\n".join(lines))

    def _found(self, providers: bool, within: int | None) -> tuple[Mapping[str, Any], Iterator[str]]:
        now = timezone.now()
        if providers:
            report = provider_stats.report(now)
            return report, _provider_lines(report)
        if within is not None:
            ending = retirements.ahead(now.date(), within)
            known, offerings = retirements.known()
            listed = {
                "within_days": within, "known": known, "offerings": offerings,
                "retirements": [one.as_json() for one in ending],
            }  # fmt: skip
            return listed, _retirement_lines(ending, within, known, offerings)
        counted = stats.collect()
        return counted, _lines(counted)


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError("at least one day")
    return days


def _object(found: Mapping[str, Any]) -> str:
    return json.dumps(found, indent=2)


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    for name, value in found.items():
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
    """One block a provider: each metric with its target, and whether that is met."""
    targets: Mapping[str, str] = report["targets"]
    for one in report["providers"]:
        yield f"{one['provider']}  {one['offerings']:,} offerings, {one['conflicts']:,} conflicts"
        for metric, value in one.items():
            if metric in targets or metric.endswith("_share") or metric == "others_as_own_list":
                judged = f"{_WORDS[one['met'][metric]]}: {targets[metric]}" if metric in targets else ""
                yield f"  {metric.replace('_', ' '):<24}{_measured(metric, value):>9}  {judged}".rstrip()
        yield ""
    for one in report["benchmarks"]:
        age = "never confirmed" if one["age_days"] is None else f"confirmed {one['age_days']} days ago"
        yield f"benchmarks of {one['source']}: {one['scores']:,} scores, {age}{', stale' if one['stale'] else ''}"


def _measured(metric: str, value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"{value:,} days" if metric.endswith("_days") else f"{value:.1%}"


def _retirement_lines(found: Sequence[Retirement], within: int, known: int, offerings: int) -> Iterator[str]:
    for one in found:
        heir = one.successor or "no successor named"
        yield f"{one.retires_on}  {one.days_left:>4} days  {one.offering}  → {heir}  ({one.source or 'unknown'})"
    said = f"a day is known for {known:,} of {offerings:,} offerings"
    yield f"{len(found):,} retirements announced for the next {within} days; {said}"

"""`manage.py upgrade_decisions`: after an upgrade of the registry, on a database that earlier rules have decided."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import BaseCommand

from curation.upgrade import Finding, Kind, Report, is_done, upgrade
from registry import display
from registry.domain.fields import Json

TITLES: Final = {
    Kind.MIXTURE: "Price lists that no source ever stated whole",
    Kind.SEAT: "Values taken from an equal source only because another was read later",
    Kind.PIN: "Values behind pins, kept from now on",
    Kind.UNSTATED: "Published rates that nobody states any more, left as they are",
    Kind.LEFT: "Left as they are",
}


class Command(BaseCommand):
    help = (
        "Fixes what earlier rules decided wrongly, and lists it: price lists that no source ever stated whole go back "
        "to the last whole one, values that an equal source replaced by its later reading alone are restored, and the "
        "values behind pins are stored. What people decided stands. `prepare` does it once per database; repeatable."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what would be done, change nothing")
        parser.add_argument("--once", action="store_true", help="do nothing where it was done before")

    def handle(self, *, dry_run: bool, once: bool, **options: Any) -> None:
        if once and is_done():
            return
        report = upgrade(dry_run=dry_run, progress=self._progress)
        if once and not report.findings:
            return
        for kind, title in TITLES.items():
            self._list(title, report.of(kind))
        self.stdout.write(_summary(report, dry_run=dry_run))

    def _list(self, title: str, findings: list[Finding]) -> None:
        if not findings:
            return
        self.stdout.write(self.style.MIGRATE_HEADING(f"{title} ({len(findings):,})"))
        for finding in findings:
            self.stdout.write(f"  {line(finding)}")

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="" if done < total else "\n")


def line(finding: Finding) -> str:
    """One finding in words."""
    old = _values(finding.old)
    text = f"{finding.offering}  {old} → {_values(finding.new)}" if finding.new else f"{finding.offering}  {old}"
    if finding.since:
        text += f", and by policy since → {_values(finding.since)}"
    who = f"last stated by {finding.source}" if finding.kind is Kind.UNSTATED and finding.source else finding.why
    return f"{text}  ({who})" if who else text


def _values(values: Mapping[str, Json]) -> str:
    return ", ".join(f"{display.label(name)} {display.text(name, data)}" for name, data in values.items())


def _summary(report: Report, *, dry_run: bool) -> str:
    counts = report.counts
    fixed = counts[Kind.MIXTURE] + counts[Kind.SEAT] + counts[Kind.PIN]
    listed = counts[Kind.UNSTATED] + counts[Kind.LEFT]
    done = "would be brought to what holds now" if dry_run else "brought to what holds now"
    since = f"policies applied {report.applied:,} more changes there, {report.held:,} wait for review"
    return f"{fixed:,} {done}, {listed:,} listed only; {since}."

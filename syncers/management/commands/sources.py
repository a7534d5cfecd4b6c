"""`manage.py sources`: every source and its state."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, OuterRef, Q, Subquery

from curation.models import Source as SourceRow
from syncers.kinds.source import Source
from syncers.models import Run
from syncers.monitoring import coverage
from syncers.payload import auth
from syncers.registry import all_sources


class Command(BaseCommand):
    help = "Lists every source: state, last good run, offerings listed, and whether its key is set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON array")
        parser.add_argument("--markdown", action="store_true", help="the coverage table of docs/sources.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["markdown"]:
            self.stdout.write(coverage.markdown(), ending="")
            return
        last = Run.objects.filter(source=OuterRef("pk")).order_by("-started_at")
        rows = {
            row.slug: row
            for row in SourceRow.objects.annotate(
                listed=Count("claims", filter=Q(claims__missing_since__isnull=True)),
                last_status=Subquery(last.values("status")[:1]),
                last_error=Subquery(last.values("error")[:1]),
            )
        }
        described = [describe(source, rows.get(source.slug)) for source in all_sources()]
        if options["json"]:
            self.stdout.write(json.dumps(described, indent=2))
            return
        self.stdout.write(f"{'source':<22}{'source type':<13}{'state':<12}{'last good run':<22}{'listed':>8}  key")
        for entry in described:
            last_good = entry["last_good_run"] or "never"
            self.stdout.write(
                f"{entry['source']:<22}{entry['source_type']:<13}{entry['state']:<12}{last_good:<22}"
                f"{entry['offerings']:>8,}  {entry['key']}"
            )
            if entry["error"]:
                self.stdout.write(self.style.WARNING(f"    {entry['error']}"))


def describe(source: type[Source], row: Any) -> dict[str, Any]:
    """One source as JSON: declaration and state."""
    variables, credential = auth.needed(source), auth.chosen(source)
    state = "never run" if row is None or row.last_status is None else row.last_status
    if source.nothing_fetched:
        state = "not fetched"
    elif source.key_required and not credential:
        state = "needs key"
    if row is not None and not row.enabled:
        state = "paused"
    key = (
        f"{' and '.join(credential.variables)} set"
        if credential
        else f"{variables} not set"
        if variables
        else "none needed"
    )
    return {
        "source": source.slug,
        "label": source.label,
        "source_type": source.source_type.value,
        "state": state,
        "last_good_run": row.last_good_at.strftime("%Y-%m-%d %H:%M UTC") if row and row.last_good_at else None,
        "offerings": row.listed if row else 0,
        "key": key if not variables or source.key_required else f"{key} (optional)",
        "error": source.nothing_fetched or ((row.last_error or "") if row else ""),
    }

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand

from registry import stats


class Command(BaseCommand):
    help = (
        "Prints how much is published (offerings, models, providers, by kind, status, quality, price, source and "
        "capability), how much of it is known and at which revision. With --json as one JSON object."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, json: bool, **options: Any) -> None:
        found = stats.collect()
        self.stdout.write(_object(found) if json else "\n".join(_lines(found)))


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

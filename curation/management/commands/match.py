"""`manage.py match`: searches for candidate models of unlinked offerings."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from curation.linking.matching import find_matches


class Command(BaseCommand):
    help = (
        "Compares offerings whose model is not known for sure with the known models, and puts candidates into the "
        "curators' matching queue. Links nothing by itself, and what a curator has decided stands."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, json: bool, **options: Any) -> None:
        search = find_matches()
        if json:
            self.stdout.write(_line(asdict(search)))
            return
        self.stdout.write(
            f"{search.unsure:,} offerings looked at: {search.new:,} new candidates, {search.gone:,} gone, "
            f"{search.waiting:,} wait for a curator."
        )


def _line(data: Any) -> str:
    return json.dumps(data)

"""`manage.py policies`: lists the policies in order, or prints docs/policies.md about the default ones."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from curation.apply.load import load_rules
from curation.policies.docs import markdown
from curation.policies.outcomes import in_words


class Command(BaseCommand):
    help = "Lists the policies that are asked, in their order: what each decides, and when."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--markdown", action="store_true", help="print docs/policies.md, about the default ones")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["markdown"]:
            self.stdout.write(markdown(), ending="")
            return
        for number, rule in enumerate(load_rules(), start=1):
            self.stdout.write(f"{number:>3}. {rule.name}: {in_words(rule)}; when {rule.in_words}")

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registry.catalogue import documentation


class Command(BaseCommand):
    help = "Prints docs/keys.md: the public keys of offerings, models and providers."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(documentation.markdown(), ending="")

"""`manage.py prepare`: writes the data that an installation needs."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from registry.reference.providers import load_providers
from syncers.schedule import ensure_schedule
from syncers.sync.declared import ensure_sources


class Command(BaseCommand):
    help = (
        "Writes reference data (providers), the rows of all sources and the schedule, and updates decisions of earlier "
        "rules to the current ones (once per database, see `upgrade_decisions`). Run after `migrate`; repeatable."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        load_providers()
        ensure_sources()
        ensure_schedule()
        call_command("upgrade_decisions", once=True, stdout=self.stdout, stderr=self.stderr)

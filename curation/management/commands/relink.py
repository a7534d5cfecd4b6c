"""`manage.py relink`: after the rules of identity have changed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from curation.linking import relink


class Command(BaseCommand):
    help = (
        "Reads the ids of all published offerings again with the present rules of identity, and reconciles those whose "
        "model or variants come out different. A move to another model waits in the review queue, unless --approve-as "
        "names who answers for it. What a curator pinned stands."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what comes out different, change nothing")
        parser.add_argument("--approve-as", metavar="USER", default="", help="publish moves at once, in that name")
        parser.add_argument("--json", action="store_true", help="print one JSON object per line")

    def handle(self, *, dry_run: bool, approve_as: str, json: bool, **options: Any) -> None:
        users = get_user_model()._default_manager
        if approve_as and not users.filter(**{users.model.USERNAME_FIELD: approve_as}).exists():
            raise CommandError(f"There is no user {approve_as}.")
        changes = list(relink.identity_changes())
        if dry_run:
            self._list(changes, as_json=json)
            return
        done = relink.relink(changes, approved_by=approve_as, progress=self._progress)
        if json:
            self.stdout.write(_line(asdict(done)))
        else:
            self.stdout.write(
                f"{done.offerings:,} offerings relinked: {done.applied:,} changes published, "
                f"{done.held:,} wait for review."
            )

    def _list(self, changes: list[relink.IdentityChange], *, as_json: bool) -> None:
        for change in changes:
            text = f"{change.offering}  {change.field}: {_line(change.old)} → {_line(change.new)}"
            self.stdout.write(_line(asdict(change)) if as_json else text)
        if not as_json:
            self.stdout.write(
                f"{len(changes):,} changes in {len({change.offering for change in changes}):,} offerings."
            )

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="" if done < total else "\n")


def _line(data: Any) -> str:
    return json.dumps(data)

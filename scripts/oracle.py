"""Writes figures and digests of what a database publishes, to compare two versions of this code.

    VAR_DIR=/tmp/replay .venv/bin/python manage.py migrate
    VAR_DIR=/tmp/replay .venv/bin/python scripts/replay_recordings.py FOLDER
    VAR_DIR=/tmp/replay .venv/bin/python scripts/oracle.py --output figures.json

The digests cover the published catalogue, the queue and the open conflicts, without row ids. They are equal where
two versions publish, hold and dispute the same. The figures check promises: each published value is compared with
what the sources state now. Reads only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import django

if TYPE_CHECKING:
    from curation.core.inputs import Inputs
    from registry.models import Offering

ROOT: Final = Path(__file__).resolve().parent.parent
CHUNK: Final = 500
CHEAPEST: Final = Decimal("0.004")
DEAREST: Final = Decimal(200)
"""USD per 1M tokens: prices outside are listed for review."""
LISTED: Final = 60
"""How many violations of each kind are named."""


def digest(rows: Iterable[Any]) -> str:
    """Fingerprint of rows in their order."""
    hashed = hashlib.sha256()
    for row in rows:
        hashed.update(json.dumps(row, sort_keys=True, default=str).encode())
    return hashed.hexdigest()


def catalogue_rows() -> Iterator[Any]:
    from registry.models import Offering

    rows = Offering.objects.order_by("key").prefetch_related("aliases")
    for row in rows.iterator(chunk_size=2000):
        names = sorted(alias.name for alias in row.aliases.all())
        yield [row.key, row.model_id, row.facts, row.provenance, str(row.missing_since or ""), names]


def queue_rows(state: str = "") -> Iterator[Any]:
    """The changes that were ever held, or those of one state."""
    from curation.models import Change

    rows = Change.objects.filter(state=state) if state else Change.objects.all()
    columns = ("offering_key", "unit", "parts", "source", "policy", "state")
    yield from rows.order_by("offering_key", "unit", "state", "first_seen_at", "pk").values_list(*columns)


def conflict_rows() -> Iterator[Any]:
    from curation.models import Conflict

    columns = ("offering_key", "field", "sides", "state")
    yield from Conflict.objects.order_by("offering_key", "field").values_list(*columns)


class Promises:
    """Compares published values with what the sources state now."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.counts: Counter[str] = Counter()
        self.named: dict[str, list[str]] = {}

    def note(self, kind: str, text: str) -> None:
        """Counts one violation, and names it while there are few."""
        self.counts[kind] += 1
        names = self.named.setdefault(kind, [])
        if len(names) < LISTED:
            names.append(text)

    def look(self, row: Offering, inputs: Inputs, waiting: set[tuple[str, str]], listed: bool) -> None:
        """Compares one offering."""
        from registry.domain import fields
        from registry.domain.provenance import Provenance
        from registry.domain.rates import PREFIX

        if row.missing_since and listed:
            self.note("said to be missing, and listed", row.key)
        claims = [claim for claim in inputs.claims if claim.source.slug]
        for name, data in row.facts.items():
            account = Provenance(row.provenance.get(name, {}))
            if data is None or name in inputs.pins or account.policy.startswith("rolled back"):
                continue
            value = fields.field(name).decode(data)
            by_source = {c.source.slug: c.values[name] for c in claims if name in c.values}
            same = {slug for slug, other in by_source.items() if fields.agrees(name, value, other, on=self.on)}
            place = "price" if name.startswith(PREFIX) else "other"
            if not same:
                why = "a change waits" if (row.key, name) in waiting else "none waits"
                self.note(f"{place}: stated by no source, {why}", f"{row.key} {name} {data}"[:200])
            if account.source not in same:
                self.note(f"{place}: not what the source it names states", f"{row.key} {name}")
                if account.is_verified:
                    self.note(f"{place}: verified, and not what the source it names states", f"{row.key} {name}")
        self._look_at_prices(row)

    def _look_at_prices(self, row: Offering) -> None:
        from registry.domain.provenance import Provenance

        for name in ("input_price", "output_price"):
            amount = getattr(row, name)
            if amount is not None and amount != 0 and not CHEAPEST <= amount <= DEAREST:
                which = "below" if amount < CHEAPEST else "above"
                source = Provenance(row.provenance.get(f"price.{name.removesuffix('_price')}", {})).source
                self.note(f"token price {which} the usual", f"{row.key} {name} {amount:f} ({source})")


def promises(at: datetime) -> Promises:
    """Checks every published offering."""
    from curation.apply.load import gather
    from curation.models import Change, StoredClaim
    from registry.models import Offering

    checked = Promises(at.date())
    proposed = Change.objects.filter(state=Change.State.PROPOSED)
    waiting = {(change.offering_key, name) for change in proposed.iterator() for name in change.moved_fields}
    keys = list(Offering.objects.order_by("key").values_list("key", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        inputs = gather(chunk, at=at)
        present = StoredClaim.objects.filter(offering_key__in=chunk, missing_since__isnull=True)
        listed = set(present.values_list("offering_key", flat=True))
        for row in Offering.objects.filter(key__in=chunk):
            checked.look(row, inputs[row.key], waiting, row.key in listed)
    return checked


def figures(at: datetime) -> dict[str, Any]:
    """All figures and digests of the configured database."""
    from curation.models import Change, Conflict
    from registry.models import LedgerEntry, Offering, Revision

    checked = promises(at)
    proposed = Change.objects.filter(state=Change.State.PROPOSED)
    return {
        "offerings": Offering.objects.count(),
        "revisions": Revision.objects.count(),
        "applied": LedgerEntry.objects.count(),
        "waiting": proposed.count(),
        "waiting by kind": dict(sorted(Counter(proposed.values_list("kind", flat=True)).items())),
        "waiting by policy": dict(Counter(proposed.values_list("policy", flat=True)).most_common()),
        "conflicts": Conflict.objects.exclude(state=Conflict.State.SETTLED).count(),
        "digest of the catalogue": digest(catalogue_rows()),
        "digest of the queue": digest(queue_rows()),
        "digest of the conflicts": digest(conflict_rows()),
        "promises": dict(sorted(checked.counts.items())),
        "named": checked.named,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Figures and digests of what a database publishes.")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the JSON goes; standard output otherwise")
    parser.add_argument("--at", default="", metavar="DAY", help="the day prices are compared on (YYYY-MM-DD); today")
    chosen = parser.parse_args(arguments)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    at = datetime.fromisoformat(chosen.at).replace(tzinfo=UTC) if chosen.at else datetime.now(UTC)
    text = json.dumps(figures(at), indent=1, ensure_ascii=False, default=str)
    if chosen.output:
        chosen.output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

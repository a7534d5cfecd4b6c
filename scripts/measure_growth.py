"""Measure how a database grows: so many days on which every source is read and a share of its offerings moved.

    VAR_DIR=/tmp/copy python scripts/measure_growth.py --days 30 --sources 60 --share 0.012

Meant for a database of its own that holds a catalogue, such as `scripts/replay_recordings.py` leaves. Each day, each of
the sources with the most offerings is read once; of that share of its offerings one price moves by a few percent, a
tenth of them states its description anew, and the rest says what it said. 1.2 % a day is what was measured of
OpenRouter's list from one day to the next. Prints the rows and bytes before and after, and what a day adds.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import django

if TYPE_CHECKING:
    from curation.core.claim import Claim
    from curation.models import Source

ROOT: Final = Path(__file__).resolve().parent.parent
PRICES: Final = ("price.input", "price.output")


def moved(claim: Claim, chance: random.Random) -> Claim:
    """A claim as its source might state it the next day."""
    from dataclasses import replace

    from registry.domain import rates

    values: dict[str, Any] = dict(claim.values)
    name = chance.choice([name for name in PRICES if values.get(name)])
    line = values.get(name)
    if line and line[0].amount:
        factor = chance.choice((Decimal("0.95"), Decimal("1.05")))
        values[name] = rates.line([replace(line[0], amount=(line[0].amount * factor).normalize()), *line[1:]])
    if chance.random() < 0.1 and values.get("description"):
        values["description"] = f"{str(values['description'])[:200]} ({chance.randrange(10_000)})"
    return replace(claim, values=values)


def stated(source: Source) -> list[Claim]:
    """What a source states now."""
    from curation.core.claim import Claim
    from curation.models import StoredClaim
    from registry.domain import fields

    rows = StoredClaim.objects.filter(source=source, missing_since__isnull=True)
    return [
        Claim(
            row.offering_key,
            {name: fields.field(name).decode(data) for name, data in row.values.items()},
            aliases=tuple(row.aliases),
            as_of=row.as_of,
            estimates=frozenset(row.estimates),
            origin=row.origin,
        )
        for row in rows
    ]


def read(source: Source, share: float, *, at: datetime, chance: random.Random) -> int:
    """A reading in which a share of the offerings moved. Returns how many were stated otherwise."""
    from curation.apply import delisting
    from curation.apply.reconcile import reconcile
    from syncers.sync import stored_claims

    claims = stated(source)
    priced = [number for number, claim in enumerate(claims) if any(claim.values.get(name) for name in PRICES)]
    chosen = set(chance.sample(priced, min(len(priced), int(len(claims) * share + chance.random()))))
    claims = [moved(claim, chance) if number in chosen else claim for number, claim in enumerate(claims)]
    difference = stored_claims.compare(source, claims)
    incoming = stored_claims.incoming(source, difference, at)
    if difference.touched:
        reconcile(
            difference.touched,
            actor=f"sync:{source.slug}",
            reason="a day of growth",
            batch=uuid4(),
            at=at,
            is_reading=True,
            incoming=incoming,
        )
    delisting.read_well(source.slug, at=at)
    return len(difference.changed)


def counts() -> dict[str, int]:
    """Rows by table, and bytes of the database in use."""
    from django.db import connection

    from curation.models import Change
    from registry.models import LedgerEntry, OfferingContent, OfferingVersion, Revision

    tables = (Revision, LedgerEntry, OfferingVersion, OfferingContent, Change)
    found = {table.__name__: table._default_manager.count() for table in tables}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT (page_count - freelist_count) * page_size FROM "
                "pragma_page_count, pragma_freelist_count, pragma_page_size"
            )
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        found["bytes"] = int(cursor.fetchone()[0])
    return found


def main() -> None:
    """Lets the configured database grow, and says by how much."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--share", type=float, default=0.012, help="of a source's offerings that move in a day")
    parser.add_argument("--seed", type=int, default=10)
    asked = parser.parse_args()

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db.models import Count
    from django.utils import timezone

    from curation.models import Source

    chance = random.Random(asked.seed)  # noqa: S311  # no secret hangs on it
    sources = Source.objects.annotate(size=Count("claims")).filter(size__gt=0).order_by("-size")[: asked.sources]
    before, began, said = counts(), time.process_time(), 0
    first = timezone.now()
    for day in range(1, asked.days + 1):
        for source in sources:
            source.refresh_from_db()
            said += read(source, asked.share, at=first + timedelta(days=day), chance=chance)
    after = counts()
    print(
        f"{asked.days} days, {len(sources)} sources, {said:,} offerings stated otherwise, "
        f"{time.process_time() - began:.0f} s of CPU"
    )
    for name, count in after.items():
        added = count - before[name]
        print(f"{name:<16}{before[name]:>14,}{count:>14,}{added / asked.days:>12,.0f} a day")


if __name__ == "__main__":
    main()

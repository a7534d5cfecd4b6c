"""Reads one day's payloads in many orders, and counts the distinct catalogues and queues. There must be one.

    .venv/bin/python scripts/permutations.py FOLDER
    .venv/bin/python scripts/permutations.py FOLDER --day 2026-08-16 --offerings 60 --orders 200

FOLDER has the layout of replay_recordings.py. The newest recording of each source up to the day counts as read on the
day; without `--sources`, the ten sources that share the most offerings are used. The sample is a seeded choice of the
offerings that at least two of them state. Each order is read twice: source by source, each run decided before the
next, and as one batch that is decided once. With `--after-older`, the recordings before those are read the day before,
in a fixed order, so that something is published already.

Uses a database in memory. Exit code 1 when the order made a difference.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import django

if TYPE_CHECKING:
    from curation.core.claim import Claim
    from scripts.replay_recordings import Recording
    from syncers.kinds.source import Source

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = 10
NAMED: Final = 5
"""How many of the differing offerings are named."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What one source lists on the day."""

    declared: type[Source]
    name: str
    claims: tuple[Claim, ...]

    @property
    def offerings(self) -> set[str]:
        return {claim.offering for claim in self.claims}

    def only(self, offerings: Collection[str]) -> Payload:
        return Payload(self.declared, self.name, tuple(c for c in self.claims if c.offering in offerings))


@dataclass(slots=True)
class Results:
    """The distinct outcomes of many orders, and how often each occurred."""

    catalogues: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    """Of the catalogue without provenance."""
    queues: Counter[str] = field(default_factory=Counter)
    both: Counter[tuple[str, str]] = field(default_factory=Counter)
    differing: Counter[str] = field(default_factory=Counter)
    """Offerings whose published values differ from those of the first order → in how many orders."""
    first: dict[str, str] = field(default_factory=dict)

    def add(self, catalogue: Sequence[Any], queue: Iterable[Any]) -> None:
        """Counts one outcome; see `oracle.catalogue_rows` and `oracle.queue_rows`."""
        from scripts.oracle import digest

        whole, waits = digest(catalogue), digest(queue)
        values = {row[0]: digest([row[2]]) for row in catalogue}
        self.catalogues[whole] += 1
        self.queues[waits] += 1
        self.both[whole, waits] += 1
        self.values[digest(sorted(values.items()))] += 1
        self.first = self.first or values
        self.differing.update(key for key in {*values, *self.first} if values.get(key) != self.first.get(key))

    def text(self) -> str:
        """A line for the report."""
        orders = sum(self.both.values())
        examples = ", ".join(f"{key} ({times})" for key, times in sorted(self.differing.items())[:NAMED])
        return (
            f"{orders} orders: {len(self.both)} distinct results ({len(self.catalogues)} catalogues, of them "
            f"{len(self.values)} of values; {len(self.queues)} queues); {len(self.differing)} offerings with another "
            f"value in some order{': ' if examples else ''}{examples}"
        )


def payload(recording: Recording, day: datetime) -> Payload | None:
    """What a recording lists, None where it cannot be read or has no offerings."""
    from syncers.errors import SourceError
    from syncers.kinds import dates
    from syncers.kinds.record import Parsed
    from syncers.registry import load

    declared = load(recording.source)
    try:
        parsed = declared().parse(recording.body())
    except SourceError:
        return None
    if type(parsed) is not Parsed or not parsed.claims:
        return None
    dates.drop_impossible(parsed, on=day.date())
    return Payload(declared, recording.name, tuple(parsed.claims))


def newest(recordings: Sequence[Recording], day: datetime, wanted: Collection[str], most: int) -> list[list[Payload]]:
    """For each source the newest readable recordings up to the day, at most `most`, newest first."""
    from scripts.replay_recordings import LEFT_OUT
    from syncers.registry import SOURCES as KNOWN

    by_source: dict[str, list[Payload]] = {}
    for recording in reversed(recordings):
        source = recording.source
        if recording.day > day.date().isoformat() or recording.folder in LEFT_OUT or source not in KNOWN:
            continue
        if (wanted and source not in wanted) or len(by_source.get(source, ())) == most:
            continue
        if read := payload(recording, day):
            by_source.setdefault(source, []).append(read)
    return [by_source[source] for source in sorted(by_source)]


def chosen(read: Sequence[list[Payload]], most: int) -> list[list[Payload]]:
    """The sources that share the most offerings with others."""
    counts = Counter(key for payloads in read for key in payloads[0].offerings)
    shared = {key for key, times in counts.items() if times > 1}
    ranked = sorted(read, key=lambda payloads: (-len(payloads[0].offerings & shared), payloads[0].declared.slug))
    return ranked[:most]


def sample(payloads: Iterable[Payload], size: int, seed: int) -> list[str]:
    """A seeded sample of the offerings that at least two sources state."""
    counts = Counter(key for item in payloads for key in item.offerings)
    shared = sorted(key for key, times in counts.items() if times > 1)
    return sorted(random.Random(seed).sample(shared, min(size, len(shared))))  # noqa: S311  # no secret hangs on it


def orders(count: int, payloads: int, seed: int) -> list[list[int]]:
    """`count` seeded orders of the payloads; the first is the original one."""
    chance = random.Random(seed)  # noqa: S311  # no secret hangs on it
    return [list(range(payloads)), *(chance.sample(range(payloads), payloads) for _ in range(count - 1))]


def read(payloads: Iterable[Payload], *, at: datetime, batch: bool) -> None:
    """Reads the payloads in order as good runs a minute apart; decides after each, or once for all."""
    touched: set[str] = set()
    for number, item in enumerate(payloads):
        moment = at + timedelta(minutes=number)
        offerings = _take(item, moment)
        touched |= offerings
        if not batch:
            _decide(offerings, f"sync:{item.declared.slug}", moment)
    if batch:
        _decide(touched, "sync", at)


def _take(item: Payload, at: datetime) -> set[str]:
    from curation.apply import delisting
    from syncers.sync import stored_claims
    from syncers.sync.declared import ensure_source

    row = ensure_source(item.declared)
    difference = stored_claims.compare(row, item.claims)
    delisting.read_well(row.slug, at=at)
    stored_claims.write(row, difference, at)
    return difference.touched


def _decide(offerings: Collection[str], actor: str, at: datetime) -> None:
    from curation.apply.reconcile import reconcile

    reconcile(offerings, actor=actor, reason="a permutation", batch=UUID(int=1), at=at, is_reading=True)


def compare(
    payloads: Sequence[Payload],
    *,
    at: datetime,
    count: int,
    seed: int,
    before: Sequence[Payload] = (),
) -> Mapping[str, Results]:
    """Reads the payloads in `count` orders. `before` are read the day before, in the given order."""
    from django.db import transaction

    from scripts.oracle import catalogue_rows, queue_rows

    results = {"one by one": Results(), "as one batch": Results(), "both ways": Results()}
    with transaction.atomic():
        read(before, at=at - timedelta(days=1), batch=True)
        for order in orders(count, len(payloads), seed):
            for way, batch in (("one by one", False), ("as one batch", True)):
                with transaction.atomic():
                    read([payloads[place] for place in order], at=at, batch=batch)
                    catalogue, queue = list(catalogue_rows()), list(queue_rows("proposed"))
                    transaction.set_rollback(True)
                results[way].add(catalogue, queue)
                results["both ways"].add(catalogue, queue)
        transaction.set_rollback(True)
    return results


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Reads one day's payloads in many orders.")
    parser.add_argument("folder", type=Path, help="one sub-folder per provider, files named by their day")
    parser.add_argument("--day", default="", help="YYYY-MM-DD; the day of the newest recording by default")
    parser.add_argument("--sources", default="", help="slugs, by commas; by default those that share the most")
    parser.add_argument("--offerings", type=int, default=60, help="size of the sample (60)")
    parser.add_argument("--orders", type=int, default=200, help="how many orders are tried (200)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample and of the orders (1)")
    parser.add_argument("--after-older", action="store_true", help="read the recordings before these the day before")
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(ROOT))
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    from django.db import connection

    from curation.policies.installed import ensure_defaults
    from registry.reference.providers import load_providers
    from scripts.replay_recordings import find

    started = time.perf_counter()
    recordings = find(options.folder)
    if not recordings:
        print(f"no recordings in {options.folder}", file=sys.stderr)
        return 2
    day = options.day or max(recording.day for recording in recordings)
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    wanted = set(filter(None, options.sources.split(",")))
    pairs = chosen(newest(recordings, at, wanted, 2 if options.after_older else 1), len(wanted) or SOURCES)
    keys = sample([payloads[0] for payloads in pairs], options.offerings, options.seed)
    today = [payloads[0].only(keys) for payloads in pairs]
    before = [payloads[1].only(keys) for payloads in pairs if len(payloads) > 1] if options.after_older else []
    print(f"{at:%Y-%m-%d}, {len(keys)} offerings: {', '.join(f'{item.name} ({len(item.claims)})' for item in today)}")
    connection.creation.create_test_db(verbosity=0, serialize=False)
    load_providers()
    ensure_defaults()
    results = compare(today, at=at, count=options.orders, seed=options.seed, before=before)
    for way, outcomes in results.items():
        print(f"{way}: {outcomes.text()}")
    print(f"{time.perf_counter() - started:.0f} s")
    return 0 if len(results["both ways"].both) <= 1 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Draws samples of automatically applied changes and of held changes, to be judged without knowing the version.

    VAR_DIR=/tmp/replay .venv/bin/python scripts/replay_recordings.py FOLDER
    VAR_DIR=/tmp/replay .venv/bin/python scripts/draw_samples.py OUTPUT --seed 7

Writes `applied.txt` and `held.txt` into the folder OUTPUT, 100 changes each. All token prices of an offering that move
together are one change, in whatever way they are stored; text fields are left out. Each is shown with the published
values, the current claims of every source, and the claims of its older payloads. The same seed draws the same sample
of equal data. Reads only.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import django

from registry.domain.offering_ids import provider_of

if TYPE_CHECKING:
    from curation.models import StoredClaim
    from syncers.models import StoredPayload

ROOT: Final = Path(__file__).resolve().parent.parent
PRICE_LIST: Final = "token prices"
_TOKEN_METERS: Final = frozenset({"input", "output", "cache_read", "cache_write", "reasoning", "citation"})
LONGEST: Final = 300
"""How many characters of a value are shown."""
Moved = tuple[str, Any, Any]
"""A field, and its value in canonical JSON before and after."""
Place = TypeVar("Place", bound=tuple[Any, ...])


@dataclass(frozen=True, slots=True)
class Drawn:
    """One applied or held change."""

    offering: str
    unit: str
    on: date
    """The day on which it was applied or proposed."""
    changes: tuple[Moved, ...]
    sources: tuple[str, ...]
    policies: tuple[str, ...]
    pending: tuple[Moved, ...] = ()
    """For an applied change: what is held in the same unit."""


def unit_of(name: str) -> str:
    """The unit that a field is decided in: the token prices are one, every other field is its own."""
    from registry.domain import rates

    is_token_price = name.startswith(rates.PREFIX) and rates.parse_key(name).meter in _TOKEN_METERS
    return PRICE_LIST if is_token_price else name


def is_drawn(name: str) -> bool:
    """Whether changes of a field are drawn: text fields are not."""
    from registry.domain import fields

    return fields.field(name).group is not fields.Group.TEXT


# -- drawing -----------------------------------------------------------------------------------------------------------


def applied(size: int, seed: int) -> list[Drawn]:
    """Changes of published values that policies let through; first publications are left out."""
    from registry.models import LedgerEntry

    moving = LedgerEntry.objects.filter(old__isnull=False).exclude(policy__startswith="approved by")
    columns = moving.values_list("offering_key", "field", "revision_id").order_by()
    places = {(offering, unit_of(name), revision) for offering, name, revision in columns.iterator() if is_drawn(name)}
    waits = waiting()
    return [_applied(*place, waits.get(place[:2])) for place in _pick(places, size, seed)]


def _applied(offering: str, unit: str, revision: int, waits: Drawn | None) -> Drawn:
    from registry.models import LedgerEntry

    entries = LedgerEntry.objects.filter(offering_key=offering, revision_id=revision).select_related("revision")
    rows = [row for row in entries.order_by("field", "id") if unit_of(row.field) == unit]
    return Drawn(
        offering,
        unit,
        rows[0].revision.created_at.date(),
        tuple((row.field, row.old, row.new) for row in rows),
        _distinct(row.source for row in rows),
        _distinct(row.policy for row in rows),
        waits.changes if waits else (),
    )


def held(size: int, seed: int) -> list[Drawn]:
    """Held changes."""
    waits = waiting()
    return [
        waits[place] for place in _pick(filter(lambda place: is_drawn(waits[place].changes[0][0]), waits), size, seed)
    ]


def waiting() -> dict[tuple[str, str], Drawn]:
    """All held changes, by offering and unit."""
    from curation.models import Change

    by_place: dict[tuple[str, str], Drawn] = {}
    for row in Change.objects.filter(state=Change.State.PROPOSED).order_by("offering_key", "unit"):
        for part in row.parts_shown:
            place = row.offering_key, unit_of(part.field)
            before = by_place.get(place) or Drawn(*place, row.first_seen_at.date(), (), (), ())
            by_place[place] = replace(
                before,
                on=min(before.on, row.first_seen_at.date()),
                changes=(*before.changes, (part.field, part.old, part.new)),
                sources=_distinct((*before.sources, part.source)),
                policies=_distinct((*before.policies, row.policy)),
            )
    return by_place


def _pick(places: Iterable[Place], size: int, seed: int) -> list[Place]:
    ordered = sorted(places)
    return random.Random(seed).sample(ordered, min(size, len(ordered)))  # noqa: S311  # no secret hangs on it


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


# -- what sources state ------------------------------------------------------------------------------------------------


class Evidence:
    """The claims of sources about the drawn offerings, current and in stored payloads."""

    def __init__(self, offerings: Iterable[str]) -> None:
        from curation.models import StoredClaim
        from registry.database.chunks import chunks
        from registry.models import Offering

        self.published: dict[str, Mapping[str, Any]] = {}
        self.claims: dict[str, list[StoredClaim]] = defaultdict(list)
        for chunk in chunks(sorted(set(offerings))):
            rows = StoredClaim.objects.filter(offering_key__in=chunk).select_related("source")
            for row in rows.order_by("offering_key", "source_id"):
                self.claims[row.offering_key].append(row)
            facts = Offering.objects.filter(key__in=chunk).values_list("key", "facts")
            self.published.update(facts)
        self.before: dict[tuple[str, str], list[tuple[date, Mapping[str, Any]]]] = defaultdict(list)
        for source in sorted({row.source_id for rows in self.claims.values() for row in rows}):
            self._read_kept(source)

    def _read_kept(self, source: str) -> None:
        """The payloads of a source before its newest, the newest first."""
        from syncers.models import StoredPayload
        from syncers.registry import SOURCES, load

        if source not in SOURCES:
            return  # what people state has no payload
        payloads = StoredPayload.objects.filter(source=source, role=StoredPayload.Role.GOOD)
        for payload in payloads.order_by("-fetched_at", "-pk")[1:]:
            for offering, values in _listed(payload, load(source)()):
                if offering in self.claims:
                    self.before[offering, source].append((payload.fetched_at.date(), values))

    def lines(self, drawn: Drawn) -> Iterator[str]:
        """The published values of the unit and the claims of each source, as text."""
        facts = self.published.get(drawn.offering, {})
        yield "published now:"
        yield from (f"  {name}: {shown(name, facts[name])}" for name in sorted(facts) if unit_of(name) == drawn.unit)
        yield "what the sources say now:"
        for row in self.claims[drawn.offering]:
            gone = f", not listed since {row.missing_since:%Y-%m-%d}" if row.missing_since else ""
            own = ", the provider's own" if row.source.speaks_for == provider_of(drawn.offering) else ""
            yield f"  {row.source_id} ({row.source.source_type}{own}{gone})"
            values = {name: row.values[name] for name in sorted(row.values) if unit_of(name) == drawn.unit}
            for name, value in values.items():
                dropped = f", not stated any more since {row.dropped[name][:10]}" if name in row.dropped else ""
                yield f"    {name}: {shown(name, value)} (since {row.since.get(name, 'unknown')}{dropped})"
            if not values:
                yield "    says nothing of it"
            yield from self._lines_before(drawn, row.source_id, values)

    def _lines_before(self, drawn: Drawn, source: str, now: Mapping[str, Any]) -> Iterator[str]:
        later = now
        for day, values in self.before[drawn.offering, source]:
            before = {name: value for name, value in values.items() if unit_of(name) == drawn.unit}
            names = [name for name in sorted({*before, *later}) if before.get(name) != later.get(name)]
            if names:
                text = "; ".join(
                    f"{name}: {shown(name, before[name]) if name in before else 'nothing'}" for name in names
                )
                yield f"    before, read {day}: {text}"
            later = before


def _listed(payload: StoredPayload, source: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    from syncers.errors import SourceError
    from syncers.kinds.record import Parsed
    from syncers.payload import store

    try:
        parsed = source.parse(store.body_of(payload))
    except SourceError:
        return
    if type(parsed) is Parsed:
        for claim in parsed.claims:
            yield claim.offering, claim.encoded()


# -- the text ----------------------------------------------------------------------------------------------------------


def shown(name: str, data: Any) -> str:
    """A value in words, on one line; `nothing` where none is published."""
    from registry import display

    return "nothing" if data is None else " ".join(display.text(name, data).split())[:LONGEST]


def text(title: str, drawn: Sequence[Drawn], evidence: Evidence) -> str:
    """All changes of a sample, numbered."""
    parts = [f"{title}: {len(drawn)}\n"]
    for number, change in enumerate(drawn, start=1):
        lines = [f"{number}. {change.offering}: {change.unit}", *_moves(change.changes)]
        lines += [
            f"on {change.on}, source: {', '.join(change.sources) or 'nobody'}, policy: {', '.join(change.policies)}"
        ]
        if change.pending:
            lines += ["waits for a person now:", *_moves(change.pending)]
        lines += evidence.lines(change)
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _moves(changes: Iterable[Moved]) -> list[str]:
    return [f"  {name}: {shown(name, old)} → {shown(name, new)}" for name, old, new in changes]


def write(folder: Path, *, size: int, seed: int) -> None:
    """Draws both samples and writes their files."""
    samples = {"applied": applied(size, seed), "held": held(size, seed)}
    evidence = Evidence(change.offering for drawn in samples.values() for change in drawn)
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawn in samples.items():
        (folder / f"{name}.txt").write_text(text(name, drawn, evidence), encoding="utf-8")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Draws applied and held changes for somebody to judge.")
    parser.add_argument("folder", type=Path, help="where applied.txt and held.txt go")
    parser.add_argument("--size", type=int, default=100, help="how many of each (100)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same of equal data (1)")
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    write(options.folder, size=options.size, seed=options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

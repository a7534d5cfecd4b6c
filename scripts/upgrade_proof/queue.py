"""Checks that the migration keeps the queue, and joins what waited field by field into one row for each unit."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curation.core.parts import Part, farthest, fingerprint, rounded, source_of
from curation.core.price_lists import unit_of
from scripts.upgrade_proof.pins import decoded, pins_in_force
from scripts.upgrade_proof.proof import Proof
from scripts.upgrade_proof.tables import Rows, different, rows

Row = dict[str, Any]
Unit = tuple[str, str]
"""Offering and unit."""


def check_queue(proof: Proof) -> None:
    """Where the older version has units, all stays. Else there is one row for each, with what waited before."""
    before, after = (rows(proof.database(when), "curation_change") for when in ("before", "migrated"))
    if "field" not in next(iter(before.values()), {}):
        changed = different(before, after)
        proof.check("queue: the migration leaves all rows as they are", not changed, f"{changed} differ")
        return
    _check_waiting(proof, before, after)
    closed = [key for key, row in before.items() if row["state"] != "proposed"]
    lost = [key for key in closed if key not in after or not _has_the_same([before[key]], after[key])]
    proof.check("queue: what was decided has the same values, by the same people", not lost, f"{len(lost)} differ")


def _check_waiting(proof: Proof, before: Rows, after: Rows) -> None:
    waiting: dict[Unit, list[Row]] = defaultdict(list)
    for row in before.values():
        if row["state"] == "proposed":
            waiting[row["offering_key"], unit_of(row["field"])].append(row)
    units = {(row["offering_key"], row["unit"]): row for row in after.values() if row["state"] == "proposed"}
    proof.check(
        "queue: a row for each unit that waited, and no other",
        waiting.keys() == units.keys(),
        f"{sum(map(len, waiting.values())):,} rows became {len(units):,}",
    )
    pins: dict[Unit, dict[str, Any]] = defaultdict(dict)
    for pin in pins_in_force(proof):
        pins[pin["offering_key"], unit_of(pin["field"])][pin["field"]] = decoded(pin["value"])
    faults: Counter[str] = Counter()
    for place in waiting.keys() & units.keys():
        faults.update(_faults(waiting[place], units[place]))
        faults.update(_faults_of_parts(units[place], pins[place]))
    proof.check("queue: each unit has the values, sources, policies and times that waited", not faults, f"{faults}")


def _faults(waited: Sequence[Row], unit: Row) -> Iterator[str]:
    """What is wrong with a unit that was migrated from these rows."""
    if not _has_the_same(waited, unit, decided=len(waited) == 1):
        yield "values"
    if unit["policy"] not in {row["policy"] for row in waited} or unit["kind"] not in {row["kind"] for row in waited}:
        yield "policy"
    contexts = json.loads(unit["policy_context"])
    if any(contexts.get(row["field"], {}).get("policy") != row["policy"] for row in waited):
        yield "policy_context"
    if unit["first_seen_at"] != min(row["first_seen_at"] for row in waited):
        yield "first seen"
    if len(waited) > 1 and unit["first_approved_by"]:
        yield "a first approval of one price stands for a list"


def _faults_of_parts(unit: Row, pins: Mapping[str, Any]) -> Iterator[str]:
    """What does not follow from the parts of a unit."""
    parts = [Part.from_json(part) for part in json.loads(unit["parts"])]
    names = sorted(part.field for part in parts)
    if unit["field_names"] != f"|{'|'.join(names)}|" or len(set(names)) != len(names):
        yield "fields"
    if unit["source"] != source_of(parts):
        yield "source"
    if unit["fingerprint"] != fingerprint(parts, source_of(parts), pins):
        yield "fingerprint"
    factor = rounded(farthest(parts))
    stored = None if unit["factor"] is None else float(unit["factor"])
    if (stored is None) != (factor is None) or (stored and factor and abs(float(factor) / stored - 1) > 1e-6):
        yield "factor"


def _has_the_same(waited: Sequence[Row], unit: Row, *, decided: bool = True) -> bool:
    old = {row["field"]: [row["kind"], decoded(row["old"]), decoded(row["new"]), row["source"]] for row in waited}
    new = {part["field"]: [part[name] for name in ("kind", "old", "new", "source")] for part in decoded(unit["parts"])}
    people = ("state", "decided_at", "decided_by", "reason", "postponed_until", "postponed_by", "first_approved_by")
    return old == new and (not decided or all(waited[0][name] == unit[name] for name in people))

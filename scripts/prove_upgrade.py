"""Proves that a database of an older version, with the work of curators in it, survives the upgrade to this version.

    python scripts/prove_upgrade.py OLD [--database FILE | --recordings FOLDER] [--work FOLDER] [--at DAY]

OLD is a checkout of the older version with its `.venv`. Its code fills a SQLite database: a copy of FILE, or the
recordings of FOLDER, or else the sample payloads of its tests, read on two days with other prices on the second. Then
`scripts/people_at_work.py` simulates the work of curators in it. This version migrates it in place and runs `prepare`
as an operator does, which runs `upgrade_decisions` once. A Markdown table states the rows of every table before, after
the migration and after `prepare`, and whether their common columns are the same; it is followed by the checks, the
figures of `scripts/oracle.py`, and the report of the upgrade. Exit code 1 where a check fails.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TIMES: Final = ("before", "migrated", "prepared")
DAYS: Final = ("2026-08-01", "2026-08-20")
"""The days of the sample payloads."""
SECOND_PERSON_ABOVE: Final = "4"
_FRACTION: Final = re.compile(r"\d*\.\d+")
THEIRS: Final = (
    "auth_group", "auth_user", "auth_user_groups", "curation_conflict", "curation_importbatch", "curation_importrow",
    "curation_match", "curation_note", "curation_pin", "curation_savedview", "curation_statedalias",
    "curation_statement", "curation_subscription", "registry_apitoken", "registry_revision", "registry_ledgerentry",
    "curation_auditentry", "curation_storedclaim", "registry_offering", "registry_alias", "registry_model",
    "syncers_run",
)  # fmt: skip
"""Tables of which a migration may add columns, and must not touch what is in them."""
RENAMED_COLUMNS: Final = {"standing": "source_type", "circumstances": "policy_context", "shipped_as": "default_key"}
_POLICIES: Final = {"backed by two voices": "backed by two sources", "smells of a unit mix-up": "possible unit error"}
_KEYS: Final = {"two-voices": "two-sources", "unit-mix-up": "unit-error"}
_KINDS: Final = {"recast": "price_type_changed", "withdrawn": "no_longer_stated", "unlisted": "other_list"}
_REASONS: Final = {
    "best standing": "best source type", "most voices": "most independent sources", "withdrawn": "no longer stated",
}  # fmt: skip
RENAMED_WORDS: Final = {
    "kind": _KINDS, "parts": _KINDS, "conditions": _KINDS, "reason": _REASONS, "policy": _POLICIES, "name": _POLICIES,
    "default_key": _KEYS, "key": _KEYS, "provenance": _REASONS | _POLICIES, "behind": _REASONS | _POLICIES,
    "policy_context": _POLICIES | {"standing": "source_type", "voices": "corroboration"},
}  # fmt: skip
"""By column, the words that migrations have renamed in what is stored: alone, or as strings of its JSON."""
KEPT_BY_THE_UPGRADE: Final = (
    "auth_user", "auth_user_groups", "curation_importbatch", "curation_importrow", "curation_match", "curation_note",
    "curation_pin", "curation_policy", "curation_savedview", "curation_statedalias", "curation_statement",
    "curation_subscription", "registry_apitoken",
)  # fmt: skip
"""Tables that the upgrade of decisions leaves as they are."""
GROWING: Final = ("registry_ledgerentry", "registry_revision", "curation_auditentry")
"""Tables to which the upgrade adds rows, and changes none."""

Rows = dict[Any, dict[str, Any]]


@dataclass(slots=True)
class Proof:
    """The state of one database at three times: before, migrated, prepared."""

    work: Path
    figures: dict[str, Any] = field(default_factory=dict)
    checks: list[tuple[str, bool, str]] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def database(self, when: str) -> Path:
        return self.work / when / "registry.sqlite3"

    def check(self, what: str, holds: bool, more: str = "") -> None:
        """Records one check."""
        self.checks.append((what, holds, more))

    def run(self, root: Path, when: str, *command: str, name: str = "") -> str:
        """Runs Python of a checkout on the database of that time. Raises SystemExit where it fails."""
        python = root / ".venv" / "bin" / "python"
        environment = {**os.environ, "VAR_DIR": str(self.work / when), "SECOND_PERSON_ABOVE": SECOND_PERSON_ABOVE}
        environment.pop("DATABASE_URL", None)
        started = time.monotonic()
        label = name or command[0]
        print(f"{when}: {label} …", file=sys.stderr, flush=True)
        done = subprocess.run([str(python), *command], cwd=root, env=environment, capture_output=True, text=True)
        self.seconds[f"{when}: {label}"] = time.monotonic() - started
        if done.returncode:
            raise SystemExit(f"{label} failed on the database {when}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def measure(self, root: Path, when: str, day: str) -> None:
        """The figures and digests of that version about its own database."""
        output = self.work / when / "figures.json"
        self.run(root, when, "scripts/oracle.py", "--at", day, "--output", str(output))
        self.figures[when] = json.loads(output.read_text())


# -- the database of the older version ----------------------------------------------------------------------------


def fill(proof: Proof, old: Path, chosen: argparse.Namespace) -> None:
    """Makes the database of the older version, with people's work in it."""
    place = proof.work / "before"
    place.mkdir(parents=True)
    if chosen.database:
        shutil.copy(chosen.database, proof.database("before"))
        secret = chosen.database.parent / "secret_key"
        if secret.exists():
            shutil.copy(secret, place)
    proof.run(old, "before", "manage.py", "migrate", "--verbosity", "0", name="migrate")
    proof.run(old, "before", "manage.py", "prepare", name="prepare")
    if not chosen.database:
        folder = chosen.recordings or _samples(old, proof.work / "samples")
        proof.run(old, "before", "scripts/replay_recordings.py", str(folder), name="replay")
    script = str(old / "scripts" / "people_at_work.py")  # its own: modules may be elsewhere by now
    proof.outputs["people"] = proof.run(old, "before", script, name="people")


def _samples(old: Path, folder: Path) -> Path:
    """The sample payloads of the tests as recordings of two days; on the second, prices are three times as high."""
    for path in sorted((old / "tests" / "recordings").glob("*.json")):
        place = folder / path.stem.replace("_", "-")
        place.mkdir(parents=True)
        document = json.loads(path.read_bytes())
        for day, factor in zip(DAYS, (1, 3), strict=True):
            (place / f"{day}.json").write_text(json.dumps(_dearer(document, factor)), encoding="utf-8")
    return folder


def _dearer(data: Any, factor: int) -> Any:
    """A document with every broken number multiplied, which prices are."""
    if isinstance(data, dict):
        return {name: _dearer(value, factor) for name, value in data.items()}
    if isinstance(data, list):
        return [_dearer(value, factor) for value in data]
    if isinstance(data, float) or (isinstance(data, str) and _FRACTION.fullmatch(data)):
        dearer = float(data) * factor
        return dearer if isinstance(data, float) else f"{dearer:.12f}"
    return data


# -- what is in the tables ----------------------------------------------------------------------------------------


def tables(path: Path) -> dict[str, int]:
    """Rows by table."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        own = sorted(name for name in names if not name.startswith("sqlite_"))
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in own}  # noqa: S608


def rows(path: Path, table: str) -> Rows:
    """The rows of a table by their primary key."""
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        key = next(row["name"] for row in database.execute(f'PRAGMA table_info("{table}")') if row["pk"])
        return {row[key]: _renamed(dict(row)) for row in database.execute(f'SELECT * FROM "{table}"')}  # noqa: S608


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the names of today, for columns and words that a migration has only renamed."""
    named = {RENAMED_COLUMNS.get(name, name): value for name, value in row.items()}
    return {name: _in_todays_words(value, RENAMED_WORDS.get(name, {})) for name, value in named.items()}


def _in_todays_words(value: Any, words: Mapping[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    for old, new in words.items():
        value = new if value == old else value.replace(json.dumps(old), json.dumps(new))
    return value


def different(before: Rows, after: Rows, *, grown: bool = False) -> int:
    """How many rows differ in what both have of them; rows that came count unless the table may grow."""
    came = 0 if grown else len(after.keys() - before.keys())
    columns = next(iter(before.values()), {}).keys() & next(iter(after.values()), {}).keys()
    return came + sum(
        1 for key, row in before.items() if key not in after or any(row[c] != after[key][c] for c in columns)
    )


def compare(proof: Proof) -> list[tuple[str, Any, Any, Any, str]]:
    """A row for each table: how many rows it has at the three times, and what differs."""
    counts = {when: tables(proof.database(when)) for when in TIMES}
    compared: list[tuple[str, Any, Any, Any, str]] = []
    for table in sorted(counts["before"].keys() | counts["prepared"].keys()):
        numbers = [counts[when].get(table, "–") for when in TIMES]
        compared.append((table, numbers[0], numbers[1], numbers[2], _same(proof, table, counts)))
    return compared


def _same(proof: Proof, table: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    if table not in counts["before"] or table not in counts["migrated"]:
        return "new" if table not in counts["before"] else "gone"
    before, migrated, prepared = (rows(proof.database(when), table) for when in TIMES)
    # The audit trail states which default policies came with the new version.
    by_migration = different(before, migrated, grown=table == "curation_auditentry")
    by_upgrade = different(migrated, prepared, grown=table in GROWING)
    if table in THEIRS:
        proof.check(f"{table}: the migration leaves all rows as they are", not by_migration, f"{by_migration} differ")
    if table in (*KEPT_BY_THE_UPGRADE, *GROWING):
        proof.check(f"{table}: the upgrade leaves all rows as they are", not by_upgrade, f"{by_upgrade} differ")
    return ", ".join(
        f"{number:,} differ after {when}"
        for when, number in (("the migration", by_migration), ("prepare", by_upgrade))
        if number
    )


# -- the queue ----------------------------------------------------------------------------------------------------


def check_queue(proof: Proof) -> None:
    """What waited is whole now: one row for each unit, with the very values, sources and words that waited before."""
    from curation.core.price_lists import unit_of

    before, after = (rows(proof.database(when), "curation_change") for when in ("before", "migrated"))
    if "field" not in next(iter(before.values()), {}):
        return
    waiting: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in before.values():
        if row["state"] == "proposed":
            waiting[row["offering_key"], unit_of(row["field"])].append(row)
    units = {(row["offering_key"], row["unit"]): row for row in after.values() if row["state"] == "proposed"}
    proof.check(
        "queue: a row for each unit that waited, and no other",
        waiting.keys() == units.keys(),
        f"{sum(map(len, waiting.values())):,} rows became {len(units):,}",
    )
    wrong: Counter[str] = Counter()
    for place, some in waiting.items():
        if place in units:
            wrong.update(_faults(some, units[place], _pins(proof, place)))
    proof.check("queue: each unit has the values, sources, policies and times that waited", not wrong, str(dict(wrong)))
    closed = [key for key, row in before.items() if row["state"] != "proposed"]
    lost = [key for key in closed if key not in after or not _tells_the_same([before[key]], after[key])]
    proof.check("queue: what was decided tells the same values, by the same people", not lost, f"{len(lost)} differ")


def _faults(some: Sequence[dict[str, Any]], unit: dict[str, Any], pins: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a unit that was migrated from these rows."""
    from curation.core.parts import Part, farthest, fingerprint, rounded, source_of

    parts = [Part.from_json(part) for part in json.loads(unit["parts"])]
    if not _tells_the_same(some, unit, decided=len(some) == 1):
        yield "values"
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
    if unit["policy"] not in {row["policy"] for row in some} or unit["kind"] not in {row["kind"] for row in some}:
        yield "policy"
    contexts = json.loads(unit["policy_context"])
    if any(contexts.get(row["field"], {}).get("policy") != row["policy"] for row in some):
        yield "policy_context"
    if unit["first_seen_at"] != min(row["first_seen_at"] for row in some):
        yield "first seen"
    if len(some) > 1 and unit["first_approved_by"]:
        yield "a first approval of one price stands for a list"


def _tells_the_same(some: Sequence[dict[str, Any]], unit: dict[str, Any], *, decided: bool = True) -> bool:
    old = {row["field"]: [row["kind"], _json(row["old"]), _json(row["new"]), row["source"]] for row in some}
    new = {p["field"]: [p["kind"], p["old"], p["new"], p["source"]] for p in json.loads(unit["parts"])}
    people = ("state", "decided_at", "decided_by", "reason", "postponed_until", "postponed_by", "first_approved_by")
    return old == new and (not decided or all(some[0][name] == unit[name] for name in people))


def _json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _pins(proof: Proof, place: tuple[str, str]) -> dict[str, Any]:
    """The values of the pins in force on fields of a unit."""
    from curation.core.price_lists import unit_of

    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {
        row["field"]: _json(row["value"])
        for row in _cached_pins(proof)
        if row["offering_key"] == place[0]
        and unit_of(row["field"]) == place[1]
        and row["released_at"] is None
        and (row["expires_at"] is None or row["expires_at"] > now)
    }


def _cached_pins(proof: Proof) -> list[dict[str, Any]]:
    key = "pins"
    if key not in proof.figures:
        proof.figures[key] = list(rows(proof.database("migrated"), "curation_pin").values())
    return list(proof.figures[key])


# -- what people see ----------------------------------------------------------------------------------------------


def check_decisions(proof: Proof) -> None:
    """What people decided is published after the upgrade as it was before it."""
    before, after = (rows(proof.database(when), "registry_offering") for when in ("migrated", "prepared"))
    facts = [{row["key"]: json.loads(row["facts"]) for row in some.values()} for some in (before, after)]
    behind = {row["key"]: json.loads(row["behind"]) for row in after.values() if "behind" in row}
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    pins = [row for row in _cached_pins(proof) if row["released_at"] is None]
    held = [row for row in pins if row["expires_at"] is None or row["expires_at"] > now]
    unpublished = [pin for pin in held if facts[1][pin["offering_key"]].get(pin["field"]) != _json(pin["value"])]
    proof.check(
        "pins: each pin in force is published",
        not unpublished,
        f"{len(held)} in force, {len(unpublished)} not published",
    )
    bare = [row for row in held if row["field"] not in behind.get(row["offering_key"], {})]
    proof.check("pins: each has what lies behind it on record", not bare, f"{len(bare)} have not")
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in rows(proof.database("migrated"), "registry_ledgerentry").values():
        last[entry["offering_key"], entry["field"]] = entry
    theirs = [place for place, entry in last.items() if entry["policy"].startswith(("approved by", "rolled back by"))]
    lost = [place for place in theirs if facts[0][place[0]].get(place[1]) != facts[1][place[0]].get(place[1])]
    proof.check("what people approved or put back is published still", not lost, f"{len(theirs)} values, lost {lost}")
    no = [
        {key: row for key, row in rows(proof.database(when), "curation_change").items() if row["state"] == "rejected"}
        for when in ("migrated", "prepared")
    ]
    proof.check("every No stands", not different(*no), f"{len(no[0])} rejected changes")
    first = [
        sum(bool(row["first_approved_by"]) for row in some.values() if row["state"] == "proposed")
        for some in (rows(proof.database(when), "curation_change") for when in TIMES)
    ]
    counts = f"{first[0]} before, {first[1]} migrated (a price of a list that waits is no approval of the list)"
    proof.check(
        "a first approval that the migration keeps waits for a second person still", first[1] == first[2], counts
    )
    own = [
        {key: {**row, "position": 0} for key, row in some.items() if not row["default_key"] or not row["enabled"]}
        for some in (rows(proof.database(when), "curation_policy") for when in TIMES)
    ]
    is_same = not any(different(own[0], other, grown=True) for other in own[1:])
    proof.check("policies of their own, and those that they switched off, stay", is_same, f"{len(own[0])}")


def check_digests(proof: Proof) -> None:
    """The same catalogue before and after the migration, and after a second `prepare`."""
    figures = proof.figures
    for what in ("digest of the catalogue", "digest of the conflicts", "offerings", "revisions", "applied"):
        before, after = figures["before"][what], figures["migrated"][what]
        proof.check(f"{what}: the same after the migration", before == after, f"{str(before)[:12]}")
    proof.check("a second `prepare` says and changes nothing", proof.outputs["second prepare"] == "", "")


# -- telling ------------------------------------------------------------------------------------------------------


def tell(proof: Proof, compared: Sequence[tuple[str, Any, Any, Any, str]]) -> Iterator[str]:
    """The proof as Markdown."""
    yield "| table | before | migrated | prepared | what differs of what both have |"
    yield "|---|--:|--:|--:|---|"
    for table, *numbers, what in compared:
        yield f"| {table} | {' | '.join(_number(number) for number in numbers)} | {what} |"
    yield ""
    yield "| check | holds | |"
    yield "|---|---|---|"
    for what, holds, more in proof.checks:
        yield f"| {what} | {'yes' if holds else '**NO**'} | {more} |"
    yield ""
    yield "| figure | before | migrated | prepared |"
    yield "|---|--:|--:|--:|"
    for what in ("offerings", "revisions", "applied", "waiting", "conflicts"):
        yield f"| {what} | {' | '.join(_number(proof.figures[when][what]) for when in TIMES)} |"
    for what in sorted({what for when in TIMES for what in proof.figures[when]["promises"]}):
        yield f"| {what} | {' | '.join(_number(proof.figures[when]['promises'].get(what, 0)) for when in TIMES)} |"
    for what in ("digest of the catalogue", "digest of the queue", "digest of the conflicts"):
        yield f"| {what} | {' | '.join(proof.figures[when][what][:12] for when in TIMES)} |"
    yield ""
    yield f"People: {proof.outputs['people'].strip()}"
    yield ""
    yield "Seconds: " + ", ".join(f"{what} {seconds:.0f}" for what, seconds in proof.seconds.items())
    yield ""
    yield "Report of the upgrade:"
    yield ""
    yield from (f"    {line}" for line in proof.outputs["prepare"].splitlines())


def _number(data: Any) -> str:
    return f"{data:,}" if isinstance(data, int) else str(data)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Proves an upgrade in place.")
    parser.add_argument("old", type=Path, help="a checkout of the older version, with its .venv")
    parser.add_argument("--database", type=Path, metavar="FILE", help="a database of that version; it is copied")
    parser.add_argument("--recordings", type=Path, metavar="FOLDER", help="recorded answers to fill one with")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="where the databases go; a new temporary folder")
    day = datetime.now(UTC).date().isoformat()
    parser.add_argument("--at", default=day, metavar="DAY", help="the day prices are compared on; today")
    chosen = parser.parse_args(arguments)
    proof = Proof(chosen.work or Path(tempfile.mkdtemp(prefix="upgrade-")))
    old = chosen.old.resolve()
    fill(proof, old, chosen)
    proof.measure(old, "before", chosen.at)
    shutil.copytree(proof.work / "before", proof.work / "migrated")
    proof.run(ROOT, "migrated", "manage.py", "migrate", "--verbosity", "0", name="migrate")
    proof.measure(ROOT, "migrated", chosen.at)
    check_queue(proof)
    shutil.copytree(proof.work / "migrated", proof.work / "prepared")
    dry = proof.run(ROOT, "prepared", "manage.py", "upgrade_decisions", "--dry-run", name="dry run")
    untouched = all(
        not different(*(rows(proof.database(when), table) for when in ("migrated", "prepared")))
        for table in tables(proof.database("migrated"))
    )
    proof.check("a dry run writes nothing", untouched)
    proof.outputs["prepare"] = proof.run(ROOT, "prepared", "manage.py", "prepare", name="prepare")
    outputs = [text.splitlines()[:-1] for text in (dry, proof.outputs["prepare"])]
    proof.check("the dry run said what `prepare` did", outputs[0] == outputs[1], f"{len(outputs[1]):,} lines")
    proof.outputs["second prepare"] = proof.run(ROOT, "prepared", "manage.py", "prepare", name="second prepare")
    proof.measure(ROOT, "prepared", chosen.at)
    check_digests(proof)
    check_decisions(proof)
    report = "\n".join(tell(proof, compare(proof)))
    (proof.work / "report.md").write_text(report + "\n", encoding="utf-8")
    print(report)
    return 0 if all(holds for _what, holds, _more in proof.checks) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

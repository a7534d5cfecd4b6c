"""Proves that a database of an older version, with the work of curators in it, survives the upgrade to this version.

    .venv/bin/python scripts/prove_upgrade.py OLD [--database FILE | --recordings FOLDER] [--work FOLDER] [--at DAY]

OLD is a checkout of the older version with its `.venv`. Its code fills a SQLite database: a copy of FILE, or the
recordings of FOLDER, or else the sample payloads of its tests, read on two days with other prices on the second. Then
`scripts/people_at_work.py` simulates the work of curators in it. This version migrates it in place and runs `prepare`
as an operator does, which runs `upgrade_decisions` once. A Markdown table states the rows of every table before, after
the migration and after `prepare`, and whether their common columns are the same; it is followed by the checks, the
figures of `scripts/oracle.py`, and the report of the upgrade. Exit code 1 where a check fails.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.upgrade_proof.decisions import check_decisions  # noqa: E402
from scripts.upgrade_proof.old_database import fill  # noqa: E402
from scripts.upgrade_proof.proof import Proof  # noqa: E402
from scripts.upgrade_proof.queue import check_queue  # noqa: E402
from scripts.upgrade_proof.report import markdown  # noqa: E402
from scripts.upgrade_proof.tables import compare, different, row_counts, rows  # noqa: E402


def main(arguments: list[str]) -> int:
    """Makes the database, upgrades it, and prints the proof. Returns the exit code."""
    chosen = _parse(arguments)
    proof, old = Proof(chosen.work or Path(tempfile.mkdtemp(prefix="upgrade-"))), chosen.old.resolve()
    fill(proof, old, database=chosen.database, recordings=chosen.recordings)
    proof.measure(old, "before", chosen.at)
    migrate(proof, chosen.at)
    check_queue(proof)
    prepare(proof, chosen.at)
    check_figures(proof)
    check_decisions(proof)
    report = "\n".join(markdown(proof, compare(proof)))
    (proof.work / "report.md").write_text(report + "\n", encoding="utf-8")
    print(report)
    return 0 if proof.holds else 1


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Proves an upgrade in place.")
    parser.add_argument("old", type=Path, help="a checkout of the older version, with its .venv")
    parser.add_argument("--database", type=Path, metavar="FILE", help="a database of that version; it is copied")
    parser.add_argument("--recordings", type=Path, metavar="FOLDER", help="recorded answers to fill one with")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="where the databases go; a new temporary folder")
    day = datetime.now(UTC).date().isoformat()
    parser.add_argument("--at", default=day, metavar="DAY", help="the day prices are compared on; today")
    return parser.parse_args(arguments)


def migrate(proof: Proof, day: str) -> None:
    """Migrates a copy of the database in place."""
    shutil.copytree(proof.work / "before", proof.work / "migrated")
    proof.run(ROOT, "migrated", "manage.py", "migrate", "--verbosity", "0", name="migrate")
    proof.measure(ROOT, "migrated", day)


def prepare(proof: Proof, day: str) -> None:
    """Runs `prepare` twice on a copy of the migrated database, and a dry run of what it does before."""
    shutil.copytree(proof.work / "migrated", proof.work / "prepared")
    dry = proof.run(ROOT, "prepared", "manage.py", "upgrade_decisions", "--dry-run", name="dry run")
    untouched = all(
        not different(*(rows(proof.database(when), table) for when in ("migrated", "prepared")))
        for table in row_counts(proof.database("migrated"))
    )
    proof.check("a dry run writes nothing", untouched)
    proof.outputs["prepare"] = proof.run(ROOT, "prepared", "manage.py", "prepare", name="prepare")
    outputs = [text.splitlines()[:-1] for text in (dry, proof.outputs["prepare"])]
    proof.check("the dry run said what `prepare` did", outputs[0] == outputs[1], f"{len(outputs[1]):,} lines")
    again = proof.run(ROOT, "prepared", "manage.py", "prepare", name="second prepare")
    proof.check("a second `prepare` says and changes nothing", again == "")
    proof.measure(ROOT, "prepared", day)


def check_figures(proof: Proof) -> None:
    """The same figures before and after the migration. What is published is compared row by row, in today's words."""
    for what in ("digest of the conflicts", "offerings", "revisions", "applied"):
        before, after = proof.figures["before"][what], proof.figures["migrated"][what]
        proof.check(f"{what}: the same after the migration", before == after, str(before)[:12])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

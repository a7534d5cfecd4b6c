"""Checks that what people decided is published after the upgrade as it was before it."""

from __future__ import annotations

from scripts.upgrade_proof.pins import decoded, pins_in_force
from scripts.upgrade_proof.proof import TIMES, Proof
from scripts.upgrade_proof.tables import Rows, different, rows


def check_decisions(proof: Proof) -> None:
    """Checks pins, approvals, rejections, first approvals and policies."""
    for check in (_check_pins, _check_approved, _check_rejected, _check_first_approvals, _check_policies):
        check(proof)


def _check_pins(proof: Proof) -> None:
    offerings = rows(proof.database("prepared"), "registry_offering")
    facts = {row["key"]: decoded(row["facts"]) for row in offerings.values()}
    behind = {row["key"]: decoded(row["behind"]) for row in offerings.values() if "behind" in row}
    pins = pins_in_force(proof)
    unpublished = [pin for pin in pins if facts[pin["offering_key"]].get(pin["field"]) != decoded(pin["value"])]
    counts = f"{len(pins)} in force, {len(unpublished)} not published"
    proof.check("pins: each pin in force is published", not unpublished, counts)
    bare = [pin for pin in pins if pin["field"] not in behind.get(pin["offering_key"], {})]
    proof.check("pins: each has what lies behind it on record", not bare, f"{len(bare)} have not")


def _check_approved(proof: Proof) -> None:
    facts = [
        {row["key"]: decoded(row["facts"]) for row in rows(proof.database(when), "registry_offering").values()}
        for when in ("migrated", "prepared")
    ]
    ledger = rows(proof.database("migrated"), "registry_ledgerentry").values()
    last = {(entry["offering_key"], entry["field"]): entry for entry in ledger}
    theirs = [place for place, entry in last.items() if entry["policy"].startswith(("approved by", "rolled back by"))]
    lost = [(key, field) for key, field in theirs if facts[0][key].get(field) != facts[1][key].get(field)]
    proof.check("what people approved or put back is published still", not lost, f"{len(theirs)} values, lost {lost}")


def _check_rejected(proof: Proof) -> None:
    rejected = [_changes(proof, when, "rejected") for when in ("migrated", "prepared")]
    proof.check("every rejection stands", not different(*rejected), f"{len(rejected[0])} rejected changes")


def _check_first_approvals(proof: Proof) -> None:
    first = [
        sum(bool(row["first_approved_by"]) for row in _changes(proof, when, "proposed").values()) for when in TIMES
    ]
    counts = f"{first[0]} before, {first[1]} migrated (a price of a list that waits is no approval of the list)"
    kept = first[1] == first[2]
    proof.check("a first approval that the migration keeps waits for a second person still", kept, counts)


def _check_policies(proof: Proof) -> None:
    own = [
        {key: {**row, "position": 0} for key, row in policies.items() if not row["default_key"] or not row["enabled"]}
        for policies in (rows(proof.database(when), "curation_policy") for when in TIMES)
    ]
    is_same = not any(different(own[0], other, grown=True) for other in own[1:])
    proof.check("policies of their own, and those that they switched off, stay", is_same, f"{len(own[0])}")


def _changes(proof: Proof, when: str, state: str) -> Rows:
    changes = rows(proof.database(when), "curation_change")
    return {key: row for key, row in changes.items() if row["state"] == state}

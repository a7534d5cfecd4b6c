"""The rows of every table at the three times, compared in the names and words of today."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from scripts.upgrade_proof.proof import TIMES, Proof

THEIRS: Final = (
    "auth_group", "auth_user", "auth_user_groups", "curation_conflict", "curation_importbatch", "curation_importrow",
    "curation_match", "curation_note", "curation_pin", "curation_savedview", "curation_statedalias",
    "curation_statement", "curation_subscription", "registry_apitoken", "registry_revision", "registry_ledgerentry",
    "curation_auditentry", "curation_storedclaim", "registry_offering", "registry_alias", "registry_model",
    "registry_offeringcontent", "registry_offeringversion", "syncers_run",
)  # fmt: skip
"""Tables of which a migration may add columns, and must not touch what is in them."""
GROWING_BY_MIGRATION: Final = ("curation_auditentry", "django_migrations")
"""Tables to which a migration adds rows: the audit trail states which default policies came with the new version."""
KEPT_BY_THE_UPGRADE: Final = (
    "auth_user", "auth_user_groups", "curation_importbatch", "curation_importrow", "curation_match", "curation_note",
    "curation_pin", "curation_policy", "curation_savedview", "curation_statedalias", "curation_statement",
    "curation_subscription", "registry_apitoken",
)  # fmt: skip
"""Tables that the upgrade of decisions leaves as they are."""
GROWING: Final = ("registry_ledgerentry", "registry_revision", "curation_auditentry")
"""Tables to which the upgrade adds rows, and changes none."""

RENAMED_COLUMNS: Final = {"standing": "source_type", "circumstances": "policy_context", "shipped_as": "default_key"}
_POLICIES: Final = {"backed by two voices": "backed by two sources", "smells of a unit mix-up": "possible unit error"}
_KEYS: Final = {"two-voices": "two-sources", "unit-mix-up": "unit-error"}
_KINDS: Final = {"recast": "price_type_changed", "withdrawn": "no_longer_stated", "unlisted": "other_list"}
_REASONS: Final = {
    "best standing": "best source type", "most voices": "most independent sources", "withdrawn": "no longer stated",
}  # fmt: skip
_ACCOUNT: Final = _REASONS | _POLICIES
RENAMED_WORDS: Final = {
    "kind": _KINDS, "parts": _KINDS, "conditions": _KINDS, "reason": _REASONS, "policy": _POLICIES, "name": _POLICIES,
    "default_key": _KEYS, "key": _KEYS, "provenance": _ACCOUNT, "behind": _ACCOUNT, "account": _ACCOUNT,
    "policy_context": _POLICIES | {"standing": "source_type", "voices": "corroboration"},
}  # fmt: skip
"""By column, the words that migrations have renamed in what is stored: alone, or as strings of its JSON."""
COMPUTED: Final = {"registry_offeringcontent": "digest"}
"""Columns computed from the others, renamed words included: they are not compared."""

Rows = dict[Any, dict[str, Any]]


def row_counts(path: Path) -> dict[str, int]:
    """Rows by table."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        own = sorted(name for name in names if not name.startswith("sqlite_"))
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in own}  # noqa: S608


def rows(path: Path, table: str) -> Rows:
    """The rows of a table by their primary key, in the names and words of today."""
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        key = next(row["name"] for row in database.execute(f'PRAGMA table_info("{table}")') if row["pk"])
        renamed = [_renamed(dict(row)) for row in database.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
    for row in renamed:
        row.pop(COMPUTED.get(table, ""), None)
    return {row[RENAMED_COLUMNS.get(key, key)]: row for row in renamed}


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
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
    counts = {when: row_counts(proof.database(when)) for when in TIMES}
    compared: list[tuple[str, Any, Any, Any, str]] = []
    for table in sorted(counts["before"].keys() | counts["prepared"].keys()):
        numbers = [counts[when].get(table, "–") for when in TIMES]
        compared.append((table, numbers[0], numbers[1], numbers[2], _differences(proof, table, counts)))
    return compared


def _differences(proof: Proof, table: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    if table not in counts["before"] or table not in counts["migrated"]:
        return "new" if table not in counts["before"] else "gone"
    before, migrated, prepared = (rows(proof.database(when), table) for when in TIMES)
    by_migration = different(before, migrated, grown=table in GROWING_BY_MIGRATION)
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

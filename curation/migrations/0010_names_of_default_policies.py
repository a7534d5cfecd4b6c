"""Two default policies get clearer names and keys, and held changes keep `corroboration` instead of `voices`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import migrations

_NAMES: Final = {
    "backed by two voices": "backed by two sources",
    "smells of a unit mix-up": "possible unit error",
}
_KEYS: Final = {"two-voices": "two-sources", "unit-mix-up": "unit-error"}
_CONTEXT: Final = {"voices": "corroboration"}
_Names = Mapping[str, str]


def _rename(apps: Any, names: _Names, keys: _Names, context: _Names) -> None:
    policies = apps.get_model("curation", "Policy").objects
    offered = apps.get_model("curation", "OfferedPolicy").objects
    for old, new in keys.items():
        policies.filter(shipped_as=old).update(shipped_as=new)
        for row in offered.filter(key=old):
            offered.create(key=new, version=row.version)
            row.delete()
    for old, new in names.items():
        if not policies.filter(name=new).exists():
            policies.filter(name=old).update(name=new)
            _rename_held(apps.get_model("curation", "Change").objects, {old: new})
    _rename_context(apps.get_model("curation", "Change").objects, context)


def _rename_held(changes: Any, names: _Names) -> None:
    for old, new in names.items():
        changes.filter(policy=old).update(policy=new)
    moved = []
    for row in changes.exclude(circumstances={}).only("circumstances").iterator(chunk_size=2000):
        if any(kept.get("policy") in names for kept in row.circumstances.values()):
            row.circumstances = {
                field: kept | ({"policy": names[kept["policy"]]} if kept.get("policy") in names else {})
                for field, kept in row.circumstances.items()
            }
            moved.append(row)
    changes.bulk_update(moved, ["circumstances"], batch_size=500)


def _rename_context(changes: Any, names: _Names) -> None:
    moved = []
    for row in changes.exclude(circumstances={}).only("circumstances").iterator(chunk_size=2000):
        if any(key in names for kept in row.circumstances.values() for key in kept):
            row.circumstances = {
                field: {names.get(key, key): value for key, value in kept.items()}
                for field, kept in row.circumstances.items()
            }
            moved.append(row)
    changes.bulk_update(moved, ["circumstances"], batch_size=500)


def _forwards(apps: Any, _schema: Any) -> None:
    _rename(apps, _NAMES, _KEYS, _CONTEXT)


def _backwards(apps: Any, _schema: Any) -> None:
    _rename(apps, *({new: old for old, new in names.items()} for names in (_NAMES, _KEYS, _CONTEXT)))


class Migration(migrations.Migration):
    dependencies = [("curation", "0009_kinds_of_change")]

    operations = [migrations.RunPython(_forwards, _backwards)]

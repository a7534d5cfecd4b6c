"""Three kinds of change get clearer names: in the queue, in policies and in saved views."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.db import migrations, models

_NAMES: Final = {"recast": "price_type_changed", "withdrawn": "no_longer_stated", "unlisted": "other_list"}


def _rename(apps: Any, names: Mapping[str, str]) -> None:
    changes = apps.get_model("curation", "Change").objects
    moved = []
    for row in changes.only("kind", "parts").iterator(chunk_size=2000):
        if any(kind in names for kind in (row.kind, *(part["kind"] for part in row.parts))):
            row.kind = names.get(row.kind, row.kind)
            row.parts = [part | {"kind": names.get(part["kind"], part["kind"])} for part in row.parts]
            moved.append(row)
    changes.bulk_update(moved, ["kind", "parts"], batch_size=500)
    for row in apps.get_model("curation", "Policy").objects.all():
        if "kinds" in row.conditions:
            row.conditions["kinds"] = sorted(names.get(kind, kind) for kind in row.conditions["kinds"])
            row.save(update_fields=["conditions"])
    for row in apps.get_model("curation", "SavedView").objects.exclude(query=""):
        row.query = re.sub(r"(?<![^&])(kind=)(\w+)", lambda m: m[1] + names.get(m[2], m[2]), row.query)
        row.save(update_fields=["query"])


def _forwards(apps: Any, _schema: Any) -> None:
    _rename(apps, _NAMES)


def _backwards(apps: Any, _schema: Any) -> None:
    _rename(apps, {new: old for old, new in _NAMES.items()})


class Migration(migrations.Migration):
    dependencies = [("curation", "0008_source_types")]

    operations = [
        migrations.AlterField(
            "change",
            "kind",
            models.CharField(help_text="Of the part that decides.", max_length=24, verbose_name="kind"),
        ),
        migrations.RunPython(_forwards, _backwards),
    ]

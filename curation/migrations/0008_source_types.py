"""What was called the standing of a source is its type: two columns, and a key of what held changes keep."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

_TYPES = [(word, word) for word in ("official", "marketplace", "catalogue", "community", "estimate")]


def _rename(apps: Any, old: str, new: str) -> None:
    changes = apps.get_model("curation", "Change").objects
    moved = []
    for row in changes.exclude(circumstances={}).only("circumstances").iterator(chunk_size=2000):
        if any(isinstance(kept, dict) and old in kept for kept in row.circumstances.values()):
            row.circumstances = {
                field: {new if key == old else key: value for key, value in kept.items()}
                for field, kept in row.circumstances.items()
            }
            moved.append(row)
    changes.bulk_update(moved, ["circumstances"], batch_size=500)


def _forwards(apps: Any, _schema: Any) -> None:
    _rename(apps, "standing", "source_type")


def _backwards(apps: Any, _schema: Any) -> None:
    _rename(apps, "source_type", "standing")


class Migration(migrations.Migration):
    dependencies = [("curation", "0007_policy_conditions")]

    operations = [
        migrations.RenameField("source", "standing", "source_type"),
        migrations.RenameField("importbatch", "standing", "source_type"),
        migrations.AlterField(
            "source", "source_type", models.CharField(choices=_TYPES, max_length=12, verbose_name="source type")
        ),
        migrations.AlterField(
            "importbatch",
            "source_type",
            models.CharField(blank=True, choices=_TYPES, max_length=12, verbose_name="source type"),
        ),
        migrations.RunPython(_forwards, _backwards),
    ]

"""The conditions of a policy in one column, by name: what was a column for each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import migrations, models

_WORDS = ("kinds", "groups", "fields", "sources", "standings", "providers", "qualities")
_PLAIN = ("only_wording", "one_way", "direction", "voices_at_least", "age_at_least", "age_below", "count_at_least")
_FACTORS = ("factor_at_least", "factor_below")
_RENAMED = {"standings": "source_types", "voices_at_least": "corroboration_at_least"}
_COLUMNS = (*_WORDS, *_PLAIN, *_FACTORS)


def _fold(apps: Any, _schema: Any) -> None:
    for row in apps.get_model("curation", "Policy").objects.all():
        given = {name: value for name in _COLUMNS if (value := getattr(row, name))}
        row.conditions = {
            _RENAMED.get(name, name): f"{value.normalize():f}" if isinstance(value, Decimal) else value
            for name, value in given.items()
        }
        row.save(update_fields=["conditions"])


def _unfold(apps: Any, _schema: Any) -> None:
    for row in apps.get_model("curation", "Policy").objects.all():
        for name in _COLUMNS:
            if (value := row.conditions.get(_RENAMED.get(name, name))) is not None:
                setattr(row, name, Decimal(value) if name in _FACTORS else value)
        row.save()


class Migration(migrations.Migration):
    dependencies = [("curation", "0006_counters")]

    operations = [
        migrations.AddField("policy", "conditions", models.JSONField("conditions", blank=True, default=dict)),
        migrations.RunPython(_fold, _unfold),
        *(migrations.RemoveField("policy", name) for name in _COLUMNS),
    ]

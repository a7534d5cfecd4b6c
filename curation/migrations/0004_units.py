"""A change becomes one row for each unit, with the fields that move in it: the token prices of an offering are one unit.

What waited about several token prices of one offering is joined in its oldest row; the others are closed.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from decimal import Decimal

from django.db import migrations, models
from django.db.migrations.exceptions import IrreversibleError
from django.db.models import Q
from django.utils import timezone

TOKEN_PRICES = "token_prices"
TOKEN_METERS = {"input", "output", "cache_read", "cache_write", "reasoning", "citation"}
ORDINARY = ("price.input", "price.output")
BATCH = 500
MADE_WHOLE = ["unit", "parts", "field_names", "kind", "factor", "fingerprint", "source", "policy", "circumstances"]
JOINED = [*MADE_WHOLE, "apply_after", "postponed_until", "postponed_by", "first_approved_at", "first_approved_by"]


def unit_of(name):
    meter, _, conditions = name.removeprefix("price.").partition("[")
    is_of_tokens = not any(one.startswith("unit=") for one in conditions.removesuffix("]").split(";"))
    return TOKEN_PRICES if name.startswith("price.") and meter in TOKEN_METERS and is_of_tokens else name


def part_of(row):
    factor = None if row.factor is None else f"{row.factor.normalize():f}"
    told = {"field": row.field, "kind": row.kind, "old": row.old, "new": row.new}
    return told | {"source": row.source, "factor": factor}


def distance(factor):
    number = Decimal(factor) if factor is not None else None
    return max(number, 1 / number) if number else Decimal(1)


def source_of(parts):
    by_field = {part["field"]: part["source"] for part in parts}
    return next(filter(None, (by_field.get(name, "") for name in (*ORDINARY, *sorted(by_field)))), "")


def fingerprint(parts, source, pins):
    moves = [[part["field"], part["old"], part["new"]] for part in parts]
    return hashlib.sha256(json.dumps([moves, source, pins], sort_keys=True).encode()).hexdigest()


def make_whole(row, rows, pins):
    """Writes the fields of some rows into one, with all that follows from them."""
    parts = sorted(map(part_of, rows), key=lambda part: part["field"])
    widest = max(rows, key=lambda one: (one.apply_after is None, one.factor == 0, distance(one.factor)))
    farthest = max((one.factor for one in rows if one.factor is not None), key=distance, default=None)
    row.circumstances = {one.field: one.circumstances | {"policy": one.policy} for one in rows}
    row.unit, row.parts = unit_of(row.field), parts
    row.field_names = f"|{'|'.join(part['field'] for part in parts)}|"
    row.kind, row.factor, row.policy = widest.kind, farthest, widest.policy
    row.source = source_of(parts)
    row.fingerprint = fingerprint(parts, row.source, pins)


def join(rows, pins):
    """Makes one row of several that wait about one unit. A person who approved one value has not approved the list."""
    rows.sort(key=lambda row: (row.first_seen_at, row.pk))
    first, *others = rows
    make_whole(first, rows, pins)
    waits = [row for row in rows if row.apply_after is None]
    first.apply_after = None if waits else max(row.apply_after for row in rows)
    if not all(row.postponed_until for row in rows):
        first.postponed_until, first.postponed_by = None, ""
    if others:
        first.first_approved_at, first.first_approved_by = None, ""
    return first, others


def to_units(apps, schema_editor):
    Change, Pin = apps.get_model("curation", "Change"), apps.get_model("curation", "Pin")
    now = timezone.now()
    closed = Change.objects.exclude(state="proposed")
    batch = []
    for row in closed.iterator(chunk_size=BATCH):
        make_whole(row, [row], {})
        batch.append(row)
        if len(batch) == BATCH:
            Change.objects.bulk_update(batch, MADE_WHOLE)
            batch = []
    Change.objects.bulk_update(batch, MADE_WHOLE)
    pins = defaultdict(dict)
    held = Pin.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), released_at__isnull=True)
    for key, name, value in held.values_list("offering_key", "field", "value"):
        pins[key, unit_of(name)][name] = value
    units = defaultdict(list)
    for row in Change.objects.filter(state="proposed"):
        units[row.offering_key, unit_of(row.field)].append(row)
    joined, over = [], []
    for place, rows in units.items():
        first, others = join(rows, pins.get(place, {}))
        joined.append(first)
        over += others
    for row in over:
        make_whole(row, [row], {})
        row.state, row.decided_at, row.reason = "superseded", now, "joined with the other prices of its list"
    Change.objects.bulk_update(joined, JOINED, batch_size=BATCH)
    Change.objects.bulk_update(over, [*MADE_WHOLE, "state", "decided_at", "reason"], batch_size=BATCH)


def back(apps, schema_editor):
    """Only where nothing is lost by it: what is joined cannot be told apart again."""
    if apps.get_model("curation", "Change").objects.exists():
        raise IrreversibleError("Changes of several fields cannot become changes of one field again.")


class Migration(migrations.Migration):
    dependencies = [("curation", "0003_missed_readings")]

    operations = [
        migrations.RemoveConstraint(model_name="change", name="one_open_change_per_field"),
        migrations.RemoveIndex(model_name="change", name="change_of_field"),
        migrations.RemoveIndex(model_name="change", name="change_same_elsewhere"),
        migrations.AddField("change", "unit", models.CharField(default="", max_length=250, verbose_name="unit")),
        migrations.AddField("change", "parts", models.JSONField(default=list, verbose_name="fields and values")),
        migrations.AddField(
            "change",
            "field_names",
            models.TextField(
                default="", help_text="Written |a|b|, to be filtered by one of them.", verbose_name="fields"
            ),
        ),
        migrations.RunPython(to_units, back, elidable=True),
        migrations.AlterModelOptions(
            name="change",
            options={
                "ordering": ("-first_seen_at", "offering_key", "unit"),
                "permissions": (("decide_change", "Can approve and reject changes"),),
                "verbose_name": "change",
                "verbose_name_plural": "changes",
            },
        ),
        migrations.RemoveField(model_name="change", name="field"),
        migrations.RemoveField(model_name="change", name="new"),
        migrations.RemoveField(model_name="change", name="old"),
        migrations.AlterField("change", "unit", models.CharField(max_length=250, verbose_name="unit")),
        migrations.AlterField(
            "change",
            "factor",
            models.DecimalField(
                blank=True,
                decimal_places=10,
                help_text="Of the part that moves farthest.",
                max_digits=30,
                null=True,
                verbose_name="factor",
            ),
        ),
        migrations.AlterField(
            "change", "kind", models.CharField(help_text="Of the part that decides.", max_length=12, verbose_name="kind")
        ),
        migrations.AddIndex(
            "change", models.Index(fields=["offering_key", "unit", "state"], name="change_of_unit")
        ),
        migrations.AddIndex(
            "change", models.Index(fields=["state", "unit", "fingerprint"], name="change_same_elsewhere")
        ),
        migrations.AddConstraint(
            "change",
            models.UniqueConstraint(
                fields=("offering_key", "unit"), condition=models.Q(state="proposed"), name="one_open_change_per_unit"
            ),
        ),
    ]

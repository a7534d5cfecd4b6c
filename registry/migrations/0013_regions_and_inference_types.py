"""Fields that Bedrock states. The column of regions also holds those of prices and of ids from now on."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.utils import timezone

from registry.domain.columns import served_in


def _fill_regions(apps: Any, _editor: Any) -> None:
    offerings = apps.get_model("registry", "Offering").objects
    versions = apps.get_model("registry", "OfferingVersion").objects
    today = timezone.now().date()
    for row in offerings.only("facts", "regions").iterator(chunk_size=500):
        if (regions := served_in(row.facts, today)) != row.regions:
            offerings.filter(pk=row.pk).update(regions=regions)
    shown = ("content", "content__facts", "day_from", "day_to", "regions")
    for row in versions.select_related("content").only(*shown).iterator(chunk_size=500):
        day = today if row.day_from <= today < row.day_to else row.day_from
        if (regions := served_in(row.content.facts, day)) != row.regions:
            versions.filter(pk=row.pk).update(regions=regions)
    for documents in ("Document", "DocumentBlock"):  # they are rendered again when somebody asks
        apps.get_model("registry", documents).objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0012_reasons_and_policies'),
    ]

    operations = [
        migrations.AddField(
            model_name='offering',
            name='extended_access_on',
            field=models.DateField(blank=True, null=True, verbose_name='extended access'),
        ),
        migrations.AddField(
            model_name='offering',
            name='inference_types',
            field=models.CharField(blank=True, max_length=1000, verbose_name='inference types'),
        ),
        migrations.AddField(
            model_name='offeringversion',
            name='extended_access_on',
            field=models.DateField(blank=True, null=True, verbose_name='extended access'),
        ),
        migrations.AddField(
            model_name='offeringversion',
            name='inference_types',
            field=models.CharField(blank=True, max_length=1000, verbose_name='inference types'),
        ),
        migrations.RunPython(_fill_regions, migrations.RunPython.noop),
    ]

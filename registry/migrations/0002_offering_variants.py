from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="offering",
            name="variants",
            field=models.CharField(blank=True, max_length=1000, verbose_name="variants"),
        ),
    ]

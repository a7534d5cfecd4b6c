"""Two columns get clearer names: the policy context of a held change, and the key of a default policy."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0010_names_of_default_policies")]

    operations = [
        migrations.RenameField("change", "circumstances", "policy_context"),
        migrations.RenameField("policy", "shipped_as", "default_key"),
        migrations.AlterField(
            "source",
            "authority",
            models.JSONField(
                default=list, help_text="Groups and fields it is an authority for.", verbose_name="authority"
            ),
        ),
    ]

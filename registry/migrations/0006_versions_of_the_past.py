from django.db import migrations

from registry.catalogue.backfill import Backfill


def fold_the_ledger(apps, schema_editor):
    Backfill(apps).run()


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_offering_versions'),
    ]

    operations = [
        # The way back drops the table.
        migrations.RunPython(fold_the_ledger, migrations.RunPython.noop, elidable=True),
    ]

"""How often each source could not be read since it was read well last, counted from its runs.

Whoever has been silent for long stays so: without it, every source would have a voice again until it has failed anew.
"""

from django.db import migrations

COUNTED = ("stale", "failed")


def count_failed_readings(apps, schema_editor):
    Source, Run = apps.get_model("curation", "Source"), apps.get_model("syncers", "Run")
    for source in Source.objects.filter(failed_readings=0):
        failed = Run.objects.filter(source=source, status__in=COUNTED)
        if source.last_good_at:
            failed = failed.filter(started_at__gt=source.last_good_at)
        if number := failed.count():
            Source.objects.filter(pk=source.pk).update(failed_readings=number)


class Migration(migrations.Migration):
    dependencies = [("curation", "0005_moves_and_behind"), ("syncers", "0004_unreadable_fields")]

    operations = [migrations.RunPython(count_failed_readings, migrations.RunPython.noop, elidable=True)]

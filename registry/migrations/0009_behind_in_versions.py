from django.db import migrations, models

from registry.domain import accounts
from registry.catalogue import versions
from registry.domain.spans import OPEN


def take_from_rows(apps, schema_editor):
    """What lies behind pins now goes to the versions that stand. What lay behind them before was not kept."""
    rows, contents = (apps.get_model("registry", name) for name in ("OfferingVersion", "OfferingContent"))
    for offering in apps.get_model("registry", "Offering").objects.filter(pinned_fields__gt=0).iterator():
        stands = rows.objects.filter(offering_id=offering.pk, revision_to=OPEN)
        row = stands.select_related("content").first()
        if not offering.behind or row is None:
            continue
        columns = {"facts": row.content.facts, "account": row.content.account}
        columns["behind"] = accounts.behind(offering.behind)
        kept, _ = contents.objects.update_or_create(digest=versions.digest(columns), defaults=columns)
        stands.update(content=kept)


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0008_accounts_of_today'),
    ]

    operations = [
        migrations.AddField(
            model_name='offeringcontent',
            name='behind',
            field=models.JSONField(blank=True, default=dict, verbose_name='behind its pins'),
        ),
        migrations.RunPython(take_from_rows, migrations.RunPython.noop, elidable=True),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_offering_variants")]

    operations = [
        migrations.RemoveConstraint(model_name="benchmark", name="benchmark_once_per_model_and_source"),
        migrations.AddField(
            model_name="benchmark",
            name="named",
            field=models.CharField(
                blank=True, help_text="The model as its source calls it.", max_length=200, verbose_name="named there"
            ),
        ),
        migrations.AddField(
            model_name="benchmark",
            name="scale",
            field=models.CharField(blank=True, max_length=20, verbose_name="scale"),
        ),
        migrations.AddField(
            model_name="benchmark",
            name="variant",
            field=models.CharField(
                blank=True,
                help_text="Effort, budget or harness: another score of the same model.",
                max_length=120,
                verbose_name="variant",
            ),
        ),
        migrations.AddConstraint(
            model_name="benchmark",
            constraint=models.UniqueConstraint(
                fields=("model", "name", "variant", "source"), name="benchmark_once_per_model_variant_and_source"
            ),
        ),
    ]

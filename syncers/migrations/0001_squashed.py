"""All tables as they are, for new installations. One that exists goes on by the migrations that this replaces."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('syncers', '0001_initial'),
        ('syncers', '0002_kept_payloads'),
        ('syncers', '0003_listed_keys'),
        ('syncers', '0004_unreadable_fields'),
        ('syncers', '0005_failed_readings'),
    ]

    initial = True

    dependencies = [
        ('curation', '0006_counters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('running', 'running'), ('ok', 'ok'), ('unchanged', 'unchanged'), ('stale', 'stale'), ('skipped', 'skipped'), ('failed', 'failed'), ('quarantined', 'quarantined')], default='running', max_length=12, verbose_name='status')),
                ('origin', models.CharField(blank=True, help_text='network, cache, installation, a file', max_length=200, verbose_name='payload from')),
                ('actor', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('batch', models.UUIDField(db_index=True, verbose_name='batch')),
                ('started_at', models.DateTimeField(db_index=True, verbose_name='started')),
                ('fetched_at', models.DateTimeField(blank=True, null=True, verbose_name='fetched')),
                ('parsed_at', models.DateTimeField(blank=True, null=True, verbose_name='parsed')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('seen', models.PositiveIntegerField(default=0, verbose_name='seen')),
                ('new', models.PositiveIntegerField(default=0, verbose_name='new')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='changed')),
                ('missing', models.PositiveIntegerField(default=0, verbose_name='missing')),
                ('applied', models.PositiveIntegerField(default=0, verbose_name='applied')),
                ('held', models.PositiveIntegerField(default=0, verbose_name='held')),
                ('rejected', models.PositiveIntegerField(default=0, verbose_name='rejected')),
                ('unreadable', models.PositiveIntegerField(default=0, verbose_name='fields not readable')),
                ('rows_written', models.PositiveIntegerField(default=0, verbose_name='rows written')),
                ('notices', models.JSONField(default=dict, verbose_name='not understood')),
                ('shape_changes', models.JSONField(default=dict, help_text='Keys that are new, gone or of another type.', verbose_name='changes of shape')),
                ('offerings', models.JSONField(default=dict, help_text='Those that were new, changed or missing; the first of each.', verbose_name='offerings')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='curation.source')),
            ],
            options={
                'verbose_name': 'run',
                'verbose_name_plural': 'runs',
                'ordering': ('-started_at',),
            },
        ),
        migrations.CreateModel(
            name='RejectedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('where', models.CharField(max_length=400, verbose_name='where')),
                ('field', models.CharField(blank=True, help_text='What the record was taken without; empty: all of it.', max_length=400, verbose_name='field')),
                ('reason', models.CharField(max_length=1000, verbose_name='reason')),
                ('fragment', models.TextField(blank=True, verbose_name='piece')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejected_records', to='syncers.run')),
            ],
            options={
                'verbose_name': 'rejected record',
                'verbose_name_plural': 'rejected records',
                'ordering': ('-run', 'where'),
            },
        ),
        migrations.CreateModel(
            name='StoredPayload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('good', 'good'), ('quarantined', 'in quarantine'), ('unreadable', 'not readable')], default='good', max_length=12, verbose_name='role')),
                ('digest', models.CharField(max_length=64, verbose_name='sha256')),
                ('body', models.BinaryField(verbose_name='zlib bytes')),
                ('length', models.PositiveIntegerField(verbose_name='bytes')),
                ('fetched_at', models.DateTimeField(help_text='When its source last sent it, or said that it still stands.', verbose_name='fetched')),
                ('origin', models.CharField(blank=True, max_length=200, verbose_name='came from')),
                ('etag', models.CharField(blank=True, max_length=300)),
                ('last_modified', models.CharField(blank=True, max_length=60)),
                ('shape', models.JSONField(default=dict, help_text='Keys of its records and the types under them.', verbose_name='shape')),
                ('keys', models.JSONField(default=list, help_text='Ids of the offerings that it lists.', verbose_name='offerings listed')),
                ('parts', models.JSONField(default=dict, help_text='Number of records of each part, of a source that is fetched in several.', verbose_name='parts')),
                ('mapping', models.CharField(blank=True, help_text='Fingerprint of the mapping that read it.', max_length=64)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payloads', to='curation.source')),
            ],
            options={
                'verbose_name': 'payload',
                'verbose_name_plural': 'payloads',
                'ordering': ('-fetched_at',),
            },
        ),
        migrations.AddField(
            model_name='run',
            name='payload',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='syncers.storedpayload', verbose_name='payload'),
        ),
        migrations.AddConstraint(
            model_name='storedpayload',
            constraint=models.UniqueConstraint(fields=('source', 'role', 'digest'), name='payload_once_per_body'),
        ),
        migrations.AddConstraint(
            model_name='storedpayload',
            constraint=models.UniqueConstraint(condition=models.Q(('role__in', ('quarantined', 'unreadable'))), fields=('source', 'role'), name='one_bad_payload_per_role'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['source', '-started_at'], name='runs_of_source'),
        ),
    ]

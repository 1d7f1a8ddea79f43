"""The tables as they began."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Jobs and uploads."""

    initial = True

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("about", models.CharField(blank=True, max_length=300)),
                ("arguments", models.JSONField(default=dict)),
                ("login", models.CharField(max_length=150)),
                ("name", models.CharField(max_length=150)),
                ("state", models.CharField(db_index=True, default="waiting", max_length=12)),
                ("step", models.CharField(blank=True, max_length=200)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("told", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("cancel", models.BooleanField(default=False)),
                ("created", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("started", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("beat", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-created",),
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("file", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("login", models.CharField(max_length=150)),
                ("name", models.CharField(max_length=150)),
                ("created", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("state", models.CharField(db_index=True, default="open", max_length=12)),
                ("source", models.CharField(blank=True, max_length=100)),
                ("proposal", models.JSONField(default=dict)),
                ("faults", models.JSONField(null=True)),
                ("delivery", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="desk.job"
                    ),
                ),
            ],
            options={
                "ordering": ("-created",),
            },
        ),
    ]

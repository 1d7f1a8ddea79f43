"""Proposals: what one administrator asks for and another one confirms."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """One more table."""

    dependencies: list[Any] = [
        ("accounts", "0001_initial"),
    ]

    operations: list[Any] = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("role", models.CharField(blank=True, default="", max_length=30)),
                ("workspace", models.CharField(blank=True, default="", max_length=100)),
                ("fields", models.JSONField(blank=True, default=list)),
                ("areas", models.JSONField(blank=True, default=list)),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="accounts.account"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
    ]

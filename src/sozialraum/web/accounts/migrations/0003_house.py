"""The workspace that a database belongs to."""

from typing import Any

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more table, of one row."""

    dependencies: list[Any] = [("accounts", "0002_proposal")]

    operations: list[Any] = [
        migrations.CreateModel(
            name="House",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("workspace", models.CharField(max_length=100)),
            ],
        ),
    ]

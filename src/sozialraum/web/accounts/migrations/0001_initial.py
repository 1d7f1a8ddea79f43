"""Accounts, their roles, one-time links and the log, whose lines the database itself refuses to change."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

REFUSED = "The log is only added to."
SQLITE = """
CREATE TRIGGER accounts_entry_{act} BEFORE {act} ON accounts_entry
BEGIN SELECT RAISE(ABORT, '{text}'); END
"""
POSTGRESQL = """
CREATE FUNCTION accounts_entry_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{text}'; END $$;
CREATE TRIGGER accounts_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_entry
FOR EACH STATEMENT EXECUTE FUNCTION accounts_entry_kept();
"""


def keep_the_log(_: Any, schema_editor: Any) -> None:
    """No line of the log is changed or taken away, whoever asks the database."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL.format(text=REFUSED), params=None)
        return
    for act in ("UPDATE", "DELETE"):
        schema_editor.execute(SQLITE.format(act=act, text=REFUSED), params=None)


class Migration(migrations.Migration):
    """The first tables."""

    initial = True

    dependencies: list[Any] = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("login", models.CharField(max_length=150, unique=True)),
                ("name", models.CharField(max_length=150)),
                ("is_active", models.BooleanField(default=True)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("subject", models.CharField(max_length=300, null=True, unique=True)),
                ("second", models.TextField(blank=True, default="")),
                ("step", models.BigIntegerField(default=0)),
                ("codes", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(db_index=True, max_length=32)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("name", models.CharField(blank=True, max_length=150)),
                ("act", models.CharField(db_index=True, max_length=60)),
                ("about", models.CharField(blank=True, max_length=300)),
                ("outcome", models.CharField(default="done", max_length=20)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("reader", "reader"),
                            ("planner", "planner"),
                            ("sector-planner", "sector-planner"),
                            ("commune", "commune"),
                            ("statistics-office", "statistics-office"),
                            ("administrator", "administrator"),
                        ],
                        max_length=30,
                    ),
                ),
                ("workspace", models.CharField(blank=True, default="", max_length=100)),
                ("fields", models.JSONField(blank=True, default=list)),
                ("areas", models.JSONField(blank=True, default=list)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="accounts.account"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("expires", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.RunPython(keep_the_log),
    ]

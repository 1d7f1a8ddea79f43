"""Django over one workspace, outside the server: for the command line, and for making the tables before anyone signs in."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from time import sleep

from sozialraum.web.accounts.database import SETTING, database, make_secret, prepare, ready

WORKSPACE = "SOZIALRAUM_WORKSPACE"
PATIENCE = 5
"""Seconds until a database that does not answer is asked again."""
LOG = logging.getLogger("sozialraum.web")


def stand(folder: Path) -> None:
    """Set Django up over the workspace, with all tables of its database.

    Raises: CallError for an address of a database that is none, django.db.Error when it does not answer.
    """
    database(folder, os.environ.get(SETTING, ""))
    make_secret(folder)
    os.environ[WORKSPACE] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sozialraum.web.server.settings"
    import django

    django.setup()
    prepare()


def first_word(folder: Path) -> str:
    """The word of the link for the first administrator, as soon as the database answers; empty where there are accounts."""
    from sozialraum.web.server.settings import INSTALLED_APPS

    if not os.environ.get(SETTING) and ready(folder, INSTALLED_APPS):
        return ""
    patiently(lambda: stand(folder))
    from django.db import connection

    from sozialraum.web.accounts.models import Account
    from sozialraum.web.accounts.signing.invitations import invite

    try:
        return "" if Account.objects.exists() else invite()
    finally:
        connection.close()  # the server may divide into processes again


def patiently(act: Callable[[], None]) -> None:
    """Do it again until the database answers; public pages do not wait. A full disk counts alike."""
    from django.db import Error

    while True:
        try:
            act()
            return
        except (Error, OSError) as error:
            LOG.error("The database of the accounts does not answer (%s); it is asked again.", type(error).__name__)
            sleep(PATIENCE)

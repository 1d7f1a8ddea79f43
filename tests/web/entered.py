"""`python -m tests.web.entered FOLDER LOGIN ROLE`: an invented person of a served workspace, signed in; prints the session."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

AGENT = "Muster"


def enter(folder: Path, login: str, role: str) -> str:
    """The session of that person, who is made where it is missing; in a process of its own, beside the server."""
    words = [sys.executable, "-m", "tests.web.entered", str(folder), login, role]
    done = subprocess.run(words, env=os.environ, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def opened(browser: Any, address: str, session: str, **more: Any) -> Any:
    """A context of the real browser in which that session holds."""
    context = browser.new_context(user_agent=AGENT, accept_downloads=True, **more)
    context.add_cookies([{"name": "sozialraum_session", "value": session, "url": address}])
    return context


def main(folder: str, login: str, role: str) -> None:
    """Make the person and print the session."""
    from sozialraum.web.accounts.standing import stand

    stand(Path(folder))
    from sozialraum.web.accounts.models import Account
    from tests.web.people import browser, make_person

    person = Account.objects.filter(login=login).first() or make_person(role, login=login)
    click = browser(person)
    sys.stdout.write(f"{next(iter(click.cookies.values())).value}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

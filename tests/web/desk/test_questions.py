"""Every list behind the sign-in asks the database as often for three things as for one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.web.accounts.test_people import LOG, PEOPLE, counted
from tests.web.desk.test_desk import DEFINITIONS, DELIVERIES, RELEASES, deliver, filled, prepared
from tests.web.people import browser, make_person, send, work_off
from tests.workspace.town import CHILDREN, rows

LISTS = {
    "planner": (DELIVERIES, RELEASES, DEFINITIONS, "/intern/auftraege/", "/intern/"),
    "administrator": (PEOPLE, LOG),
}


def more(town: Path, planner: Any, number: int) -> None:
    """One more of everything that is listed: file, delivery, draft with its person, definition, job, account, proposal."""
    from sozialraum.web.accounts.administration import administering
    from sozialraum.workspace import open as open_workspace

    children = rows([one + number for one in CHILDREN], str(2024 + number))
    deliver(planner, children, f"{number}.csv")
    file = town.parent / f"stored-{number}.csv"
    file.write_text(children.replace("2024", "2023"), encoding="utf-8")
    now = open_workspace(town)
    now.add(file, "einwohner", by="x", accept={one.code: "x" for one in now.check(file, "einwohner").warnings})
    draft = town / "drafts" / "bericht" / str(number)
    shutil.copytree(town / "drafts" / "bericht" / "1", draft)
    by = make_person("commune")
    told = json.loads((draft / "draft.json").read_text(encoding="utf-8"))
    (draft / "draft.json").write_text(json.dumps({**told, "number": number, "by": by.login}), encoding="utf-8")
    new = {**filled(), "s:id": f"eigene_{number}", "act": "keep"}
    assert send(planner, f"{DEFINITIONS}indicator/", new).status_code == 302
    administering.grant(by, "statistics-office", by=make_person("administrator"))


def test_no_list_asks_more_for_three_than_for_one(town: Path) -> None:
    clients = {role: browser(make_person(role)) for role in LISTS}
    prepared(clients["planner"])
    more(town, clients["planner"], 2)

    def asked() -> dict[str, int]:
        for role, addresses in LISTS.items():
            clients[role].get(addresses[0])  # afterwards the session was noted a moment ago
        return {one: counted(lambda: clients[role].get(one)) for role, pages in LISTS.items() for one in pages}  # noqa: B023

    first = asked()
    for number in (3, 4):
        more(town, clients["planner"], number)
    assert work_off() is not None
    assert asked() == first

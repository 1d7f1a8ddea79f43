"""One administrator alone gives nobody the right to release or to administer, in whatever way; and attacks on the second one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.accounts.test_people import NEW, PEOPLE, entries, roles
from tests.web.people import PASSWORD, browser, make_person, send, set_up_factor
from tests.web.serving import make_workspace

pytestmark = pytest.mark.usefixtures("house")
OFFICE = ("statistics-office", [], [])
LINK = re.compile(r"http://testserver(/intern/einladung/[\w-]+/)")


def page_of(person: Any) -> str:
    return f"{PEOPLE}{person.pk}/"


def proposed(by: Any, person: Any, role: str = "statistics-office") -> int:
    """Proposes a role on the page; the number of the proposal."""
    from sozialraum.web.accounts.models import Proposal

    answer = send(browser(by), f"{page_of(person)}rolle/", {"role": role}, page=page_of(person))
    assert answer.status_code == 302
    return int(Proposal.objects.get(account=person, role=role).pk)


def confirmed(by: Any, number: int) -> Any:
    return send(browser(by), f"{PEOPLE}vorschlag/{number}/bestaetigen/", page=PEOPLE)


@pytest.mark.parametrize("role", ["statistics-office", "administrator"])
def test_a_role_of_weight_waits_for_a_second_administrator_and_the_log_names_both(role: str) -> None:
    first, second, person = make_person("administrator"), make_person("administrator"), make_person("reader")
    number = proposed(first, person, role)
    assert roles(person.login) == [("reader", [], [])]
    assert "Wartet auf die Bestätigung einer zweiten Person" in browser(second).get(PEOPLE).content.decode()
    answer = confirmed(second, number)
    assert (answer.status_code, bool(LINK.search(answer.content.decode()))) == (200, True)
    assert roles(person.login) == [("reader", [], []), (role, [], [])]
    about = f"{person.login}: {role} ({first.name}, {first.login})"
    assert ("confirmed a role", about, "done") in entries(account=second)
    assert ("proposed a role", f"{person.login}: {role}", "done") in entries(account=first)
    assert "Wartet auf eine zweite" not in browser(second).get(PEOPLE).content.decode()


def test_the_roles_of_weight_are_those_that_release_or_administer() -> None:
    from sozialraum.web.accounts.rights import WEIGHTY

    assert sorted(WEIGHTY) == ["administrator", "statistics-office"]


@pytest.mark.parametrize("target", ["other", "own"])
def test_nobody_confirms_the_own_proposal(target: str) -> None:
    first = make_person("administrator")
    person = first if target == "own" else make_person("reader")
    number = proposed(first, person)
    shown = browser(first).get(PEOPLE).content.decode()
    assert "bestaetigen" not in shown
    assert "sozialraum user confirm" in shown
    answer = confirmed(first, number)
    assert (answer.status_code, "eine andere Person der Administration" in answer.content.decode()) == (400, True)
    assert OFFICE not in roles(person.login)


def test_an_administrator_can_be_given_the_role_by_a_second_one_and_keeps_the_own_access() -> None:
    first, second = make_person("administrator"), make_person("administrator")
    theirs = browser(first)
    answer = confirmed(second, proposed(first, first))
    assert OFFICE in roles(first.login)
    assert LINK.search(answer.content.decode()) is None
    assert theirs.get(PEOPLE).status_code == 200


def test_an_invented_person_of_one_administrator_is_worth_nothing_after_the_confirmation() -> None:
    """The first administrator makes the account, takes its link, sets it up, and has the role confirmed by the second."""
    from sozialraum.web.accounts.models import Account

    first, second = make_person("administrator"), make_person("administrator")
    shown = send(browser(first), PEOPLE, {**NEW, "role": "reader"}).content.decode()
    puppet = browser()
    send(puppet, LINK.search(shown)[1], {"password": PASSWORD, "again": PASSWORD})  # type: ignore[index]
    set_up_factor(puppet)
    assert puppet.get("/intern/").status_code == 200
    person = Account.objects.get(login=NEW["login"])
    kept = send(browser(first), f"{page_of(person)}link/", page=page_of(person)).content.decode()
    answer = confirmed(second, proposed(first, person)).content.decode()
    assert puppet.get("/intern/").status_code == 302
    person.refresh_from_db()
    assert (person.has_usable_password(), person.second) == (False, "")
    assert send(browser(), "/intern/anmelden/", {"login": person.login, "password": PASSWORD}).status_code == 403
    assert browser().get(LINK.search(kept)[1]).status_code == 404  # type: ignore[index]
    assert browser().get(LINK.search(answer)[1]).status_code == 200  # type: ignore[index]


@pytest.mark.parametrize("role", ["statistics-office", "administrator"])
def test_a_new_account_with_such_a_role_has_neither_role_nor_link_at_first(role: str) -> None:
    from sozialraum.web.accounts.models import Invitation

    first = make_person("administrator")
    answer = send(browser(first), PEOPLE, {**NEW, "role": role})
    assert answer.status_code == 302
    assert (roles(NEW["login"]), Invitation.objects.count()) == ([], 0)
    assert ("proposed a role", f"{NEW['login']}: {role}", "done") in entries(account=first)


def test_two_people_made_by_the_same_administrator_do_not_confirm_each_other() -> None:
    first, second = make_person("administrator"), make_person("administrator")
    one, other = make_person("reader"), make_person("planner")
    number = proposed(first, one)
    waits = proposed(first, other, "administrator")
    for person in (one, other):
        assert confirmed(person, number).status_code == 403
    assert confirmed(second, waits).status_code == 200
    assert OFFICE not in roles(one.login)


@pytest.mark.parametrize("who", ["proposed", "confirms"])
@pytest.mark.parametrize("how", ["closed", "role taken"])
def test_who_administers_no_more_neither_proposed_nor_confirms(who: str, how: str) -> None:
    from sozialraum.errors import CallError
    from sozialraum.web.accounts.administration.confirming import confirm

    first, second, third = (make_person("administrator") for _ in range(3))
    person = make_person("reader")
    number = proposed(first, person)
    gone = first if who == "proposed" else second
    page = page_of(gone)
    end = f"{page}konto/" if how == "closed" else f"{page}rolle/{gone.grants.get().pk}/"
    assert send(browser(third), end, page=page).status_code == 302
    with pytest.raises(CallError, match="does not administer the accounts any more"):
        confirm(number, second)
    assert OFFICE not in roles(person.login)
    if who == "confirms":
        assert confirmed(third, number).status_code == 200


def test_a_proposal_is_decided_once_and_not_after_two_weeks() -> None:
    from sozialraum.web.accounts.models import Proposal

    first, second, person = make_person("administrator"), make_person("administrator"), make_person("reader")
    number = proposed(first, person)
    assert [confirmed(second, number).status_code for _ in range(2)] == [200, 400]
    assert roles(person.login).count(OFFICE) == 1
    number = proposed(first, person, "administrator")
    late = Proposal.objects.get()
    Proposal.objects.update(made=late.made - timedelta(days=15))
    assert confirmed(second, number).status_code == 400
    number = proposed(first, person, "administrator")
    assert send(browser(second), f"{PEOPLE}vorschlag/{number}/verwerfen/", page=PEOPLE).status_code == 302
    assert confirmed(second, number).status_code == 400
    assert roles(person.login) == [("reader", [], []), OFFICE]


def keyed(person: Any) -> Any:
    """The person with a second factor."""
    from sozialraum.web.accounts.signing import factor

    person.second = factor.new_secret()
    person.save()
    return person


def test_nobody_comes_into_an_account_of_weight_by_one_administrator() -> None:
    first, second = make_person("administrator"), make_person("administrator")
    office, page = keyed(make_person("statistics-office")), ""
    page = page_of(office)
    client = browser(first)
    theirs = browser(office)
    assert send(client, f"{page}faktor/", page=page).status_code == 302
    office.refresh_from_db()
    assert (bool(office.second), theirs.get("/intern/").status_code) == (True, 200)
    assert LINK.search(send(client, f"{page}link/", page=page).content.decode())  # a password alone opens nothing
    office.second = ""
    office.save()
    assert LINK.search(send(client, f"{page}link/", page=page).content.decode()) is None
    office.is_active = False
    office.save()
    assert send(client, f"{page}konto/", page=page).status_code == 302
    office.refresh_from_db()
    assert not office.is_active
    shown = browser(second).get(page).content.decode()
    assert shown.count("bestaetigen") == 2
    for number in re.findall(r"vorschlag/(\d+)/bestaetigen", shown):
        assert confirmed(second, number).status_code == 200
    office.refresh_from_db()
    assert (office.is_active, office.has_usable_password()) == (True, False)


def test_a_factor_taken_between_password_and_code_is_no_fault_of_the_page() -> None:
    person, client = keyed(make_person("reader")), browser()
    assert send(client, "/intern/anmelden/", {"login": person.login, "password": PASSWORD}).status_code == 302
    page = client.get("/intern/anmelden/code/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    person.second = ""
    person.save()
    sent = {"csrfmiddlewaretoken": token[1] if token else "", "code": "123456"}
    assert client.post("/intern/anmelden/code/", sent).status_code == 302


RACE = """
import json, sys, threading
from pathlib import Path
from sozialraum.web.accounts.standing import stand
stand(Path(sys.argv[1]))
from django.db import connection
from sozialraum.errors import CallError
from sozialraum.web.accounts.administration import administering, confirming
from sozialraum.web.accounts.models import Account, Grant
for name in ("a", "b", "c"):
    administering.add_account(name, name, "administrator")
administering.add_account("x", "x", "reader")
a, b, c, x = (Account.objects.get(login=one) for one in "abcx")
administering.grant(x, "statistics-office", by=a)
(one,) = confirming.proposals()
start, ended = threading.Barrier(12), []
def act(number):
    start.wait()
    try:
        if number % 3:
            confirming.confirm(one.pk, (b, c)[number % 2])
            ended.append("given")
        else:
            ended.append("link" if administering.new_link(x, a) else "proposed")
    except CallError as error:
        ended.append("late")
    finally:
        connection.close()
threads = [threading.Thread(target=act, args=(number,)) for number in range(12)]
[each.start() for each in threads]; [each.join() for each in threads]
x = Account.objects.get(login="x")
print(json.dumps([ended.count("given"), len(ended), Grant.objects.filter(account=x, role="statistics-office").count(),
    x.has_usable_password(), x.invitations.count()]))
"""


def raced(folder: Path) -> list[Any]:
    """Eight confirmations and four links at once, in the workspace's own database: what came of it."""
    words = [sys.executable, "-c", RACE, str(folder)]
    done = subprocess.run(words, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.fixture
def own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of the workspace, also where the tests run on PostgreSQL."""
    monkeypatch.delenv("SOZIALRAUM_DATABASE", raising=False)


@pytest.mark.usefixtures("own_database")
def test_of_many_confirmations_at_once_one_counts(tmp_path: Path) -> None:
    assert raced(make_workspace(tmp_path / "race")) == [1, 12, 1, False, 1]


@pytest.mark.usefixtures("own_database")
def test_the_only_administrator_is_confirmed_on_the_server(tmp_path: Path) -> None:
    folder = str(make_workspace(tmp_path / "alone"))

    def user(*words: str) -> str:
        command = [sys.executable, "-m", "sozialraum", "user", *words]
        told = {**os.environ, "SOZIALRAUM_LANG": "de"}
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=True)
        return done.stdout

    user("add", "amt", folder, "--role", "administrator", "--by", "Rita Rechner")
    propose = "import sys; from pathlib import Path; from sozialraum.web.accounts.standing import stand;"
    propose += "stand(Path(sys.argv[1])); from sozialraum.web.accounts.administration.administering import *;"
    propose += "add_account('x', 'x', 'statistics-office', by=account_of('amt'))"
    subprocess.run([sys.executable, "-c", propose, folder], env=os.environ, check=True)
    assert user("list", folder) == "amt\tamt\tadministrator\taktiv\nx\tx\t-\taktiv\n"
    said = user("confirm", "x", folder, "--by", "Rita Rechner")
    assert "x: statistics-office (amt, amt)" in said
    assert "/intern/einladung/" in said
    assert user("list", folder).splitlines()[1] == "x\tx\tstatistics-office\taktiv"
    told = "import sys; from pathlib import Path; from sozialraum.web.accounts.standing import stand;"
    told += "stand(Path(sys.argv[1])); from sozialraum.web.accounts.models import Entry;"
    told += "print([(one.name, one.act, one.about) for one in Entry.objects.all()])"
    lines = subprocess.run(
        [sys.executable, "-c", told, folder], env=os.environ, capture_output=True, text=True, check=True
    )
    assert eval(lines.stdout) == [
        ("Rita Rechner (Server)", "confirmed a role", "x: statistics-office (amt, amt)"),
        ("Rita Rechner (Server)", "made an account", "amt: administrator"),
    ]

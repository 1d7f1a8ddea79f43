"""A release goes through four eyes: what was prepared is what is released, by another person, or nothing is."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pyarrow.compute as pc
import pytest

from sozialraum.errors import CallError, InputError, SozialraumError
from sozialraum.workspace import Workspace, drafts, load_release, releases_by_age, withdrawal
from sozialraum.workspace import open as open_workspace
from sozialraum.workspace.house.ledger import earlier_releases
from sozialraum.writing import PARTIAL
from tests.workspace.town import deliver, make_town, rows


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = make_town(tmp_path_factory.mktemp("town") / "kleinstadt")
    workspace.prepare("bericht", by="Petra Plan", made="2025-02-01T08:00:00+00:00")
    return workspace.folder


@pytest.fixture
def town(prepared: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(prepared, tmp_path / "kleinstadt")
    return open_workspace(tmp_path / "kleinstadt")


def test_a_draft_is_kept_apart_from_releases_with_everything_it_takes_to_decide(town: Workspace) -> None:
    one = town.draft("bericht")
    assert (one.number, one.by, one.state, one.beside) == (1, "Petra Plan", "open", ())
    assert town.releases == {}
    assert not (town.folder / "releases").exists()
    assert not (town.folder / "ledger").exists()
    hidden = one.release.table.filter(pc.equal(one.release.table["flag"], "suppressed"))
    assert 0 < hidden.num_rows == one.release.audit()["hidden"] == len(one.secrets)
    kept = one.secrets.select("share_under_18")
    assert {"0101", "0203"} <= set(kept.table["area"].to_pylist())
    assert kept.value("share_under_18", "0101", "2024") == pytest.approx(100 * 2 / (2 + 90 + 40))


def test_what_was_prepared_is_released_by_another_person(town: Workspace) -> None:
    looked_at = town.draft("bericht").release.table
    released = town.approve("bericht", by="Stefan Statistik", made="2025-02-03T08:00:00+00:00")
    assert released.label == "bericht-1"
    assert town.released("bericht").table.equals(looked_at)
    assert released.record["prepared"] == {"by": "Petra Plan", "made": "2025-02-01T08:00:00+00:00"}
    assert (released.record["by"], released.record["made"]) == ("Stefan Statistik", "2025-02-03T08:00:00+00:00")
    (before,) = earlier_releases(town.folder)
    assert before.secrets is not None
    assert before.secrets.table.equals(town.drafts("bericht")[0].secrets.table)
    (done,) = town.drafts()
    day = "2025-02-03T08:00:00+00:00"
    assert done.decision == drafts.Decision("released", "Stefan Statistik", day, "", "bericht-1")
    with pytest.raises(CallError, match="no draft"):
        town.approve("bericht", by="Stefan Statistik")
    with pytest.raises(InputError, match="decided before"):
        town.approve("bericht", 1, by="Stefan Statistik")


@pytest.mark.parametrize("person", ["Petra Plan", " petra  plan", ""])
def test_who_prepared_cannot_release(town: Workspace, person: str) -> None:
    with pytest.raises(CallError):
        town.approve("bericht", by=person)
    assert town.releases == {}


def test_a_refusal_names_person_and_reason(town: Workspace) -> None:
    with pytest.raises(CallError, match="Say why"):
        town.refuse("bericht", by="Stefan Statistik", reason=" ")
    refused = town.refuse("bericht", by="Stefan Statistik", reason="Minimum 5 is our rule", made="2025-02-03")
    assert refused.decision == drafts.Decision("refused", "Stefan Statistik", "2025-02-03", "Minimum 5 is our rule")
    assert town.releases == {}
    with pytest.raises(CallError, match="no draft"):
        town.approve("bericht", by="Stefan Statistik")
    with pytest.raises(CallError, match="decided before"):
        town.refuse("bericht", 1, by="Stefan Statistik", reason="again")


def test_a_draft_is_outdated_by_another_release_or_rule(town: Workspace) -> None:
    town.prepare("bericht", by="Paul Plan")
    town.approve("bericht", 2, by="Stefan Statistik")
    with pytest.raises(InputError, match="bericht-1 was released"):
        town.approve("bericht", 1, by="Stefan Statistik")
    third = town.prepare("bericht", by="Paul Plan")
    assert third.beside == ("bericht-1",)
    settings = town.folder / "sozialraum.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("minimum = 3", "minimum = 5"), encoding="utf-8")
    with pytest.raises(InputError, match="rule under"):
        open_workspace(town.folder).approve("bericht", 3, by="Stefan Statistik")


def test_an_order_repeated_makes_no_second_draft(town: Workspace) -> None:
    first = town.prepare("bericht", by="Paul Plan", key="order-7")
    assert town.prepare("bericht", by="Paul Plan", key="order-7") == first
    assert [one.number for one in town.drafts()] == [1, 2]
    with pytest.raises(CallError, match="Say who prepares"):
        town.prepare("bericht", by=" ")


def test_a_stop_between_release_and_decision_is_no_second_release(town: Workspace) -> None:
    town.approve("bericht", by="Stefan Statistik", made="2025-02-03")
    (town.folder / "drafts" / "bericht" / "1" / "decision.json").unlink()
    (one,) = open_workspace(town.folder).drafts()
    assert one.decision is not None
    assert (one.state, one.decision.release, one.decision.by) == ("released", "bericht-1", "Stefan Statistik")


def test_what_a_killed_release_leaves_decides_nothing(town: Workspace) -> None:
    """Its files are written and being proved; they would be renamed behind that."""
    town.approve("bericht", by="Stefan Statistik", made="2025-02-03")
    (town.folder / "drafts" / "bericht" / "1" / "decision.json").unlink()
    shutil.rmtree(town.folder / "ledger")
    releases = town.folder / "releases" / "bericht"
    (releases / "1").rename(releases / f"{PARTIAL}a1b2")
    again = open_workspace(town.folder)
    assert [one.state for one in again.drafts()] == ["open"]
    assert again.approve("bericht", by="Stefan Statistik").label == "bericht-1"


def test_a_disk_that_takes_no_word_of_the_decision_does_not_undo_the_release(town: Workspace) -> None:
    (town.folder / "drafts" / "bericht" / "1" / "decision.json").mkdir()  # nothing can be written there
    assert town.approve("bericht", by="Stefan Statistik", note="geprüft").label == "bericht-1"
    (one,) = open_workspace(town.folder).drafts()
    assert one.decision is not None
    assert (one.state, one.decision.release, one.decision.reason) == ("released", "bericht-1", "geprüft")


def test_a_damaged_draft_says_so(town: Workspace) -> None:
    (town.folder / "drafts" / "bericht" / "1" / "figures.parquet").write_bytes(b"torn")
    with pytest.raises(InputError, match="This draft is damaged"):
        town.approve("bericht", by="Stefan Statistik")
    assert town.releases == {}


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "a/b", ".hidden", ""])
def test_a_release_cannot_be_called_like_a_path(town: Workspace, name: str) -> None:
    plan = town.folder / "release.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("release.bericht", f"release.{json.dumps(name)}"))
    with pytest.raises(InputError):
        town.prepare(name, by="Petra Plan")


def test_a_withdrawn_release_is_passed_over_and_stays_in_the_ledger(town: Workspace) -> None:
    town.approve("bericht", by="Stefan Statistik")
    town.release_planned("bericht", by="Petra Plan")
    for by, reason in (("", "wrong year"), ("Stefan Statistik", "")):
        with pytest.raises(CallError):
            town.withdraw("bericht", 2, by=by, reason=reason)
    town.withdraw("bericht", 2, by="Stefan Statistik", reason="wrong year", made="2025-03-01")
    assert town.released("bericht").version == 1
    assert town.released("bericht", 2).version == 2
    assert len(earlier_releases(town.folder)) == 2
    found = withdrawal(town.folder, "bericht", 2)
    assert found is not None
    assert (found.by, found.reason, found.made) == ("Stefan Statistik", "wrong year", "2025-03-01")
    with pytest.raises(CallError, match="withdrawn before"):
        town.withdraw("bericht", 2, by="Stefan Statistik", reason="again")
    with pytest.raises(CallError, match="no release"):
        town.withdraw("bericht", 7, by="Stefan Statistik", reason="none")
    town.withdraw("bericht", 1, by="Stefan Statistik", reason="wrong, too")
    with pytest.raises(CallError, match="Every version"):
        load_release(town.folder, "bericht")
    assert len(releases_by_age(town.folder)) == 2


def test_an_undone_delivery_gives_way_to_the_one_before_and_can_come_back(town: Workspace) -> None:
    children = [20, 30, 25, 41, 12, 33, 22, 18, 55, 20, 31, 27]
    second = town.add(deliver(town.folder.parent, "later.csv", rows(children)), "einwohner", by="Petra Plan")

    def share() -> float | None:
        figures = open_workspace(town.folder).figures(["share_under_18"], "planning_area", ["2024"])
        return figures.value("share_under_18", "0101", "2024")

    assert share() == pytest.approx(100 * 20 / 150)
    undoing = town.undo(second.id, by="Petra Plan", reason="sent by mistake")
    assert share() == pytest.approx(100 * 2 / 132)
    assert town.deliveries_in_force == town.deliveries[:1]
    with pytest.raises(CallError, match="undone before"):
        town.undo(second.id, by="Petra Plan", reason="again")
    with pytest.raises(InputError, match="It was undone"):
        town.add(town.folder.parent / "later.csv", "einwohner", by="Petra Plan")
    town.undo(undoing.id, by="Petra Plan", reason="it was right")
    assert share() == pytest.approx(100 * 20 / 150)
    for by, reason in (("", "x"), ("x", "")):
        with pytest.raises(CallError, match="is named"):
            town.undo(second.id, by=by, reason=reason)
    with pytest.raises(CallError, match="no delivery"):
        town.undo("einwohner/none", by="x", reason="y")


def test_two_approvals_at_the_same_second_release_once(town: Workspace) -> None:
    """Whoever comes second reads that it is decided; there is one release, not two."""
    said: list[str] = []
    ready = threading.Barrier(2)

    def approve(person: str) -> None:
        ready.wait()
        try:
            said.append(open_workspace(town.folder).approve("bericht", 1, by=person).label)
        except SozialraumError as error:
            said.append(type(error).__name__)

    both = [threading.Thread(target=approve, args=(person,)) for person in ("Stefan Statistik", "Sabine Statistik")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(said) == ["InputError", "bericht-1"]
    assert open_workspace(town.folder).releases == {"bericht": [1]}


def stuck(town: Workspace) -> list[tuple[str, str]]:
    """Why the first draft cannot be released, seen by someone who opens the workspace now."""
    now = open_workspace(town.folder)
    return [(one.code, one.say("en")) for one in drafts.obstacles(now, now.draft("bericht", 1))]


def edited(town: Workspace, file: str, was: str, now: str) -> None:
    path = town.folder / file
    assert was in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(was, now, 1), encoding="utf-8")


def test_a_draft_falls_with_its_delivery_and_stands_again_with_it(town: Workspace) -> None:
    assert stuck(town) == []
    (one,) = town.deliveries
    undoing = town.undo(one.id, by="Petra Plan", reason="wrong year")
    ((code, said),) = stuck(town)
    assert code == "delivery_undone"
    assert f"the delivery {one.id} was undone" in said
    assert "Prepare the release again" in said
    with pytest.raises(InputError, match="was undone"):
        open_workspace(town.folder).approve("bericht", by="Stefan Statistik")
    assert town.releases == {}
    town.undo(undoing.id, by="Petra Plan", reason="it was right")
    assert stuck(town) == []
    assert open_workspace(town.folder).approve("bericht", by="Stefan Statistik").label == "bericht-1"


@pytest.mark.parametrize(("year", "codes"), [("2024", ["delivery_came"]), ("2023", ["delivery_came"]), ("2025", [])])
def test_a_delivery_that_came_since_counts_unless_it_is_of_later(town: Workspace, year: str, codes: list[str]) -> None:
    """A trend looks back; nothing in a figure looks ahead."""
    children = [20 + one for one in range(12)]
    file = deliver(town.folder.parent, f"einwohner_{year}b.csv", rows(children, year))
    accepted = {fault.code: "Petra Plan" for fault in town.check(file, "einwohner").warnings}
    town.add(file, "einwohner", by="Petra Plan", accept=accepted)
    assert [code for code, _ in stuck(town)] == codes


MINE = """id = "{id}"
field = "demography"
unit = "persons"
polarity = "neutral"
kind = "total"
title = {{ de = "Mein Wert", en = "My value" }}
definition = {{ de = "So", en = "So" }}
formula = {{ de = "So", en = "So" }}
reading = {{ de = "{{value}}", en = "{{value}}" }}
source = {{ de = "Amt", en = "Office" }}
numerator = {{ facts = "population", where = {{ age = {{ below = {below} }} }} }}
[[example]]
title = "none"
result = "area | period | value"
facts = {{}}
"""


def test_a_draft_falls_with_a_definition_that_it_uses_and_with_no_other(town: Workspace) -> None:
    own = town.folder / "indicators"
    own.mkdir()
    for name in ("mine", "other"):
        (own / f"{name}.toml").write_text(MINE.format(id=name, below=18), encoding="utf-8")
    edited(town, "release.toml", '"share_under_18"', '"share_under_18", "mine"')
    shutil.rmtree(town.folder / "drafts")
    open_workspace(town.folder).prepare("bericht", by="Paul Plan")
    (own / "other.toml").write_text(MINE.format(id="other", below=65), encoding="utf-8")
    edited(town, "release.toml", "Bericht der Kleinstadt", "Neuer Titel")
    edited(town, "sources/einwohner.toml", "Meldebehörde", "Einwohneramt")
    assert stuck(town) == []
    (own / "mine.toml").write_text(MINE.format(id="mine", below=65), encoding="utf-8")
    assert [said.split(".")[0] for _, said in stuck(town)] == [
        "Since this draft was prepared, the definition of the indicator 'mine' has changed"
    ]
    (own / "mine.toml").unlink()
    assert len(stuck(town)) == 1
    (own / "mine.toml").write_text("torn", encoding="utf-8")
    assert len(stuck(town)) == 1
    with pytest.raises(SozialraumError):
        open_workspace(town.folder).approve("bericht", by="Stefan Statistik")


@pytest.mark.parametrize(
    ("file", "was", "now", "said"),
    [
        ("release.toml", '"population_total", ', "", "release.toml declares something else under 'bericht'"),
        ("release.toml", "release.bericht", "release.anders", "release.toml declares no release 'bericht'"),
        (
            "sources/einwohner.toml",
            '\ntable = "population"',
            '\nabsent = "unknown"\ntable = "population"',
            "'einwohner'",
        ),
        ("sozialraum.toml", "valid_from = 2000-01-01", "valid_from = 2001-01-01", "the areas or their files"),
    ],
)
def test_a_draft_falls_with_what_is_declared(town: Workspace, file: str, was: str, now: str, said: str) -> None:
    path = town.folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")
    ((_, found),) = stuck(town)
    assert said in found


def test_a_draft_falls_with_the_outlines_of_its_areas(town: Workspace) -> None:
    with (town.folder / "areas" / "districts.gpkg").open("ab") as file:
        file.write(b"\0")
    assert [code for code, _ in stuck(town)] == ["definition_changed"]


def test_a_draft_that_does_not_say_what_it_rests_on_is_prepared_again(town: Workspace) -> None:
    file = town.folder / "drafts" / "bericht" / "1" / "draft.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    del record["basis"]
    file.write_text(json.dumps(record), encoding="utf-8")
    assert [code for code, _ in stuck(town)] == ["no_basis"]

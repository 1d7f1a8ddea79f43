"""A number of an earlier release counts as corrected only where the deliveries really give another one today."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pytest

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import Figures
from sozialraum.workspace import Workspace
from sozialraum.workspace import open as open_workspace
from tests.workspace.town import CHILDREN, deliver, make_town, rows

CORRECTED = [2, 30, 25, 43, *CHILDREN[4:]]
"""43 instead of 41 children in the last area of the north."""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = make_town(tmp_path_factory.mktemp("town") / "kleinstadt")
    workspace.release_planned("bericht", by="Petra Plan", made="2025-02-01T08:00:00+00:00")
    return workspace.folder


@pytest.fixture
def town(released: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(released, tmp_path / "kleinstadt")
    return open_workspace(tmp_path / "kleinstadt")


def correct(town: Workspace, tmp_path: Path) -> None:
    """The registry sends its file again."""
    town.add(
        deliver(tmp_path, "again.csv", rows(CORRECTED)), "einwohner", by="Petra Plan", received="2025-03-01T08:00:00",
        accept=dict.fromkeys(("changed", "other_values", "revised"), "Petra Plan"),
    )  # fmt: skip


def verdict(town: Workspace, version: int) -> dict[str, int]:
    """What the house wrote down of the proof."""
    return json.loads((town.folder / "ledger" / "bericht" / f"{version}.json").read_text(encoding="utf-8"))["verdict"]


def told_before(town: Workspace) -> int:
    """Shown numbers of children and residents of the area that is corrected, and of the north."""
    table = town.released("bericht", 1).table
    mine = table.filter(pc.is_in(table["area"], pc.pa.array(["0104", "01"])))
    return sum(row[role] is not None for row in mine.to_pylist() for role in ("numerator", "denominator"))


def test_numbers_that_the_facts_still_give_are_not_corrected(town: Workspace) -> None:
    town.release_planned("bericht", by="Petra Plan", made="2025-03-02T08:00:00+00:00")
    assert [verdict(town, version)["corrected"] for version in (1, 2)] == [0, 0]


def test_a_corrected_delivery_corrects_just_the_numbers_that_rest_on_it(town: Workspace, tmp_path: Path) -> None:
    correct(town, tmp_path)
    town.release_planned("bericht", by="Petra Plan", made="2025-03-02T08:00:00+00:00")
    assert verdict(town, 2)["corrected"] == told_before(town) - 2  # the total is also the base of the share
    assert [verdict(town, version)["former"] for version in (1, 2)] == [0, 1]
    assert [town.verify(label)[1].faults for label in ("bericht-1", "bericht-2")] == [(), ()]


def test_another_number_without_another_fact_is_refused(town: Workspace) -> None:
    parts = town.planned(town.plan("bericht"))
    with pytest.raises(UnsafeReleaseError, match="facts behind it are the same"):
        town.release([*map(_more_children, parts)], "bericht", by="Petra Plan")
    assert town.releases == {"bericht": [1]}


def _more_children(figures: Figures) -> Figures:
    """Two children more in the north than the deliveries say."""
    rows_ = figures.table.to_pylist()
    for row in rows_:
        if row["area"] in ("0104", "01"):
            sides = ["numerator", "denominator"] if row["indicator"] == "share_under_18" else ["numerator"]
            row |= {side: row[side] + 2 for side in sides}
            row["value"] = 100 * row["numerator"] / row["denominator"] if len(sides) > 1 else row["numerator"]
    return replace(figures, table=pc.pa.Table.from_pylist(rows_, schema=figures.table.schema))


def test_a_delivery_of_another_year_corrects_nothing(town: Workspace, tmp_path: Path) -> None:
    file = deliver(tmp_path, "einwohner_2025.csv", rows([one + 3 for one in CHILDREN], "2025"))
    town.add(file, "einwohner", by="Petra Plan", received="2026-01-20T08:00:00")
    town.release_planned("bericht", by="Petra Plan", made="2026-02-01T08:00:00+00:00")
    assert (verdict(town, 2)["corrected"], verdict(town, 2)["former"]) == (0, 0)


def test_what_was_undone_since_is_known_still(town: Workspace, tmp_path: Path) -> None:
    """A year that no delivery holds any more: its numbers cannot be others, and the next year is judged beside them."""
    (first,) = town.deliveries
    town.add(
        deliver(tmp_path, "einwohner_2025.csv", rows([one + 3 for one in CHILDREN], "2025")), "einwohner",
        by="Petra Plan", received="2026-01-20T08:00:00",
    )  # fmt: skip
    town.undo(first.id, by="Petra Plan", reason="falsches Jahr")
    town.release([town.figures(["population_total"], "planning_area", ["2025"])], "neu", by="Petra Plan")
    record = json.loads((town.folder / "ledger" / "neu" / "1.json").read_text(encoding="utf-8"))
    assert (record["verdict"]["corrected"], len(record["facts"])) == (0, 1)


def test_a_year_that_only_came_is_no_other_state_of_the_facts(town: Workspace, tmp_path: Path) -> None:
    """So that the tenth edition takes no ten searches: what was known before is known of today."""
    file = deliver(tmp_path, "einwohner_2025.csv", rows([one + 3 for one in CHILDREN], "2025"))
    town.add(file, "einwohner", by="Petra Plan", received="2026-01-20T08:00:00")
    both = town.figures(["population_total", "share_under_18"], "planning_area", ["2024", "2025"])
    town.release([both], "zeitreihe", by="Petra Plan", made="2026-02-01T08:00:00+00:00")
    record = json.loads((town.folder / "ledger" / "zeitreihe" / "1.json").read_text(encoding="utf-8"))
    assert (record["verdict"]["corrected"], record["verdict"]["former"]) == (0, 0)
    assert town.verify("zeitreihe-1")[1].faults == ()


def test_a_delivery_that_says_the_same_again_is_no_other_state(town: Workspace, tmp_path: Path) -> None:
    """Search and check agree on that, though the check sees hidden numbers only in the ledger."""
    same = rows([one + 3 for one in CHILDREN[:1]] + CHILDREN[1:], "2025")
    for number, name in enumerate(("einwohner_2025.csv", "noch_einmal_2025.csv")):
        town.add(
            deliver(tmp_path, name, same + "\n" * number), "einwohner", by="Petra Plan", received=f"2026-01-2{number}T08:00:00",
            accept=dict.fromkeys(("changed", "other_values", "revised", "doubled_delivery"), "Petra Plan"),
        )  # fmt: skip
        if not number:
            town.release_planned("bericht", by="Petra Plan", made="2026-01-20T09:00:00+00:00")
    both = town.figures(["population_total", "share_under_18"], "planning_area", ["2024", "2025"])
    town.release([both], "zeitreihe", by="Petra Plan", made="2026-02-01T08:00:00+00:00")
    record = json.loads((town.folder / "ledger" / "zeitreihe" / "1.json").read_text(encoding="utf-8"))
    assert (record["verdict"]["corrected"], record["verdict"]["former"]) == (0, 0)


def test_a_state_without_a_corrected_number_of_its_own_falls_away(town: Workspace, tmp_path: Path) -> None:
    """Three editions, one correction: only the facts before it make a system of their own beside those of today."""
    correct(town, tmp_path)
    town.release_planned("bericht", by="Petra Plan", made="2025-03-02T08:00:00+00:00")
    file = deliver(tmp_path, "einwohner_2025.csv", rows([one + 3 for one in CORRECTED], "2025"))
    town.add(file, "einwohner", by="Petra Plan", received="2026-01-20T08:00:00")
    town.release_planned("bericht", by="Petra Plan", made="2026-02-01T08:00:00+00:00")
    assert [verdict(town, version)["former"] for version in (1, 2, 3)] == [0, 1, 1]
    assert town.verify("bericht-3")[1].faults == ()


def test_a_file_that_came_again_as_it_was_makes_no_other_state_of_what_went_out(
    town: Workspace, tmp_path: Path
) -> None:
    town.add(
        deliver(tmp_path, "again.csv", rows(CHILDREN) + "\n"), "einwohner", by="Petra Plan", received="2025-03-01T08:00:00",
        accept=dict.fromkeys(("changed", "other_values", "revised", "doubled_delivery"), "Petra Plan"),
    )  # fmt: skip
    town.release_planned("bericht", by="Petra Plan", made="2025-03-02T08:00:00+00:00")
    assert (verdict(town, 2)["corrected"], verdict(town, 2)["former"]) == (0, 0)

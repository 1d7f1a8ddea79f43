"""Two towns that differ in hidden numbers only, and whose hidden numbers are so unusual that they can be searched for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sozialraum.workspace import Workspace
from sozialraum.workspace import open as open_workspace
from tests.workspace.town import KEYS, deliver, make_town

CHILDREN = (2, 48_611, 51_407, 60_013, 47_123, 52_361, 2, 44_017, 49_123, 53_777, 58_111, 61_121)
ADULTS = (70_001, 50_021, 48_847, 52_009, 61_211, 47_777, 66_601, 51_151, 50_503, 49_919, 47_903, 55_511)
AGED = (31_013, 29_009, 30_011, 28_807, 27_701, 33_301, 29_501, 31_307, 30_203, 28_111, 29_917, 30_817)
SECRET = (0, 1, 6, 7)
"""Areas whose children are hidden: two that have two, and the one beside each that keeps them from being computed."""
GROWTH = {"2023": 0.97, "2024": 1.0}
PLAN = """[release.bericht]
title = "Bericht der Zahlenstadt"

[[release.bericht.figures]]
level = "planning_area"
totals = ["district"]
indicators = ["population_total", "share_under_18", "share_65_plus"]
periods = ["2023", "2024"]

[[release.bericht.index]]
definition = "lage"
level = "planning_area"
period = "2024"

[[release.bericht.report]]
id = "social-report"
formats = ["html", "pdf"]
"""
INDEX = """id = "lage"
title = { de = "Lage", en = "Position" }
editions = { de = "ab 2000", en = "from 2000" }
edition_after = 0

[credit]
source = "Zahlenstadt (erfunden)"
publisher = "Zahlenstadt (erfunden)"
licence = "EUPL-1.2"

[exclusion]
minimum_residents = 100
dates = ["end"]

[[dimension]]
id = "status"
title = { de = "Status", en = "Status" }
standardise = "z"
sd = "n"
combine = "sum"
restandardise = true

[[dimension.indicator]]
id = "share_under_18"
title = { de = "unter 18", en = "under 18" }
bounds = [0, 100]

[[dimension.indicator]]
id = "share_65_plus"
title = { de = "65 und älter", en = "65 and over" }
bounds = [0, 100]

[[dimension.classes]]
id = "niedrig"
de = "niedrig"
en = "low"

[[dimension.classes]]
id = "hoch"
de = "hoch"
en = "high"
above = 0.0
"""


def make_twin(folder: Path, moved: int = 0) -> Workspace:
    """The town in `folder`/zahlenstadt; `moved` children of each sensitive area live in the one beside it instead.

    As many adults live there less, so that areas and districts keep their residents.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = make_town(folder / "zahlenstadt", delivered=False).folder
    (home / "release.toml").write_text(PLAN, encoding="utf-8")
    (home / "indices").mkdir()
    (home / "indices" / "lage.toml").write_text(INDEX, encoding="utf-8")
    workspace = open_workspace(home)
    children = list(CHILDREN)
    for sensitive, beside in zip(SECRET[::2], SECRET[1::2], strict=True):
        children[sensitive] -= moved
        children[beside] += moved
    file = deliver(folder, text=_rows(children))
    workspace.add(file, "einwohner", by="Petra Plan", received="2025-01-20T08:00:00")
    return open_workspace(home)


def _rows(children: Sequence[int]) -> str:
    lines = ["Raum;Jahr;unter 18;18 bis unter 65;65 und älter"]
    for year, share in GROWTH.items():
        for at, key in enumerate(KEYS):
            young, both = _young(children[at], CHILDREN[at], share), CHILDREN[at] + ADULTS[at]
            lines.append(f"{key};{year};{young};{both - young};{AGED[at]}")
    return "\n".join([*lines, ""])


def _young(children: int, first: int, share: float) -> int:
    """Children of a year: small counts and what was moved stay the same in every year."""
    return children if first < 3 else round(first * share) + children - first


def hidden_numbers() -> list[float]:
    """The hidden counts of the town with `moved` 0 that cannot stand anywhere by chance, what is left of the residents
    without them, and the hidden shares."""
    found: list[float] = []
    for at in SECRET:
        for share in GROWTH.values():
            young, all_ = _young(CHILDREN[at], CHILDREN[at], share), CHILDREN[at] + ADULTS[at] + AGED[at]
            found += [*([young] if young > 2 else []), all_ - young, young / all_, 100 * young / all_]
    return found

"""What one release hides stays secret beside every later one, and later ones are not refused for the earlier."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from sozialraum.figures import CORE, Description, Figures
from sozialraum.protection import Earlier, Evidence, Former, Protected, Rule, verify
from sozialraum.protection import protect as gate
from sozialraum.protection.linked import suppression
from sozialraum.protection.linked.block import Cells, Ints, demand
from sozialraum.protection.linked.columns import Columns
from sozialraum.protection.tables import Task
from tests.protection.test_gate import AGES, count, figures, flags, levels, nested, share


def protect(now: Figures, *before: Protected) -> Protected:
    """Through the gate after these; it is proved."""
    made = gate(now, Rule(), [Earlier(one.figures, one.secrets) for one in before], nested)
    told = [Earlier(one.figures, one.secrets) for one in before]
    assert verify(Evidence(made.figures, made.secrets, told, nested, 3, True, made.certificate)).faults == ()
    return made


def at(figures: Figures, *names: str) -> Figures:
    """The rows of these levels."""
    table = figures.table
    rows = [row for row, level in enumerate(table["level"].to_pylist()) if level in names]
    return Figures(table.take(rows), figures.descriptions)


def test_a_level_between_that_counts_something_else_does_not_cut_the_earlier_release_in_two() -> None:
    """Areas and city of the first release stay tied to each other where the second shows other counts of districts."""
    young, old = count("u15"), count("o65")
    before = protect(at(levels([young], u15=(2, 30, 2, 50)), "planning_area", "city"))
    assert {area for (area, _), mark in flags(before.figures).items() if mark == "suppressed"} == {"a", "c"}
    later = protect(levels([old], o65=(20, 30, 40, 50)), before)
    assert set(flags(later.figures).values()) == {"ok"}


def test_the_small_rest_of_an_earlier_share_stays_secret() -> None:
    """18 of 20 children: two are left, so the 18 was hidden; counted in two parts it would follow now."""
    described = share("poor", AGES["u15"], AGES["u15"])
    before = protect(figures([("a", "poor", 18, 20), ("b", "poor", 9, 20)], [described]))
    assert flags(before.figures)["a", "poor"] == "suppressed"
    younger, older = (
        Description(name, {"de": name}, kind="total", facts=("sgb2_persons",),
                    conditions={"numerator": {"facts": "sgb2_persons", "sum": "persons", "where": {"age": ages}}})
        for name, ages in (("younger", {"below": 6}), ("older", {"from": 6, "below": 15}))
    )  # fmt: skip
    rows = [("a", "younger", 8, None), ("a", "older", 10, None), ("b", "younger", 4, None), ("b", "older", 5, None)]
    marks = flags(protect(figures(rows, [younger, older]), before).figures)
    assert [marks["a", name] for name in ("younger", "older")].count("suppressed") >= 1
    assert [marks["b", name] for name in ("younger", "older")] == ["ok", "ok"]


def test_a_number_that_was_not_corrected_does_not_tell_what_was_hidden_before_the_correction() -> None:
    """9 less 7 was the old number of b: 7 is shown only to whoever does not know what was corrected."""
    young = count("u15")
    then, now = (levels([young], u15=(one, 7, 20, 30)) for one in (2, 4))
    before = protect(then)
    assert [mark for (area, _), mark in flags(before.figures).items() if area in "abx"] == [
        "suppressed",
        "suppressed",
        "ok",
    ]
    remembered = [Earlier(before.figures, before.secrets, now)]
    areas = at(now, "planning_area")
    assert set(flags(gate(areas, Rule(), remembered, nested).figures).values()) == {"ok"}
    former = [Former(at(then, "planning_area"), [Earlier(before.figures, before.secrets)])]
    made = gate(areas, Rule(), remembered, nested, former=former)
    assert flags(made.figures)["b", "u15"] == "suppressed"
    evidence = Evidence(made.figures, made.secrets, remembered, nested, 3, True, made.certificate, former=former)
    assert verify(evidence).faults == ()
    forgotten = replace(evidence, certificate=replace(made.certificate, former=()))
    assert [fault.code for fault in verify(forgotten).faults] == ["not_covered"]


def poor(*years: int) -> Description:
    """Recipients of a year, or of several together."""
    name = f"poor_{len(years)}"
    part = {"facts": "sgb2_persons", "sum": "persons", "where": {}, "pool": len(years)}
    return Description(name, {"de": name}, kind="total", facts=("sgb2_persons",), conditions={"numerator": part})


TWO = [("a", "poor_1", 20, None), ("a", "poor_2", 22, None), ("b", "poor_1", 20, None), ("b", "poor_2", 45, None)]
"""Two years less the last leave 2 people in a, and 25 in b, although nobody publishes the year before."""


def test_a_year_that_nobody_publishes_does_not_follow_from_two_years_less_the_other() -> None:
    marks = flags(protect(figures(TWO, [poor(2024), poor(2023, 2024)])).figures)
    assert [marks["a", name] for name in ("poor_1", "poor_2")].count("suppressed") == 1
    assert [marks["b", name] for name in ("poor_1", "poor_2")] == ["ok", "ok"]


def test_three_years_less_two_are_people_of_the_first() -> None:
    rows = [("a", "poor_2", 20, None), ("a", "poor_3", 22, None)]
    marks = flags(protect(figures(rows, [poor(2023, 2024), poor(2022, 2023, 2024)])).figures)
    assert sorted(marks.values()) == ["ok", "suppressed"]


def moves(name: str, *directions: str) -> Description:
    """Moves of these directions; without any, all of them."""
    wheres = [{"direction": one} for one in directions] or [{}]
    parts = [{"facts": "moves", "sum": "persons", "where": where} for where in wheres]
    return Description(name, {"de": name}, kind="total", facts=("moves",), conditions={"numerator": parts})


def test_directions_that_one_year_tells_apart_need_not_be_told_apart_in_another() -> None:
    """All and arrivals in 2023, both directions in 2024, and recipients of both years together, which tie the years."""
    described = [moves("all"), moves("arrivals", "in"), moves("both", "in", "out"), poor(2023, 2024)]
    rows = [(area, name, number, None) for area, number in (("a", 2), ("b", 20))
            for name, number in (("all", 40), ("arrivals", number), ("both", 30), ("poor_2", 30))]  # fmt: skip
    table = [
        one | {"period": "2023" if one["indicator"] in ("all", "arrivals") else "2024"}
        for one in figures(rows, described).table.to_pylist()
    ]
    marks = flags(protect(Figures(pa.Table.from_pylist(table, schema=CORE), tuple(described))).figures)
    assert {place for place, mark in marks.items() if mark == "suppressed"} == {("a", "arrivals")}


def test_the_check_finds_a_small_year_that_the_search_overlooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "add_years", lambda *_: None)
    monkeypatch.setattr(suppression, "demand", _wanted_only)
    one = figures(TWO, [poor(2024), poor(2023, 2024)])
    made = gate(one, Rule(), (), nested)
    assert set(flags(made.figures).values()) == {"ok"}
    faults = verify(Evidence(made.figures, made.secrets, (), nested, 3, True, made.certificate)).faults
    assert [(fault.code, fault.values["kind"], fault.values["place"]) for fault in faults] == [
        ("unproved", "group", "planning_area, 1, a, 2024")
    ]


def _wanted_only(found: Cells, columns: Columns, tops: Ints) -> Task:
    """What the search asks for when only published counts are secret."""
    return demand(replace(found, counted=found.counted & found.wanted), columns, tops)


def test_people_inside_are_reckoned_with_in_former_states_too() -> None:
    """Before the correction one person was in a: what is enough against readers outside is not enough against that one."""
    young = count("u15")
    then, now = (levels([young], u15=(one, 2, 20, 30)) for one in (1, 4))
    first = gate(then, Rule(insiders="safe"), (), nested)
    remembered = [Earlier(first.figures, first.secrets, now)]
    areas = at(now, "planning_area")
    former = [Former(at(then, "planning_area"), [Earlier(first.figures, first.secrets)])]
    made, weaker = (gate(areas, Rule(insiders=rule), remembered, nested, former=former) for rule in ("safe", "outside"))
    evidence = Evidence(made.figures, made.secrets, remembered, nested, 3, True, made.certificate, True, former=former)
    assert verify(evidence).faults == ()
    lie = replace(evidence, certificate=replace(made.certificate, former=weaker.certificate.former))
    assert {fault.code for fault in verify(lie).faults} == {"narrowed_inside"}

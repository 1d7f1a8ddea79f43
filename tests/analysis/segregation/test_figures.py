"""Segregation on figures: rows, marks, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum.analysis.segregation import segregation
from sozialraum.errors import CallError, InputError, MismatchError, NoAnswerError
from sozialraum.figures import Figures, together
from tests.analysis.segregation.town import FIRST, SECOND, WITHIN, town

close = pytest.approx


def rows(found: Figures, **wanted: str | None) -> list[dict[str, object]]:
    return [one for one in found.table.to_pylist() if all(one[name] == value for name, value in wanted.items())]


def test_each_period_has_its_measures_parts_and_local_values() -> None:
    found = segregation(town({"2020": FIRST, "2022": SECOND}), within={"district": WITHIN})
    assert found.periods == ("2020", "2022")
    assert len(rows(found, indicator="segregation.exposure", period="2020")) == 9
    h = {one["part"]: one["value"] for one in rows(found, indicator="segregation.h", period="2020")}
    assert h["total"] == close(0.168044024320, rel=1e-9)
    assert h["between"] + h["within"] == close(h["total"])
    assert rows(found, indicator="segregation.m", part="B", period="2020")[0]["value"] == close(0.1325907309260)
    local = rows(found, indicator="segregation.local_m", area="u6", period="2020")
    assert local[0]["value"] == close(0.2160899013556)
    assert local[0]["level"] == "quarter"
    assert {one.id for one in found.descriptions} == set(found.table["indicator"].to_pylist())
    assert all(one.limits["de"] for one in found.descriptions)


def test_a_hierarchy_of_levels_adds_up() -> None:
    quarters = dict(zip(WITHIN, ["A1", "A1", "A2", "B1", "B2", "B2"], strict=True))
    found = segregation(town({"2020": FIRST}), within={"district": WITHIN, "quarter": quarters})
    for name in ("m", "h"):
        parts = {one["part"]: one["value"] for one in rows(found, indicator=f"segregation.{name}")}
        assert parts["between"] + parts["quarter"] + parts["within"] == close(parts["total"])
    assert rows(found, indicator="segregation.m", part="A2")[0]["value"] == 0
    assert rows(found, indicator="segregation.h", part="B")[0]["level"] == "district"


def test_redraws_give_limits_bias_and_p() -> None:
    found = segregation(town({"2020": FIRST}), draws=200)
    one = rows(found, indicator="segregation.h")[0]
    assert one["lower"] < one["corrected"] < one["value"] < one["upper"]
    assert one["expected"] == close(0.0051, abs=0.001)
    assert one["p_value"] == close(1 / 201)
    assert segregation(town({"2020": FIRST}), draws=20).table == segregation(town({"2020": FIRST}), draws=20).table


def test_a_group_with_nobody_has_no_measure_of_its_own() -> None:
    table = FIRST.copy()
    table[:, 2] = 0
    found = segregation(town({"2020": table}))
    assert [(one["value"], one["flag"]) for one in rows(found, indicator="segregation.gini", group="g3")] == [
        (None, "not_applicable")
    ]
    values = [one["value"] for one in found.table.to_pylist() if one["value"] is not None]
    assert np.isfinite(values).all()
    assert rows(found, indicator="segregation.h")[0]["flag"] == "ok"


def test_a_missing_count_is_not_zero() -> None:
    table: list[list[float | None]] = FIRST.tolist()
    table[1][2] = None
    with pytest.raises(NoAnswerError, match="In 2020 1 of 6 areas lack a count") as raised:
        segregation(town({"2020": table}))
    assert "gesperrter oder fehlender Wert ist nicht 0" in raised.value.say("de")


def test_bad_input_is_refused() -> None:
    given = town({"2020": FIRST})
    with pytest.raises(NoAnswerError, match="at least two areas"):
        segregation(town({"2020": FIRST[:1]}))
    with pytest.raises(NoAnswerError, match="at least two areas"):
        segregation(town({"2020": FIRST * 0}))
    with pytest.raises(InputError, match="negative"):
        segregation(town({"2020": FIRST - 20}))
    with pytest.raises(InputError, match="more than once"):
        segregation(together([given, given]))
    with pytest.raises(CallError, match="two groups"):
        segregation(given, groups=("g1",))
    with pytest.raises(MismatchError, match="no coarser area"):
        segregation(given, within={"district": {"u1": "A"}})

"""The cheapest further cells: a table that rounding makes dear is compared with others."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum.protection.tables import repair
from sozialraum.protection.tables.repair import Region
from tests.protection.tables.test_audit import TABLES, built


def prices() -> list[float]:
    """What the moves up of four sensitive cells cost one after another, each a table that keeps every relation."""
    made, asked = built(3, TABLES["three, ages twice"], 20)
    region = Region(made.relations, made, asked, np.flatnonzero(asked.free))
    cost = np.where(asked.sensitive[region.cells], 0.0, asked.cost[region.cells])
    found = []
    for cell in np.flatnonzero(asked.sensitive)[:4].tolist():
        change = region.move(cell, int(asked.up[cell]), cost)
        assert change is not None
        assert change[region.cells == cell] == asked.up[cell]
        assert not (made.relations[:, region.cells] @ change).any()
        assert (made.values[region.cells] + change >= 0).all()
        found.append(float(cost[change != 0].sum()))
    return found


def test_where_rounding_moves_dear_cells_a_cheaper_table_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = prices()
    monkeypatch.setattr(repair, "DEARER", 1e9)
    first = prices()
    assert sum(compared) < 0.9 * sum(first)

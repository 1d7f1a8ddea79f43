"""The verifier accepts what is proved and names every way in which a table or a proof may be wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sozialraum.protection.tables import Claim, Demand, verify
from tests.protection.tables.towns import CHAINS, Cells, check, protect, shown, town

Case = tuple[Cells, list[int], Cells, dict[str, Any]]


@pytest.fixture
def case() -> Case:
    cells, counts = town(3)
    table = protect(cells, counts, Demand(top=True))
    return cells, counts, shown(table), copy.deepcopy(table.certificates)


def codes(case: Case) -> set[str]:
    return {fault.code for fault in check(*case).faults}


def test_what_the_engine_made_is_proved(case: Case) -> None:
    verdict = check(*case)
    assert verdict.faults == ()
    assert verdict.sensitive > 0
    assert verdict.hidden > verdict.sensitive
    assert verdict.lines == len(case[2]["n"])


def test_every_certificate_is_needed_or_spare_but_none_left_is_unproved(case: Case) -> None:
    case[3]["certificates"].clear()
    assert codes(case) == {"unproved"}


def test_a_changed_amount_is_found(case: Case) -> None:
    case[3]["certificates"][0][0][-1] += 1
    assert "certificate" in codes(case)


def test_a_fraction_is_no_proof(case: Case) -> None:
    case[3]["certificates"][0][0][-1] = 0.5
    assert "certificate" in codes(case)


def test_a_negative_count_is_no_possible_table(case: Case) -> None:
    case[3]["certificates"][0][0][-1] = -10_000
    assert "certificate" in codes(case)


def test_a_hidden_cell_published_again_breaks_its_proof(case: Case) -> None:
    cells, counts, table, _ = case
    line = table["flag"].index("secondary")
    total = [
        count
        for place, count in enumerate(counts)
        if table["block"][line] in ("Total", cells["block"][place], cells["quarter"][place], cells["school"][place])
        and table["age"][line] in ("Total", cells["age"][place], cells["group"][place])
        and table["sex"][line] in ("Total", cells["sex"][place])
    ]
    table["flag"][line], table["n"][line] = "ok", str(sum(total))
    assert codes(case) & {"certificate", "unproved"}


def test_a_sensitive_count_published_is_named_without_its_value(case: Case) -> None:
    _, _, table, _ = case
    line = table["flag"].index("primary")
    table["flag"][line], table["n"][line] = "ok", "1"
    found = [fault for fault in check(*case).faults if fault.code == "sensitive_published"]
    assert found[0].place.row == line + 2
    assert found[0].value == ""


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [("n", "999999", "other_count"), ("flag", "hidden", "flag"), ("block", "B99", "unknown_code")],
)
def test_a_damaged_line_is_named(case: Case, column: str, text: str, code: str) -> None:
    case[2][column][case[2]["flag"].index("ok")] = text
    assert code in codes(case)


def test_a_line_left_out_is_found(case: Case) -> None:
    for column in case[2].values():
        column.pop()
    assert codes(case) == {"lines_missing"}


def test_a_hidden_count_may_not_stand_in_the_table(case: Case) -> None:
    case[2]["n"][case[2]["flag"].index("secondary")] = "7"
    assert "hidden_count_shown" in codes(case)


def test_another_rule_than_asked_is_named(case: Case) -> None:
    cells, counts, table, certificates = case
    verdict = verify(Claim(cells, counts, CHAINS, table, certificates, minimum=5))
    assert [fault.code for fault in verdict.faults] == ["other_rule"]


def test_another_format_is_named(case: Case) -> None:
    case[3]["format"] = "something-else/1"
    assert codes(case) == {"certificate_format"}

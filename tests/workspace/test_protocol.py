"""The protocol counts values and reasons; a hidden count never follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sozialraum.errors import CallError, InputError, UnsafeReleaseError
from sozialraum.reports import Report
from sozialraum.reports.blocks import Table
from sozialraum.workspace import Workspace
from sozialraum.workspace.drafts.kept import SECRETS
from sozialraum.workspace.house.ledger import ledger, load_inside, save_inside
from sozialraum.workspace.house.tally import REASONS


def acts(report: Report) -> list[tuple]:
    """What was done, and by whom."""
    tables = [one for part in report.document.sections for one in part.blocks if isinstance(one, Table)]
    return [row[:2] for one in tables if not one.show_title for row in one.rows]


def record(workspace: Workspace) -> dict:
    """What the house noted of its newest release."""
    release = workspace.released("bericht")
    return dict(load_inside(ledger(workspace.folder, "bericht"), str(release.version), release).record)


def test_every_hidden_value_has_one_reason(town: Workspace) -> None:
    release = town.release_planned("bericht", by="A")
    noted = record(town)["hidden"]
    for found in (noted["levels"], noted["indicators"]):
        assert sum(one.get(reason, 0) for one in found.values() for reason in REASONS) == release.audit()["hidden"] > 0
    assert sum(sum(one.values()) for one in noted["levels"].values()) <= release.table.num_rows


def test_the_release_does_not_carry_reasons_times_or_proof(town: Workspace) -> None:
    release = town.release_planned("bericht", by="A")
    place = town.folder / "releases" / "bericht" / "1"
    assert sorted(path.name for path in place.iterdir()) == ["areas.parquet", "figures.parquet", "release.json"]
    text = (place / "release.json").read_text(encoding="utf-8")
    inside = ("seconds", "verdict", "secondary", "certificates", "hidden_counts_by_reason")
    assert [word for word in inside if word in text] == []
    assert release.version == 1


def test_a_draft_has_its_protocol_before_anybody_decides(town: Workspace) -> None:
    one = town.prepare("bericht", by="A")
    assert acts(town.protocol("bericht", draft=one.number)) == [("vorbereitet, noch nicht freigegeben", "A")]
    town.approve("bericht", by="B")
    assert acts(town.protocol("bericht")) == [("vorbereitet", "A"), ("freigegeben", "B")]
    town.withdraw("bericht", 1, by="C", reason="Fehler")
    assert acts(town.protocol("bericht-1", language="en"))[-1] == ("withdrawn", "C")


def test_sums_of_too_few_hidden_values_are_not_told(town: Workspace) -> None:
    """One hidden value alone: its share of all cases would be the hidden count."""
    town.release_planned("bericht", by="A")
    noted = record(town)["hidden"]
    for level, found in noted["levels"].items():
        hidden = sum(found.get(reason, 0) for reason in REASONS if reason not in ("derived", "source"))
        assert (noted["shares"][level] is None) == (0 < hidden < 3), level


def test_a_release_whose_proof_does_not_hold_is_not_written(town: Workspace) -> None:
    """The draft's certificates lose a population between the two who look at it."""
    one = town.prepare("bericht", by="A")
    certificate = one.inside.certificate
    blocks = (replace(certificate.blocks[0], others=()), *certificate.blocks[1:])
    lied = replace(one.inside, certificate=replace(certificate, blocks=blocks))
    save_inside(one.folder, SECRETS, lied)
    with pytest.raises(UnsafeReleaseError, match="proof of this release does not hold"):
        town.approve("bericht", by="B")
    left = [path for path in town.folder.rglob("*") if "releases" in path.parts or "ledger" in path.parts]
    assert [path for path in left if path.is_file()] == []


def test_a_release_of_before_has_no_proof_and_says_so(town: Workspace) -> None:
    town.release_planned("bericht", by="A")
    assert town.verify("bericht")[1].accepted
    kept = ledger(town.folder, "bericht") / "1.certificates"
    content = kept.read_bytes()
    kept.write_bytes(content[:-9])
    with pytest.raises(InputError, match="damaged"):
        town.verify("bericht-1")
    kept.unlink()
    for ask in (town.verify, town.protocol):
        with pytest.raises(CallError, match="keeps no certificates"):
            ask("bericht-1")

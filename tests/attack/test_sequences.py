"""Releases in turn, drawn at random: an attacker who keeps them all narrows nothing, and no release is refused for nothing.

Tried apart from these: seeds 0 to 120 of `Story(seed)`, and seeds 0 to 60 of each kind of draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import pytest

from sozialraum.protection import gate
from tests.attack.sequences import Draw, Story, weakened

SEEDS = (1, 2, 8, 13, 18, 87)
"""1: two drawings with areas of the same names; 2 and 13: numbers corrected between releases; 8: much is hidden;
18: what was hidden before a correction; 87: two years less one."""


@cache
def story(seed: int) -> Story:
    """What went out of an invented town."""
    found = Story(seed)
    found.tell()
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_that_went_out_narrows_a_secret(seed: int) -> None:
    one = story(seed)
    assert len(one.went_out) > 1
    assert (one.narrowed(), one.narrowed(now=False)) == ([], [])


@pytest.mark.parametrize("seed", SEEDS)
def test_no_release_is_refused_that_could_be_made_safe(seed: int) -> None:
    said = [one for one in story(seed).said if not one.endswith(" hidden")]
    assert all(one.startswith("refused rightly") for one in said)


def test_the_attacker_succeeds_where_facts_before_a_correction_are_forgotten() -> None:
    found = Story(18, forgets="corrections")
    found.tell()
    assert [(one.place.area, one.people) for one, _, _ in found.narrowed(now=False)] == [("u", 2)]


@pytest.mark.parametrize("seed", [2, 8, 13])
def test_the_attacker_succeeds_where_only_small_numbers_are_hidden(seed: int) -> None:
    assert weakened(story(seed)).narrowed()


def test_a_correction_stops_no_release_that_is_safe_from_people_inside() -> None:
    """Nobody knows an own part of a number of today that no release has."""
    found = Story(3, "safe")
    found.tell()
    assert [one.endswith(" hidden") for one in found.said] == [True, True, True]
    assert found.narrowed() == []


def test_search_and_check_see_the_same_people_inside() -> None:
    """All moves less the balance count everybody twice who left: 4 there are the 2 of all moves, and nobody came."""
    found = Story(19, "safe")
    found.tell()
    assert not [one for one in found.said if one.startswith("FAULTS")]
    assert (len(found.went_out), found.narrowed()) == (2, [])


@pytest.mark.parametrize(("insiders", "fails"), [("safe", True), ("outside", False)])
def test_people_who_fill_a_count_alone_narrow_nothing_of_others(
    insiders: Literal["safe", "outside"], fails: bool
) -> None:
    """They know that count, published or not; a release for readers outside does not stop them."""
    found = Story(2, insiders)
    found.tell()
    assert (len(found.went_out), not found.narrowed_inside()) == (3, fails)


@pytest.mark.parametrize(("seed", "draws"), [(8, ()), (5, ("withdrawals",))])
def test_people_who_are_one_of_several_narrow_nothing_of_others(seed: int, draws: Sequence[Draw]) -> None:
    """They know that somebody of their group lives in their block, also where that group is told for coarser areas only."""
    found, for_readers = Story(seed, "safe", draws), Story(seed, "outside", draws)
    for one in (found, for_readers):
        one.tell()
        assert all(said.endswith(" hidden") for said in one.said)
    assert (found.narrowed_inside(also_of_many=True), found.narrowed()) == ([], [])
    assert for_readers.narrowed_inside(also_of_many=True)


def test_the_check_refuses_what_people_who_are_one_of_several_could_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "with_everybody", lambda evidence, others, _: (evidence.certificate, others, []))
    forgotten = Story(8, "safe")
    forgotten.tell()
    assert forgotten.said[0].startswith("FAULTS: nothing proves that nobody inside can narrow this")


def test_a_release_after_which_somebody_could_narrow_too_much_is_refused() -> None:
    """Beside the release before there is no other way for the people of one block, whatever more is hidden."""
    found = Story(20, "safe")
    found.tell()
    assert found.said[1].startswith("refused rightly: Somebody who is counted in these figures could narrow")
    assert found.narrowed_inside(also_of_many=True) == []


@pytest.mark.parametrize("seed", [5, 37])
def test_counts_of_other_populations_and_withdrawn_releases_narrow_nothing(seed: int) -> None:
    """In the old state of the facts of 37 the city has no number that is the same; it was refused for that once."""
    found = Story(seed, draws=("others", "withdrawals"))
    found.tell()
    assert found.withdrawn
    assert all(one.endswith(" hidden") for one in found.said)
    assert (found.narrowed(), found.narrowed(now=False)) == ([], [])


def test_the_attacker_succeeds_where_withdrawn_releases_are_forgotten() -> None:
    found = Story(5, draws=("others", "withdrawals"), forgets="withdrawn")
    found.tell()
    assert ("planning_area", "a1", 2) in [
        (one.place.level, one.place.area, one.people) for one, _, _ in found.narrowed()
    ]


@pytest.mark.parametrize("seed", [0, 2])
def test_mean_ages_on_areas_that_cross_tell_the_ages_of_nobody(seed: int) -> None:
    """Those of drawn areas and schools are withheld, those of areas within one another stay; nothing is refused."""
    found = Story(seed, draws=("ages",))
    found.tell()
    assert all(one.endswith(" hidden") for one in found.said)
    assert (found.narrowed(), found.narrowed_ages()) == ([], [])
    assert weakened(found, ages=True).narrowed_ages()


@pytest.mark.parametrize(("classes", "fails"), [("proved", True), ("show", False)])
def test_classes_of_an_index_narrow_nothing(classes: Literal["proved", "show"], fails: bool) -> None:
    """Whoever fills in the hidden counts in every way and keeps those that give the classes of all releases."""
    found = Story(1, draws=("index",), classes=classes)
    found.tell()
    assert (len(found.went_out), not found.narrowed_by_classes()) == (2, fails)


def test_populations_that_give_another_class_than_an_earlier_release_prove_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others are sought that give it; without these the check refuses."""
    found = Story(5, draws=("index",))
    found.tell()
    assert [one.endswith(" hidden") for one in found.said] == [True, True, True]
    monkeypatch.setattr(gate, "sparing_classes", lambda evidence, others: (evidence.certificate, others))
    forgotten = Story(5, draws=("index",))
    forgotten.tell()
    assert [one.startswith("FAULTS: nothing proves") for one in forgotten.said] == [False, False, True]

"""The invented residents: plausible numbers, patterns and slow changes."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum.examples.musterkreis import County
from sozialraum.examples.musterkreis.history import Year
from sozialraum.examples.musterkreis.people import Households
from sozialraum.examples.musterkreis.quarters import YEARS


@pytest.fixture(params=[YEARS[0], YEARS[-1]])
def year(county: County, request: pytest.FixtureRequest) -> Year:
    return county.year(request.param)


def share(part: np.ndarray, whole: np.ndarray) -> float:
    return float((part & whole).sum() / whole.sum())


def child_poverty(county: County, number: int, social_area: str) -> float:
    year = county.year(number)
    here = (county.land.social_keys["2015"] == social_area)[year.people.block]
    return share(year.status.sgb2, here & (year.people.age < 15) & ~year.people.second_home)


def test_ten_years_of_a_county_of_fifty_thousand(county: County) -> None:
    assert [one.year for one in county.years] == list(YEARS)
    assert all(45_000 < (~one.people.second_home).sum() < 60_000 for one in county.years)


def test_numbers_of_persons_occur_once(year: Year) -> None:
    assert len(np.unique(year.people.number)) == len(year.people)


def test_persons_keep_their_number_and_grow_older(county: County) -> None:
    before, after = county.year(2019).people, county.year(2020).people
    _, first, second = np.intersect1d(before.number, after.number, return_indices=True)
    assert len(first) > 0.9 * len(before)
    assert (after.age[second] == before.age[first] + 1).all()


def test_residents_change_by_births_deaths_and_moves_only(county: County) -> None:
    before, after = county.year(2020), county.year(2021)
    moves = after.events.moves
    gain = len(after.events.birth_block) + (moves.origin < 0).sum()
    loss = len(after.events.death_block) + (moves.target < 0).sum()
    newborn_moved_out = len(before.people) + gain - loss - len(after.people)
    assert newborn_moved_out == 0


def test_ages_and_origins_are_plausible(year: Year) -> None:
    people, everybody = year.people, ~year.people.second_home
    assert 0.16 < share(people.age < 18, everybody) < 0.24
    assert 0.16 < share(people.age >= 65, everybody) < 0.26
    assert 0.04 < share(people.age >= 80, everybody) < 0.09
    assert people.age.max() < 112
    assert 0.06 < share(people.nationality > 0, everybody) < 0.16
    assert share(people.migration, everybody) > share(people.nationality > 0, everybody)
    assert 0.49 < share(people.sex == 0, everybody) < 0.54


def test_households_are_plausible(year: Year) -> None:
    homes = Households.of(year.people)
    families = homes.children > 0
    assert 1.9 < homes.size.mean() < 2.3
    assert 0.28 < (homes.size == 1).mean() < 0.44
    assert 0.12 < ((homes.adults == 1) & families).sum() / families.sum() < 0.28
    assert homes.size.max() <= 16


def test_a_household_lives_in_one_block(year: Year) -> None:
    homes = Households.of(year.people)
    assert (year.people.block == year.people.block[homes.first_person][homes.place]).all()


def test_benefits_and_work_are_plausible(year: Year) -> None:
    people, status = year.people, year.status
    main = ~people.second_home
    working = main & status.employable
    assert 0.04 < share(status.sgb2, main & (people.age < 65)) < 0.12
    assert 0.07 < share(status.sgb2, main & (people.age < 15)) < 0.20
    assert 0.02 < share(status.unemployed, working) < 0.08
    assert 0.5 < share(status.employed, working) < 0.7
    assert 0.015 < share(status.sgb12_chapter == 4, main & (people.age >= 65)) < 0.07
    assert not (status.unemployed & status.employed).any()
    assert not (status.long_term & ~status.unemployed).any()
    assert not (status.sgb2 & (status.sgb12_chapter > 0)).any()


def test_single_parents_need_support_more_often(year: Year) -> None:
    homes = Households.of(year.people)
    families = (homes.children > 0)[homes.place] & ~year.people.second_home
    lone = (homes.adults == 1)[homes.place]
    assert share(year.status.sgb2, families & lone) > 2 * share(year.status.sgb2, families & ~lone)


def test_poverty_is_spread_unevenly_and_neighbours_are_alike(county: County) -> None:
    rates = [child_poverty(county, 2024, key) for key in np.unique(county.land.social_keys["2015"])]
    assert max(rates) > 0.2
    assert min(rates) < 0.05


def test_one_quarter_improves_and_another_gets_worse(county: County) -> None:
    assert child_poverty(county, 2024, "0106") < child_poverty(county, 2015, "0106")
    assert child_poverty(county, 2024, "0107") > child_poverty(county, 2015, "0107")

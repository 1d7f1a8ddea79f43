"""Every value of the worked example, and what small or empty areas and groups must not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sozialraum.analysis.segregation import measures, nested, split
from sozialraum.errors import NoAnswerError
from tests.analysis.segregation.town import DISTRICTS, FIRST, SECOND

WHOLE = {
    "Multigroup D": (0.428795483061, 0.431298894822),
    "Normalised exposure": (0.206854199747, 0.223821299684),
    "Gini multigroup": (0.533563362610, 0.541537315286),
    "Entropy/diversity E": (0.926676203808, 0.993210940135),
    "Theil H": (0.168044024320, 0.182027598004),
    "Mutual information M": (0.155722398529, 0.180791801744),
    "Relative diversity R": (0.184737674151, 0.203680397905),
    "Squared coeff. of variation C": (0.154453940575, 0.175833463531),
    "Simpson concentration": (0.453360768176, 0.406656965499),
    "Simpson interaction": (0.546639231824, 0.593343034501),
}
FIRST_GROUP = {
    "Dissimilarity D": (0.485930735931, 0.511904761905),
    "Isolation xPx": (0.710496790485, 0.681781638461),
    "Correlation ratio": (0.255563175532, 0.293858302489),
    "Gini": (0.579725829726, 0.611011904762),
    "Atkinson A_b": (0.284972917078, 0.313799644162),
    "MinMax": (0.654042243263, 0.677165354331),
}
close = pytest.approx


@pytest.mark.parametrize("name", measures.WHOLE)
def test_measures_of_all_groups(name: str) -> None:
    found = [float(measures.WHOLE[name](table)) for table in (FIRST, SECOND)]
    assert found == close(WHOLE[name], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", measures.OF_GROUP)
def test_measures_of_one_group(name: str) -> None:
    found = [float(measures.OF_GROUP[name](table)[0]) for table in (FIRST, SECOND)]
    assert found == close(FIRST_GROUP[name], rel=1e-9)


def test_the_other_groups_and_exposure() -> None:
    assert measures.dissimilarity(FIRST)[2] == close(0.421195652174, rel=1e-9)
    assert measures.isolation(FIRST)[1:] == close([0.340196225133, 0.258214865531], rel=1e-9)
    first, second = measures.exposure(FIRST), measures.exposure(SECOND)
    assert [first[0, 1], first[2, 0], second[0, 1]] == close([0.184799604720, 0.431902369781, 0.198265901480], rel=1e-9)
    assert first.sum(axis=1) == close(1.0)
    assert np.diag(first) == close(measures.isolation(FIRST))


def test_local_values() -> None:
    assert measures.location_quotient(FIRST)[0] == close([1.227273, 0.778846, 0.421875], abs=5e-7)
    assert measures.location_quotient(SECOND)[0] == close([1.213542, 0.911046, 0.4926], abs=5e-6)
    assert measures.local_diversity(FIRST)[[0, 5]] == close([0.639824, 0.985567], abs=5e-7)
    assert measures.local_diversity(SECOND)[0] == close(0.757166, abs=5e-7)
    local = measures.local_mutual_information(FIRST)
    assert local[[0, 2, 5]] == close([0.0527913438119, 0.2713148566943, 0.2160899013556], rel=1e-9)
    assert float(FIRST.sum(axis=1) / FIRST.sum() @ local) == close(0.155722398529, rel=1e-9)


def test_the_split_over_districts() -> None:
    first, second = split(FIRST, DISTRICTS, 2), split(SECOND, DISTRICTS, 2)
    assert [first.m_between, first.m_within] == close([0.0451422256392, 0.110580172890], rel=1e-9)
    assert [first.h_between, first.h_within] == close([0.0487141306248, 0.119329893695], rel=1e-9)
    assert [second.m_between, second.m_within] == close([0.0443264430847, 0.136465358659], rel=1e-9)
    assert [second.h_between, second.h_within] == close([0.0446294349906, 0.137398163013], rel=1e-9)
    a, b = first.parts
    assert [a.m, a.people, a.entropy_ratio] == close([0.0881582025545, 0.49537037037, 0.765418109087], rel=1e-9)
    assert [b.m, b.people] == close([0.1325907309260, 0.50462962963], rel=1e-9)


def test_an_empty_group_and_an_empty_area_change_nothing() -> None:
    wider = np.zeros((7, 4))
    wider[:6, :3] = FIRST
    for name, measure in measures.WHOLE.items():
        assert measure(wider) == close(float(measure(FIRST)), rel=1e-12), name
    for name, measure in measures.OF_GROUP.items():
        assert measure(wider)[:3] == close(measure(FIRST), rel=1e-12), name
        assert np.isnan(measure(wider)[3]), name
    assert np.isnan(measures.local_mutual_information(wider)[6])
    assert measures.local_diversity(wider)[:6] == close(measures.local_diversity(FIRST))


def test_a_district_of_one_group_adds_nothing_and_is_not_nan() -> None:
    table = np.array([[5.0, 5], [2, 8], [7, 0], [4, 0]])
    found = split(table, np.array([0, 0, 1, 1]), 2)
    assert found.parts[1].m == 0
    assert np.isnan(found.parts[1].h)
    assert found.h_between + found.h_within == close(found.h)
    with pytest.raises(NoAnswerError, match="Only one group"):
        split(table[2:], np.array([0, 1]), 2)


def test_levels_that_do_not_nest_are_refused() -> None:
    with pytest.raises(NoAnswerError, match="two coarser"):
        nested(FIRST, [DISTRICTS, np.array([0, 0, 1, 1, 2, 2])])


def test_extremes() -> None:
    apart, alike = np.array([[10.0, 0], [0, 30]]), np.array([[1.0, 3], [10, 30]])
    for name in ("Multigroup D", "Normalised exposure", "Theil H", "Relative diversity R"):
        assert measures.WHOLE[name](apart) == close(1.0), name
        assert measures.WHOLE[name](alike) == close(0.0, abs=1e-12), name
    assert measures.gini(alike) == close([0, 0], abs=1e-12)


tables = arrays(np.float64, st.tuples(st.integers(2, 7), st.integers(2, 4)), elements=st.integers(0, 40).map(float))


@settings(max_examples=60, deadline=None)
@given(tables)
def test_order_and_units_change_nothing_and_splits_add_up(table: np.ndarray) -> None:
    if np.count_nonzero(table.sum(axis=0)) < 2:
        return
    order = np.random.default_rng(3).permutation(len(table))
    for name, measure in measures.WHOLE.items():
        value = float(measure(table))
        assert np.isfinite(value), name
        assert float(measure(table[order])) == close(value, abs=1e-9), name
        assert float(measure(table * 0.25)) == close(value, abs=1e-9), name  # weights may make counts fractions
        assert float(measure(np.stack([table, table]))[1]) == close(value, abs=1e-9), name
    places = np.arange(len(table)) // 2
    found = split(table, places, int(places.max()) + 1)
    assert found.m_between + found.m_within == close(found.m, abs=1e-9)
    assert found.h_between + found.h_within == close(found.h, abs=1e-9)
    levels = nested(table, [places // 2, places])
    assert sum(float(m) for m, _ in levels) == close(found.m, abs=1e-9)


def by_formula(t: np.ndarray) -> dict[str, float]:
    """Every measure of all groups as it is printed, with sums over all pairs of areas where the formula has them."""
    people, total = t.sum(axis=1), t.sum()
    q, p = t / people[:, None], t.sum(axis=0) / total
    mix, inside = (p * (1 - p)).sum(), (q * (1 - q)).sum(axis=1)
    entropy = -(p * np.log(p)).sum()
    own = np.array([-sum(one * np.log(one) for one in row if one > 0) for row in q])
    pairs = np.abs(q[:, None, :] - q[None, :, :]).sum(axis=2)
    return {
        "Multigroup D": (people[:, None] * np.abs(q - p)).sum() / (2 * total * mix),
        "Normalised exposure": sum(
            (people * (q[:, g] - p[g]) ** 2).sum() / (total * (1 - p[g])) for g in range(len(p))
        ),
        "Gini multigroup": (np.outer(people, people) * pairs).sum() / (2 * total**2 * mix),
        "Entropy/diversity E": entropy,
        "Theil H": (people * (entropy - own)).sum() / (total * entropy),
        "Mutual information M": (people * (entropy - own)).sum() / total,
        "Relative diversity R": (people * (mix - inside)).sum() / (total * mix),
        "Squared coeff. of variation C": ((people / total)[:, None] * (q - p) ** 2 / p).sum() / (len(p) - 1),
        "Simpson concentration": (p**2).sum(),
        "Simpson interaction": 1 - (p**2).sum(),
    }


def of_group_by_formula(t: np.ndarray, g: int) -> dict[str, float]:
    people, x = t.sum(axis=1), t[:, g]
    y, q = people - x, x / people
    share = x.sum() / people.sum()
    shares = np.stack([x / x.sum(), y / y.sum()])
    met = (x / x.sum() * q).sum()
    gaps = np.outer(people, people) * np.abs(q[:, None] - q[None, :])
    even = (np.sqrt(q * (1 - q)) * people).sum() / (share * people.sum())
    return {
        "Dissimilarity D": np.abs(shares[0] - shares[1]).sum() / 2,
        "Isolation xPx": met,
        "Correlation ratio": (met - share) / (1 - share),
        "Gini": gaps.sum() / (2 * people.sum() ** 2 * share * (1 - share)),
        "Atkinson A_b": 1 - share / (1 - share) * even**2,
        "MinMax": 1 - shares.min(axis=0).sum() / shares.max(axis=0).sum(),
    }


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_every_measure_follows_its_printed_formula(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shape = int(chance.integers(2, 9)), int(chance.integers(2, 5))
    table = chance.poisson(chance.gamma(0.8, 12.0, shape)).astype(np.float64)
    table[:, 0] += 1  # somebody in every area
    table[0] += 1  # and in every group
    found = {name: float(measure(table)) for name, measure in measures.WHOLE.items()}
    assert found == close(by_formula(table), rel=1e-9, abs=1e-12)
    for g in range(table.shape[1]):
        own = {name: float(measure(table)[g]) for name, measure in measures.OF_GROUP.items()}
        assert own == close(of_group_by_formula(table, g), rel=1e-9, abs=1e-12)

"""What kind of quarter each block lies in: density, burden and how both change over the years.

Burden is in standard deviations of a household's chance of needing support. Nothing here describes a real place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.examples.musterkreis.geography import Geography
from sozialraum.examples.musterkreis.landscape import CENTRES, Floats, expected_residents

TOWN_BURDEN = np.array([0.35, 1.1, -0.15, 0.25, -0.8, 0.95, 0.5, -0.5])
"""Per social area of the town, north to south: the second is an estate of the 1970s, the sixth the station quarter."""

YEARLY_CHANGE = {"0106": -0.085, "0107": 0.075, "0501": 0.045, "0103": -0.02}
"""The station quarter improves, the suburb at the river and one commune get worse, slowly."""

FIRST_YEAR, LAST_YEAR = 2015, 2024
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))


@dataclass(frozen=True)
class Quarters:
    """Per block: `weight` (share of residents), `burden` at the start, `change` a year, `centrality` 0..1."""

    weight: Floats
    burden: Floats
    change: Floats
    centrality: Floats

    def burden_in(self, year: int) -> Floats:
        """Burden of every block on 31 December of the year."""
        return np.asarray(self.burden + self.change * (year - FIRST_YEAR))


def quarters(county: Geography, rng: np.random.Generator) -> Quarters:
    """The profile of every block."""
    town = county.municipality == 0
    to_town = np.hypot(*(county.points - CENTRES[0]).T)
    to_centre = np.min([np.hypot(*(county.points - centre).T) for centre in CENTRES[1:]], axis=0)
    centrality = np.where(town, np.exp(-to_town / 2_500), 0.3 * np.exp(-to_centre / 900))
    weight = expected_residents(county.points, town)
    weight = weight * np.where(county.social_area == 1, 1.25, 1.0) * np.exp(rng.normal(0, 0.32, len(weight)))
    return Quarters(
        weight=weight / weight.sum(),
        burden=_burden(county, town, to_centre, rng),
        change=np.array([YEARLY_CHANGE.get(key, 0.0) for key in county.social_keys["2015"]]),
        centrality=centrality,
    )


def _burden(county: Geography, town: np.ndarray, to_centre: Floats, rng: np.random.Generator) -> Floats:
    """Social area, planning area and block together; neighbours are alike."""
    social = np.concatenate([TOWN_BURDEN, rng.normal(-0.35, 0.38, int(county.social_area.max()) - 7)])
    _, planning = np.unique(county.planning_keys["2015"], return_inverse=True)
    local = rng.normal(0, 0.42, int(planning.max()) + 1)
    commune_centre = np.where(~town, 0.45 * np.exp(-to_centre / 900), 0)
    return np.asarray(
        social[county.social_area] + local[planning] + commune_centre + rng.normal(0, 0.15, len(planning))
    )

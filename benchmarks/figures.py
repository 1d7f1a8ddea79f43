"""All figures of the catalogue that the facts carry: 1 million rows, 542 areas x 10 years.

A register-like table of residents (area, year, age, sex, nationality, migration, residence, years at the address) and
statistics of other offices in groups. The plain version does the same, intervals included, with filters and groups of
a data frame, figure by figure, as one would write it for a report. Libraries are loaded beforehand on both sides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AIM = "at least 5 times faster"
AREAS, DISTRICTS, YEARS, ROWS = 542, 12, range(2015, 2025), 1_000_000
CATALOGUE = Path(__file__).resolve().parents[1] / "src" / "sozialraum" / "indicators" / "catalogue"
FACTORS = {"percent": 100.0, "per_100": 100.0, "per_1000": 1e3, "per_10000": 1e4}
WORKING = ((15, 25), (25, 55), (55, 65))
GROUPS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "unemployed": {"age": WORKING, "duration": ("under_1y", "over_1y")},
    "employees": {"age": WORKING, "sex": ("f", "m"), "nationality": ("german", "foreign")},
    "sgb2_persons": {
        "age": ((0, 15), (15, 18), (18, 25), (25, 65)),
        "nationality": ("german", "foreign"),
        "unemployed": ("yes", "no"),
        "role": ("employable", "not_employable"),
        "earnings": ("yes", "no"),
    },
    "sgb12_persons": {"age": ((0, 15), (15, 65), (65, None)), "chapter": ("3", "4"), "place": ("inside", "outside")},
    "asylum_persons": {"age": ((0, 15), (15, None))},
    "births": {},
    "deaths": {},
    "moves": {"age": ((0, 6), (6, None)), "direction": ("in", "out")},
    "hze": {"age": ((0, 21), (21, 27))},
    "daycare_children": {"age": ((0, 3), (3, 6), (6, 7))},
    "voters": {"state": ("eligible", "voted")},
}
MEASURES = {"births": "births", "deaths": "deaths", "daycare_children": "children"}


def keys() -> list[str]:
    """Area keys whose first two digits are the district, sorted."""
    return sorted(f"{place % DISTRICTS + 1:02d}{place:04d}" for place in range(AREAS))


def prepare(folder: Path) -> None:
    """Fact files as sources write them."""
    import numpy as np

    generator = np.random.default_rng(7)
    _write(
        folder,
        "population",
        _population(generator),
        ["age", "migration", "nationality", "residence", "residence_years", "sex"],
    )
    for name, groups in GROUPS.items():
        _write(folder, name, _statistics(generator, name, groups), sorted(groups))


def _population(generator: Any) -> dict[str, Any]:
    import numpy as np

    def drawn(codes: list[str], shares: list[float]) -> Any:
        return np.array(codes)[generator.choice(len(codes), ROWS, p=shares)]

    age = generator.integers(0, 101, ROWS)
    nationality = drawn(["german", "eu", "non_eu"], [0.78, 0.09, 0.13])
    return {
        "area": np.array(keys())[np.sort(generator.integers(0, AREAS, ROWS))],
        "period": drawn([str(year) for year in YEARS], [1 / len(YEARS)] * len(YEARS)),
        "age_from": age,
        "age_to": age + 1,
        "sex": drawn(["f", "m"], [0.5, 0.5]),
        "nationality": nationality,
        "migration": np.where(nationality == "german", drawn(["yes", "no"], [0.2, 0.8]), "yes"),
        "residence": drawn(["main", "second"], [0.95, 0.05]),
        "residence_years": np.minimum(generator.integers(0, 30, ROWS), age),
        "persons": generator.integers(1, 40, ROWS),
    }


def _statistics(generator: Any, name: str, groups: Mapping[str, tuple[Any, ...]]) -> dict[str, Any]:
    """Every combination of area, year and codes once."""
    from itertools import product

    import numpy as np

    rows = list(product(keys(), [str(year) for year in YEARS], *groups.values()))
    columns: dict[str, Any] = {"area": [row[0] for row in rows], "period": [row[1] for row in rows]}
    for place, dimension in enumerate(groups, start=2):
        if dimension == "age":
            columns |= {"age_from": [row[place][0] for row in rows], "age_to": [row[place][1] for row in rows]}
        else:
            columns[dimension] = [row[place] for row in rows]
    return {**columns, MEASURES.get(name, "persons"): np.floor(generator.gamma(1.0, 15.0, len(rows)))}


def _write(folder: Path, name: str, columns: Mapping[str, Any], dimensions: list[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    size = len(columns["area"])
    constant = {
        "level": "area",
        "vintage": "2021",
        "breakdown": ",".join(dimensions),
        "sign": "",
        "file": f"{name}.csv",
    }
    table = {**columns, **{key: pa.repeat(pa.scalar(text), size) for key, text in constant.items()}}
    pq.write_table(pa.table({**table, "row": range(2, size + 2)}), folder / f"{name}.parquet")


@dataclass(frozen=True)
class Layer:
    """Areas with their size."""

    keys: tuple[str, ...]
    area_m2: Any


@dataclass(frozen=True)
class Land:
    """Areas in districts, one vintage, as `sozialraum.areas.Areas` gives them."""

    levels: tuple[str, ...] = ("area", "district")

    def vintage_of(self, _period: str, /) -> str:
        """The one vintage."""
        return "2021"

    def layer(self, level: str, _vintage: str, /) -> Layer:
        """Keys and sizes of a level."""
        import numpy as np

        found = keys() if level == "area" else sorted({key[:2] for key in keys()})
        return Layer(tuple(found), np.full(len(found), 1e6))

    def parents(self, _level: str, _coarser: str, _vintage: str, /) -> dict[str, str]:
        """District of each area."""
        return {key: key[:2] for key in keys()}

    def crosswalk(self, _from: str, _to: str, _level: str, /) -> Any:
        """There is none."""
        raise LookupError


def ready(folder: Path) -> Path:
    """Loads the libraries of both sides, so that only the work is timed."""
    import ibis
    import pandas
    import scipy.stats  # noqa: F401

    import sozialraum.indicators  # noqa: F401

    ibis.duckdb.connect().to_pyarrow(ibis.memtable({"a": [1]}))
    pandas.DataFrame({"a": [1]}).groupby("a").sum()
    return folder


def ours(folder: Path) -> dict[str, list[float]]:
    """The product: all figures in one call."""

    from sozialraum.indicators import catalogue, compute
    from sozialraum.store import FactFile, Store

    store = Store({path.stem: [FactFile(path, "1", 1, path.stem, "zero")] for path in sorted(folder.glob("*.parquet"))})
    known = catalogue()
    chosen = [known[name] for name in carried()]
    table = compute(chosen, store, Land(), "area", [str(year) for year in YEARS]).table
    found = table.group_by("indicator").aggregate([(name, "sum") for name in ("value", "lower", "upper")])
    found = found.append_column("n", table.group_by("indicator").aggregate([("value", "count")])["value_count"])
    return {
        row["indicator"]: [row["n"], *(row[f"{name}_sum"] or 0.0 for name in ("value", "lower", "upper"))]
        for row in found.to_pylist()
    }


def carried() -> list[str]:
    """Ids of the figures that the facts carry: quotients, totals and densities, pooled years and balances included."""
    return sorted(name for name, raw in definitions().items() if _facts(raw) and _facts(raw) <= {*GROUPS, "population"})


def definitions() -> dict[str, dict[str, Any]]:
    """The files of the catalogue as they are written."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CATALOGUE.rglob("*.toml"))}


def _facts(raw: Mapping[str, Any]) -> set[str]:
    return {one["facts"] for side in ("numerator", "denominator") for one in _side(raw, side)}


def _side(raw: Mapping[str, Any], side: str) -> list[Any]:
    found = raw.get(side, [])
    return found if isinstance(found, list) else [found]


def plain(folder: Path) -> dict[str, list[float]]:
    """The same figures with data frames: read, filter, group, divide, one figure after the other."""
    import pandas as pd

    frames = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    known = definitions()
    answers = {}
    for name in carried():
        raw = known[name]
        above = _sum(frames, _side(raw, "numerator"))
        below = _sum(frames, _side(raw, "denominator")) if raw.get("denominator") else _base(raw, above)
        answers[name] = _summary(_limits(raw, above, below))
    return answers


def _base(raw: Mapping[str, Any], above: Any) -> Any:
    return above * 0 + (100.0 if raw["kind"] == "density" else 1.0)


def _sum(frames: Mapping[str, Any], operands: list[Any]) -> Any:
    found = 0.0
    for one in operands:
        frame = frames[one["facts"]]
        frame = frame[_mask(frame, one.get("where", {}))]
        amount = frame[one.get("sum", "persons")]
        if one.get("times") == "age":
            amount = amount * (frame["age_from"] + frame["age_to"]) / 2
        sums = (
            amount.groupby([frame["area"], frame["period"]])
            .sum()
            .unstack(fill_value=0.0)
            .reindex(keys(), fill_value=0.0)
        )
        if one.get("average"):
            sums = (sums + sums.shift(axis=1)) / 2
        if one.get("pool"):
            sums = sums.T.rolling(one["pool"]).sum().T / (one["pool"] if one.get("pooled") == "mean" else 1)
        found = found - sums if one.get("subtract") else found + sums
    return found


def _mask(frame: Any, where: Mapping[str, Any]) -> Any:
    import numpy as np

    kept = np.ones(len(frame), bool)
    for name, wanted in where.items():
        if name == "age":
            kept &= (frame["age_from"] >= wanted.get("from", 0)).to_numpy()
            kept &= (frame["age_to"] <= wanted["below"]).to_numpy() if "below" in wanted else True
        elif isinstance(wanted, dict):
            kept &= (frame[name] >= wanted["from"]).to_numpy()
        else:
            kept &= frame[name].isin(wanted if isinstance(wanted, list) else [wanted]).to_numpy()
    return kept


def _limits(raw: Mapping[str, Any], above: Any, below: Any) -> tuple[Any, Any, Any]:
    """Value, lower and upper limit as arrays."""
    import numpy as np

    o, n, factor = above.to_numpy(), below.to_numpy(), FACTORS.get(raw["unit"], 1.0)
    n = np.where(n > 0, n, np.nan)
    value = factor * o / n
    balance = any(one.get("subtract") for one in _side(raw, "numerator"))
    if raw.get("kind") == "mean" or balance or raw.get("counts") is False:
        return value, value * np.nan, value * np.nan
    if raw["unit"] == "percent" and raw.get("part_of_denominator", True):
        return value, *(factor * limit for limit in _wilson(o, np.where(o <= n, n, np.nan)))
    years = max(one.get("pool", 1) if one.get("pooled") == "mean" else 1 for one in _side(raw, "numerator"))
    return value, *(factor * limit / (years * n) for limit in _poisson(o * years))


def _wilson(o: Any, n: Any) -> tuple[Any, Any]:
    import numpy as np

    z = 1.959963984540054
    middle, spread = 2 * o + z * z, z * np.sqrt(z * z + 4 * o * (1 - o / n))
    return (middle - spread) / (2 * (n + z * z)), (middle + spread) / (2 * (n + z * z))


def _poisson(o: Any) -> tuple[Any, Any]:
    import numpy as np
    from scipy.stats import chi2

    z, more = 1.959963984540054, o + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(
            o < 10, np.nan_to_num(chi2.ppf(0.025, 2 * o)) / 2, o * (1 - 1 / (9 * o) - z / (3 * np.sqrt(o))) ** 3
        )
    upper = np.where(o < 10, chi2.ppf(0.975, 2 * more) / 2, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3)
    return np.where(np.isnan(o), np.nan, lower), upper


def _summary(limits: tuple[Any, Any, Any]) -> list[float]:
    import numpy as np

    return [int(np.isfinite(limits[0]).sum()), *(float(np.nansum(one)) for one in limits)]

"""Index with 1,000 redraws of the counts behind it: 542 areas.

Three shares and their changes over two years, standardised, added and cut into classes; then the counts are drawn anew
and each area's class is compared. The plain version does the same with a data frame for every draw. Chance differs
between the two, so what must agree are the index values and classes without redraws; the shares of equal classes agree
up to chance.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

AIM = "at least 5 times faster"
AREAS, DRAWS = 542, 1_000
SHARES = {"s1": (0.67, 0.09), "s3": (1.0, 0.12), "s4": (0.14, 0.28)}  # part of the residents, mean share


def prepare(folder: Path) -> None:
    """Counts of two dates, as figures would hold them."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    generator = np.random.default_rng(1)
    people = generator.integers(400, 15_000, AREAS)
    rows: dict[str, list[Any]] = {"area": [], "period": [], "indicator": [], "numerator": [], "denominator": []}
    for name, (part, mean) in SHARES.items():
        share = generator.beta(6 * mean, 6 * (1 - mean), AREAS)
        for period in ("2020", "2022"):
            base = np.maximum(people * part, 1).astype(int)
            rows["numerator"] += generator.binomial(base, share).tolist()
            rows["denominator"] += base.tolist()
            rows["area"] += [f"{place:08d}" for place in range(AREAS)]
            rows["period"] += [period] * AREAS
            rows["indicator"] += [name] * AREAS
    parquet.write_table(pa.table(rows), folder / "counts.parquet")
    parquet.write_table(pa.table({"residents": people}), folder / "residents.parquet")


def ready(folder: Path) -> dict[str, Any]:
    """The counts in memory and the libraries loaded, for both sides."""
    from importlib import import_module

    from pyarrow import parquet

    for name in ("pandas", "sozialraum.analysis"):
        import_module(name)
    residents = parquet.read_table(folder / "residents.parquet")["residents"].to_pylist()
    return {"counts": parquet.read_table(folder / "counts.parquet"), "residents": residents}


def ours(given: dict[str, Any]) -> object:
    """`composite` with redraws."""
    from sozialraum.analysis import composite, index_definition

    rates, residents = _figures(given["counts"]), _residents(given["residents"])
    index = composite(rates, index_definition("mss-berlin-2019"), residents, draws=DRAWS, seed=1)
    status = index.select("mss-berlin-2019.status").at(2022).table
    return _answer(status["value"].to_pylist(), status["class"].to_pylist())


def plain(given: dict[str, Any]) -> object:
    """The same with pandas, data frames for every draw."""
    import numpy as np
    import pandas as pd

    rows = given["counts"].to_pandas()
    tables = {
        (period, what): part.pivot(index="area", columns="indicator", values=what)
        for period, part in rows.groupby("period")
        for what in ("numerator", "denominator")
    }
    bases = {period: tables[period, "denominator"] for period in ("2020", "2022")}
    shares = {period: tables[period, "numerator"] / bases[period] for period in bases}
    generator = np.random.default_rng(1)
    index, classes = _plain_index({period: 100 * share for period, share in shares.items()})
    same = pd.Series(0, index=classes.index)
    ranks = []
    for _ in range(DRAWS):
        drawn = {period: 100 * generator.binomial(bases[period], shares[period]) / bases[period] for period in bases}
        again, redrawn = _plain_index(drawn)
        same += (redrawn == classes).all(axis=1)
        ranks.append(again["status"].rank(ascending=False, method="min"))
    pd.concat(ranks, axis=1).quantile([0.05, 0.95], axis=1)
    return _answer(index["status"].tolist(), classes["status"].tolist())


def _plain_index(rates: dict[str, Any]) -> Any:
    import pandas as pd

    index, classes = {}, {}
    for name, values in {"status": rates["2022"], "dynamic": rates["2022"] - rates["2020"]}.items():
        total = ((values - values.mean()) / values.std(ddof=0)).sum(axis=1)
        index[name] = (total - total.mean()) / total.std(ddof=0)
        borders = [-9e9, -1, 1, 1.5, 9e9] if name == "status" else [-9e9, -1, 1, 9e9]
        labels = ["hoch", "mittel", "niedrig", "sehr niedrig"][: len(borders) - 1]
        classes[name] = pd.cut(index[name], borders, labels=labels).astype(str)
    return pd.DataFrame(index), pd.DataFrame(classes)


def _answer(index: list[float], classes: list[str]) -> dict[str, object]:
    return {"largest": max(index), "classes": {name: classes.count(name) for name in sorted(set(classes))}}


def _figures(counts: Any) -> Any:
    from sozialraum.figures import Description, Figures

    shares = [Description(name, {"de": name}) for name in SHARES]
    return Figures(_table(counts), tuple(shares))


def _residents(people: list[int]) -> Any:
    import pyarrow as pa

    from sozialraum.figures import Description, Figures

    keys = [f"{place:08d}" for place in range(AREAS)]
    rows = {"area": keys * 2, "period": ["2020"] * AREAS + ["2022"] * AREAS, "numerator": people * 2}
    counts = pa.table({**rows, "indicator": ["residents"] * 2 * AREAS, "denominator": [100] * 2 * AREAS})
    return Figures(_table(counts), (Description("residents", {"de": "residents"}, unit="persons"),))


def _table(counts: Any) -> Any:
    """The columns of figures: `value` = 100 x numerator / denominator."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from sozialraum.figures import CORE

    numbers = {name: counts[name].cast(pa.float64()) for name in ("numerator", "denominator")}
    value = pc.multiply(pc.divide(numbers["numerator"], numbers["denominator"]), 100.0)
    known = {name: counts[name] for name in ("area", "period", "indicator")}
    fixed = {name: [text] * len(value) for name, text in {"level": "plr", "vintage": "2021", "flag": "ok"}.items()}
    made = {**known, **numbers, **fixed, "value": value}
    return pa.table([pa.array([None] * len(value), one.type) if one.name not in made else made[one.name] for one in CORE],
                    schema=CORE)  # fmt: skip

"""Index of 542 areas with 1,000 redraws.

Both sides draw the same counts in the same order, so that they must give the same probabilities to the last digit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

AREAS, DRAWS, SEED = 542, 1000, 1
STATUS, DYNAMIC = ("s1", "s3", "s4"), ("d1", "d3", "d4")
BORDERS = {"status": (-1.0, 1.0, 1.5), "dynamic": (-1.0, 1.0)}
AIM = "well under 1 s"


def prepare(folder: Path) -> None:
    """Counts at two dates for areas of very different size."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(542)
    size = chance.lognormal(8.7, 0.6, AREAS).round().clip(400)
    columns: dict[str, Any] = {"area": [f"{place:08d}" for place in range(AREAS)], "residents": size}
    for name, age, level in (("s1", 0.67, 0.05), ("s3", 1.0, 0.12), ("s4", 0.14, 0.25)):
        of = np.maximum((size * age).round(), 1)
        share = chance.beta(2, 2 / level - 2, AREAS)
        columns[f"{name}_of"] = of
        columns[f"{name}_end"] = chance.binomial(of.astype(int), share) / of * 100
        columns[f"{name}_start"] = chance.binomial(of.astype(int), share) / of * 100
    pd.DataFrame(columns).to_parquet(folder / "areas.parquet", index=False)


def ready(folder: Path) -> tuple[Any, Any, Any]:
    """The figures of both dates, the residents, and the plain frame."""
    import pandas as pd
    import pyarrow as pa

    import sozialraum.analysis  # noqa: F401  # loading modules is not timed on either side
    from sozialraum.figures import CORE, Description, Figures

    frame = pd.read_parquet(folder / "areas.parquet")
    rows = [_rows(frame, name, when) for name in STATUS for when in ("start", "end")]
    described = tuple(Description(name, {"de": name}) for name in STATUS)
    residents = [_part(frame, "residents", period, frame["residents"], None) for period in ("2016", "2018")]
    return (
        Figures(pa.Table.from_pandas(pd.concat(rows), CORE, preserve_index=False), described),
        Figures(
            pa.Table.from_pandas(pd.concat(residents), CORE, preserve_index=False),
            (Description("residents", {"de": "Einwohner"}, unit="persons"),),
        ),
        frame,
    )


def _rows(frame: Any, name: str, when: str) -> Any:
    period = "2016" if when == "start" else "2018"
    return _part(frame, name, period, frame[f"{name}_{when}"], frame[f"{name}_of"])


def _part(frame: Any, name: str, period: str, values: Any, of: Any) -> Any:
    given = {"area": frame["area"], "value": values, "denominator": of}
    held = {"level": "quarter", "vintage": "v", "period": period, "indicator": name, "numerator": None}
    return frame[[]].assign(**given, **held, lower=None, upper=None, flag="ok")


def ours(given: tuple[Any, Any, Any]) -> dict[str, Any]:
    """The product's composite index with class probabilities."""
    from sozialraum.analysis import composite, index_definition

    figures, residents, _ = given
    found = composite(figures, index_definition("mss-berlin-2019"), residents, draws=DRAWS, seed=SEED)
    answer = {}
    for name in BORDERS:
        rows = found.select(f"mss-berlin-2019.{name}").table
        answer[name] = [sum(rows["rank"].to_pylist()), sum(rows["class_probability"].to_pylist())]
    return answer


def plain(given: tuple[Any, Any, Any]) -> dict[str, Any]:
    """The same draws, one pandas frame per draw."""
    import numpy as np
    import pandas as pd

    frame = given[2]
    chance = np.random.default_rng(SEED)
    drawn = {f"{name}_{when}": _drawn(chance, frame, name, when) for when in ("end", "start") for name in STATUS}
    first = pd.DataFrame(
        {name: frame[f"{name}_end"] for name in STATUS}
        | {name: frame[f"s{name[1]}_end"] - frame[f"s{name[1]}_start"] for name in DYNAMIC}
    )
    own = {name: _index(first, name) for name in BORDERS}
    same = {name: pd.Series(0, index=frame.index) for name in BORDERS}
    for draw in range(DRAWS):
        one = pd.DataFrame({name: drawn[f"{name}_end"][draw] for name in STATUS})
        for name in DYNAMIC:
            one[name] = one[f"s{name[1]}"] - drawn[f"s{name[1]}_start"][draw]
        for name, found in own.items():
            same[name] += _classes(_index(one, name), name) == _classes(found, name)
    return {name: [int(own[name].rank(ascending=False).sum()), float((same[name] / DRAWS).sum())] for name in BORDERS}


def _drawn(chance: Any, frame: Any, name: str, when: str) -> Any:
    of = frame[f"{name}_of"].to_numpy()
    return 100.0 * chance.binomial(of.astype(int), frame[f"{name}_{when}"].to_numpy() / 100, size=(DRAWS, AREAS)) / of


def _index(frame: Any, name: str) -> Any:
    chosen = frame[list(STATUS if name == "status" else DYNAMIC)]
    total = ((chosen - chosen.mean()) / chosen.std(ddof=0)).sum(axis=1)
    return (total - total.mean()) / total.std(ddof=0)


def _classes(index: Any, name: str) -> Any:
    import pandas as pd

    return pd.cut(index, [-float("inf"), *BORDERS[name], float("inf")], labels=False)

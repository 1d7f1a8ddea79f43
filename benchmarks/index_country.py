"""Index of 32,844 areas from seven ranked domains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AREAS = 32_844
DOMAINS = {
    "income": 0.225,
    "employment": 0.225,
    "education": 0.135,
    "health": 0.135,
    "crime": 0.093,
    "barriers": 0.093,
    "living": 0.093,
}
AIM = "under 1 s"


def prepare(folder: Path) -> None:
    """Ranks that go together, as domains of deprivation do."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(32844)
    shared = chance.normal(size=AREAS)
    scores = pd.DataFrame({name: shared + chance.normal(size=AREAS) for name in DOMAINS})
    ranks = scores.rank(ascending=False)
    ranks.insert(0, "area", [f"E{place:08d}" for place in range(AREAS)])
    ranks.to_parquet(folder / "ranks.parquet", index=False)


def ready(folder: Path) -> tuple[Any, Any]:
    """The figures and the plain frame."""
    import pandas as pd
    import pyarrow as pa

    import sozialraum.analysis  # noqa: F401  # loading modules is not timed on either side
    from sozialraum.figures import CORE, Description, Figures

    frame = pd.read_parquet(folder / "ranks.parquet")
    held = {"level": "area", "vintage": "2011", "period": "2019", "flag": "ok"}
    held |= dict.fromkeys(("numerator", "denominator", "lower", "upper"))
    parts = [frame[["area"]].assign(value=frame[name], indicator=name, **held) for name in DOMAINS]
    table = pa.Table.from_pandas(pd.concat(parts), CORE, preserve_index=False)
    return Figures(table, tuple(Description(name, {"de": name}, unit="rank") for name in DOMAINS)), frame


def ours(given: tuple[Any, Any]) -> dict[str, Any]:
    """The product's composite index."""
    from sozialraum.analysis import composite, index_definition

    found = composite(given[0], index_definition("imd-england-2019"))
    rows = found.select("imd-england-2019.overall").table
    values, ranks = rows["value"].to_numpy(), rows["rank"].to_numpy()
    return {"sum": float(values.sum()), "worst": float(values[ranks == 1][0]), "ranks": float((values * ranks).sum())}


def plain(given: tuple[Any, Any]) -> dict[str, Any]:
    """Rank, transform, weigh and rank again in pandas."""
    import numpy as np

    frame = given[1]
    scores = frame[["area"]].copy()
    scores["score"] = 0.0
    for name, weight in DOMAINS.items():
        share = (AREAS + 1 - frame[name].rank()) / AREAS
        scores["score"] += weight * (-23 * np.log(1 - share * (1 - np.exp(-100 / 23))))
    scores["rank"] = scores["score"].rank(ascending=False, method="min").astype(int)
    scores["decile"] = np.ceil(scores["rank"] * 10 / AREAS).astype(int)
    worst = scores.loc[scores["rank"] == 1, "score"].iloc[0]
    return {
        "sum": float(scores["score"].sum()),
        "worst": float(worst),
        "ranks": float((scores["score"] * scores["rank"]).sum()),
    }

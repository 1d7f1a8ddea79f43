"""Index of 32,844 areas from the ranks of seven domains, with ranks and deciles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AIM = "under 1 s"
AREAS = 32_844
WEIGHTS = {
    "income": 0.225, "employment": 0.225, "education": 0.135, "health": 0.135, "crime": 0.093, "barriers": 0.093,
    "living": 0.093,
}  # fmt: skip


def prepare(folder: Path) -> None:
    """Seven rankings that go together to some degree."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    generator = np.random.default_rng(1)
    shared = generator.normal(size=AREAS)
    ranks = {name: np.argsort(np.argsort(shared + generator.normal(size=AREAS))) + 1 for name in WEIGHTS}
    areas = [f"E{place:08d}" for place in range(AREAS)]
    parquet.write_table(pa.table({"area": areas, **ranks}), folder / "ranks.parquet")


def ready(folder: Path) -> Any:
    """The ranks in memory and the libraries loaded, for both sides."""
    from importlib import import_module

    from pyarrow import parquet

    for name in ("pandas", "sozialraum.analysis"):
        import_module(name)
    return parquet.read_table(folder / "ranks.parquet")


def ours(ranks: Any) -> object:
    """`composite` on figures."""
    import pyarrow as pa

    from sozialraum.analysis import composite, index_definition
    from sozialraum.figures import CORE, Description, Figures

    long = pa.concat_tables(_rows(ranks, name, CORE) for name in WEIGHTS)
    shown = tuple(Description(name, {"de": name}, unit="rank") for name in WEIGHTS)
    index = composite(Figures(long, shown), index_definition("imd-england-2019"))
    table = index.select("imd-england-2019.overall").table
    return _answer(table["value"].to_pylist(), table["rank"].to_pylist())


def _rows(ranks: Any, name: str, schema: Any) -> Any:
    import pyarrow as pa

    count = ranks.num_rows
    texts = {"level": "lsoa", "vintage": "2011", "period": "2019", "indicator": name, "flag": "ok"}
    known = {key: pa.array([text] * count) for key, text in texts.items()}
    known |= {"area": ranks["area"], "value": ranks[name].cast(pa.float64())}
    return pa.table([known.get(one.name, pa.nulls(count, one.type)) for one in schema], schema=schema)


def plain(ranks: Any) -> object:
    """The same formula on a data frame."""
    import numpy as np
    import pandas as pd

    frame = ranks.to_pandas()
    score = pd.Series(0.0, index=frame.index)
    for name, weight in WEIGHTS.items():
        share = (AREAS + 1 - frame[name]) / AREAS
        score += weight * -23.0 * np.log(1.0 - share * (1.0 - np.exp(-100.0 / 23.0)))
    rank = score.rank(ascending=False, method="min").astype(int)
    pd.qcut(rank, 10, labels=False)
    return _answer(score.tolist(), rank.tolist())


def _answer(scores: list[float], ranks: list[int]) -> dict[str, float]:
    return {"largest": max(scores), "sum": sum(scores), "first": ranks[0], "last": ranks[-1]}

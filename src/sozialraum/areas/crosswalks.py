"""A crosswalk (Umsteigeschlüssel) divides the counts of areas of one vintage among those of another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sozialraum.errors import MismatchError, NoAnswerError
from sozialraum.texts import Numeral, say
from sozialraum.writing import as_parquet, write_whole

Numbers = np.ndarray[Any, np.dtype[np.float64]]
WHOLE = 1 - 1e-9  # a source with this weight went into one target undivided
CLOSABLE = 0.01  # so much of an area may lie outside by redrawn borders alone

_WAYS = {
    "area": "their share of the area",
    "inhabited area": "their share of the inhabited area",
    "points": "their share of the points",
    "finer population": "their share of a finer population",
}
_HABITS = {
    "calibrated": "The weights are calibrated to both populations at the date of change.",
    "unchanged areas whole": "Areas that were only redrawn keep their exact count.",
}

_METADATA = b"sozialraum.crosswalk"


def crosswalk_file(level: str, from_vintage: str, to_vintage: str) -> str:
    """Name of the Parquet file in the workspace's folder of crosswalks."""
    return f"{level}-{from_vintage}-{to_vintage}.parquet"


@dataclass(frozen=True, eq=False)
class Carried:
    """Counts on the target areas.

    `table`: area, value, estimated_share (0 to 1: how much of the value comes out of divided areas) and flag (`ok`
    where only whole areas went in, `estimated`, or `missing` where a source value is unknown or no source leads).
    `outside` is the sum of what lies in no target area: sum of values in = sum of values out + outside.
    """

    table: pa.Table
    outside: float


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """Weights from areas of one vintage to areas of another, with their method and measured error.

    `table`: from, to, weight (the share of the source's count that goes to the target; a source's weights sum to at
    most 1, the rest lies outside), amount (what the weight was measured by: square metres, persons, points).
    `error`: measured name -> wape, median and the other figures of `measured`. `notes`: what the method has to say.
    Counts are carried, rates never: carry numerator and denominator and divide afterwards.
    """

    level: str
    from_vintage: str
    to_vintage: str
    table: pa.Table
    method: str
    targets: tuple[str, ...]
    error: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the source areas that have weights, sorted."""
        return tuple(sorted(pc.unique(self.table["from"]).to_pylist()))

    def row_sums(self) -> dict[str, float]:
        """Source -> sum of its weights; what is missing to 1 lies outside all targets."""
        grouped = self.table.group_by("from").aggregate([("weight", "sum")])
        return dict(sorted(zip(grouped["from"].to_pylist(), grouped["weight_sum"].to_pylist(), strict=True)))

    def carry(self, values: Mapping[str, float | None]) -> Carried:
        """Counts by source area -> counts by target area; None is unknown and makes every target it touches unknown.

        Raises: MismatchError for areas that the crosswalk does not know.
        """
        known = set(self.sources) | set(self.notes.get("outside", ()))
        strange = sorted(set(values) - known)
        if strange:
            raise MismatchError(
                "The crosswalk from {vintage} does not know the areas {keys}.",
                remedy="Check whether the counts belong to another vintage.",
                vintage=self.from_vintage,
                keys=", ".join(strange[:5]),
            )
        return self._carried(values)

    def _carried(self, values: Mapping[str, float | None]) -> Carried:
        place = {key: number for number, key in enumerate(self.targets)}
        into = np.array([place[key] for key in self.table["to"].to_pylist()], dtype=np.int64)
        weight = self.table["weight"].to_numpy()
        given = [values.get(key, 0.0) for key in self.table["from"].to_pylist()]
        unknown = np.array([one is None for one in given], dtype=bool)
        part = weight * np.array([one or 0.0 for one in given], dtype=np.float64)
        sums = np.bincount(into, weights=part, minlength=len(place)).astype(np.float64)
        divided = np.bincount(into, weights=part * (weight < WHOLE), minlength=len(place)).astype(np.float64)
        blank = np.bincount(into, weights=unknown, minlength=len(place)) > 0
        blank |= np.bincount(into, minlength=len(place)) == 0
        inside = float(part.sum())
        total = float(sum(one for one in values.values() if one is not None))
        lost = total - inside if not unknown.any() else float(self._outside(values))
        return Carried(_carried_table(self.targets, sums, divided, blank), lost)

    def _outside(self, values: Mapping[str, float | None]) -> float:
        sums = self.row_sums()
        return sum(value * (1 - sums.get(key, 0.0)) for key, value in values.items() if value is not None)

    def parts(self, target: str) -> list[tuple[str, float]]:
        """(source, weight) of everything that goes into a target area, the largest share first."""
        rows = self.table.filter(pc.equal(self.table["to"], target)).to_pylist()
        return sorted(((row["from"], row["weight"]) for row in rows), key=lambda part: (-part[1], part[0]))

    def describe(self, language: str = "en") -> str:
        """Sentences for readers: by what the counts were carried, how sure that is, and for which groups."""
        way = self.method.partition(",")[0].partition(";")[0].removeprefix("calibrated from ")
        names = {"old": self.from_vintage, "new": self.to_vintage, "way": say(_WAYS.get(way, way), language)}
        sentences = [
            say("Counts on the boundaries {old} are carried to the boundaries {new} by {way}.", language, **names)
        ]
        sentences += [say(text, language) for sign, text in _HABITS.items() if sign in self.method]
        if self.error:
            shares = {say(name, language): Numeral(error["wape"], ".2f") for name, error in self.error.items()}
            errors = [f"{name} {percent.in_language(language)} %" for name, percent in shares.items()]
            text = "Measured error (all deviations over all counts): {errors}."
            sentences.append(say(text, language, errors="; ".join(errors)))
        return " ".join(sentences)

    def closed(self) -> Crosswalk:
        """Rows that miss 1 by no more than one hundredth, as redrawn borders do, made to sum to 1; method says so."""
        sums = self.row_sums()
        row = np.array([sums[key] for key in self.table["from"].to_pylist()])
        close = (row < 1) & (row >= 1 - CLOSABLE)
        weight = np.where(close, self.table["weight"].to_numpy() / row, self.table["weight"].to_numpy())
        weight = np.where(np.abs(weight - 1) < 1 - WHOLE, 1.0, weight)
        table = self.table.set_column(2, "weight", pa.array(weight, pa.float64()))
        closed = sorted({key for key, one in zip(self.table["from"].to_pylist(), close, strict=True) if one})
        return replace(
            self, table=table, method=f"{self.method}, closed", notes={**self.notes, "closed_rows": len(closed)}
        )

    def measured(self, name: str, values: Mapping[str, float | None], known: Mapping[str, float | None]) -> Crosswalk:
        """With the error against counts known on both sides: wape (percent), median and 90 % quantile of the areas'
        absolute percentage errors, over_10_percent (areas), areas, unknown (areas left out).

        Raises: NoAnswerError when no area is known on both sides.
        """
        carried = self.carry(values).table.to_pydict()
        pairs = [(one, known.get(key)) for key, one in zip(carried["area"], carried["value"], strict=True)]
        both = [(one, two) for one, two in pairs if one is not None and two is not None]
        if not both or not sum(two for _, two in both):
            raise NoAnswerError("No counts are known on both sides, so the error cannot be measured.")
        found = _errors(np.array(both, dtype=np.float64)) | {"unknown": float(len(pairs) - len(both))}
        return replace(self, error={**self.error, name: found})

    def then(self, following: Crosswalk) -> Crosswalk:
        """Two crosswalks one after the other. Raises: MismatchError when the vintages or levels do not meet."""
        if (self.to_vintage, self.level) != (following.from_vintage, following.level):
            raise MismatchError("The second crosswalk does not begin where the first one ends.")
        joined = self.table.join(following.table, keys="to", right_keys="from", right_suffix="_next", join_type="inner")
        product = pc.multiply(joined["weight"], joined["weight_next"])
        amount = pc.multiply(joined["amount"], joined["weight_next"])
        rows = pa.table({"from": joined["from"], "to": joined["to_next"], "weight": product, "amount": amount})
        table = rows.group_by(["from", "to"]).aggregate([("weight", "sum"), ("amount", "sum")])
        table = table.rename_columns(["from", "to", "weight", "amount"]).sort_by(
            [("from", "ascending"), ("to", "ascending")]
        )
        method = f"{self.method}; {following.method}"
        outside = tuple(sorted(set(self.sources) - set(table["from"].to_pylist()) | set(self.notes.get("outside", ()))))
        return replace(
            following, from_vintage=self.from_vintage, table=table, method=method, error={}, notes={"outside": outside}
        )

    def coarsened(self, level: str, above_from: Mapping[str, str], above_to: Mapping[str, str]) -> Crosswalk:
        """The crosswalk of a coarser level, its areas weighted by the amounts (persons, metres²) of their parts."""
        columns = (self.table[name].to_pylist() for name in ("from", "to", "weight", "amount"))
        wholes: dict[str, float] = {}
        sums: dict[tuple[str, str], float] = {}
        for source, target, weight, amount in zip(*columns, strict=True):
            wholes[source] = amount / weight
            pair = above_from[source], above_to[target]
            sums[pair] = sums.get(pair, 0.0) + amount
        totals: dict[str, float] = {}
        for source, whole in wholes.items():
            totals[above_from[source]] = totals.get(above_from[source], 0.0) + whole
        table = weights_table(
            [(one, other, amount, totals[one]) for (one, other), amount in sums.items() if amount > 0]
        )
        outside = sorted(set(above_from.values()) - set(table["from"].to_pylist()))
        return Crosswalk(
            level,
            self.from_vintage,
            self.to_vintage,
            table,
            f"{self.method}; added up from {self.level}",
            tuple(sorted(set(above_to.values()))),
            notes={"outside": outside},
        )

    def save(self, path: Path) -> None:
        """Writes one Parquet file with method, error and notes inside; it appears whole or not at all."""
        record = {name: getattr(self, name) for name in _RECORD}
        metadata = {_METADATA: json.dumps(record, ensure_ascii=False).encode()}
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole({path: as_parquet(self.table.replace_schema_metadata(metadata))})

    @classmethod
    def read(cls, path: Path) -> Crosswalk:
        """The crosswalk that `save` wrote. Raises: MismatchError for another kind of file."""
        try:
            table = pq.read_table(path)
        except (pa.ArrowException, OSError) as error:
            raise MismatchError("{file} is no readable crosswalk.", file=path.name) from error
        metadata = table.schema.metadata or {}
        if _METADATA not in metadata:
            raise MismatchError("{file} is no crosswalk made by this program.", file=path.name)
        record = json.loads(metadata[_METADATA])
        record["targets"] = tuple(record["targets"])
        return cls(table=table.replace_schema_metadata(None), **record)


_RECORD = ("level", "from_vintage", "to_vintage", "method", "targets", "error", "notes")


def weights_table(rows: list[tuple[str, str, float, float]]) -> pa.Table:
    """Columns from, to, weight, amount out of (source, target, amount, whole amount of the source), sorted."""
    ordered = sorted(rows)
    return pa.table(
        {
            "from": pa.array([row[0] for row in ordered], pa.string()),
            "to": pa.array([row[1] for row in ordered], pa.string()),
            "weight": pa.array([_share(row[2], row[3]) for row in ordered], pa.float64()),
            "amount": pa.array([row[2] for row in ordered], pa.float64()),
        }
    )


def _share(amount: float, whole: float) -> float:
    """The share, exactly 1 where only rounding keeps it from that."""
    share = amount / whole
    return 1.0 if abs(share - 1) < 1 - WHOLE else share


def _carried_table(targets: tuple[str, ...], sums: Numbers, divided: Numbers, blank: Any) -> pa.Table:
    share = np.divide(divided, sums, out=np.zeros_like(sums), where=sums != 0)
    flag = np.where(blank, "missing", np.where(divided != 0, "estimated", "ok"))
    return pa.table(
        {
            "area": pa.array(targets, pa.string()),
            "value": pa.array(sums, pa.float64(), mask=blank),
            "estimated_share": pa.array(share, pa.float64(), mask=blank),
            "flag": pa.array(flag.tolist(), pa.string()),
        }
    )


def _errors(pairs: Numbers) -> dict[str, float]:
    off = np.abs(pairs[:, 0] - pairs[:, 1])
    relative = 100 * off[pairs[:, 1] > 0] / pairs[pairs[:, 1] > 0, 1]
    return {
        "wape": float(100 * off.sum() / pairs[:, 1].sum()),
        "median": float(np.median(relative)),
        "quantile_90": float(np.quantile(relative, 0.9)),
        "over_10_percent": float((relative > 10).sum()),
        "areas": float(len(pairs)),
    }

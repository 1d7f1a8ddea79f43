"""Partitions of areas by their figures: k-means, Ward, Gaussian mixture; types numbered from least to most burdened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, NoAnswerError

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Method = Literal["k-means", "ward", "gaussian-mixture"]
STARTS = 10
_SAME = 1e-9  # spread, in units of the largest value, below which a column counts as constant


@dataclass(frozen=True)
class Partition:
    """Type of each area (0, 1, ...) and the centres (types, columns) in the units that were given.

    `clearness` is the silhouette width of each area (1 = in the middle of its type, 0 = between two, below 0 = nearer to
    another; Rousseeuw 1987), `second` the type it is nearest to besides its own (-1 where there is one type),
    `probability` of its own type under a Gaussian mixture, else NaN; `bic` (lower = better) likewise.
    """

    labels: Places
    centres: Array
    clearness: Array
    second: Places
    probability: Array
    bic: float

    @property
    def types(self) -> int:
        """Number of types."""
        return len(self.centres)


def standardised(columns: Array) -> Array:
    """Columns (areas, indicators) with mean 0 and spread 1 (population formula); one without differences becomes 0."""
    spread = columns.std(axis=0)
    some = spread > _SAME * np.maximum(np.abs(columns).max(axis=0), 1e-300)
    return np.asarray(np.divide(columns - columns.mean(axis=0), spread, out=np.zeros_like(columns), where=some))


def partition(columns: Array, types: int, method: Method = "k-means", seed: int = 1) -> Partition:
    """The areas (rows of standardised columns) in so many types.

    k-means: Lloyd 1982 with k-means++ (Arthur & Vassilvitskii 2007), ten starts; ward: Ward 1963; gaussian-mixture:
    normal densities with a variance of their own per type and column, ten starts.
    Raises: CallError for an unknown method; NoAnswerError with fewer different areas than types.
    """
    must_differ(columns, types, method)
    labels = assigned(columns, types, method, seed)
    probability, bic = _mixture(columns, types, seed) if method == "gaussian-mixture" else (None, float("nan"))
    centres = np.stack([columns[labels == one].mean(axis=0) for one in range(types)])
    own = np.full(len(labels), np.nan) if probability is None else probability
    return Partition(labels, centres, _silhouette(columns, labels), _second(columns, labels, centres), own, bic)


def must_differ(columns: Array, types: int, method: str) -> None:
    """Raises: CallError for an unknown method or fewer than two types; NoAnswerError with too few different areas."""
    if method not in METHODS:
        raise CallError("There is no method '{method}'; there are: {known}.", method=method, known=", ".join(METHODS))
    if types < 2:
        raise CallError("A typology needs at least two types.")
    different = len(np.unique(columns, axis=0))
    if different < types:
        raise NoAnswerError(
            "There are only {different} different areas, too few for {types} types.",
            remedy="Ask for fewer types, or check the columns.",
            different=different,
            types=types,
        )


def assigned(columns: Array, types: int, method: str, seed: int, starts: int = STARTS) -> Places:
    """Type of each row, every type used; one thread, so that the same input gives the same types everywhere."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        labels = METHODS[method](columns, types, seed, starts)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _k_means(columns: Array, types: int, seed: int, starts: int) -> Any:
    from sklearn.cluster import KMeans

    return KMeans(types, n_init=starts, random_state=seed).fit_predict(columns)


def _ward(columns: Array, types: int, _seed: int, _starts: int) -> Any:
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(types, linkage="ward").fit_predict(columns)


def _gaussian(columns: Array, types: int, seed: int, starts: int) -> Any:
    return _fitted(columns, types, seed, starts).predict(columns)


METHODS: Mapping[str, Callable[[Array, int, int, int], Any]] = {
    "k-means": _k_means,
    "ward": _ward,
    "gaussian-mixture": _gaussian,
}


def _fitted(columns: Array, types: int, seed: int, starts: int = STARTS) -> Any:
    from sklearn.mixture import GaussianMixture

    floor = 1e-3  # of a standard deviation squared: a type of equal areas keeps a little width
    return GaussianMixture(types, covariance_type="diag", n_init=starts, random_state=seed, reg_covar=floor).fit(
        columns
    )


def _mixture(columns: Array, types: int, seed: int) -> tuple[Array, float]:
    """Probability of the own type, and the Bayesian information criterion (Schwarz 1978)."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        model = _fitted(columns, types, seed)
        return np.asarray(model.predict_proba(columns).max(axis=1)), float(model.bic(columns))


def _silhouette(columns: Array, labels: Places) -> Array:
    from sklearn.metrics import silhouette_samples

    if not 1 < len(np.unique(labels)) < len(labels):
        return np.zeros(len(labels))
    return np.asarray(silhouette_samples(columns, labels), np.float64)


def _second(columns: Array, labels: Places, centres: Array) -> Places:
    apart = ((columns[:, None, :] - centres) ** 2).sum(axis=2)
    apart[np.arange(len(labels)), labels] = np.inf
    return apart.argmin(axis=1).astype(np.int64) if len(centres) > 1 else np.full(len(labels), -1)


def renumbered(found: Partition, order: Sequence[int]) -> Partition:
    """The same types under other numbers: `order` names the old number of each new one."""
    new = np.empty(len(order), np.int64)
    new[list(order)] = np.arange(len(order))
    second = np.where(found.second >= 0, new[found.second], -1)
    centres = found.centres[list(order)]
    return Partition(new[found.labels], centres, found.clearness, second, found.probability, found.bic)


def by_burden(found: Partition, sides: Sequence[int]) -> Partition:
    """Types numbered from the least to the most burdened; `sides` is 1 where more is worse, -1 where less is, else 0.

    Where no column has a bad side, from the largest to the smallest type.
    """
    if any(sides):
        burden = found.centres @ np.asarray(sides, np.float64)
    else:
        burden = -np.bincount(found.labels, minlength=found.types).astype(np.float64)
    return renumbered(found, np.argsort(burden, kind="stable").tolist())

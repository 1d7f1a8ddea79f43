"""The interface for programs: released figures as JSON, described by OpenAPI at /api/v1/openapi.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from django.http import Http404
from ninja import NinjaAPI, Path, Query, Schema
from pydantic import Field

from sozialraum.reports import Series, View
from sozialraum.reports import sentences as tell
from sozialraum.texts import LANGUAGES
from sozialraum.web.figures.files import known
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.ready.keeping import Kept, answer, keep

ROWS, MOST = 1000, 10_000
"""Rows in one answer, and rows that may be asked for at once."""
Language = Annotated[Literal["de", "en"], Query(description="Language of the texts")]
Key = Annotated[str, Path(max_length=100)]
Filter = Annotated[str, Query(max_length=100)]
Places = npt.NDArray[np.int64]
"""Rows and columns of a series, a pair each."""


class Failure(Schema):
    """Why there is no answer."""

    detail: str


class Wrong(Schema):
    """One parameter that cannot be understood: the kind of fault, where it stands, what is wrong."""

    type: str
    loc: list[str | int]
    msg: str
    ctx: dict[str, str | int | float] | None = None


class Refusal(Schema):
    """Which parameters cannot be understood."""

    detail: list[Wrong]


class ReleaseOut(Schema):
    """The release that is shown."""

    label: str
    place: str
    made: str
    invented: bool
    sources: list[str]


class IndicatorOut(Schema):
    """A figure with what a reader must know."""

    id: str
    title: str
    definition: str
    unit: str
    field: str
    polarity: str
    limits: str
    source: str
    levels: list[str]
    periods: list[str]


class AreaOut(Schema):
    """An area with its coarser ones by level."""

    area: str
    level: str
    name: str
    parents: dict[str, str]


class FigureOut(Schema):
    """One released value; `state` says why there is none."""

    area: str
    level: str
    period: str
    indicator: str
    value: float | None
    lower: float | None
    upper: float | None
    state: Literal["ok", "hidden", "unknown", "not_applicable", "other_boundaries"]
    estimated: bool


class FiguresOut(Schema):
    """A page of values; `count` is the number of all that fit."""

    count: int = Field(ge=0)
    figures: list[FigureOut]


api = NinjaAPI(
    title="sozialraum",
    version="1",
    description="Released figures of municipal social planning. Only the newest release is served.",
    docs_url=None,
    urls_namespace="api",
)


def _shown() -> Shown:
    shown = shelf().newest()
    if shown is None:
        raise Http404
    return shown


def _kept(shown: Shown, asked: Hashable, make: Callable[[], Any], known: bool = True) -> Kept:
    """The answer as it was made and packed at the first request; the release it belongs to never changes.

    One of a `known` number is found again after a restart.
    """
    keep_it = shown.stocked if known else shown.answers.get
    return keep_it(("api", asked), lambda: _packed(make()))


def _packed(told: Any) -> Kept:
    return keep(json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False), "application/json")


def ahead(shown: Shown) -> Iterator[Callable[[], object]]:
    """What programs ask for first, each to be made before anybody asks."""
    yield partial(_release, shown)
    yield partial(_every_area, shown, "")
    for language in LANGUAGES:
        yield partial(_every_indicator, shown, language)
    view = shown.view("en")
    for indicator in view.measures():
        cells = sum(view.series(indicator, one).state.size for one in view.levels if view.has(indicator, one))
        for offset in range(0, min(cells, MOST), ROWS):
            yield partial(_figures, shown, indicator, offset=offset)


def release(request: Any) -> Any:
    """Label, place and sources of the release."""
    return answer(request, _release(_shown()))


def _release(shown: Shown) -> Kept:
    return _kept(shown, "release", lambda: _about(shown.view("en")))


def _about(view: View) -> dict[str, Any]:
    from sozialraum.reports.sections.parts import all_sources

    record = view.release.record
    return {
        "label": view.release.label,
        "place": view.place,
        "made": str(record.get("made", ""))[:10],
        "invented": bool(record.get("invented")),
        "sources": all_sources(view),
    }


def indicators(request: Any, language: Language = "de") -> Any:
    """Every figure of the release."""
    return answer(request, _every_indicator(_shown(), language))


def _every_indicator(shown: Shown, language: str) -> Kept:
    view = shown.view(language)
    return _kept(shown, (language, ""), lambda: [_described(view, one) for one in view.measures()])


def indicator(request: Any, id: Key, language: Language = "de") -> Any:  # noqa: A002
    """One figure."""
    shown = _shown()
    view = shown.view(language)
    if id not in view.measures():
        raise Http404
    return answer(request, _kept(shown, (language, id), lambda: _described(view, id)))


def _described(view: View, key: str) -> dict[str, Any]:
    one = view.descriptions[key]
    texts = {
        name: tell.in_language(getattr(one, name), view.language)
        for name in ("title", "definition", "limits", "source")
    }
    return {
        "id": key,
        "unit": one.unit,
        "field": one.field,
        "polarity": one.polarity,
        "levels": [level for level in view.levels if view.has(key, level)],
        "periods": list(view.series(key).periods),
        **texts,
    }


def areas(request: Any, level: Filter = "") -> Any:
    """Every area of a level (of all levels without one)."""
    return answer(request, _every_area(_shown(), level))


def _every_area(shown: Shown, level: str) -> Kept:
    view = shown.view("en")
    chosen = [one for one in view.levels if level in ("", one)]
    return _kept(shown, ("areas", *chosen), lambda: [one for each in chosen for one in _areas(view, each)])


def _areas(view: View, level: str) -> list[dict[str, Any]]:
    layer = view.layer_of(level)
    return [
        {"area": key, "level": level, "name": name, "parents": parents}
        for key, name, parents in zip(layer.keys, layer.names, layer.parents, strict=True)
    ]


def figures(
    request: Any,
    indicator: Filter,
    level: Filter = "",
    period: Filter = "",
    area: Filter = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = ROWS,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """Values of a figure, by area and date; level, period and area narrow them down."""
    return answer(request, _figures(_shown(), indicator, level, period, area, limit, offset))


def _figures(
    shown: Shown, indicator: str, level: str = "", period: str = "", area: str = "", limit: int = ROWS, offset: int = 0
) -> Kept:
    """Values of a figure; whole parts of all areas and dates are found again after a restart. Raises: Http404."""
    view = shown.view("en")
    if indicator not in view.measures():
        raise Http404
    levels = [one for one in view.levels if view.has(indicator, one) and level in ("", one)]
    found = [(one, _places(one, period, area)) for one in (view.series(indicator, each) for each in levels)]
    count = sum(len(places) for _, places in found)
    chosen = range(min(offset, count), min(offset + limit, count))
    asked = (indicator, tuple(levels), period, area, chosen) if count else ()  # what no release knows is one answer
    known = limit == ROWS and offset % ROWS == 0 and not (period or area)
    return _kept(shown, asked, lambda: {"count": count, "figures": _told(found, chosen)}, known)


def _places(series: Series, period: str, area: str) -> Places:
    """Where the values that were asked for stand, by date and area."""
    rows = [at for at, one in enumerate(series.periods) if period in ("", one)]
    if area:
        columns = [series.layer.place[area]] if area in series.layer.place else []
        there = np.zeros(series.state.shape, dtype=bool)
        there[np.ix_(rows, columns)] = True
    else:
        there = np.isin(np.arange(len(series.periods)), rows)[:, None]
    return np.argwhere(there & (series.state != "absent"))


def _told(found: Sequence[tuple[Series, Places]], chosen: range) -> list[dict[str, Any]]:
    """The values at those places of all levels put one behind the other."""
    told, before = list[dict[str, Any]](), 0
    for series, places in found:
        inside = places[max(chosen.start - before, 0) : max(chosen.stop - before, 0)]
        told += _values(series, inside[:, 0], inside[:, 1])
        before += len(places)
    return told


def _values(series: Series, rows: Any, columns: Any) -> list[dict[str, Any]]:
    """One value each; columns of plain lists, because a thousand single looks into arrays are slow."""
    layer, id_ = series.layer, series.description.id
    numbers = (part[rows, columns].tolist() for part in (series.value, series.lower, series.upper))
    states, guesses = series.state[rows, columns].tolist(), series.estimated[rows, columns].tolist()
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    return [
        {"area": layer.keys[column], "level": layer.level, "period": series.periods[row], "indicator": id_,
         "value": known(value), "lower": known(low), "upper": known(high), "state": state, "estimated": guess}
        for (row, column), value, low, high, state, guess in zip(places, *numbers, states, guesses, strict=True)
    ]  # fmt: skip


for _address, _function, _answer in (
    ("/release", release, ReleaseOut),
    ("/indicators", indicators, list[IndicatorOut]),
    ("/indicators/{id}", indicator, IndicatorOut),
    ("/areas", areas, list[AreaOut]),
    ("/figures", figures, FiguresOut),
):
    api.get(_address, response={200: _answer, 404: Failure, 422: Refusal}, by_alias=False)(_function)

urlpatterns = api.urls[0]

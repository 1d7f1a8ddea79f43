"""The interface for programs: released figures as JSON, described by OpenAPI at /api/v1/openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from django.http import Http404
from ninja import NinjaAPI, Path, Query, Schema
from pydantic import Field

from sozialraum.reports import Series, View
from sozialraum.reports import sentences as tell
from sozialraum.web.figures.files import known
from sozialraum.web.figures.shelf import shelf

MOST = 10_000
"""Rows in one answer."""
Language = Annotated[Literal["de", "en"], Query(description="Language of the texts")]
Key = Annotated[str, Path(max_length=100)]
Filter = Annotated[str, Query(max_length=100)]


class Failure(Schema):
    """Why there is no answer."""

    detail: str


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


def _view(language: str = "en") -> View:
    shown = shelf().newest()
    if shown is None:
        raise Http404
    return shown.view(language)


def release(request: Any) -> Any:  # noqa: ARG001
    """Label, place and sources of the release."""
    from sozialraum.reports.sections.parts import all_sources

    view = _view()
    record = view.release.record
    return ReleaseOut(
        label=view.release.label,
        place=view.place,
        made=str(record.get("made", ""))[:10],
        invented=bool(record.get("invented")),
        sources=all_sources(view),
    )


def indicators(request: Any, language: Language = "de") -> Any:  # noqa: ARG001
    """Every figure of the release."""
    view = _view(language)
    return [_described(view, one) for one in view.measures()]


def indicator(request: Any, id: Key, language: Language = "de") -> Any:  # noqa: A002, ARG001
    """One figure."""
    view = _view(language)
    if id not in view.measures():
        raise Http404
    return _described(view, id)


def _described(view: View, key: str) -> IndicatorOut:
    one = view.descriptions[key]
    texts = {
        name: tell.in_language(getattr(one, name), view.language)
        for name in ("title", "definition", "limits", "source")
    }
    return IndicatorOut(
        id=key,
        unit=one.unit,
        field=one.field,
        polarity=one.polarity,
        levels=[level for level in view.levels if view.has(key, level)],
        periods=list(view.series(key).periods),
        **texts,
    )


def areas(request: Any, level: Filter = "") -> Any:  # noqa: ARG001
    """Every area of a level (of all levels without one)."""
    view = _view()
    return [
        AreaOut(area=key, level=one, name=name, parents=parents)
        for one in view.levels
        if level in ("", one)
        for layer in [view.layer_of(one)]
        for key, name, parents in zip(layer.keys, layer.names, layer.parents, strict=True)
    ]


def figures(
    request: Any,  # noqa: ARG001
    indicator: Filter,
    level: Filter = "",
    period: Filter = "",
    area: Filter = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 1000,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Any:
    """Values of a figure, by area and date; level, period and area narrow them down."""
    view = _view()
    if indicator not in view.measures():
        raise Http404
    levels = [one for one in view.levels if view.has(indicator, one) and level in ("", one)]
    places = [place for one in levels for place in _places(view.series(indicator, one), period, area)]
    chosen = places[offset : offset + limit]
    return FiguresOut(count=len(places), figures=[_value(*place) for place in chosen])


def _places(series: Series, period: str, area: str) -> Iterator[tuple[Series, int, int]]:
    """Where the values that were asked for stand, by date and area."""
    there = series.state != "absent"
    there &= np.array([[period in ("", one)] for one in series.periods])
    there &= np.array([area in ("", key) for key in series.layer.keys])
    for row, at in np.argwhere(there).tolist():
        yield series, row, at


def _value(series: Series, row: int, at: int) -> FigureOut:
    found = series.at(row, at)
    return FigureOut(
        area=series.layer.keys[at],
        level=series.layer.level,
        period=series.periods[row],
        indicator=series.description.id,
        value=known(found["value"]),
        lower=known(found["lower"]),
        upper=known(found["upper"]),
        state=found["state"],
        estimated=found["estimated"],
    )


for _address, _function, _answer in (
    ("/release", release, ReleaseOut),
    ("/indicators", indicators, list[IndicatorOut]),
    ("/indicators/{id}", indicator, IndicatorOut),
    ("/areas", areas, list[AreaOut]),
    ("/figures", figures, FiguresOut),
):
    api.get(_address, response={200: _answer, 404: Failure}, by_alias=False)(_function)

"""All addresses; those of pages exist once per language, in its words."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import Any

from django.urls import URLResolver, path
from django.urls.resolvers import RoutePattern
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from sozialraum.texts import say
from sozialraum.web.accounts import everyone, urls
from sozialraum.web.assets import PREFIX
from sozialraum.web.desk import urls as desk
from sozialraum.web.figures.maps import views as maps
from sozialraum.web.figures.relations import views as relations
from sozialraum.web.figures.stories import views as stories
from sozialraum.web.figures.views import area, compare, font, house, index, start
from sozialraum.web.figures.views import page as views
from sozialraum.web.places import HOME, PROGRAMS, STAFF, WORDS
from sozialraum.web.server.metering import metrics


def reading(view: Any) -> Any:
    """A view of released figures: it is open to everyone and changes nothing."""
    return everyone(require_safe(view))


def _pages(language: str) -> list[Any]:
    words = WORDS[language]
    areas, indicators, reports = (words[one] for one in ("areas", "indicators", "reports"))
    told = {"language": language}

    def page(address: str, name: str) -> Any:
        return path(address, reading(views.page), {**told, "name": name}, name=name)

    def file(address: str, name: str) -> Any:
        return path(address, reading(views.file), {**told, "name": name}, name=name)

    return [
        path("", reading(start.show), told, name="start"),
        *_map(words["map"], told),
        path(f"{areas}/", reading(views.areas), told, name="areas"),
        path(f"{areas}/{views.SUGGEST}", reading(views.suggestions), told, name="suggestions"),
        path(f"{words['compare']}/", reading(compare.show), told, name="compare"),
        path(f"{words['compare']}/{words['correlation']}/", reading(relations.together), told, name="correlate"),
        path(f"{words['compare']}/{words['spread']}/", reading(relations.uneven), told, name="spread"),
        path(f"{areas}/<str:key>/", reading(area.show), told, name="area"),
        file(f"{areas}/<str:key>/profil.pdf", "area-pdf"),
        file(f"{areas}/<str:key>/zahlen.csv", "area-csv"),
        path(f"{words['index']}/", reading(index.show), told, name="index"),
        page(f"{words['data']}/", "data"),
        path(f"{words['data']}/katalog.jsonld", reading(views.catalogue), told, name="catalogue"),
        path(f"{words['data']}/freigabe.csv", reading(views.whole), told, name="release-csv"),
        page(f"{indicators}/", "indicators"),
        page(f"{indicators}/<str:key>/", "indicator"),
        file(f"{indicators}/<str:key>/zahlen.csv", "indicator-csv"),
        path(f"{words['stories']}/", reading(stories.overview), told, name="stories"),
        path(f"{words['stories']}/<slug:key>/", reading(stories.show), told, name="story"),
        *(path(f"{words[one]}/", reading(house.show), {**told, "name": one}, name=one) for one in house.TITLES),
        page(f"{reports}/", "reports"),
        page(f"{reports}/<str:key>/", "report"),
        file(f"{reports}/<str:key>/bericht.pdf", "report-pdf"),
        file(f"{reports}/<str:key>/bericht.html", "report-html"),
    ]


def _map(map_: str, told: dict[str, Any]) -> list[Any]:
    return [
        path(f"{map_}/", reading(maps.show), told, name="map"),
        path(f"{map_}/werte.json", reading(maps.values), told, name="map-values"),
        path(f"{map_}/gebiet.json", reading(maps.place), told, name="map-place"),
        path(f"{map_}/gebiete.json", reading(maps.outlines), told, name="map-geometry"),
        path(
            f"{map_}/kacheln/0/0/0.pbf",
            reading(maps.tiles),
            {**told, "zoom": 0, "column": 0, "row": 0},
            name="map-tiles",
        ),
        path(f"{map_}/kacheln/<int:zoom>/<int:column>/<int:row>.pbf", reading(maps.tiles), told, name="map-tile"),
        path(f"{map_}/auswahl/", reading(maps.selection), told, name="map-selection"),
        path(f"{map_}/karte.<str:kind>", reading(maps.file), told, name="map-file"),
    ]


class _Space(URLResolver):
    """Addresses that are reached through their namespace only, so that nobody prepares them before one is used."""

    def __init__(self, address: str, pages: Any, namespace: str):
        super().__init__(RoutePattern(address), pages, app_name=namespace.partition("-")[0], namespace=namespace)

    def _populate(self) -> None:
        """Nothing: what stands around it asks for this without needing it."""

    @property
    def reverse_dict(self) -> Any:
        """Addresses by name, prepared at first use."""
        if not self._reverse_dict:
            super()._populate()
        return super().reverse_dict


class _Interface(_Space):
    """The interface for programs: its module is loaded when one of its addresses is first asked for; all are public."""

    @cached_property
    def url_patterns(self) -> Any:
        """Its addresses, each declared open to everyone."""
        found = super().url_patterns
        for one in found:
            one.callback = everyone(_for_programs(one.callback))
        return found


def _for_programs(view: Any) -> Any:
    """The view also for who asks about an answer without wanting it (the server leaves out the content); refusals as data."""

    @wraps(view)
    def answer(request: Any, **told: Any) -> Any:
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked
        try:
            response = view(request, **told)
        finally:
            request.method = asked
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return views.refusal(say("This address is only read.", "en"), response.status_code, Allow="GET, HEAD")
        return response

    return answer


def _staff(language: str) -> list[Any]:
    return [*urls.pages(language), *desk.pages(language)]


urlpatterns = [
    _Interface(f"{PROGRAMS}v1/", "sozialraum.web.figures.api", "api"),
    path(f"{PREFIX}<str:name>", reading(font.show), name="font"),
    path("health", reading(views.health), name="health"),
    path("metrics", reading(metrics), name="metrics"),
    *(_Space(STAFF[one], _staff(one), f"staff-{one}") for one in STAFF),
    *(_Space(HOME[language], _pages(language), language) for language in ("en", "de")),
]
handler400 = views.refused
handler403 = views.refused
handler404 = views.nowhere
handler500 = views.broken

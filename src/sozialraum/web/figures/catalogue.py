"""The release described for open-data portals: DCAT-AP.de 2.0 as JSON-LD."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sozialraum.reports import View
from sozialraum.reports import sentences as tell
from sozialraum.texts import say
from sozialraum.web.places import link

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "dcatde": "http://dcat-ap.de/def/dcatde/", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
THEME = {"@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI"}
TYPES = "http://publications.europa.eu/resource/authority/file-type/"
LICENCES: Mapping[str, str] = {
    "cc by 4.0": "cc-by/4.0", "cc by 3.0 de": "cc-by-de/3.0", "cc by-sa 4.0": "cc-by-sa/4.0", "cc0": "cc-zero",
    "dl-de/by-2-0": "dl-by-de/2.0", "dl-de/zero-2-0": "dl-zero-de/2.0", "odbl": "odbl",
}  # fmt: skip
"""Spellings of licences -> their name in the list of DCAT-AP.de."""

Absolute = Callable[[str], str]


def described(view: View, absolute: Absolute) -> dict[str, Any]:
    """The catalogue of a release; `absolute` makes whole addresses of this server's paths."""
    language = view.language
    publisher = {"@type": "foaf:Organization", "foaf:name": view.place}
    datasets = [_dataset(view, one, publisher, absolute) for one in view.measures()]
    return {
        "@context": CONTEXT,
        "@id": absolute(link(language, "data")),
        "@type": "dcat:Catalog",
        "dct:title": _said(say("Figures of social planning: {place}", language, place=view.place), language),
        "dct:description": _said(say("Checked and released figures by area and date.", language), language),
        "dct:publisher": publisher,
        "dct:language": _language(language),
        "foaf:homepage": {"@id": absolute(link(language, "start"))},
        "dcat:dataset": datasets,
    }


def _dataset(view: View, indicator: str, publisher: Any, absolute: Absolute) -> dict[str, Any]:
    one, series, language = view.descriptions[indicator], view.series(indicator), view.language
    title = tell.in_language(one.title, language) or indicator
    return {
        "@id": absolute(link(language, "indicator", indicator)),
        "@type": "dcat:Dataset",
        "dct:identifier": f"{view.release.label}/{indicator}",
        "dct:title": _said(title, language),
        "dct:description": _said(tell.in_language(one.definition, language) or title, language),
        "dct:publisher": publisher,
        "dct:issued": {"@type": "xsd:date", "@value": str(view.release.record.get("made", ""))[:10]},
        "dcat:theme": THEME,
        "dct:spatial": {"@type": "dct:Location", "dct:title": view.place},
        "dct:temporal": _said(f"{series.periods[0]} – {series.periods[-1]}", language),
        "dct:provenance": _said(tell.in_language(one.source, language), language),
        "dcat:landingPage": {"@id": absolute(link(language, "indicator", indicator))},
        "dcat:distribution": [
            _distribution(view, ending, f"{link(language, 'map-file', ending)}?indicator={indicator}", absolute)
            for ending in ("csv", "xlsx", "geojson")
        ],
    }


def _distribution(view: View, ending: str, path: str, absolute: Absolute) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": ending.upper(),
        "dcat:accessURL": {"@id": absolute(path)},
        "dcat:downloadURL": {"@id": absolute(path)},
        "dct:format": {"@id": TYPES + ending.upper()},
        **_licence(view),
    }


def _licence(view: View) -> dict[str, Any]:
    """The licence where all sources have the same one that the list knows; else every licence in words."""
    told = sorted({one.licence for one in view.release.credits if one.licence})
    known = {LICENCES.get(one.strip().casefold()) for one in told}
    if len(known) == 1 and None not in known:
        return {"dct:license": {"@id": f"http://dcat-ap.de/def/licenses/{known.pop()}"}}
    return {"dct:rights": _said("; ".join(told), view.language)} if told else {}


def _said(text: str, language: str) -> dict[str, str]:
    return {"@language": language, "@value": text}


def _language(language: str) -> dict[str, str]:
    code = {"de": "DEU", "en": "ENG"}[language]
    return {"@id": f"http://publications.europa.eu/resource/authority/language/{code}"}

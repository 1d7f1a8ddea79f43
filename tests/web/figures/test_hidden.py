"""No page, no file and no answer to a program tells a hidden number, or differs by one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.attack.outputs import told
from tests.attack.twins import hidden_numbers, make_twin
from tests.web.crawl import crawl

SHOWN = "indicator=share_under_18&level=planning_area&period=2024"
ASKED = (
    "/api/v1/release", "/api/v1/indicators", "/api/v1/indicators/share_under_18", "/api/v1/areas",
    f"/api/v1/figures?{SHOWN}", "/api/v1/openapi.json",
    f"/karte/?{SHOWN}", f"/karte/werte.json?{SHOWN}", f"/karte/gebiet.json?{SHOWN}&area=0102",
    "/karte/gebiete.json?level=planning_area", "/karte/werte.json?indicator=index",
    f"/karte/auswahl/?{SHOWN}&choose=0101&choose=0102", f"/karte/auswahl/?{SHOWN}&choose=0102",
    f"/karte/auswahl/?{SHOWN}&choose=0102&choose=0103&choose=0104",
    *(f"/karte/karte.{kind}?{SHOWN}" for kind in ("csv", "xlsx", "geojson", "svg", "png")),
    "/vergleich/?a=0101&b=0102&c=0204", "/vergleich/zusammenhang/?across=share_under_18&up=share_65_plus",
    "/vergleich/verteilung/?indicator=share_under_18",
)  # fmt: skip
"""Addresses that forms and programs ask for."""
CLOCK = re.compile(rb'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^"<]*|(?i:ETag): .*')
"""The moment of the release, and the mark of a content that holds it."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """Two towns that differ in hidden numbers only: address -> all that is sent, of everything that can be reached."""
    return [_answers(tmp_path_factory.mktemp("twin"), moved) for moved in (0, 1)]


def _answers(folder: Path, moved: int) -> dict[str, bytes]:
    from django.test import Client
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    workspace = make_twin(folder, moved)
    workspace.release_planned("bericht", by="A")
    with override_settings(SOZIALRAUM_WORKSPACE=str(workspace.folder)):
        shelf.cache_clear()
        client = Client(raise_request_exception=False)
        found = crawl(client) | {address: client.get(address) for address in ASKED}
        assert [address for address in ASKED if found[address].status_code != 200] == []
        sent = {address: _sent(answer) for address, answer in found.items()}
    shelf.cache_clear()
    return sent


def _sent(answer: Any) -> bytes:
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return head.encode() + b"\n" + (b"".join(answer.streaming_content) if answer.streaming else answer.content)


def test_no_answer_tells_a_hidden_number(answers: list[dict[str, bytes]]) -> None:
    assert told(answers[0].items(), hidden_numbers()) == set()


def test_every_answer_is_the_same_whatever_the_hidden_numbers_are(answers: list[dict[str, bytes]]) -> None:
    one, other = answers
    assert len(one) > 150
    assert set(one) == set(other)
    assert [name for name in one if CLOCK.sub(b"", one[name]) != CLOCK.sub(b"", other[name])] == []

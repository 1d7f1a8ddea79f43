"""The example of a definition computed while somebody types: said in one sentence, braked, and without a trace in the log."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from tests.web.desk.test_desk import DEFINITIONS, filled, text
from tests.web.people import browser, make_person, send

LIVE = "/intern/rechnen/indicator/"
FORM = f"{DEFINITIONS}indicator/"


@pytest.fixture
def client(town: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ARG001
    """A planner who may ask as often as the machine answers."""
    from sozialraum.web.desk.defining import live

    monkeypatch.setattr(live, "PAUSE", 0)
    return browser(make_person("planner"))


def test_the_example_comes_out_or_differs(client: Any) -> None:
    right = text(send(client, LIVE, filled(), page=FORM))
    assert 'data-said="Gerechnet; alles stimmt."' in right
    assert "<html" not in right
    changed = {**filled(), "s:example/0/result": "area | period | value\nA | 2024 | 21.0"}
    assert "vom erwarteten abweichen: 1." in text(send(client, LIVE, changed, page=FORM))


def test_what_does_not_fit_yet_is_named_with_its_fields(client: Any) -> None:
    half = {**filled(), "s:unit": "prozent", "v:numerator/where": "{ age"}
    page = text(send(client, LIVE, half, page=FORM))
    assert 'href="#f-numerator-where"' in page
    assert "Felder, die noch nicht passen: 1." in page
    page = text(send(client, LIVE, {**filled(), "s:unit": "prozent"}, page=FORM))
    assert 'href="#f-unit"' in page


def test_an_index_and_a_source_are_computed_alike(client: Any) -> None:
    from sozialraum.web.desk.defining.starting import STARTS

    for kind, word in (("index", "Noch ist nichts freigegeben."), ("source", "So lässt sich die Quelle lesen.")):
        page = send(client, f"/intern/rechnen/{kind}/", {"act": "raw", "raw": STARTS[kind]}, page=FORM)
        assert (page.status_code, word in text(page)) == (200, True)
    assert send(client, "/intern/rechnen/anderes/", filled(), page=FORM).status_code == 404


def test_whoever_asks_too_fast_is_asked_to_wait(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.web.desk.defining import live

    monkeypatch.setattr(live, "PAUSE", 3600)
    monkeypatch.setattr(live, "LAST", {})
    first, second = (send(client, LIVE, filled(), page=FORM) for _ in range(2))
    assert (first.status_code, second.status_code, second.headers["Retry-After"]) == (200, 429, "1")


def test_typing_leaves_no_line_in_the_log_and_no_file(client: Any, town: Path) -> None:
    from sozialraum.web.accounts.models import Entry

    client.get(FORM)
    before = Entry.objects.count()
    send(client, LIVE, filled())
    assert Entry.objects.count() == before
    assert not (town / "indicators").exists()


def test_choices_of_an_index_are_words_and_not_those_of_the_text(town: Path) -> None:  # noqa: ARG001
    page = browser(make_person("planner")).get("/intern/definitionen/index/").content.decode()
    for value, word in (("exclude", "das Gebiet bekommt keine Klasse"), ("weighted_sum", "gewichtete Summe"),
                        ("own", "alle Gebiete desselben Zeitpunkts"), ("true", "ja")):  # fmt: skip
        assert f">{word}</option>" in page
        assert f">{value}</option>" not in page


def test_every_condition_is_a_field_and_comes_back_as_it_was() -> None:
    """Of all indicators of the catalogue."""
    from sozialraum.indicators import Indicator, catalogue
    from sozialraum.web.desk.defining.form import content_of, leaves

    told = [one.model_dump(by_alias=True, exclude_unset=True) for one in catalogue().values()]
    told = [one for one in told if "where" in str(one)]
    assert len(told) > 50
    for one in told:
        back, faults = content_of((leaf.name, leaf.value) for leaf in leaves(one, Indicator))
        assert not faults
        assert Indicator.model_validate(back) == Indicator.model_validate(one)


def test_conditions_are_said_in_words_and_a_further_one_is_added(client: Any) -> None:
    content = filled()
    assert content["v:numerator/where"] == ""
    assert content["v:numerator/where/age/below"] == "6"
    page = text(client.get(FORM))
    assert ">Bedingung Alter unter</label>" in page
    assert re.search(r'<option value="main" selected>Hauptwohnung</option>', page)
    assert '<option value="population" selected>Einwohnerinnen und Einwohner</option>' in page
    answer = text(send(client, LIVE, {**content, "v:numerator/where": 'sex = "q'}, page=FORM))
    assert 'href="#f-numerator-where"' in answer
    more = text(send(client, FORM, {**content, "v:numerator/where": 'sex = "f"', "act": "try"}, page=FORM))
    raw = tomllib.loads(unescape(more.partition('class="code">')[2].partition("</textarea>")[0]))
    assert raw["numerator"]["where"] == {"sex": "f", "age": {"below": 6}, "residence": "main"}


def test_own_definitions_are_listed_by_their_titles(town: Path) -> None:  # noqa: ARG001
    page = browser(make_person("planner")).get("/intern/definitionen/").content.decode()
    assert '/einwohner/">Einwohner</a> <span class="hint">einwohner</span>' in page


def within(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Every key that a definition may have, at any depth, with what may stand there."""

    def models(found: Any) -> list[type[BaseModel]]:
        if isinstance(found, type) and issubclass(found, BaseModel):
            return [found]
        return [one for part in get_args(found) for one in models(part)]

    for name, one in model.model_fields.items():
        yield one.alias or name, one.annotation
        for inner in models(one.annotation):
            yield from within(inner)


@pytest.mark.parametrize("kind", ["indicator", "index", "source"])
def test_every_key_and_every_choice_of_a_definition_has_german_words(kind: str) -> None:
    from sozialraum.reports.language import unit_words
    from sozialraum.texts import wordings
    from sozialraum.web.desk.defining.naming import LABELS, OPTIONS
    from sozialraum.web.desk.defining.views import _model

    keys = dict(within(_model(kind)))
    assert [one for one in keys if LABELS.get(one) not in wordings("de")] == []
    said = set(wordings("de"))
    choices = {(key, word) for key, found in keys.items() if get_origin(found) is Literal for word in get_args(found)}
    nameless = {(key, word) for key, word in choices if OPTIONS.get(key, {}).get(word) not in said}
    assert {
        (key, word) for key, word in nameless if key != "field" and not (key == "unit" and unit_words(word))
    } == set()

"""Declared things are written so that reading gives the same again, whatever texts they hold."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, model_validator

from sozialraum.declared import EXPECTED, SINGLE, TOML, DeclaredError, as_toml, checked, parsed
from sozialraum.errors import InputError
from sozialraum.texts import wordings

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PLAIN = st.one_of(TEXTS, st.integers(-(2**40), 2**40), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(PLAIN, st.lists(PLAIN, max_size=3)),
    lambda inner: st.one_of(
        st.dictionaries(TEXTS, inner, max_size=4),
        st.lists(st.dictionaries(TEXTS, inner, max_size=3), min_size=1, max_size=3),
    ),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_what_is_written_is_read_again(content: dict[str, Any]) -> None:
    assert tomllib.loads(as_toml(content)) == content


def test_a_definition_reads_like_one_that_people_write() -> None:
    content = {
        "id": "a",
        "title": {"de": "Ä", "en": "A"},
        "definition": {"de": "Anteil der unter 15-Jährigen an allen Einwohnerinnen und Einwohnern"},
        "example": [{"title": "one", "result": "area | value\nA | 1\n"}],
    }
    assert as_toml(content) == (
        'id = "a"\ntitle = { de = "Ä", en = "A" }\n\n[definition]\n'
        'de = "Anteil der unter 15-Jährigen an allen Einwohnerinnen und Einwohnern"\n\n[[example]]\ntitle = "one"\n'
        'result = """\narea | value\nA | 1\n"""\n'
    )


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        ('id = "a"\ntitle "b"\n', ", Zeile 2", "nach dem Namen fehlt das Gleichheitszeichen"),
        ("[release\n", ", Zeile 1", "die eckige Klammer „]“ fehlt"),
        ("[[release]\n", ", Zeile 1", "die Klammern „]]“ fehlen"),
        ("id = a\n", ", Zeile 1", "so wird kein Wert geschrieben"),
        ("a = 1\na = 2\n", ", Zeile 2", "ein Wert steht doppelt da"),
        ("a = [1, 2", "", "eine Liste ist nicht geschlossen"),
        ("= 1\n", ", Zeile 1", "die Zeile ist keine Angabe"),
        ("a = 1 2\n", ", Zeile 1", "nach der Angabe steht noch etwas"),
        (
            'a = "x\nb = 1\n',
            ", Zeile 1",
            "die Anführungszeichen sind in dieser Zeile nicht geschlossen, oder ein unsichtbares Zeichen steht darin",
        ),
        ("a = 1 \x01\n", ", Zeile 1", "nach der Angabe steht noch etwas"),
        ("# \x01\n", ", Zeile 1", "ein unsichtbares Zeichen steht in dieser Zeile"),
        ('a = "\\q"\n', ", Zeile 1", "vor einem umgekehrten Schrägstrich im Text muss ein zweiter stehen"),
        (
            'a = "\\ug"\n',
            ", Zeile 1",
            "nach einem umgekehrten Schrägstrich mit u müssen Zeichen von 0 bis 9 und a bis f folgen",
        ),
        ("a = 2024-02-30\n", ", Zeile 1", "dieses Datum oder diese Uhrzeit gibt es nicht"),
        ("a = '''x\n", "", "ein Text über mehrere Zeilen ist nicht geschlossen"),
        ("[a]\n[a]\n", ", Zeile 2", "eine Tabelle steht doppelt da"),
        ("a = { b = 1, b = 2 }\n", ", Zeile 1", "ein Name steht in geschweiften Klammern doppelt da"),
    ],
)
def test_a_broken_file_is_said_in_german_with_its_line(text: str, row: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        parsed(text, "x.toml")
    assert raised.value.say("de").startswith(f"x.toml{row}: Die Datei ist kein gültiges TOML: {said}. Diese Zeile")


class Declared(BaseModel):
    """One of each kind of key that declarations have."""

    text: str = Field(default="a", pattern="^a$")
    one_of: Literal["x", "y", "z"] = "x"
    whole: int = Field(default=1, ge=0, le=9)
    more: float = Field(default=1.0, gt=0)
    flag: bool = True
    many: tuple[str, ...] = ()
    named: dict[str, int] = {}
    day: date = date(2024, 1, 1)

    @model_validator(mode="after")
    def _fits(self) -> Declared:
        if self.flag is False:
            raise DeclaredError("column '{column}'", column=self.text)
        return self


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": 7}, "Hier wird ein Text in Anführungszeichen erwartet."),
        ({"text": "b"}, "Wert „b“: Der Text muss zum Muster ^a$ passen."),
        ({"one_of": "w"}, "Wert „w“: Zur Wahl stehen: 'x', 'y', 'z'."),
        ({"whole": "drei"}, "Wert „drei“: Hier wird eine ganze Zahl erwartet."),
        ({"whole": 10}, "Wert „10“: Erlaubt ist höchstens 9."),
        ({"whole": -1}, "Wert „-1“: Erlaubt ist mindestens 0."),
        ({"more": 0}, "Wert „0“: Der Wert muss größer als 0 sein."),
        ({"flag": "ja"}, "Wert „ja“: Hier wird true oder false erwartet."),
        ({"many": 1}, "Hier wird eine Liste in eckigen Klammern erwartet."),
        ({"named": 1}, "Hier werden Namen mit Werten erwartet."),
        ({"day": "morgen"}, "Hier wird ein Datum erwartet, zum Beispiel 2024-12-31."),
        ({"flag": False}, "x.toml: Spalte „a“."),
    ],
)
def test_a_wrong_value_is_said_in_german(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        checked(given, Declared, "x.toml")
    assert raised.value.say("de").endswith(said)


class Held(BaseModel):
    """Something that holds one or more others."""

    held: tuple[Declared, ...] = Field(min_length=1)


@pytest.mark.parametrize(
    ("held", "said"),
    [([], "Einträge müssen es mindestens 1 sein."), ([{"whole": 10}], "Wert „10“: Erlaubt ist höchstens 9.")],
)
def test_a_list_with_a_wrong_entry_is_not_called_too_short(held: list[Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        checked({"held": held}, Held, "x.toml")
    (fault,) = raised.value.faults
    assert fault.say("de").endswith(said)


def test_everything_that_is_said_of_a_wrong_value_has_a_german_wording() -> None:
    assert [one for one in EXPECTED if one not in wordings("de")] == []


def test_everything_that_is_said_of_a_broken_file_has_a_german_wording() -> None:
    assert [one for one in (*TOML, *SINGLE.values()) if one not in wordings("de")] == []

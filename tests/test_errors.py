"""Messages: place, value, what, why, remedy; in English and German; never half filled."""

from __future__ import annotations

import errno

import pytest

from sozialraum.errors import (
    CallError,
    Fault,
    InputError,
    MismatchError,
    NoAnswerError,
    Place,
    SozialraumError,
    UnsafeReleaseError,
    cause,
)
from sozialraum.texts import say, wordings

FAULT = Fault(
    "unknown_period",
    "'{text}' is no period.",
    Place("einwohner.xlsx", "Blatt1", 3, "Stichtag"),
    value="gestern",
    values={"text": "gestern"},
)


def test_a_fault_says_where_with_the_value_and_what() -> None:
    expected = "einwohner.xlsx, sheet 'Blatt1', row 3, column 'Stichtag', value 'gestern': 'gestern' is no period."
    assert FAULT.say() == expected


def test_a_fault_speaks_german() -> None:
    expected = (
        "einwohner.xlsx, Blatt „Blatt1“, Zeile 3, Spalte „Stichtag“, Wert „gestern“: „gestern“ ist kein Zeitpunkt."
    )
    assert FAULT.say("de") == expected


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(), ""),
        (Place("a.csv"), "a.csv"),
        (Place("a.csv", row=0), "a.csv, row 0"),
        (Place(column="x"), "column 'x'"),
    ],
)
def test_only_known_parts_of_a_place_are_said(place: Place, said: str) -> None:
    assert place.say() == said


def test_a_fault_without_a_place_is_its_sentence() -> None:
    assert Fault("x", "Nothing here.", remedy="Look there.").say() == "Nothing here. Look there."


def test_an_input_error_carries_every_fault_on_a_line_of_its_own() -> None:
    error = InputError([FAULT, Fault("y", "There are no figures to put together.")])
    assert len(error.faults) == 2
    assert str(error).splitlines() == [fault.say() for fault in error.faults]
    assert error.say("de").splitlines()[1].startswith("Es gibt keine Kennzahlen")


@pytest.mark.parametrize(
    ("kind", "code"),
    [(SozialraumError, 3), (CallError, 2), (MismatchError, 3), (NoAnswerError, 4), (UnsafeReleaseError, 4)],
)
def test_the_exit_code_tells_the_kind(kind: type[SozialraumError], code: int) -> None:
    error = kind("Value {value} is wrong.", why="Because.", remedy="Change {value}.", value=7)
    assert error.exit_code == code
    assert str(error) == "Value 7 is wrong. Because. Change 7."


def test_values_with_braces_stay_as_they_are() -> None:
    assert say("'{text}' is no period.", "de", text="{row}") == "„{row}“ ist kein Zeitpunkt."


def test_a_template_nobody_translated_stays_english() -> None:
    assert say("Nobody wrote {this}.", "de", this="that") == "Nobody wrote that."


def test_english_needs_no_wordings() -> None:
    assert wordings("en") == {}
    assert wordings("fr") == {}
    assert len(wordings("de")) > 5


def test_a_number_in_a_sentence_has_the_comma_of_its_language() -> None:
    from sozialraum.texts import Numeral

    told = Fault(
        "moran",
        "Moran's I is {value} where chance alone gives {expected} (p {sign} {p}).",
        values={
            "value": Numeral(0.1234, ".3f"),
            "expected": Numeral(-0.01, ".3f"),
            "sign": "<",
            "p": Numeral(0.001, ".3f"),
        },
    )
    assert told.say("en") == "Moran's I is 0.123 where chance alone gives -0.010 (p < 0.001)."
    assert told.say("de") == "Moran's I ist 0,123, der Zufall allein gäbe -0,010 (p < 0,001)."


@pytest.mark.parametrize(
    ("number", "german"), [(errno.ENOSPC, "der Datenträger ist voll"), (errno.EACCES, "die Rechte dafür fehlen")]
)
def test_what_the_system_refuses_is_said_in_the_language_of_the_reader(number: int, german: str) -> None:
    error = CallError(
        "'{path}' cannot be read: {problem}.", path="a.csv", problem=cause(OSError(number, "of the system"))
    )
    assert error.say("de") == f"„a.csv“ lässt sich nicht lesen: {german}."
    assert "of the system" not in error.say("en")


def test_a_rare_refusal_keeps_the_words_of_the_system() -> None:
    assert cause(OSError(errno.ELOOP, "Too many links")).in_language("de") == "Too many links"

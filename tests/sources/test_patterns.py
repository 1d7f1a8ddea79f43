"""Patterns of sources: what cannot be read in one is told in the reader's language, with the place."""

from __future__ import annotations

import pytest

from sozialraum.declared import DeclaredError
from sozialraum.errors import InputError
from sozialraum.sources import parse_source
from sozialraum.sources.patterns import REASONS, searched
from sozialraum.texts import wordings
from tests.sources.land import GROUPS, HEAD, PLACE

BROKEN = {
    "(a": "die Klammer „)“ fehlt, bei „(a“",
    "a)": "eine Klammer „)“ ist zu viel, bei „a)“",
    "[a": "die eckige Klammer „]“ fehlt, bei „[a“",
    "*a": "vor dem Zeichen für die Wiederholung fehlt, was wiederholt wird, bei „*“",
    "a**": "so wird nichts wiederholt, bei „**“",
    "a{1001}": "so oft kann nicht wiederholt werden, bei „{1001}“",
    "(?=a)": "diese Angabe hinter „(?“ gibt es nicht, bei „(?=“",
    r"\q": r"der umgekehrte Schrägstrich steht vor einem Zeichen ohne besondere Bedeutung, bei „\q“",
    "[z-a]": "dieser Bereich von Zeichen ist keiner, bei „z-a“",
    "(?<a": "der Name der Gruppe fehlt oder ist falsch geschrieben, bei „(?<a“",
    "a\\": "am Ende steht ein umgekehrter Schrägstrich allein",
    "[^x]{1000}" * 200: "das Muster ist zu groß",
}


@pytest.mark.parametrize("pattern", BROKEN)
def test_a_broken_pattern_is_told_in_german(pattern: str) -> None:
    with pytest.raises(DeclaredError) as raised:
        searched(pattern)
    assert raised.value.reason.in_language("de").startswith(BROKEN[pattern])


def test_a_source_tells_its_broken_pattern_in_german() -> None:
    with pytest.raises(InputError) as raised:
        parse_source(HEAD + PLACE.replace('column = "Jahr"', 'columns = "(?=a)"') + GROUPS)
    told = "„(?=a)“ ist kein regulärer Ausdruck: diese Angabe hinter „(?“ gibt es nicht, bei „(?=“."
    assert raised.value.say("de").endswith(told)


def test_everything_that_is_said_of_a_pattern_has_a_german_wording() -> None:
    assert [one for one in REASONS if one not in wordings("de")] == []

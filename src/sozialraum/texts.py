"""German wordings of the English templates in the code: one TOML file per room under `wordings/de`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

LANGUAGES = ("de", "en")
_PLAIN = re.compile(r'^"([^"\\\n]+)" = "([^"\\\n]*)"$', re.MULTILINE)


@cache
def wordings(language: str) -> dict[str, str]:
    """English template -> template in that language; empty for English."""
    found: dict[str, str] = {}
    folder = files("sozialraum") / "wordings" / language
    if language == "en" or not folder.is_dir():
        return found
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".toml"):
            found.update(_read(entry.read_text(encoding="utf-8")))
    return found


def _read(text: str) -> dict[str, str]:
    """The pairs of a file. Lines of two plain texts, nearly all, are read by themselves, ten times as fast."""
    return {**dict(_PLAIN.findall(text)), **tomllib.loads(_PLAIN.sub("", text))}


class Numeral(str):
    """A number as text, written with a point; German sentences show it with a comma."""

    def __new__(cls, value: float, form: str) -> Numeral:
        """The number in that format, as `format` takes it: `.2f`."""
        return super().__new__(cls, format(value, form))

    def in_language(self, language: str) -> str:
        """The number as people of that language write it."""
        return self.replace(".", ",") if language == "de" else str(self)


class Phrase(str):
    """A part of a sentence that has a wording of its own in other languages."""

    def in_language(self, language: str) -> str:
        """The phrase as people of that language say it; as it is where nobody translated it."""
        return wordings(language).get(self, str(self))


class Names(Phrase):
    """Names in a row, each in the quotes of the language."""

    def __new__(cls, names: Iterable[str]) -> Names:
        """The names as one text."""
        given = tuple(names)
        told = super().__new__(cls, ", ".join(f"'{one}'" for one in given))
        told.names = given
        return told

    names: tuple[str, ...]

    def in_language(self, language: str) -> str:
        """The same names for people of that language."""
        return ", ".join(f"„{one}“" for one in self.names) if language == "de" else str(self)


def say(template: str, language: str = "en", /, **values: object) -> str:
    """The template in that language (English when nobody translated it) with its values filled in."""
    text = wordings(language).get(template, template)
    told = {
        name: one.in_language(language) if isinstance(one, (Numeral, Phrase)) else one for name, one in values.items()
    }
    return text.format(**told) if values else text

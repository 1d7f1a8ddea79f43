"""Help and messages in German or English: the option --lang, then the setting SOZIALRAUM_LANG, else German."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from sozialraum.texts import LANGUAGES, say


def chosen(arguments: Sequence[str] | None = None) -> str:
    """The language of this call. Help texts are built before options are parsed, so --lang is looked up by hand."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return _known(words[place + 1])
        if word.startswith("--lang="):
            return _known(word.removeprefix("--lang="))
    return _known(os.environ.get("SOZIALRAUM_LANG", ""))


def _known(text: str) -> str:
    return text[:2].lower() if text[:2].lower() in LANGUAGES else "de"


LANGUAGE = chosen()


def t(template: str, /, **values: object) -> str:
    """The wording in the language of this call."""
    return say(template, LANGUAGE, **values)


class Formatter(click.HelpFormatter):
    """Help pages with their headings in the language of the call."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, prefix or t("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        """Options, Commands."""
        super().write_heading(t(heading))


click.Context.formatter_class = Formatter

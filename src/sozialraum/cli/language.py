"""Help and messages in German or English: the option --lang, then the setting SOZIALRAUM_LANG, else German."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
from click import core, decorators, exceptions, parser, types

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


def speak(command: click.Command) -> None:
    """Put the words in capitals on the first line of a command's help, and of its verbs', into the language of the call."""
    command.options_metavar = t("[OPTIONS]")
    for one in command.params:
        one.metavar = one.metavar or _placeholder(one)
        if isinstance(one.type, click.IntRange):
            one.type.name = t("whole number")
    if isinstance(command, click.Group):
        command.subcommand_metavar = t("COMMAND [ARGS]...")
        for verb in command.commands.values():
            speak(verb)


def _placeholder(one: click.Parameter) -> str | None:
    """What stands for the value that a person gives; None where the library's own word is right in both languages."""
    if isinstance(one, click.Argument) and not isinstance(one.type, click.Choice):
        word = _whole(str(one.name).upper())
        return (word if one.required else f"[{word}]") + ("..." if one.nargs != 1 else "")
    return t("NUMBER") if isinstance(one.type, click.IntRange) else None


OF_CLICK = (
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Missing command.",
    "No such option {name!r}.",
    "No such command {name!r}.",
    "Could not open file {filename!r}: {message}",
    "Choose from:\n\t{choices}",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    "{value!r} is not {choice}.",
    "{value!r} is not one of {choices}.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is not readable.",
    "file",
    "directory",
    "path",
    "Did you mean {possibility}?",
    "(Did you mean one of: {possibilities}?)",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
    "Option {name!r} requires an argument.",
    "Option {name!r} does not take a value.",
    "default: {default}",
    "required",
    "Show this message and exit.",
    "DELIVERY",
    "EXAMPLE",
    "FILE",
    "FOLDER",
    "INDICATOR",
)
"""What the library for command lines says by itself, and the names of arguments that it writes in capitals."""


def _whole(template: str) -> str:
    return say(template, LANGUAGE)


def _counted(one: str, several: str, count: int) -> str:
    return say(one if count == 1 else several, LANGUAGE)


for _room in (
    core,
    decorators,
    exceptions,
    parser,
    types,
):  # its own way, gettext, wants compiled files in a folder of the system
    for _name, _said in (("_", _whole), ("ngettext", _counted)):
        if hasattr(_room, _name):
            setattr(_room, _name, _said)

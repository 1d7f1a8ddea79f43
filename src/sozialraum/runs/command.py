"""The command group `run`: one command per method of the registry; help in German or English, faults on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click

from sozialraum.errors import SozialraumError
from sozialraum.runs import METHODS, Method, Option
from sozialraum.texts import say


class _Methods(click.Group):
    """One command per method, made when it is asked for; `more` options stand behind those of every method."""

    def __init__(self, *given: Any, language: str, more: Sequence[click.Parameter], **named: Any):
        super().__init__(*given, **named)
        self.language, self.more = language, more

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all methods."""
        return list(METHODS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that method; None where there is none of this name."""
        return _command(METHODS[cmd_name], self.language, self.more) if cmd_name in METHODS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The method that is asked for. Raises: NoSuchCommand, which names those that are written alike."""
        if args[0] not in METHODS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=list(METHODS), ctx=ctx)
        return super().resolve_command(ctx, args)


def run_group(language: str = "en", more: Sequence[click.Parameter] = ()) -> click.Group:
    """`sozialraum run`, ready to be mounted; its texts in that language, `more` options on every command."""
    about = say("Use a method on a plain file, without a workspace.", language)
    return _Methods(
        "run",
        language=language,
        more=more,
        help=about,
        short_help=about,
        invoke_without_command=True,
        callback=_listed(language),
        params=[
            click.Option(
                ["--list", "listed"], is_flag=True, help=say("List the methods with their input columns.", language)
            ),
            *more,
        ],
    )


def _listed(language: str) -> Callable[[bool], None]:
    @click.pass_context
    def show(context: click.Context, listed: bool) -> None:
        if listed:
            for method in METHODS.values():
                columns = ", ".join(name for name, _ in method.columns)
                click.echo(f"{method.id:<12} {method.sentence[language]}\n{'':<12} {method.input}: {columns}")
            context.exit()
        if context.invoked_subcommand is None:
            click.echo(context.get_help())

    return show


def _command(method: Method, language: str, more: Sequence[click.Parameter]) -> click.Command:
    return click.Command(
        method.id,
        callback=lambda **given: _run(method, language, **given),
        help=_help(method, language),
        short_help=method.sentence[language],
        options_metavar=say("[OPTIONS]", language),
        params=[
            click.Argument(["source"], metavar=method.input),
            *(_option(one, language) for one in method.options),
            *([_out(language)] if method.writes else []),
            *more,
        ],
    )


def _out(language: str) -> click.Option:
    words = say("File to write (.csv or .parquet); - = standard output.", language)
    return click.Option(["--out"], required=True, metavar="OUT", help=words)


def _option(one: Option, language: str) -> click.Option:
    return click.Option(
        [f"--{one.name}"],
        required=one.required,
        multiple=one.many,
        type=click.Choice(one.choice) if one.choice else None,
        metavar=one.value,
        help=one.text[language],
    )


def _help(method: Method, language: str) -> str:
    """Sentence, columns in and out, notes and an example; \\b keeps the lines as they are."""
    parts = [
        method.sentence[language],
        _listing(f"{method.input}:", method.columns, language),
        *([_listing("OUT:", method.result, language)] if method.result else []),
        method.notes[language],
    ]
    if method.shows == "definitions":
        parts.append("\b\n" + say("Definitions:", language) + "\n" + "\n".join(f"  {one}" for one in _definitions()))
    return "\n\n".join([*parts, "\b\n" + say("Example:", language) + f"\n  {method.example}"])


def _listing(head: str, columns: Any, language: str) -> str:
    return "\b\n" + head + "\n" + "\n".join(f"  {name}: {text[language]}" for name, text in columns)


def _definitions() -> list[str]:
    from importlib.resources import files

    folder = files("sozialraum") / "analysis" / "index" / "definitions"
    return sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml"))


def _run(method: Method, language: str, /, source: str, out: str = "", **options: Any) -> None:
    try:
        warnings = method.run(source, out, options)
    except SozialraumError as problem:
        _refuse(problem, language)
    for one in warnings:
        head = "" if one.severity == "note" else f"{say('Warning:', language)} "
        click.echo(f"{head}{one.say(language)}", err=True)


def _refuse(problem: SozialraumError, language: str) -> NoReturn:
    click.echo(problem.say(language), err=True)
    sys.exit(problem.exit_code)

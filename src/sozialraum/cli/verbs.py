"""The verbs. Each one parses, calls one method of the workspace and prints; rooms are imported when a verb runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from sozialraum.cli.language import LANGUAGE, speak, t
from sozialraum.errors import UNWRITTEN, CallError, InputError, SozialraumError, cause
from sozialraum.writing import PARTIAL

FULL_MEMORY = (
    "The memory of this computer is not enough for this. Nothing was changed; try fewer areas, groups or years at once."
)


class Program(click.Group):
    """Turns expected errors into messages and exit codes; nobody sees a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and end with the exit code of what happened."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
            sys.exit(code if isinstance(code, int) else 0)
        except SozialraumError as error:
            _stop(error.say(LANGUAGE), error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            raise KeyboardInterrupt from None
        except BrokenPipeError:
            sys.exit(0)
        except OSError as error:
            _stop(t(UNWRITTEN, reason=_reason(error)), 1)
        except MemoryError:
            _stop(t(FULL_MEMORY), 1)


def _reason(error: OSError) -> str:
    """Why, and where; for a file that is still being written, its folder."""
    told = cause(error).in_language(LANGUAGE)
    place = Path(str(error.filename))
    return f"{told} ({place.parent if place.name.startswith(PARTIAL) else place})" if error.filename else told


def _stop(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
PATH = click.Path(path_type=Path)
WORKSPACE = click.option(
    "--workspace",
    "-w",
    "folder",
    default=".",
    show_default=True,
    type=PATH,
    help=t("Folder of the workspace."),
)
DATA = click.option(
    "--data",
    type=PATH,
    envvar="SOZIALRAUM_DATA",
    help=t("Folder with the publishers' files (berlin, flensburg)."),
)


def _language_option() -> click.Option:
    """--lang works before and behind every verb; it was read before the help texts were made."""
    words = t("Language of help and messages.")
    return click.Option(["--lang"], type=click.Choice(["de", "en"]), expose_value=False, help=words)


def _verb(name: str, help_text: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A verb of the program; the help of the verb is its documentation in both languages."""

    def made(function: Callable[..., Any]) -> click.Command:
        command: click.Command = program.command(name, help=t(help_text), short_help=t(help_text))(function)
        command.params.append(_language_option())
        return command

    return made


@click.group(
    cls=Program,
    context_settings=SETTINGS,
    help=t("Workbench for municipal social planning: from delivered files to a released report."),
)
@click.version_option(package_name="sozialraum", message="sozialraum %(version)s", help=t("Show the version and exit."))
def program() -> None:
    """The group of all verbs."""


@_verb("demo", "Run the whole main job on an example: musterkreis (invented, default), berlin or flensburg.")
@click.argument("example", default="musterkreis")
@DATA
@click.option("--folder", type=PATH, help=t("Where the workspace is made (default: sozialraum-EXAMPLE)."))
@click.option("--no-serve", is_flag=True, help=t("End with the files instead of opening the pages in the browser."))
def demo(example: str, data: Path | None, folder: Path | None, no_serve: bool) -> None:
    from sozialraum.web.ready.filling import Filling
    from sozialraum.workspace.demo import run_demo

    target = folder or Path(f"sozialraum-{example}")
    released = Path if no_serve else Filling  # pages are made while the reports are written
    result = run_demo(example, target, data, say=click.echo, language=LANGUAGE, released=released)
    if not no_serve:
        from sozialraum.web import first_free

        _serve(result.workspace, "127.0.0.1", first_free("127.0.0.1", 8000), browser=True)


@_verb("serve", "Show the newest release of a workspace in the browser, until stopped with Ctrl+C.")
@click.argument("folder", default=".", type=PATH)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help=t("Address to listen on; the default is this computer only.")
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=t("Port to listen on."))
@click.option("--no-browser", is_flag=True, help=t("Do not open the browser."))
def serve(folder: Path, host: str, port: int, no_browser: bool) -> None:
    _serve(folder, host, port, browser=not no_browser)


@_verb("worker", "Work through the jobs of the pages behind the sign-in; `serve` starts one itself.")
@click.argument("folder", default=".", type=PATH)
@click.option("--beside", is_flag=True, hidden=True)
@click.option("--once", is_flag=True, help=t("End when no job is left."))
def worker(folder: Path, beside: bool, once: bool) -> None:
    from sozialraum.web.accounts.standing import patiently, stand
    from sozialraum.web.desk.jobs.ending import end_with_input
    from sozialraum.workspace import open as open_workspace

    home = open_workspace(folder).folder
    if beside:
        end_with_input()
    patiently(lambda: stand(home))
    from sozialraum.web.desk.jobs.worker import work

    work(once=once)


def _serve(folder: Path, host: str, port: int, *, browser: bool) -> None:
    from sozialraum.web import serve as serve_pages

    def ready(address: str) -> None:
        click.echo(t("The pages are open at {address}. Ctrl+C ends them.", address=address))
        if browser and _has_windows():
            click.launch(address)

    def first(address: str) -> None:
        click.echo(t("There is no account yet. Set up the first one (works once): {address}", address=address))

    def slow(address: str) -> None:
        click.echo(
            t("The release is being read; a large one takes a while. The pages will be at {address}.", address=address)
        )

    serve_pages(folder, host, port, ready, first, slow)


def _has_windows() -> bool:
    """Whether a browser can open here; on a server without a desktop what opens links complains in seven lines."""
    return sys.platform in ("win32", "cygwin", "darwin") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


@_verb("new", "Make a workspace: empty, or from an example.")
@click.argument("folder", type=PATH)
@click.option("--example", type=click.Choice(["musterkreis", "berlin", "flensburg"]), help=t("Start from an example."))
@DATA
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help=t("Which invented county is made.")
)
def new(folder: Path, example: str | None, data: Path | None, seed: int) -> None:
    from sozialraum.workspace.starting import make_workspace

    made = make_workspace(folder, example=example, data=data, seed=seed)
    click.echo(t("Workspace made: {folder}", folder=str(made)))


@_verb("add", "Store a delivered file. Without --source a source is proposed and written for you to edit.")
@click.argument("file", type=PATH)
@click.option("--source", help=t("Id of the declared source."))
@click.option("--by", default="", help=t("Who delivers (for the record)."))
@click.option(
    "--accept", multiple=True, metavar=t("KIND=PERSON"), help=t("Accept one kind of warning in the name of a person.")
)
@WORKSPACE
def add(file: Path, source: str | None, by: str, accept: Sequence[str], folder: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    workspace = open_workspace(folder)
    if source is None:
        proposal = workspace.propose(file)
        click.echo(proposal.say(LANGUAGE))
        written = proposal.write(workspace.folder, LANGUAGE)
        told = {"path": str(written), "file": str(file), "source": proposal.id}
        click.echo(
            t("Written to {path}. Decide its lines with TODO, then: sozialraum check {file} --source {source}", **told)
        )
        return
    stored = workspace.add(file, source, by=by, accept=dict(_pair(one) for one in accept))
    click.echo(t("Stored: {delivery}", delivery=stored.id))


def _pair(text: str) -> tuple[str, str]:
    kind, _, person = text.partition("=")
    if not person:
        raise click.BadParameter(t("Write --accept KIND=PERSON: whoever accepts a warning is named."))
    return kind, person


@_verb("check", "Look a file over as `add` would, and store nothing.")
@click.argument("file", type=PATH)
@click.option("--source", required=True, help=t("Id of the declared source."))
@click.option("--html", "page", type=PATH, help=t("Write the findings as a page, too."))
@WORKSPACE
def check(file: Path, source: str, page: Path | None, folder: Path) -> None:
    from sozialraum.sources import faults_html
    from sozialraum.workspace import open as open_workspace

    delivery = open_workspace(folder).check(file, source)
    if page:
        page.write_text(faults_html(delivery.faults, LANGUAGE), encoding="utf-8")
    if delivery.errors:
        raise InputError(delivery.faults)
    for one in delivery.faults:
        click.echo(one.say(LANGUAGE))
    click.echo(t("The file can be stored."))


@_verb("show", "Show figures (unprotected, for staff), or what the workspace holds.")
@click.argument("indicator", nargs=-1)
@click.option("--level", help=t("Area level."))
@click.option("--period", multiple=True, help=t("Reporting year or date; may be repeated."))
@WORKSPACE
def show(indicator: Sequence[str], level: str | None, period: Sequence[str], folder: Path) -> None:
    from sozialraum.cli.showing import figures_lines, overview_lines
    from sozialraum.workspace import open as open_workspace

    workspace = open_workspace(folder)
    lines = figures_lines(workspace, indicator, level, period) if indicator else overview_lines(workspace)
    for line in lines:
        click.echo(line)


@_verb("release", "Protect and freeze what release.toml declares under NAME; only a release leaves the house.")
@click.argument("name")
@click.option("--by", default="", help=t("Who releases (for the record)."))
@click.option("--prepare", is_flag=True, help=t("Only prepare it; another person releases it with `approve`."))
@click.option("--protocol", "out", type=PATH, help=t("Write the protection protocol as well (.html or .pdf)."))
@WORKSPACE
def release(name: str, by: str, prepare: bool, out: Path | None, folder: Path) -> None:
    from sozialraum.cli.showing import audit_lines, draft_lines
    from sozialraum.workspace import open as open_workspace

    workspace = open_workspace(folder)
    if out:  # before anything is released: that cannot be taken back
        from sozialraum.reports import check_target

        check_target(out)
    if prepare:
        draft = workspace.prepare(name, by=by, progress=steps)
        lines, number = draft_lines(draft), draft.number
    else:
        lines, number = audit_lines(workspace.release_planned(name, by=by, progress=steps)), None
    clear()
    for line in lines:
        click.echo(line)
    if out:
        click.echo(str(workspace.protocol(name, draft=number, language=LANGUAGE).save(out)))


BY = click.option("--by", required=True, help=t("Who decides (for the record)."))
REASON = click.option("--reason", required=True, help=t("Why; others will ask."))
NUMBER = click.option("--draft", "number", type=click.IntRange(1), help=t("Number of the draft, if several wait."))


@_verb("approve", "Release the draft NAME that another person prepared, exactly as it was prepared (four eyes).")
@click.argument("name")
@NUMBER
@BY
@WORKSPACE
def approve(name: str, number: int | None, by: str, folder: Path) -> None:
    from sozialraum.cli.showing import audit_lines
    from sozialraum.workspace import open as open_workspace

    for line in audit_lines(open_workspace(folder).approve(name, number, by=by)):
        click.echo(line)


@_verb("refuse", "Refuse the draft NAME with a reason; nothing leaves the house.")
@click.argument("name")
@NUMBER
@BY
@REASON
@WORKSPACE
def refuse(name: str, number: int | None, by: str, reason: str, folder: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    done = open_workspace(folder).refuse(name, number, by=by, reason=reason)
    click.echo(t("Refused: {draft}", draft=f"{done.name}-{done.number}"))


@_verb("withdraw", "Withdraw a release, NAME-VERSION, with a reason; pages then show the one before.")
@click.argument("label", metavar=t("NAME-VERSION"))
@BY
@REASON
@WORKSPACE
def withdraw(label: str, by: str, reason: str, folder: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    name, _, version = label.rpartition("-")
    if not version.isdecimal() or not name:
        raise CallError(
            "'{label}' names no release with its version.",
            remedy="Write NAME-VERSION; sozialraum show lists all of them.",
            label=label,
        )
    open_workspace(folder).withdraw(name, int(version), by=by, reason=reason)
    click.echo(t("Withdrawn: {release}", release=label))


@_verb("undo", "Take the facts of a delivery out of force (and back, by undoing that record); nothing is deleted.")
@click.argument("delivery")
@BY
@REASON
@WORKSPACE
def undo(delivery: str, by: str, reason: str, folder: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    click.echo(t("Stored: {delivery}", delivery=open_workspace(folder).undo(delivery, by=by, reason=reason).id))


@_verb("verify", "Check again that a release gives no small count away, by the certificates in the house.")
@click.argument("label", metavar=t("NAME-VERSION"))
@WORKSPACE
def verify(label: str, folder: Path) -> None:
    from sozialraum.cli.showing import verdict_lines
    from sozialraum.workspace import open as open_workspace

    release, verdict = open_workspace(folder).verify(label)
    if not verdict.accepted:
        raise InputError(verdict.faults)
    for line in verdict_lines(release, verdict):
        click.echo(line)


@_verb(
    "protocol", "Write the protection protocol of a release or draft for the data protection officer, as HTML or PDF."
)
@click.argument("label", metavar=t("NAME-VERSION"))
@click.option("--draft", type=click.IntRange(1), help=t("Number of a draft of this name instead of a release."))
@click.option("--out", required=True, type=PATH, help=t("File ending in .html or .pdf; it stays in the house."))
@WORKSPACE
def protocol(label: str, draft: int | None, out: Path, folder: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    click.echo(str(open_workspace(folder).protocol(label, draft=draft, language=LANGUAGE).save(out)))


@_verb("report", "Write a report from a release: social-report, unequal-places or area-profile, as HTML or PDF.")
@click.argument("report_id", metavar=t("REPORT"))
@click.option("--release", "name", required=True, help=t("Name of the release, or NAME-VERSION."))
@click.option("--area", help=t("One area (area-profile); without it all areas."))
@click.option(
    "--out",
    required=True,
    type=PATH,
    help=t("File ending in .html or .pdf; a folder for all profiles."),
)
@WORKSPACE
def report(report_id: str, name: str, area: str | None, out: Path, folder: Path) -> None:
    from sozialraum.workspace import open as open_workspace
    from sozialraum.workspace.reporting import write_report

    for path in write_report(
        open_workspace(folder), report_id, name, out, area=area, language=LANGUAGE, progress=progress
    ):
        click.echo(str(path))


@_verb("explain", "Where one number comes from: definition, counts, files and rows, corrections, rule, releases.")
@click.argument("indicator")
@click.option("--area", required=True, help=t("Key of the area."))
@click.option("--period", required=True, help=t("Reporting year or date."))
@click.option("--level", default="", help=t("Area level, where the key exists on several."))
@WORKSPACE
def explain(indicator: str, area: str, period: str, level: str, folder: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    click.echo(open_workspace(folder).explain(indicator, area, period, level).say(LANGUAGE))


@_verb("catalogue", "List the indicators, or show the definition of one.")
@click.argument("indicator", required=False)
def catalogue(indicator: str | None) -> None:
    from sozialraum.cli.showing import catalogue_lines

    for line in catalogue_lines(indicator):
        click.echo(line)


@_verb("completion", "Print the lines that teach the shell to complete commands: bash, zsh or fish.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(program, {}, "sozialraum", "_SOZIALRAUM_COMPLETE").source())


def progress(items: Sequence[Any], label: str) -> Iterator[Any]:
    """The items under a progress bar on the terminal; silent when the output is no terminal."""
    with click.progressbar(items, label=t(label), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield from bar


def steps(step: str, done: int, total: int) -> None:
    """The step of a longer work on one line of the terminal; silent when the output is no terminal."""
    if sys.stderr.isatty():
        amount = f" {done}/{total}" if total else ""
        click.echo(f"\r\x1b[K{t(step)}{amount}", err=True, nl=False)


def clear() -> None:
    """Empty the line that `steps` wrote on."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)


def whole() -> click.Group:
    """The command with all that is no verb here: the language, `run` (methods on plain files), `user` (accounts)."""
    from sozialraum.cli.server import server_verbs
    from sozialraum.cli.users import user_group
    from sozialraum.runs.command import run_group

    program.add_command(run_group(LANGUAGE, [_language_option()]))
    users = user_group()
    for command in (users, *users.commands.values()):
        command.params.append(_language_option())
    program.add_command(users)
    for verb in server_verbs():
        verb.params.append(_language_option())
        program.add_command(verb)
    program.params.append(_language_option())
    speak(program)
    return program


def start() -> None:
    """Complete the command and run it."""
    whole()(prog_name="sozialraum")

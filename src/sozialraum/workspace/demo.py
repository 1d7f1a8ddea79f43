"""The whole main job on an example, step by step, with each step said."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.errors import CallError
from sozialraum.texts import say as wording
from sozialraum.workspace.plans import Demo, Published, demo_plan
from sozialraum.writing import PARTIAL

if TYPE_CHECKING:
    from sozialraum.figures import Figures, Release
    from sozialraum.workspace import Workspace

MARK = ".sozialraum-demo"
"""Only a folder that a demo made carries this file; only such a folder is made anew."""


@dataclass(frozen=True)
class DemoResult:
    """What the demo made."""

    workspace: Path
    reports: tuple[Path, ...]
    equal: tuple[str, ...]


def run_demo(
    example: str,
    folder: Path,
    data: Path | None,
    *,
    say: Callable[[str], None],
    language: str = "de",
    seed: int = 1,
    released: Callable[[Path], object] = Path,
) -> DemoResult:
    """Make the workspace, store its deliveries, release, write the reports; `say` hears every step.

    `released` hears the folder of the workspace as soon as the release is there.

    Raises: CallError when the folder holds something that no demo made, or the publishers' files are missing.
    """
    started = time.perf_counter()

    def tell(template: str, **values: object) -> None:
        say(f"{time.perf_counter() - started:5.1f} s  {wording(template, language, **values)}")

    workspace = _fresh(example, folder, data, seed)
    tell("Workspace {folder}", folder=str(workspace.folder))
    plan = demo_plan(workspace.folder)
    _deliver(workspace, plan, data, tell)
    release, index = _release(workspace, plan)
    released(workspace.folder)
    tell("Release {label}: {rows} figures, {hidden} of them hidden", label=release.label, rows=release.table.num_rows,
         hidden=release.audit()["hidden"])  # fmt: skip
    equal = tuple(_compare(one, index, data, language) for one in plan.published)
    reports = tuple(_write_reports(workspace, plan, release, language))
    for path in reports:
        tell("Report {path}", path=str(path))
    for line in equal:
        say(line)
    return DemoResult(workspace.folder, reports, equal)


def _fresh(example: str, folder: Path, data: Path | None, seed: int) -> Workspace:
    from sozialraum.workspace import open as open_workspace
    from sozialraum.workspace.starting import make_workspace

    with _set_aside(folder):
        made = make_workspace(folder, example=example, data=data, seed=seed)
    (made / MARK).write_text("made by: sozialraum demo\n", encoding="utf-8")
    return open_workspace(made)


@contextmanager
def _set_aside(folder: Path) -> Iterator[None]:
    """Make room for a new demo; the older one comes back when the new one cannot be made."""
    if not (folder / MARK).is_file():
        yield
        return
    if Path.cwd().is_relative_to(folder.resolve()):
        raise CallError(
            "The demo would make the folder anew in which you are working: '{folder}'.",
            remedy="Change to the folder above, or name another one with --folder.",
            folder=str(folder.resolve()),
        )
    aside = folder.resolve().with_name(f"{PARTIAL}{folder.resolve().name}")
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    try:
        yield
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside)


def _deliver(workspace: Workspace, plan: Demo, data: Path | None, tell: Callable[..., None]) -> None:
    corrected = 0
    for one in plan.delivery:
        file = (data or Path()) / one.data if one.data else workspace.folder / one.file
        stored = workspace.add(
            file, one.source, by=plan.by, accept=dict.fromkeys(one.accept, plan.by), received=one.received
        )
        corrected += len(stored.record["corrections"])
    tell(
        "{files} files stored; {corrected} declared corrections applied", files=len(plan.delivery), corrected=corrected
    )


def _release(workspace: Workspace, plan: Demo) -> tuple[Release, list[Figures]]:
    declared = workspace.plan(plan.release)
    parts = workspace.planned(declared)
    index = parts[len(parts) - len(declared.index) :] if declared.index else []
    return workspace.release(parts, plan.release, by=plan.by), index


def _write_reports(workspace: Workspace, plan: Demo, release: Release, language: str) -> Iterator[Path]:
    from sozialraum.reports import compose

    target = workspace.folder / "output"
    target.mkdir(exist_ok=True)
    for one in workspace.plan(plan.release).report:
        report = compose(one.id, release, language=language)
        for ending in one.formats:
            path = target / f"{one.id}-{release.label}.{ending}"
            report.save(path)
            yield path


def _compare(published: Published, index: list[Figures], data: Path | None, language: str) -> str:
    """How many of the publisher's classes are rebuilt: counted, not written."""
    import csv

    classes = _classes(published, index)
    with ((data or Path()) / published.data).open(encoding="utf-8-sig", newline="") as file:
        rows = [(row[published.key], row[published.column]) for row in csv.DictReader(file)]
    printed = {key: word for key, word in rows if word and word != "-"}
    equal = sum(classes.get(key) == word for key, word in printed.items())
    return wording("{title} equal to the published one in {equal} of {all} areas ({edition})", language,
                   title=published.title.get(language, published.dimension), equal=equal, all=len(printed),
                   edition=published.edition)  # fmt: skip


def _classes(published: Published, index: list[Figures]) -> dict[str, str]:
    """German words of the classes that were computed, by area."""
    wanted = f"{published.definition}.{published.dimension}"
    for figures in index:
        if wanted in figures.indicators and published.edition in _editions(figures):
            scale = figures.description(wanted).scale
            words = dict(zip(scale.ids, scale.de, strict=True)) if scale else {}
            rows = figures.select(wanted).table
            pairs = zip(rows["area"].to_pylist(), rows["class"].to_pylist(), strict=True)
            return {area: words.get(found, found) for area, found in pairs if found}
    raise CallError(
        "Edition {edition} of the index '{wanted}' was not computed.", wanted=wanted, edition=published.edition
    )


def _editions(figures: Figures) -> set[str]:
    return {note["edition"] for note in figures.notes.values() if isinstance(note, dict) and "edition" in note}

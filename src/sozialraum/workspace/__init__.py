"""A workspace (Arbeitsbereich): a folder of plain files, and the verbs that carry the main job on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.errors import CallError, Place
from sozialraum.figures import Figures, Release
from sozialraum.workspace.archive import load_release, release_names, releases_by_age
from sozialraum.workspace.asking import check_plan, check_release, texts_of
from sozialraum.workspace.plans import IndexPlan, ReleasePlan, declare_release, plan_names, release_plan
from sozialraum.workspace.settings import read_settings
from sozialraum.workspace.withdrawing import withdrawal

if TYPE_CHECKING:
    from sozialraum.areas import Areas
    from sozialraum.indicators import Indicator
    from sozialraum.protection import Verdict
    from sozialraum.reports import Report
    from sozialraum.sources import Delivery, Proposal, SourceDefinition, StoredDelivery
    from sozialraum.store import Store
    from sozialraum.workspace.declaring import Judgement
    from sozialraum.workspace.drafts import Draft
    from sozialraum.workspace.house.ledger import Inside

Progress = Callable[[str, int, int], None]
"""Hears the step of a longer work (an English template), how much of it is done, and of how much (0: nobody knows)."""

__all__ = [
    "Workspace",
    "house_text",
    "house_title",
    "load_release",
    "open",
    "reference_system",
    "releases_by_age",
    "withdrawal",
]


def open(folder: str | Path) -> Workspace:  # noqa: A001
    """The workspace in that folder. Raises: CallError when there is none, InputError for faults in its settings."""
    return Workspace(Path(folder))


def reference_system(folder: str | Path) -> str:
    """The reference system of the workspace's maps, such as `EPSG:25832`. Raises: as `open`."""
    return read_settings(Path(folder)).areas.crs


def house_title(folder: str | Path) -> str:
    """The title of the workspace, such as `Landkreis Musterkreis`. Raises: as `open`."""
    return read_settings(Path(folder)).workspace.title


def house_text(folder: str | Path, name: str, language: str) -> str:
    """What the house says under that name (imprint, accessibility, privacy) in Markdown; empty where it says nothing yet.

    Raises: as `open`.
    """
    told: Mapping[Any, str] = getattr(read_settings(Path(folder)).pages, name)
    return told.get(language) or next(iter(told.values()), "")


class Workspace:
    """Wires the rooms together; each verb of the command line is one method here."""

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.settings = read_settings(self.folder)

    @cached_property
    def areas(self) -> Areas:
        """Levels, vintages and geometry."""
        from sozialraum.areas import read_areas

        return read_areas(self.folder, self.settings.areas)

    @cached_property
    def sources(self) -> Mapping[str, SourceDefinition]:
        """Declared sources by id."""
        from sozialraum.sources import load_sources

        return load_sources(self.folder)

    @cached_property
    def catalogue(self) -> Mapping[str, Indicator]:
        """The product's indicators and the workspace's own, by id."""
        from sozialraum.indicators import catalogue

        own = self.folder / "indicators"
        return catalogue(own if own.is_dir() else None)

    @property
    def deliveries(self) -> Sequence[StoredDelivery]:
        """Everything that was ever delivered, in the order it came, with the undoings."""
        from sozialraum.sources import deliveries

        return deliveries(self.folder)

    @property
    def deliveries_in_force(self) -> Sequence[StoredDelivery]:
        """The deliveries whose facts count: those that nobody has undone."""
        from sozialraum.sources import in_force

        return in_force(self.deliveries)

    @cached_property
    def store(self) -> Store:
        """The facts of all deliveries; made anew by `add`."""
        return self.store_with(frozenset(one.id for one in self.deliveries_in_force))

    @cached_property
    def _stores(self) -> dict[frozenset[str], Store]:
        """What was read and added up of each set of deliveries; stored facts do not change."""
        return {}

    def store_with(self, deliveries: frozenset[str]) -> Store:
        """The facts of the deliveries with these ids, whether they are in force or not."""
        if deliveries not in self._stores:
            self._stores[deliveries] = self._store_of(deliveries)
        return self._stores[deliveries]

    def _store_of(self, deliveries: Collection[str]) -> Store:
        from sozialraum.store import FactFile, Store

        facts: dict[str, list[FactFile]] = {}
        for one in (each for each in self.deliveries if each.id in deliveries):
            definition = self.sources.get(one.source)
            for table, path in one.facts.items():
                facts.setdefault(table, []).append(
                    FactFile(
                        path=path,
                        delivery=one.id,
                        sequence=one.sequence,
                        source=one.source,
                        absent=definition.absent_for(table) if definition else "",
                        protected=bool(definition and definition.protected),
                    )
                )
        return Store(facts)

    def check(self, file: str | Path, source: str) -> Delivery:
        """The delivery as it would be stored, with every fault; nothing is written."""
        from sozialraum.sources import load_corrections, other_facts, read_delivery

        definition = self._source(source)
        previous = [one for one in self.deliveries_in_force if one.source == source]
        return read_delivery(
            Path(file),
            definition,
            self.areas,
            previous=previous[-1] if previous else None,
            corrections=load_corrections(self.folder),
            others=other_facts(self.folder, definition),
        )

    def propose(self, file: str | Path, told: Mapping[str, Any] | None = None) -> Proposal:
        """A source for a file that has none yet: columns, key level, period, number format, each with its evidence.

        `told` are settings of [file] that a person knows better than the file shows.
        """
        from sozialraum.sources import propose

        return propose(Path(file), self.areas, told)

    def add(
        self,
        file: str | Path,
        source: str,
        *,
        by: str = "",
        accept: Mapping[str, str] | None = None,
        received: str = "",
        progress: Progress | None = None,
    ) -> StoredDelivery:
        """Store a delivery that passes its checks; `accept` names a person for each accepted kind of warning.

        `progress` hears the step (an English template), how much is done and of how much.
        Raises: InputError with every fault; then nothing was stored.
        """
        from sozialraum.sources import store_delivery

        tell = progress or _silent
        tell("Checking every row", 0, 2)
        delivery = self.check(file, source).accepted(accept or {})
        tell("Storing the facts", 1, 2)
        stored = store_delivery(self.folder, delivery, Path(file), received=received or _now(), by=by)
        self.__dict__.pop("store", None)
        return stored

    def undo(self, delivery: str, *, by: str, reason: str, received: str = "") -> StoredDelivery:
        """Take the facts of a delivery out of force, by a record that supersedes it; undoing that record brings them back.

        Raises: CallError for an unknown delivery, one that is undone already, or without person and reason.
        """
        from sozialraum.sources import undo_delivery

        stored = undo_delivery(self.folder, delivery, received=received or _now(), by=by, reason=reason)
        self.__dict__.pop("store", None)
        return stored

    def _source(self, source: str) -> SourceDefinition:
        from sozialraum.declared import nearest
        from sozialraum.sources import load_source

        own = self.folder / "sources" / f"{source}.toml"
        if source not in self.sources and own.is_file():
            return load_source(own)  # says what is still to decide
        if source not in self.sources:
            close = nearest(source, self.sources)
            meant = "Did you mean '{close}'? Without a source, sozialraum add FILE proposes one."
            raise CallError(
                "There is no source '{source}'; there are: {known}.",
                remedy=meant if close else "Without a source, sozialraum add FILE proposes one.",
                source=source,
                known=", ".join(self.sources) or "-",
                close=close,
            )
        return self.sources[source]

    def judge(self, kind: str, text: str) -> Judgement:
        """What is to be said of the text of a definition (`source`, `indicator`, `index`); nothing is written."""
        from sozialraum.workspace.declaring import judged

        return judged(self.folder, kind, text)

    def declare(self, kind: str, text: str) -> Path:
        """Write a definition (`source`, `indicator`, `index`) into the workspace's own folder; its file.

        Raises: InputError with every fault, also where an example does not give its result; then nothing was written.
        """
        from sozialraum.workspace.declaring import declare

        path = declare(self.folder, kind, text)
        for name in ("sources", "catalogue", "store"):
            self.__dict__.pop(name, None)
        return path

    def figures(
        self, indicators: Sequence[str], level: str, periods: Sequence[str | int], vintage: str | None = None
    ) -> Figures:
        """Unprotected figures of these indicators for every area of a level.

        `vintage` counts every period again on one set of boundaries. Raises: CallError for unknown ids and empty lists.
        """
        from sozialraum.indicators import all_named, compute

        chosen = all_named(texts_of(indicators, "indicators"), self.catalogue)
        labels = texts_of(periods, "periods")
        figures = compute(chosen, self.store, self.areas, level, labels, vintage or None, self.catalogue)
        return Figures(figures.table, figures.descriptions, self._credits(figures), figures.notes, self.areas)

    def _credits(self, figures: Figures) -> tuple[Any, ...]:
        """Publishers of the deliveries behind the figures.

        Deliveries are named by source, day and number: the hash of a small file would let a reader try out its values.
        """
        from dataclasses import replace

        tables = {table for one in figures.descriptions for table in one.facts}
        by_source: dict[str, list[str]] = {}
        for one in self.deliveries_in_force:
            if tables & set(one.facts):
                name = f"{one.source}, {one.record['received'][:10]}, {one.sequence}"
                by_source.setdefault(one.source, []).append(name)
        known = {source: self.sources[source].credit() for source in by_source if source in self.sources}
        return tuple(replace(credit, deliveries=tuple(by_source[source])) for source, credit in known.items())

    def index(self, plan: IndexPlan) -> Figures:
        """A composite index at one period, with how sure each class is."""
        from sozialraum.workspace.indices import compute_index

        return compute_index(self, plan)

    def release(
        self,
        parts: Sequence[Figures],
        name: str,
        *,
        by: str = "",
        note: str = "",
        made: str = "",
        progress: Progress | None = None,
    ) -> Release:
        """Protect all these figures together, freeze them under the name, write them, and give the release back.

        `progress`: as `add`. Raises: UnsafeReleaseError when they cannot be made safe; then nothing was written.
        """
        from sozialraum.workspace.house.proving import publish, releasing

        tell = progress or _silent
        release, inside = self._protected(parts, name, tell, by=by, note=note, made=made)
        tell("Checking the proof", 0, 0)
        with releasing(self.folder):
            return publish(self, release, inside)

    def _protected(
        self, parts: Sequence[Figures], name: str, tell: Progress, *, by: str, note: str = "", made: str = ""
    ) -> tuple[Release, Inside]:
        from sozialraum.workspace.publishing import make_release

        check_release(parts, name)

        def found(done: int, total: int) -> None:
            tell("Hiding what is too small, and proving it", done, total)

        found(0, 0)
        return make_release(self, parts, name=name, made=made or _now(), by=by, note=note, found=found)

    def release_planned(self, name: str, *, by: str = "", made: str = "", progress: Progress | None = None) -> Release:
        """The release that release.toml declares under this name. `progress`: as `add`.

        Raises: InputError with every indicator and level that is not known, before anything is computed; as `release`.
        """
        return self.release(self.planned(self._checked(name), progress), name, by=by, made=made, progress=progress)

    def _checked(self, name: str) -> ReleasePlan:
        """The declared release whose indicators and levels are all known."""
        plan = self.plan(name)
        check_plan(
            plan, self.catalogue, self.areas.levels, Place(str(self.folder / "release.toml"), column=f"release.{name}")
        )
        return plan

    def prepare(
        self,
        name: str,
        *,
        by: str,
        note: str = "",
        made: str = "",
        key: str = "",
        progress: Progress | None = None,
    ) -> Draft:
        """Protect what release.toml declares under the name and keep it as a draft; another person releases it.

        `key` names the order: a draft that was made for it is given back. `progress`: as `add`.
        Raises: UnsafeReleaseError as `release`.
        """
        from sozialraum.workspace import drafts

        if not by.strip():
            raise CallError("Say who prepares: another person releases.", remedy="--by PERSON")
        known = [one for one in drafts.drafts(self.folder, name) if key and one.key == key]
        if known:
            return known[-1]
        tell = progress or _silent
        # The basis comes before the figures: what changes while they are computed counts as changed.
        basis = drafts.basis_of(self, name)
        parts = self.planned(self._checked(name), tell)
        release, inside = self._protected(parts, name, tell, by=by, note=note, made=made)
        tell("Checking the proof", 0, 0)
        return drafts.save_draft(self, release, inside, basis, note=note, key=key)

    def drafts(self, name: str = "") -> Sequence[Draft]:
        """Every draft of a release that was ever prepared (under that name), with what became of it."""
        from sozialraum.workspace import drafts

        return drafts.drafts(self.folder, name)

    def draft(self, name: str, number: int | None = None) -> Draft:
        """A draft of that name; the newest that waits for a decision unless a number is given."""
        from sozialraum.workspace import drafts

        return drafts.draft(self.folder, name, number)

    def approve(self, name: str, number: int | None = None, *, by: str, note: str = "", made: str = "") -> Release:
        """Release a draft exactly as it was prepared; `by` must be another person than the one who prepared it."""
        from sozialraum.workspace import drafts

        return drafts.approve(self, self.draft(name, number), by, made or _now(), note)

    def refuse(self, name: str, number: int | None = None, *, by: str, reason: str, made: str = "") -> Draft:
        """Refuse a draft with a reason; nothing leaves the house."""
        from sozialraum.workspace import drafts

        return drafts.refuse(self.draft(name, number), by, made or _now(), reason)

    def withdraw(self, name: str, version: int, *, by: str, reason: str, made: str = "") -> None:
        """Withdraw a release with a reason: pages and reports show the one before; the ledger still remembers it."""
        from sozialraum.workspace.withdrawing import Withdrawal, withdraw

        withdraw(self.folder, name, version, Withdrawal(by, made or _now(), reason))

    def plan(self, name: str) -> ReleasePlan:
        """What release.toml declares under this name."""
        return release_plan(self.folder, name)

    @property
    def plans(self) -> dict[str, ReleasePlan]:
        """Everything that release.toml declares, by name."""
        return {name: self.plan(name) for name in plan_names(self.folder)}

    def declare_release(self, name: str, content: Mapping[str, Any]) -> None:
        """Add a release to release.toml: title and figures (level, totals, indicators, periods)."""
        declare_release(self.folder, name, content)

    def planned(self, plan: ReleasePlan, progress: Progress | None = None) -> list[Figures]:
        """All figures of a declared release, unprotected; those of its indices come last. `progress`: as `add`."""
        from sozialraum.workspace.analyses import compute_analysis

        figures = [
            partial(self.figures, one.indicators, level, one.labels, one.vintage)
            for one in plan.figures
            for level in (one.level, *one.totals)
        ]
        steps: list[Callable[[], Figures | list[Figures]]] = [*figures]
        steps += [partial(compute_analysis, self, one) for one in plan.analysis]
        steps += [partial(self.index, one) for one in plan.index]
        parts: list[Figures] = []
        for number, step in enumerate(steps):
            (progress or _silent)("Computing figures", number, len(steps))
            found = step()
            parts += found if isinstance(found, list) else [found]
        return parts

    @property
    def releases(self) -> dict[str, list[int]]:
        """Names and versions of all releases."""
        return release_names(self.folder)

    def released(self, name: str, version: int | None = None) -> Release:
        """A release that was made before; its newest version unless one is given."""
        return load_release(self.folder, name, version)

    def verify(self, label: str) -> tuple[Release, Verdict]:
        """A release (`2024-2`, or `2024` for its newest version), and whether its files are still proved safe.

        The certificates in the house are checked; nothing is searched again.
        Raises: CallError when there is no such release, or no proof of it.
        """
        from sozialraum.workspace.house.proving import verify_release

        return verify_release(self, label)

    def protocol(self, label: str, *, draft: int | None = None, language: str = "de") -> Report:
        """The protection protocol of a release, or of the draft with that number, for the data protection officer; internal.

        Raises: CallError when there is none, or the house keeps no proof of it.
        """
        from sozialraum.workspace.archive import labelled
        from sozialraum.workspace.house.ledger import ledger, load_inside
        from sozialraum.workspace.house.protocol import protocol

        if draft is not None:
            one = self.draft(label, draft)
            return protocol(self.folder, one.release, one.inside.record, language)
        release = labelled(self.folder, label)
        inside = load_inside(ledger(self.folder, release.name), str(release.version), release)
        return protocol(self.folder, release, inside.record, language)

    def explain(self, indicator: str, area: str, period: str | int, level: str = "") -> Any:
        """Where one number comes from: definition, counts, files and rows, corrections, rule and releases."""
        from sozialraum.workspace.explaining import explain

        return explain(self, indicator, area, str(period), level)


def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody wants to hear how far the work is."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

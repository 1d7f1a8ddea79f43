"""Methods on plain files (`sozialraum run METHOD`): the list of methods, each loaded when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a method: its name without dashes, what to write behind it, what it does."""

    name: str
    value: str
    text: Words
    required: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """A method that reads one file and writes one: what `--list` and `--help` say, and where the function is.

    The function takes input path, output path (`-` = standard output) and the options by name, and returns what
    is worth saying on stderr: a list of warnings (errors.Fault).
    """

    id: str
    sentence: Words
    input: str
    columns: tuple[tuple[str, Words], ...]
    result: tuple[tuple[str, Words], ...]
    options: tuple[Option, ...]
    example: str
    where: str
    notes: Words

    def run(self, source: str, target: str, options: Mapping[str, Any]) -> list[Any]:
        """Run it. Raises: SozialraumError with the exit code in it."""
        module, _, name = self.where.partition(":")
        function: Callable[[str, str, Mapping[str, Any]], list[Any]] = getattr(import_module(module), name)
        return function(source, target, options)


INDEX = Method(
    id="index",
    sentence={
        "en": "Composite social index (status, dynamics, deprivation) with classes, ranks, deciles from a definition.",
        "de": "Sozialindex (Status, Dynamik, Benachteiligung) mit Klassen, Rängen und Dezilen nach einer Definition.",
    },
    input="TABLE",
    columns=(
        (
            "area",
            {
                "en": "key of the area; text, keeps leading zeros",
                "de": "Schlüssel des Gebiets; Text, führende Nullen bleiben",
            },
        ),
        (
            "residents",
            {
                "en": "persons at the end date; needed where the definition has a minimum",
                "de": "Personen am Stichtag; nötig, wo die Definition eine Mindestzahl hat",
            },
        ),
        (
            "residents_before",
            {
                "en": "persons at the start date, where there is one",
                "de": "Personen am früheren Stichtag, wo es einen gibt",
            },
        ),
        (
            "<indicator>",
            {
                "en": "one column per indicator id that the definition names, in its unit; empty = missing",
                "de": "eine Spalte je Kennzahl der Definition, in deren Einheit; leer = fehlt",
            },
        ),
    ),
    result=(
        (
            "area, excluded",
            {
                "en": "empty or below_minimum, named_exception, missing_value",
                "de": "leer oder below_minimum, named_exception, missing_value",
            },
        ),
        (
            "z_<indicator>",
            {
                "en": "standardised column (standardising definitions)",
                "de": "standardisierte Spalte (standardisierende Definitionen)",
            },
        ),
        ("<dimension>_index", {"en": "score, higher = worse", "de": "Indexwert, höher = ungünstiger"}),
        (
            "<dimension>_class",
            {"en": "class, empty where the definition has none", "de": "Klasse, leer, wo die Definition keine hat"},
        ),
        (
            "<dimension>_rank",
            {
                "en": "1 = worst; equal scores share the smaller rank",
                "de": "1 = ungünstigster; gleiche Werte teilen den kleineren Rang",
            },
        ),
        (
            "<dimension>_decile",
            {
                "en": "1 = worst tenth, where the definition has deciles",
                "de": "1 = ungünstigstes Zehntel, wo die Definition Dezile hat",
            },
        ),
    ),
    options=(
        Option(
            "definition",
            "ID|FILE.toml",
            {
                "en": "a shipped definition or a file of your own",
                "de": "eine mitgelieferte Definition oder eine eigene Datei",
            },
            required=True,
        ),
    ),
    example="sozialraum run index areas.csv --definition mss-berlin-2019 --out index.csv",
    where="sozialraum.runs.index:run",
    notes={
        "en": "The publishers' own column headings are accepted beside the ids. Residents that are missing exclude an "
        "area (missing_value); missing residents_before do not. Values of excluded areas are not used: what is odd in "
        "them is a warning.",
        "de": "Die Spaltenköpfe der Herausgeber gelten neben den Kennungen. Fehlende residents schließen ein Gebiet "
        "aus (missing_value), fehlende residents_before nicht. Werte ausgeschlossener Gebiete gehen nicht ein: "
        "Auffälliges ist dort nur ein Hinweis.",
    },
)

METHODS: Mapping[str, Method] = {one.id: one for one in (INDEX,)}

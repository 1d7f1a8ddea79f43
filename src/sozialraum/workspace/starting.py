"""New workspaces: empty, or from an example. The folder appears whole or not at all."""

from __future__ import annotations

from pathlib import Path

from sozialraum.errors import CallError
from sozialraum.writing import whole_folder

EMPTY = """# Arbeitsbereich von sozialraum; Anleitung: docs/how-to/first-own-file.md

[workspace]
name = "{name}"
title = "{name}"
language = "de"

[protection]
minimum = 3                     # Anzahlen von 1 bis 2 sind geheim

[areas]
crs = "EPSG:25832"
levels = ["planning_area"]      # von fein nach grob, zum Beispiel ["planning_area", "district", "city"]

[areas.titles.planning_area]
de = ["Planungsraum", "Planungsräume"]
en = ["planning area", "planning areas"]

[[areas.vintage]]
id = "1"
valid_from = 2000-01-01

[areas.vintage.layer.planning_area]
file = "areas/planning_areas.gpkg"   # legen Sie hier Ihre Gebietsdatei ab
key = "key"
name = "name"
"""


def make_workspace(folder: Path, *, example: str | None = None, data: Path | None = None, seed: int = 1) -> Path:
    """A new workspace; its folder. Raises: CallError when the folder holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CallError(
            "'{folder}' exists and is not empty.",
            remedy="Name a new folder; nothing is ever overwritten.",
            folder=str(folder),
        )
    if folder.is_dir():
        folder.rmdir()
    with whole_folder(folder.resolve()) as partial:
        _fill(partial, folder.resolve().name, example, data, seed)
    return folder.resolve()


def _fill(partial: Path, name: str, example: str | None, data: Path | None, seed: int) -> None:
    from sozialraum.examples import fill_from_publishers, fill_musterkreis

    if example is None:
        words = "".join(sign if sign.isalnum() else "-" for sign in name.lower()).strip("-") or "workspace"
        (partial / "sozialraum.toml").write_text(EMPTY.format(name=words), encoding="utf-8")
        for room in ("areas", "sources", "indicators", "indices"):
            (partial / room).mkdir()
    elif example == "musterkreis":
        fill_musterkreis(partial, seed=seed)
    else:
        fill_from_publishers(example, partial, data)

"""sozialraum.toml: name, language, areas and protection rule of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sozialraum.areas import AreasSettings
from sozialraum.declared import read_declared
from sozialraum.errors import CallError
from sozialraum.protection import Rule

FILE = "sozialraum.toml"


class About(BaseModel):
    """Who keeps this workspace; `invented` marks every page and file of an example that nobody delivered."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    language: Literal["de", "en"] = "de"
    invented: bool = False


class Pages(BaseModel):
    """What the house says on its public pages, in Markdown by language: imprint, accessibility, privacy."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    imprint: dict[Literal["de", "en"], str] = {}
    accessibility: dict[Literal["de", "en"], str] = {}
    privacy: dict[Literal["de", "en"], str] = {}


class Settings(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    workspace: About
    areas: AreasSettings
    protection: Rule = Rule()
    pages: Pages = Pages()


def read_settings(folder: Path) -> Settings:
    """The settings of the workspace in that folder. Raises: CallError when there is none, InputError for its faults."""
    file = folder / FILE
    if folder.is_file():
        raise CallError(
            "'{folder}' is a file.", remedy="Name the folder that holds sozialraum.toml.", folder=str(folder)
        )
    if not file.is_file():
        raise CallError(
            "'{folder}' is no workspace: the file sozialraum.toml is missing.",
            remedy="Make one with: sozialraum new {folder}",
            folder=str(folder),
        )
    return read_declared(file, Settings)

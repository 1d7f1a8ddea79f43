"""What a report's catalogue file says about one section, in the report's language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Id and title of a section, the fields and indicators it covers, groups of a profile, and the author's own text.

    `area` is the key of a profile's area, `peers` whom it is compared with where a reader chose that; `missing` names the
    sections that had no data, for the section that says so.
    """

    id: str
    title: str
    fields: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""
    area: str = ""
    peers: str = ""
    missing: tuple[str, ...] = ()

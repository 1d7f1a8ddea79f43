"""A release prepared once for reading, in one language: what sections and pages ask of it, computed at first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any, TypeAlias

import numpy as np
import pyarrow.compute as pc

from sozialraum.figures import Description, Release
from sozialraum.reports.aligned import Aligned
from sozialraum.reports.series import Layer, Series, is_change

Address: TypeAlias = Callable[[str, str], str]
"""Where a reader finds more about an `area` or an `indicator` with that key; empty where there is no such page."""


def nowhere(_kind: str, _key: str) -> str:
    """No address: reports on paper and in one file have no pages to link to."""
    return ""


@dataclass(frozen=True)
class View:
    """A release in one language, with what every section asks for computed at first use and then kept."""

    release: Release
    language: str = "de"
    address: Address = nowhere

    @cached_property
    def _aligned(self) -> Aligned:
        return Aligned(self.release)

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What sections prepared once for the whole release (editions, neighbours in kind, shared map parts), by name."""
        return {}

    @cached_property
    def place(self) -> str:
        """Name of the city or county."""
        record = self.release.record
        return str(record.get("title") or record.get("workspace") or self.release.name)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Levels with areas, finest (most areas) first."""
        return self._aligned.levels

    @cached_property
    def level(self) -> str:
        """The finest level that has figures."""
        told = str(self.release.record.get("finest_level") or self.release.record.get("level") or "")
        used = {level for _, level in self._aligned.rows}
        if told in used:
            return told
        return next((level for level in self.levels if level in used), self.levels[0])

    @cached_property
    def layer(self) -> Layer:
        """Areas of the finest level at the newest vintage."""
        return self.layer_of(self.level)

    @cached_property
    def group_level(self) -> str | None:
        """The coarser level for comparisons: the coarsest with more than one area."""
        known = {level for parents in self.layer.parents for level in parents}
        fits = [level for level in self.levels if level in known and 1 < len(self.layer_of(level)) < len(self.layer)]
        return fits[-1] if fits else None

    @cached_property
    def top_level(self) -> str | None:
        """The level that is the whole city or county, where the release holds figures for it."""
        used = {level for _, level in self._aligned.rows}
        coarser = [level for level in reversed(self.levels) if level in used and level != self.level]
        return next((level for level in coarser if len(self.layer_of(level)) == 1), None)

    def level_title(self, level: str, many: bool = True) -> str:
        """The level's name in the language: `Planungsräume`; the word for areas where nobody named it."""
        titles = self.release.record.get("level_titles", {}).get(level, {}).get(self.language)
        if titles:
            return str(titles[1 if many else 0])
        return {"de": ("Gebiet", "Gebiete"), "en": ("area", "areas")}[self.language][1 if many else 0]

    def layer_of(self, level: str) -> Layer:
        """Areas of a level at its newest vintage."""
        return self._aligned.layer(level)

    def has(self, indicator: str, level: str | None = None) -> bool:
        """Whether the release holds rows of that indicator on that level (finest if not named)."""
        return indicator in self.descriptions and (indicator, level or self.level) in self._aligned.rows

    def series(self, indicator: str, level: str | None = None) -> Series:
        """One indicator on one level (finest if not named), aligned to the newest areas."""
        key = (indicator, level or self.level)
        if key not in self._series:
            with self._once:
                if key not in self._series:
                    self._series[key] = self._aligned.series(self.descriptions[indicator], key[1], self.compared_with)
        return self._series[key]

    @cached_property
    def _once(self) -> RLock:
        """Many readers who ask for the same at the same moment wait for one of them."""
        return RLock()

    @cached_property
    def _series(self) -> dict[tuple[str, str], Series]:
        return {}

    @cached_property
    def descriptions(self) -> dict[str, Description]:
        """Id to description, in the release's order."""
        return {one.id: one for one in self.release.descriptions}

    def measures(self, fields: Sequence[str] = ()) -> tuple[str, ...]:
        """Ids of plain indicators of these fields with a value on the finest level: no parts of an index, and no results
        of an analysis, whose ids are those of what was analysed with a point and a word behind."""
        return tuple(
            one.id
            for one in self.release.descriptions
            if (not fields or one.field in fields)
            and "." not in one.id
            and one.kind != "index"
            and not (one.kind == "delivered" and is_change(one))
            and not one.field.startswith("index")
            and self._told(one.id)
        )

    @cached_property
    def compared_with(self) -> str:
        """The period that the newest index edition counts its development from; empty without one."""
        notes = self.release.record.get("notes", {})
        on_level = [name.split(" ") for name in notes if name.split(" ")[1:2] == [self.level]]
        newest = max((parts for parts in on_level if len(parts) == 3), key=lambda parts: parts[2], default=None)
        return str(notes[" ".join(newest)].get("before") or "") if newest else ""

    @cached_property
    def newest(self) -> str:
        """The latest period of any plain indicator."""
        found = [self.series(one).periods[-1] for one in self.measures()]
        return max(found, default=max(self._aligned.periods, default=""))

    def _told(self, indicator: str) -> bool:
        return self.has(indicator) and bool((~np.isnan(self.series(indicator).value)).any())

    def rows(self, indicator: str) -> list[dict[str, Any]]:
        """The rows of one result of an analysis as they were released, also those of no area (`total`), in time order."""
        found = self.release.table.filter(pc.equal(self.release.table["indicator"], indicator)).to_pylist()
        return sorted(found, key=lambda row: str(row["period"]))

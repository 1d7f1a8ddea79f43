"""What went out before, as the house remembers it."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.figures import Figures


@dataclass(frozen=True)
class Earlier:
    """A release that was made before: its figures as they went out, and those rows as they were before hiding.

    `secrets` never leaves the house; without it the least is assumed of every hidden count. `today`: rows with the numbers
    that the facts of today give, counted anew by the house; rows that are not in it have the numbers that they had then.
    `classes`: whether its classes went out; those of a release that shows all of them stay in the house.
    """

    figures: Figures
    secrets: Figures | None = None
    today: Figures | None = None
    classes: bool = True

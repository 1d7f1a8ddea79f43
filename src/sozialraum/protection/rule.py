"""The rule of a release, as a workspace declares it under [protection]."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Rule(BaseModel):
    """Minimum frequency rule (Mindestfallzahl): a count from 1 to `minimum` - 1 is not shown.

    `rest`: the people of a base who are not counted by a share need the minimum too.
    `top`: whether counts of the whole city or county stay published (`show`) or may be hidden to protect others.
    `p_percent`: by how much of itself a sum of amounts (ages, rooms) of fewer people than the minimum has to stay unknown.
    `insiders`: against whom it must hold: readers who know only what is published (`outside`), or also everybody who is
    counted in a hidden number and reckons with it (`safe`).
    `classes`: which classes of an index go out where hidden figures stand behind it: those that every other population of
    the proof gives as well (`proved`); of these only where no figure of the area itself is hidden (`hide`), so that
    less can be read from which are missing; or all, with what they tell (`show`).
    Source: Hundepool et al. 2012, Statistical Disclosure Control, ch. 4; practice of the Federal Employment Agency.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    minimum: int = Field(default=3, ge=1, le=100)
    rest: bool = True
    p_percent: int = Field(default=10, ge=1, le=100)
    top: Literal["show", "may-hide"] = "show"
    insiders: Literal["outside", "safe"] = "outside"
    classes: Literal["proved", "hide", "show"] = "proved"

    def say(self, language: str = "de") -> str:
        """The rule in one sentence for the release line and the method chapter."""
        if language == "en":
            return f"Counts from 1 to {self.minimum - 1} are hidden; zeros are shown."
        return f"Anzahlen von 1 bis {self.minimum - 1} sind geheim; echte Nullen werden gezeigt."

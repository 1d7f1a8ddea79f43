"""The files that offices of the invented county deliver, with the faults that such files have in real life."""

from __future__ import annotations

from pathlib import Path

from sozialraum.examples.musterkreis.deliveries.education import write_education
from sozialraum.examples.musterkreis.deliveries.living import write_living
from sozialraum.examples.musterkreis.deliveries.register import write_register
from sozialraum.examples.musterkreis.deliveries.welfare import write_welfare
from sozialraum.examples.musterkreis.deliveries.work import write_work
from sozialraum.examples.musterkreis.history import County

__all__ = ["write_deliveries"]


def write_deliveries(county: County, folder: Path) -> None:
    """All delivery files, written to the folder."""
    folder.mkdir(parents=True)
    for write in (write_register, write_welfare, write_work, write_education, write_living):
        write(county, folder)

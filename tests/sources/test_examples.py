"""Every source that ships with the examples is understood, and does with its own sample what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

import sozialraum
from sozialraum.sources import load_source
from sozialraum.sources.sample import sample_differences

EXAMPLES = Path(sozialraum.__file__).parent / "examples"
SOURCES = sorted(EXAMPLES.glob("*/workspace/sources/*.toml"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parts[-4]}/{path.stem}")
def test_a_shipped_source_is_understood(path: Path) -> None:
    definition = load_source(path)
    assert definition.id == path.stem
    assert sample_differences(definition) == {}

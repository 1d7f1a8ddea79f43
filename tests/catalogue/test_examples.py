"""Every example in every definition gives the result that stands beside it."""

from __future__ import annotations

import pytest

from sozialraum.indicators import Example, Indicator, catalogue, differences

CATALOGUE = catalogue()
EXAMPLES = [(one, example) for one in CATALOGUE.values() for example in one.example]


@pytest.mark.parametrize(
    ("indicator", "example"), EXAMPLES, ids=lambda one: one.id if isinstance(one, Indicator) else ""
)
def test_an_example_gives_its_result(indicator: Indicator, example: Example) -> None:
    assert differences(indicator, example, CATALOGUE) == []

"""Whatever fits the description of the interface, or just not, is answered as the description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.web.serving import make_workspace


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    """What the interface over an invented release offers, as its own description tells."""
    import schemathesis
    from django.core.wsgi import get_wsgi_application
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    folder = make_workspace(tmp_path_factory.mktemp("workspace"))
    with override_settings(SOZIALRAUM_WORKSPACE=str(folder), ALLOWED_HOSTS=["localhost"]):
        shelf.cache_clear()
        whole = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.json", get_wsgi_application(), base_url="http://localhost"
        )
        yield [one.ok() for one in whole.get_all_operations()]
    shelf.cache_clear()


def test_the_interface_keeps_to_its_description(operations: list[Any]) -> None:
    assert len(operations) == 5
    for one in operations:
        _keeps(one)


def _keeps(operation: Any) -> None:
    from schemathesis import GenerationMode

    modes = GenerationMode if list(operation.iter_parameters()) else (GenerationMode.POSITIVE,)
    for mode in modes:

        @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def keeps(case: Any) -> None:
            case.call_and_validate(headers={"Accept-Encoding": "identity"})

        keeps()

"""Every route with every role, against a table written by hand; a route that is not in the table fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.people import ROLES, browser, make_person
from tests.web.routes import NOBODY, routes

EVERYONE = frozenset({NOBODY, *ROLES})
SIGNED_IN = frozenset(ROLES)
ADMINISTRATOR = frozenset({"administrator"})
PLANNER, OFFICE = frozenset({"planner"}), frozenset({"statistics-office"})
DELIVERING, REVIEWING = PLANNER | {"sector-planner"}, PLANNER | OFFICE
STAFF: dict[str, frozenset[str]] = {
    "sign-in": EVERYONE, "sign-out": EVERYONE, "code": EVERYONE, "service": EVERYONE, "from-service": EVERYONE,
    "invitation": EVERYONE,
    "start": SIGNED_IN, "account": SIGNED_IN, "factor": SIGNED_IN,
    "figures": SIGNED_IN - ADMINISTRATOR,
    "people": ADMINISTRATOR, "person": ADMINISTRATOR, "grant": ADMINISTRATOR, "revoke": ADMINISTRATOR,
    "close": ADMINISTRATOR, "forget-factor": ADMINISTRATOR, "link": ADMINISTRATOR, "log": ADMINISTRATOR,
    "confirm": ADMINISTRATOR, "dismiss": ADMINISTRATOR,
    "deliveries": DELIVERING, "delivery-undo": DELIVERING, "delivery": DELIVERING, "delivery-map": DELIVERING,
    "delivery-check": DELIVERING, "delivery-accept": DELIVERING, "delivery-refuse": DELIVERING,
    "releases": REVIEWING, "release-prepare": PLANNER, "release-choose": PLANNER, "release-report": REVIEWING,
    "draft": REVIEWING, "draft-protocol": REVIEWING, "draft-approve": OFFICE, "draft-refuse": OFFICE, "release-withdraw": OFFICE,
    "jobs": SIGNED_IN, "job": SIGNED_IN, "job-state": SIGNED_IN, "job-cancel": SIGNED_IN, "job-file": REVIEWING,
    "definitions": DELIVERING, "definition-new": DELIVERING, "definition": DELIVERING, "definition-live": DELIVERING,
}  # fmt: skip
"""Who may open a page behind the sign-in; NOBODY is someone without an account."""
PUBLIC = {
    "start", "map", "map-values", "map-geometry", "map-place", "map-file", "areas", "suggestions", "compare", "area", "area-pdf",
    "area-csv", "index", "data", "catalogue", "release-csv", "indicators", "indicator", "indicator-csv", "reports",
    "report", "report-pdf", "report-html", "spread", "correlate", "map-selection", "map-tiles", "map-tile", "stories", "story",
    "imprint", "privacy", "accessibility",
}  # fmt: skip
BESIDE = {"health", "metrics", "font"}
SIGN_IN = ("/intern/anmelden/", "/en/staff/sign-in/")
REFUSALS = ("hat kein Recht auf diese Seite", "does not have the right")
SENT = {
    "sign-out", "grant", "revoke", "close", "forget-factor", "link", "confirm", "dismiss", "delivery-undo",
    "delivery-map", "delivery-check", "delivery-accept", "delivery-refuse", "release-prepare", "release-choose",
    "release-report", "draft-approve", "draft-refuse", "release-withdraw", "job-cancel",
    "definition-live",
}  # fmt: skip
"""Routes that only take forms."""


def test_every_route_is_in_the_table() -> None:
    found = routes()
    staff = {name.partition(":")[2] for name in found if name.startswith("staff-")}
    public = {name.partition(":")[2] for name in found if name.startswith(("de:", "en:"))}
    others = {name for name in found if ":" not in name}
    assert (staff, public, others) == (set(STAFF), PUBLIC, BESIDE)
    assert {name for name in found if name.startswith("api:")}  # walked below, all of them public


def test_every_view_declares_its_right() -> None:
    from sozialraum.web.accounts import Right

    silent = [name for name, (_, view) in routes().items() if not isinstance(getattr(view, "right", None), Right)]
    assert silent == []


def expected(name: str) -> frozenset[str]:
    space, _, plain = name.partition(":")
    return STAFF[plain] if space.startswith("staff-") else EVERYONE


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, tables: None) -> Iterator[Path]:  # noqa: ARG001
    """One workspace for all roles, so that a page is made once."""
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf
    from tests.web.serving import make_workspace

    folder = make_workspace(tmp_path_factory.mktemp("house"))
    with override_settings(SOZIALRAUM_WORKSPACE=str(folder)):
        shelf.cache_clear()
        yield folder
    shelf.cache_clear()


@pytest.mark.usefixtures("served", "database")
@pytest.mark.parametrize("role", [NOBODY, "", *ROLES])
def test_every_route_opens_for_those_in_the_table_and_for_no_one_else(role: str) -> None:
    """An account without a role (the empty one) may no more than nobody."""
    client = browser() if role == NOBODY else browser(make_person(role))
    client.handler.enforce_csrf_checks = False
    found = routes()
    opened = {name for name, (address, _) in found.items() if _opens(client, name, address)}
    assert opened == {name for name in found if (role or NOBODY) in expected(name)}


def _opens(client: Any, name: str, address: str) -> bool:
    if name.endswith("sign-out"):
        return bool(client.get(address).status_code == 405)  # the session is still needed
    answer = client.post(address) if name.partition(":")[2] in SENT else client.get(address)
    if answer.status_code == 302:
        return name.partition(":")[2] == "code" or not answer.headers["Location"].startswith(SIGN_IN)
    return not (answer.status_code == 403 and any(one in answer.content.decode() for one in REFUSALS))

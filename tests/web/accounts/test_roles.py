"""What roles mean: bounds by field, area and workspace, and that what declares nothing is refused."""

from __future__ import annotations

from time import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sozialraum.web.accounts.rights import BOUND_TO_AREAS, BOUND_TO_FIELDS, RIGHTS, Held, Right, Role, allowed

FIELDS, PLACES = (
    st.sampled_from(["", "work", "education"]),
    st.sampled_from([(), ("a:1",), ("a:1", "b:1"), ("a:2", "b:1")]),
)
HELD = st.builds(
    Held,
    st.sampled_from(Role),
    st.frozensets(st.sampled_from(["work", "education"])),
    st.frozensets(st.sampled_from(["a:1", "a:2", "b:1"])),
)


@pytest.mark.parametrize(
    ("held", "field", "places", "expected"),
    [
        (Held(Role.READER), "work", ("a:1",), True),
        (Held(Role.READER, frozenset({"work"})), "education", ("a:1",), False),
        (Held(Role.COMMUNE), "work", (), False),
        (Held(Role.COMMUNE, areas=frozenset({"b:1"})), "work", ("a:1", "b:1"), True),
        (Held(Role.COMMUNE, areas=frozenset({"b:1"})), "work", ("a:1", "b:2"), False),
        (Held(Role.COMMUNE, frozenset({"work"}), frozenset({"b:1"})), "education", ("a:1", "b:1"), False),
        (Held(Role.SECTOR_PLANNER), "work", (), False),
        (Held(Role.SECTOR_PLANNER, frozenset({"work"})), "work", ("a:1",), True),
        (Held(Role.SECTOR_PLANNER, frozenset({"work"})), "education", ("a:1",), False),
        (Held(Role.STATISTICS_OFFICE), "", (), True),
        (Held(Role.ADMINISTRATOR), "", (), False),
    ],
)
def test_who_sees_unreleased_figures(held: Held, field: str, places: tuple[str, ...], expected: bool) -> None:
    assert allowed([held], Right.SEE, field, places) is expected


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the first example waits for a busy machine
@given(st.lists(HELD, max_size=3), HELD, st.sampled_from(Right), FIELDS, PLACES)
def test_one_more_role_never_takes_a_right_away(
    held: list[Held], more: Held, right: Right, field: str, places: tuple[str, ...]
) -> None:
    assert allowed([*held, more], right, field, places) >= allowed(held, right, field, places)


@given(HELD, st.sampled_from(Right), FIELDS, PLACES)
def test_fewer_fields_and_areas_never_allow_more(held: Held, right: Right, field: str, places: tuple[str, ...]) -> None:
    free = Held(held.role)
    if held.role not in BOUND_TO_FIELDS | BOUND_TO_AREAS:
        assert free.allows(right, field, places) >= held.allows(right, field, places)


@given(st.sampled_from(sorted(set(Right) - {Right.OPEN})), FIELDS, PLACES)
def test_nobody_without_a_role_may_anything(right: Right, field: str, places: tuple[str, ...]) -> None:
    assert not allowed([], right, field, places)


def test_preparing_and_releasing_and_administering_are_apart() -> None:
    for rights in RIGHTS.values():
        assert not {Right.PREPARE, Right.RELEASE} <= rights
        assert not {Right.ADMINISTER, Right.SEE} <= rights


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("workspace", "status"), [("", 200), ("musterstadt", 200), ("musterdorf", 403)])
def test_a_role_holds_in_its_workspace_only(workspace: str, status: int) -> None:
    from tests.web.people import browser, make_person

    assert browser(make_person("reader", workspace=workspace)).get("/intern/").status_code == status


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("path", ["/intern/", "/en/staff/x/", "/karte/", "/api/v1/areas"])
def test_a_view_that_declares_no_right_is_refused_to_everyone(path: str) -> None:
    from django.test import RequestFactory

    from sozialraum.web.accounts.gate import Gate
    from tests.web.people import make_person

    def view(_: Any) -> None: ...

    request = RequestFactory().get(path)
    request.language, request.account = "de", make_person("administrator")
    request.session = {"factor": True, "seen": int(time())}
    refused = Gate(lambda _: None).process_view(request, view, (), {})
    assert refused.status_code == 403


@pytest.mark.usefixtures("house")
def test_behind_https_cookies_go_no_other_way(settings: Any) -> None:
    from tests.web.people import PASSWORD, browser, make_person, send

    settings(
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"), SESSION_COOKIE_NAME="__Host-session",
        CSRF_COOKIE_NAME="__Host-form", SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True,
    )  # fmt: skip
    person, client = (
        make_person("reader"),
        browser(HTTP_X_FORWARDED_PROTO="https", HTTP_HOST="testserver", HTTP_REFERER="https://testserver/intern/"),
    )
    assert send(client, "/intern/anmelden/", {"login": person.login, "password": PASSWORD}).status_code == 302
    for name in ("__Host-session", "__Host-form"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, True, "/", "Lax")
    client.defaults["HTTP_REFERER"] = "https://example.invalid/"
    assert send(client, "/intern/konto/zweiter-faktor/").status_code == 403

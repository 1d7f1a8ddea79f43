"""Public pages: every one answers in both languages, obeys its content policy, and shows released values only."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest

from sozialraum.figures import CORE
from tests.reports.conftest import indexed, key, make_release, measured, row
from tests.web.conftest import Show, later
from tests.web.crawl import BESIDE, crawl, links

MARKER = 73.91827
NASTY = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' OR 1=1 --", "\x00\x1b", "ä" * 5000)


@pytest.fixture(scope="module")
def site(client: Any) -> dict[str, Any]:
    return crawl(client)


def pages(site: dict[str, Any]) -> dict[str, str]:
    return {
        address: one.content.decode()
        for address, one in site.items()
        if "text/html" in one.headers["Content-Type"] and "Content-Disposition" not in one.headers
    }


def test_every_link_leads_somewhere(site: dict[str, Any]) -> None:
    lost = {address for address, one in site.items() if one.status_code != 200}
    assert lost == {"/nowhere", "/en/nowhere", "/gebiete/9999/", "/kennzahlen/secret/"}


def test_every_kind_of_page_was_reached_in_both_languages(site: dict[str, Any]) -> None:
    german = ["/", "/karte/", "/gebiete/", "/gebiete/0101/", "/gebiete/0101/profil.pdf", "/gebiete/0101/zahlen.csv",
              "/kennzahlen/", "/kennzahlen/child_poverty_u15/", "/kennzahlen/child_poverty_u15/zahlen.csv", "/berichte/",
              "/berichte/social-report/", "/berichte/social-report/bericht.pdf",
              "/berichte/social-report/bericht.html",
              "/index/", "/daten/", "/daten/katalog.jsonld", "/daten/freigabe.csv"]  # fmt: skip
    words = {
        "/karte/": "/map/",
        "/gebiete/": "/areas/",
        "/kennzahlen/": "/indicators/",
        "/daten/": "/data/",
        "/berichte/": "/reports/",
    }
    english = [f"/en{address}" for address in german]
    for word, other in words.items():
        english = [address.replace(word, other) for address in english]
    assert {*german, *english} <= set(site)


def test_nothing_inline_and_nothing_from_elsewhere(site: dict[str, Any]) -> None:
    for address, page in pages(site).items():
        found = links(page)
        assert found.forbidden == [], address
        outside = [one for one in found.found if re.match(r"(?:[a-z]+:)?//|[a-z]+:", one)]
        assert outside == [], address


def test_headers_forbid_frames_sniffing_and_foreign_content(site: dict[str, Any]) -> None:
    for address, response in site.items():
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers
        assert "Server" not in response.headers


def test_every_page_has_one_title_and_its_language(site: dict[str, Any]) -> None:
    for address, page in pages(site).items():
        assert page.count("<h1") == 1, address
        assert f'<html lang="{"en" if address.startswith("/en/") else "de"}">' in page
        assert page.count('<main id="main">') == 1


def test_no_id_stands_twice_in_a_page(site: dict[str, Any]) -> None:
    for address, page in pages(site).items():
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids)), address


def test_english_pages_hold_no_german_sentence(site: dict[str, Any]) -> None:
    german = re.compile(r"\b(?:Gebiete|Kennzahl|Zufallsbereich|herunterladen|Freigabe|Zur Startseite)\b")
    for address, page in pages(site).items():
        if address.startswith("/en/"):
            text = re.sub(r"<[^>]+>", " ", page)
            assert german.findall(text) == [], address


def test_what_is_not_released_is_nowhere(show: Show, tmp_path: Path) -> None:
    """Deliveries, definitions and hidden values carry a mark; no answer, header or error page may hold it."""
    mark = "Geheimhausen"
    hidden = [row("child_poverty_u15", key(1), "2018", MARKER, flag="suppressed")]
    other = [one for one in measured() if (one["area"], one["period"]) != (key(1), "2018")]
    client = show(make_release([*other, *indexed(), *hidden]))
    delivery = tmp_path / "deliveries" / "register" / "2021-01-01-abc"
    delivery.mkdir(parents=True)
    (delivery / "delivery.json").write_text(json.dumps({"file": mark, "value": MARKER}))
    for name in ("indicators", "sources", "areas"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{mark}.toml").write_text(f'id = "{mark}"')
    shapes = [f"{MARKER}", f"{MARKER:.1f}", f"{MARKER:.2f}".replace(".", ","), f"{MARKER:.1f}".replace(".", ","), mark]
    for address, response in crawl(client).items():
        told = f"{response.headers} {text_of(response)}"
        assert [one for one in shapes if re.search(rf"(?<!\d){re.escape(one)}(?!\d)", told)] == [], address


def text_of(response: Any) -> str:
    """The text of a page or file; of a PDF that of its streams, of a workbook that of its parts."""
    if response.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(response.content)) as book:
            return "".join(book.read(one).decode() for one in book.namelist())
    if response.content.startswith(b"\x89PNG"):
        return ""  # made from the drawing that is looked at as SVG
    if not response.content.startswith(b"%PDF"):
        return str(response.content.decode())
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", response.content, re.S)
    return "".join(zlib.decompressobj().decompress(one).decode("latin-1") for one in streams if one[:1] == b"\x78")


def test_without_a_release_the_start_page_says_so(show: Show) -> None:
    client = show()
    answers = {
        address: client.get(address).status_code for address in ("/", "/gebiete/", "/gebiete/0101/", "/berichte/")
    }
    assert answers == {"/": 200, "/gebiete/": 404, "/gebiete/0101/": 404, "/berichte/": 404}
    assert "Noch keine Freigabe" in client.get("/").content.decode()
    assert "No release yet" in client.get("/en/").content.decode()
    leads = {one for one in links(client.get("/").content.decode()).found if one.startswith("/")}
    assert {one for one in leads - {"/intern/"} if not one.startswith("/static/")} == {
        *("/", "/en/", "/impressum/", "/barrierefreiheit/", "/datenschutz/")
    }  # no page that is not there yet


def test_the_newest_release_is_shown_and_a_damaged_one_is_not(
    show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.web.figures import shelf as module

    monkeypatch.setattr(module, "LOOK_AGAIN", 0.0)
    first = make_release()
    client = show(first)
    assert client.get("/health").json()["release"] == "2021-1"
    show(later(first, 2))
    assert client.get("/health").json()["release"] == "2021-2"
    assert "Freigabe 2021-2" in client.get("/").content.decode()
    show(later(first, 3))
    (tmp_path / "releases" / "2021" / "3" / "figures.parquet").write_bytes(b"PAR1")
    assert client.get("/health").json()["release"] == "2021-2"
    (tmp_path / "releases" / "2021" / "2" / "release.json").write_text("{")
    client.get("/health")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/gebiete/0101/", "/gebiete/0101/zahlen.csv"])
def test_one_answer_in_every_encoding_and_unchanged_is_not_sent_again(client: Any, address: str) -> None:
    plain = client.get(address)
    packed = {one: client.get(address, headers={"accept-encoding": one}) for one in ("br", "gzip", "gzip, br;q=1.0")}
    assert brotli.decompress(packed["br"].content) == plain.content
    assert gzip.decompress(packed["gzip"].content) == plain.content
    assert packed["gzip, br;q=1.0"].headers["Content-Encoding"] == "br"
    for one in (plain, *packed.values()):
        encoding = one.headers.get("Content-Encoding", "identity")
        again = client.get(address, headers={"accept-encoding": encoding, "if-none-match": one.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_first_page_is_small(client: Any) -> None:
    from sozialraum.web.assets import PREFIX, address, build

    page = client.get("/", headers={"accept-encoding": "br"})
    named = [one.removeprefix(f"/{PREFIX}") for one in links(client.get("/").content.decode()).found if PREFIX in one]
    files = [build() / f"{one}.br" for one in set(named) if not one.endswith(".woff2")]
    fonts = [client.get(address(f"fira-{weight}.woff2")).content for weight in (400, 500, 600)]
    sizes = [len(one) for one in (page.content, *fonts)] + [path.stat().st_size for path in files]
    assert sum(sizes) < 300_000


def test_a_browser_keeps_a_font_and_no_other_name_is_one(client: Any) -> None:
    from sozialraum.web.assets import address

    found = client.get(address("fira-500.woff2"))
    assert (found.status_code, found.content[:4]) == (200, b"wOF2")
    assert found.headers["Content-Type"] == "font/woff2"
    assert found.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    lost = [
        client.get(one).status_code for one in ("/static/fira-500.woff2", "/static/FiraSans-500.woff2", "/static/lock")
    ]
    assert lost == [404, 404, 404]


def test_searching(client: Any) -> None:
    def suggested(asked: str) -> list[str]:
        return [one["name"] for one in client.get("/gebiete/vorschlaege.json", {"q": asked}).json()]

    assert suggested("g") == []
    assert suggested("0203") == ["Gebiet 0203"]
    assert suggested("gebiet 01")[:2] == ["Gebiet 0101", "Gebiet 0102"]
    assert suggested("SÜDHANG") == suggested("suedhang") == [f"Gebiet 04{one:02d}" for one in range(1, 7)]
    groups = {one["group"] for one in client.get("/gebiete/vorschlaege.json", {"q": "gebiet"}).json()}
    assert groups <= {"Nordstadt", "Auental", "Hafen", "Südhang"}
    assert "Kein Gebiet heißt so" in client.get("/gebiete/", {"q": "Nirgendwo"}).content.decode()


@pytest.mark.parametrize("nasty", NASTY)
def test_a_search_is_only_text(client: Any, nasty: str) -> None:
    response = client.get("/gebiete/", {"q": nasty})
    assert response.status_code == 200
    assert links(response.content.decode()).forbidden == []
    assert "<img src=x" not in response.content.decode()


def test_names_in_a_release_are_only_text(show: Show) -> None:
    nasty = "<img src=x onerror=alert(1)>=1+1"
    release = make_release(title=nasty)
    places = release.areas.to_pylist()
    for one in places:
        one["name"] = one["label"] = f"{nasty}{one['area']}"
    client = show(make_release(places=release.areas.schema.empty_table().from_pylist(places), title=nasty))
    for address in ("/", "/gebiete/", "/gebiete/0101/", "/kennzahlen/child_poverty_u15/", "/berichte/social-report/"):
        page = client.get(address).content.decode()
        assert "<img src=x" not in page
        assert links(page).forbidden == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", BESIDE[:3])
def test_public_pages_are_only_read(client: Any, method: str, address: str) -> None:
    assert getattr(client, method)(address).status_code == 405


def test_a_page_that_is_asked_in_another_way_says_so(client: Any) -> None:
    for address, title, heard in (("/karte/", "Anfrage abgelehnt", "Musterstadt"), ("/en/map/", "Request refused", "")):
        answer = client.post(address)
        page = answer.content.decode()
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
        assert f"<h1>{title}</h1>" in page
        assert heard in page


def test_pages_about_errors_name_the_place(client: Any) -> None:
    for address in ("/nichts/", "/impressum/"):
        assert "<strong>Sozialraum</strong> Musterstadt</span>" in client.get(address).content.decode()


def test_a_foreign_host_name_is_refused(client: Any) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/gebiete/..%2f..%2fsozialraum.toml/", "/gebiete/0101%2f..%2f/", "/static/../settings.py",
                                     "/berichte/..%2f..%2frelease/", "/kennzahlen/%00/", "/gebiete/0101'--/"])  # fmt: skip
def test_tricks_with_paths_lead_nowhere(client: Any, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/karte?level=district", "/en/map", "/intern", "/intern/lieferungen", "/en"])
def test_a_forgotten_stroke_leads_on(client: Any, address: str) -> None:
    path, mark, query = address.partition("?")
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}/{mark}{query}")


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/karte", "//karte", "/\\evil.example", "/nirgends", "/health/"]
)
def test_and_nobody_is_led_elsewhere(client: Any, path: str) -> None:
    assert client.get("/", PATH_INFO=path).status_code == 404
    assert client.post("/karte").status_code == 404


def test_a_fault_of_the_program_tells_nothing(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.web.figures.views import page as views

    def fail(*_: Any) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr(views, "found", fail)
    answer = client.get("/gebiete/vorschlaege.json?q=ab")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert "Diese Seite konnte nicht erstellt werden" in answer.content.decode()


def test_columns_of_a_release_are_those_of_figures() -> None:
    assert make_release().table.schema.names[: len(CORE)] == CORE.names


def test_a_withdrawn_release_gives_way_to_the_one_before(
    show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.web.figures import shelf as module
    from sozialraum.workspace.withdrawing import Withdrawal, withdraw

    monkeypatch.setattr(module, "LOOK_AGAIN", 0.0)
    client = show(make_release(), later(make_release(), 2))
    assert "Freigabe 2021-2" in client.get("/").content.decode()
    withdraw(tmp_path, "2021", 2, Withdrawal("Stefan Statistik", "2022-02-01", "falsches Jahr"))
    assert client.get("/health").json()["release"] == "2021-1"
    assert "Freigabe 2021-1" in client.get("/").content.decode()
    withdraw(tmp_path, "2021", 1, Withdrawal("Stefan Statistik", "2022-02-02", "auch falsch"))
    page = client.get("/")
    assert "Die Freigabe 2021-2 wurde zurückgezogen" in page.content.decode()
    assert "Stefan" not in page.content.decode()
    assert client.get("/gebiete/0101/").status_code == 404
    assert client.get("/health").json()["release"] is None


def test_a_profile_is_set_beside_other_peers(client: Any) -> None:
    usual, status, similar = (
        client.get(f"/gebiete/0203/{more}").content.decode() for more in ("", "?peers=status", "?peers=similar")
    )
    assert "Auental: " in usual
    assert 'href="?peers=status#figures">' in usual
    assert '<span class="spot own"></span>Auental</li>' in usual
    assert 'aria-current="true">Status mittel' in status
    assert '<span class="spot own"></span>Status mittel</li>' in status
    assert 'href="/gebiete/0203/#figures">Auental' in status
    assert "ähnliche Gebiete: " in similar
    newest = ("child_poverty_u15", "2020", "planning_area")
    rows = [one for one in measured() if (one["indicator"], one["period"], one["level"]) == newest]
    own = {one["area"]: one["value"] for one in rows}
    others = [value for area, value in own.items() if area.startswith("02") and area != "0203" and value is not None]
    lower, higher = sum(one < own["0203"] for one in others), sum(one > own["0203"] for one in others)
    wanted = f"Auental: {'höher' if lower >= higher else 'niedriger'} als in {max(lower, higher)} von {len(others)}"
    assert wanted in usual[usual.index("Kinderarmut</a>") :].replace("\xa0", " ")
    assert client.get("/gebiete/0203/?peers=nothing").content == client.get("/gebiete/0203/").content


def test_numbers_in_the_pictures_of_a_table_are_written_in_the_readers_language(client: Any) -> None:
    german, english = (client.get(f"{start}/0203/").content.decode() for start in ("/gebiete", "/en/areas"))
    written = [re.findall(r"<text [^>]*>(\d+[.,]\d+)</text>", page) for page in (german, english)]
    assert len(written[0]) == len(written[1]) > 10
    assert [one.replace(",", ".") for one in written[0]] == written[1]

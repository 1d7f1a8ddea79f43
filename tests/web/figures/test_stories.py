"""Stories: text is harmless, figures stay on the release that the story names, and faults hide one figure, not the page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.reports.blocks import Block, Bullets, Callout, Heading, Paragraph, Run
from sozialraum.web.figures.stories.markdown import Fence, read
from tests.reports.conftest import make_release
from tests.web.conftest import Show, later
from tests.web.crawl import links

HEAD = '+++\ntitle = "Kinder"\nlead = "Ein Anfang."\n{more}+++\n'
MAP = '```figure\nkind = "map"\nindicator = "child_poverty_u15"\n```\n'


def tell(folder: Path, name: str, text: str, more: str = "") -> None:
    (folder / "stories").mkdir(exist_ok=True)
    (folder / "stories" / name).write_text(HEAD.format(more=more) + text, encoding="utf-8")


def test_markdown_becomes_blocks() -> None:
    text = (
        "# One\n\nA **bold** word and\na [link](/karte/).\n\n- first\n- second\n  goes on\n\n"
        "> mind\n> this\n\n```figure\nkind = 1\n```\n1. x"
    )
    found = read(text)
    assert found == [
        Heading(2, "One"),
        Paragraph(("A ", Run("bold", bold=True), " word and a ", Run("link", href="/karte/"), ".")),
        Bullets((("first",), ("second goes on",))),
        Callout(("mind this",)),
        Fence("figure", "kind = 1", 13),
        Bullets((("x",),), ordered=True),
    ]


@settings(deadline=None)
@given(st.text(alphabet="#*-> `[]()ab<&\n\"'1.", max_size=200))
def test_any_text_is_read_and_none_becomes_markup(text: str) -> None:
    from sozialraum.web.figures.pages.page import drawn

    blocks: list[Block] = [one for one in read(text) if not isinstance(one, Fence)]
    page = links(drawn(blocks, "de"))
    assert page.forbidden == []
    assert [one for one in page.found if not re.match(r"#|https?://|mailto:|/(?![/\\])|[\w.-]+\.html$", one)] == []


def test_a_story_is_listed_and_shown_with_figures_of_its_release(show: Show, tmp_path: Path) -> None:
    tell(tmp_path, "kinder.md", f"## Wo\n\nText.\n\n{MAP}")
    client = show(make_release())
    assert "Kinder" in client.get("/").content.decode()
    assert 'href="/geschichten/kinder/"' in client.get("/geschichten/").content.decode()
    page = client.get("/geschichten/kinder/").content.decode()
    assert "Zahlen dieser Geschichte: Freigabe 2021-1" in page
    assert page.count("data-k=") == 24
    assert 'lang="de"' in client.get("/en/stories/kinder/").content.decode()


def test_figures_stay_on_the_release_that_the_story_names(show: Show, tmp_path: Path) -> None:
    tell(tmp_path, "kinder.md", f"## Wo\n\n{MAP}", more='release = "2021-1"\n')
    first = make_release()
    client = show(first, later(first, 2))
    page = client.get("/geschichten/kinder/").content.decode()
    assert "Freigabe 2021-2 ·" in page.split("<main")[0]
    assert "Zahlen dieser Geschichte: Freigabe 2021-1" in page


def test_without_its_release_a_story_says_so_and_shows_no_figure(show: Show, tmp_path: Path) -> None:
    tell(tmp_path, "kinder.md", f"## Wo\n\nText bleibt.\n\n{MAP}", more='release = "2019-7"\n')
    page = unescape(show(make_release()).get("/geschichten/kinder/").content.decode())
    assert "zur Freigabe 2019-7 geschrieben, die nicht mehr gezeigt wird" in page
    assert "Text bleibt." in page
    assert page.count("data-k=") == 0


def test_a_withdrawn_release_shows_no_figure(show: Show, tmp_path: Path) -> None:
    from sozialraum.workspace.withdrawing import Withdrawal, withdraw

    tell(tmp_path, "kinder.md", f"## Wo\n\n{MAP}", more='release = "2021-1"\n')
    first = make_release()
    client = show(first, later(first, 2))
    assert "data-k=" in client.get("/geschichten/kinder/").content.decode()
    withdraw(tmp_path, "2021", 1, Withdrawal(by="invented", made="2022-02-01", reason="test"))
    assert "data-k=" not in client.get("/geschichten/kinder/").content.decode()


WRONG = (
    'kind = "map"\nindicator = "nothing"', 'kind = "moon"', "kind = ", 'kind = "number"\nindicator = "x"',
    'kind = "together"\nindicator = "share_under_18"\nbeside = "share_under_18"',
)  # fmt: skip


@pytest.mark.parametrize("fence", WRONG)
def test_a_figure_that_cannot_be_made_is_a_sentence(show: Show, tmp_path: Path, fence: str) -> None:
    tell(tmp_path, "kinder.md", f"## Wo\n\nText.\n\n```figure\n{fence}\n```\n")
    answer = show(make_release()).get("/geschichten/kinder/")
    assert answer.status_code == 200
    assert "Diese Abbildung lässt sich nicht zeigen" in answer.content.decode()


def test_markup_in_a_story_is_shown_as_text(show: Show, tmp_path: Path) -> None:
    tell(
        tmp_path,
        "kinder.md",
        "## <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1)) [y](//evil)\n",
    )
    page = show(make_release()).get("/geschichten/kinder/").content.decode()
    assert links(page).forbidden == []
    assert "&lt;script&gt;" in page
    assert [one for one in links(page).found if "evil" in one or "javascript" in one] == []


def test_a_change_of_the_text_appears_at_once(show: Show, tmp_path: Path) -> None:
    tell(tmp_path, "kinder.md", "## Alt\n")
    client = show(make_release())
    assert "Alt" in client.get("/geschichten/kinder/").content.decode()
    tell(tmp_path, "kinder.md", "## Neuer Satz\n")
    assert "Neuer Satz" in client.get("/geschichten/kinder/").content.decode()


@pytest.mark.parametrize("text", ["no head", "+++\ntitle = 1\n+++\n", "+++\nother = 2\n+++\n", "+++\ntitle = ", "\xff"])
def test_a_story_that_cannot_be_read_is_left_out(show: Show, tmp_path: Path, text: str) -> None:
    tell(tmp_path, "good.md", "## A\n")
    (tmp_path / "stories" / "bad.md").write_bytes(text.encode("latin-1"))
    client = show(make_release())
    assert client.get("/geschichten/bad/").status_code == 404
    assert client.get("/geschichten/good/").status_code == 200


def test_nothing_outside_the_folder_is_a_story(show: Show, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(HEAD.format(more="") + "secret")
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "link.md").symlink_to(tmp_path / "secret.md")
    client = show(make_release())
    for address in ("../secret", "..%2Fsecret", "%2e%2e/secret", "link", "secret"):
        answer: Any = client.get(f"/geschichten/{address}/")
        assert answer.status_code == 404, address


@pytest.mark.parametrize(("address", "words"), [("/impressum/", "Das Impressum fehlt noch"), ("/en/privacy/", "set no cookie"),
                                                ("/barrierefreiheit/", "WCAG 2.1 AA")])  # fmt: skip
def test_the_house_says_who_it_is_or_what_is_missing(show: Show, tmp_path: Path, address: str, words: str) -> None:
    client = show()
    assert words in client.get(address).content.decode()
    settings = tmp_path / "sozialraum.toml"
    own = '\n[pages.imprint]\nde = "**Stadt Beispiel** <b>"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + own, encoding="utf-8")
    page = client.get("/impressum/").content.decode()
    assert "<strong>Stadt Beispiel</strong> &lt;b&gt;" in page
    assert "fehlt noch" not in page

"""HTML: accessible, harmless, whole. The browser tests need Debian's chromium and skip without it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from sozialraum.reports.blocks import Cell, Chart, Column, Columns, Document, Heading, Paragraph, Run, Section, Table
from sozialraum.reports.drawing import clean
from sozialraum.reports.writers import html
from tests.reports.gallery import gallery, profile

NASTY = '<script>alert("1")</script> & #import *fett* $x$ \\ "zitiert" \'so\' `code` @ort [link](http://x) \u202edrehen'


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    section = profile()
    lone = Document(section.title, (section,), release_line="Freigabe 2024-1", source_line="Quelle: erfunden")
    made = {"report": gallery(), "profile": lone}
    for name, document in made.items():
        (folder / f"{name}.html").write_text(html(document), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["report", "profile"])
def test_no_violation_found_by_axe(browser: Any, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.evaluate(
        """() => {
          document.querySelectorAll("details").forEach(one => one.open = true);
          document.querySelectorAll("details tbody tr:nth-child(n + 6)").forEach(one => one.remove());  // more of the same
        }"""
    )
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(one["id"], one["nodes"][0]["html"][:200], one["nodes"][0]["failureSummary"]) for one in found] == []


@pytest.mark.parametrize("width", [1280, 640, 390, 320])
@pytest.mark.parametrize("name", ["report", "profile"])
def test_nothing_runs_over_the_edge(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(pages[name].as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= width


def test_no_text_of_a_chart_is_clipped_or_overlaps(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(pages["report"].as_uri())
    found = page.evaluate(
        """() => {
          const bad = [];
          for (const svg of document.querySelectorAll("figure svg[role=img], td svg[role=img]")) {
            const frame = svg.getBoundingClientRect();
            if (!frame.width) continue;
            const boxes = [...svg.querySelectorAll("text")].map(one => [one.textContent, one.getBoundingClientRect()]);
            boxes.forEach(([text, box], at) => {
              if (box.left < frame.left - 1 || box.right > frame.right + 1) bad.push(["clipped", text]);
              for (const [other, next] of boxes.slice(at + 1)) {
                const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
                const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
                if (across > 1 && down > 5) bad.push(["overlap", text, other]);
              }
            });
          }
          return bad;
        }"""
    )
    page.close()
    assert found == []


def test_area_under_the_pointer_is_named(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(pages["report"].as_uri())
    area = page.locator(".opening path[data-t]").first
    area.dispatch_event("pointerover")
    told = f"{area.get_attribute('data-n')}: {area.get_attribute('data-t')}"
    expect(page.locator(".opening .info")).to_have_text(told)
    page.close()


def test_reads_without_script_and_without_network(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages["report"].as_uri())
    expect(page.locator("h1")).to_have_text("Sozialbericht Musterfurt 2024")
    context.close()
    assert [one for one in asked if not one.startswith(("file:", "data:"))] == []


def nasty(text: str) -> Document:
    """A document that carries the text at every place where data may stand."""
    table = Table(
        text, (Column(text),), ((Cell(text, note=text, href=f"javascript:{text}"),),), text, text, ((0, text),)
    )
    blocks = (Heading(3, text), Paragraph((text, Run(text, True, "javascript:alert(1)"))), table)
    return Document(text, (Section("one", text, blocks, text), Section("two", "Zwei")), text, "de", text, text, text)


def test_names_are_shown_and_never_run() -> None:
    page = html(nasty(NASTY))
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert page.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;") >= 10
    assert "\u202e" not in page


class Tags(HTMLParser):
    """The tags of a page in order, with the names of their attributes."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *sorted(name for name, _ in attrs)))


PLAIN = Tags(html(nasty("x"))).found


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20).filter(clean))
def test_any_text_leaves_the_markup_as_it_is(text: str) -> None:
    assert Tags(html(nasty(text))).found == PLAIN


def test_heading_levels_follow_one_another() -> None:
    levels = [int(one) for one in re.findall(r"<h([1-6])", html(gallery()))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_chart_and_map_has_a_table_and_a_name() -> None:
    page = html(gallery())
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    with_data = [one for one in figures if 'aria-label="Lage des Gebiets' not in one]
    assert sum("<details>" in one for one in with_data) >= len(with_data) - 1  # the second, small index map repeats one
    assert all(re.search(r'<svg [^>]*role="img" aria-label="[^"]+"', one) for one in figures)


def test_policy_allows_only_the_script_inside() -> None:
    page = html(gallery())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert json.dumps(page.count("<script>")) == "1"


def test_outlines_that_occur_twice_are_kept_once() -> None:
    first, second = profile(), profile("0031", "Gebiet 32")
    page = html(Document("Profile", (first, replace(second, id="other"))))
    long = re.findall(r'd="([^"]{1000,})"', page)
    assert len(long) == len(set(long))
    assert len(re.findall('<use href="#o-', page)) >= 20
    assert len(page) < 1.6 * len(html(Document("Profile", (first, Section("other", "Gebiet 32")))))


def test_charts_beside_one_another_are_evened_out_only_while_they_are() -> None:
    """On a phone they follow one another, and the shorter one leaves no hole."""
    bars = [
        Chart("bar", "", "alt", pa.table({"label": ["a"] * rows, "value": [1.0] * rows}), show_title=False)
        for rows in (1, 4, 4)
    ]
    block = Columns(tuple((one,) for one in bars))
    page = html(Document("Titel", (Section("s", "Titel", (block,)),)))
    first, second, _ = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert [one.count("<svg") for one in (first, second)] == [2, 1]
    assert re.findall(r'class="(wide|narrow)"', first) == ["wide", "narrow"]

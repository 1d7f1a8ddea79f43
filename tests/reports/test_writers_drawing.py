"""Drawings: scales, numbers in German form, labels that fit, maps without gaps."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest

from sozialraum.errors import CallError
from sozialraum.reports.blocks import Chart, Column
from sozialraum.reports.charts import KINDS, draw
from sozialraum.reports.charts.axes import fitted, round_up, shown, ticks, wrapped
from sozialraum.reports.charts.lines import stretches
from sozialraum.reports.drawing import clean
from sozialraum.reports.fonts import table_width, text_width
from sozialraum.reports.maps import draw_map
from sozialraum.reports.tokens import DARK, FILLS, LIGHT, PATTERNS, contrast, with_labels
from sozialraum.reports.writers.widths import column_widths
from tests.reports.gallery import ages, band, index_map, intervals, long_line, rate_map, sure


def test_axis_numbers_are_round_and_inside() -> None:
    assert ticks(0, 100, 5) == [0, 20, 40, 60, 80, 100]
    assert ticks(-2.5, 6, 5) == [-2, 0, 2, 4, 6]
    assert ticks(3, 3) == [3]
    assert round_up(17.3) == 20
    assert round_up(0) == 1


def test_numbers_are_written_in_the_readers_language() -> None:
    assert shown(-1234.5, 1, "de") == "−1.234,5"
    assert shown(-1234.5, 1, "en") == "−1,234.5"
    assert shown(0.04, 1, "de") == "0,0"
    assert shown(-0.04, 1, "de") == "0,0"
    assert shown(2, 0, "de", sign=True) == "+2"


def test_texts_are_measured_with_the_printed_font() -> None:
    assert text_width("0", 1000) == 558
    assert table_width("2016–2018", 1000) == 8 * 560 + text_width("–", 1000)
    assert text_width("MM", 10) > 2 * text_width("ii", 10)
    assert text_width(fitted("Charlottenburg-Wilmersdorf", 13, 80), 13) <= 80
    assert wrapped("Charlottenburg-Wilmersdorf", 11.5, 92) == ["Charlottenburg-", "Wilmersdorf"]


def test_signs_that_turn_or_break_the_line_are_taken_out() -> None:
    assert clean(" a\n\tb\u202e\x00c ") == "a bc"


def test_a_gap_stays_a_gap() -> None:
    assert stretches([(0, 0), None, (1, 1), (2, 2)]) == [[(0, 0)], [(1, 1), (2, 2)]]


def test_no_line_is_drawn_across_a_break_or_a_gap() -> None:
    data = pa.table({"x": [2012, 2014, 2016, 2018, 2020, 2022], "value": [1.0, 2.0, None, 3.0, 4.0, 5.0]})
    picture = draw(Chart("sparkline", "t", "a", data, options={"breaks": [2021]}), 130).svg("a")
    runs = re.findall(r'd="(M[^"h]*L[^"h]*)"', picture)
    assert [run.count("L") for run in runs] == [1, 1]


@pytest.mark.parametrize("chart", [ages(), band(), intervals(), long_line(), sure()], ids=lambda one: one.kind)
@pytest.mark.parametrize("width", [280, 822])
def test_screen_and_print_show_the_same_drawing(chart: Chart, width: float) -> None:
    screen, paper = draw(chart, width), draw(chart, width, "print")
    assert (screen.width, screen.height) == (paper.width, paper.height)
    assert re.sub(r'(fill|stroke)="[^"]*"', "", screen.svg("a")).count("<text") == paper.svg().count("<text")
    assert "var(" not in paper.svg()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_missing_column_is_named(kind: str) -> None:
    with pytest.raises((CallError, KeyError)) as caught:
        draw(Chart(kind, "Titel", "alt", pa.table({"other": [1.0]})), 300)  # type: ignore[arg-type]
    assert caught.type is CallError


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_empty_data_give_an_empty_picture(kind: str) -> None:
    names = ("label", "part", "value", "fill", "from", "to", "count", "x", "lower", "upper", "reference", "own")
    data = pa.table(
        {name: pa.array([], pa.string() if name in ("label", "part", "fill") else pa.float64()) for name in names}
    )
    assert draw(Chart(kind, "Titel", "alt", data), 300).svg("alt").startswith("<svg")  # type: ignore[arg-type]


def test_names_of_districts_do_not_overlap() -> None:
    boxes = []
    for x, y, words in re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)" [^>]*paint-order[^>]*>([^<]+)<', draw_map(index_map(), 560).svg("a")
    ):
        half = text_width(words, 11.5, 500) / 2
        boxes.append((float(x) - half, float(y) - 9, float(x) + half, float(y) + 2))
    assert len(boxes) >= 8
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] + 1.5 or other[3] <= one[1] + 1.5


def test_the_four_empty_states_look_different() -> None:
    picture = draw_map(rate_map(), 560, "print").svg()
    assert 'fill="url(#p-hidden-tenths)"' in picture
    assert 'fill="url(#p-unknown-tenths)"' in picture
    assert f'fill="{LIGHT["zero"]}"' in picture
    assert LIGHT["flat"] != LIGHT["zero"]


def test_order_of_the_areas_does_not_matter() -> None:
    block = index_map(labels=False)
    turned = replace(block, areas=block.areas.take(list(range(block.areas.num_rows))[::-1]))
    both = (draw_map(one, 560, "print").svg() for one in (block, turned))
    first, second = (sorted(re.findall(r"M-?\d+ -?\d+l[^Z]*Z", one)) for one in both)
    assert first == second


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_and_labels_stand_out(palette: dict[str, str]) -> None:
    whole = with_labels(palette)
    for role in ("text", "muted", "action", "warn", "done"):
        assert contrast(whole[role], whole["ground"]) >= 4.5
    assert contrast(whole["muted"], whole["hued"]) >= 4.5
    for fill in FILLS:
        if fill in whole and fill not in PATTERNS:
            assert contrast(whole[f"on-{fill}"], whole[fill]) >= 4.5, fill


def test_columns_fill_the_width_and_numbers_keep_theirs() -> None:
    columns = (Column("Gebiet"), Column("Wert", "number"), Column("Klasse"))
    cell = {"picture": None, "strong": False, "note": "", "fill": "", "mark": "", "meter": None}
    rows = [[{**cell, "text": text} for text in ("Charlottenburg-Wilmersdorf und Umland", "1.234,5", "sehr niedrig")]]
    widths = column_widths(columns, rows, 300)
    assert sum(widths) == pytest.approx(300)
    assert widths[1] >= table_width("1.234,5", 9.5)


def test_fonts_are_made_where_no_home_can_be_written(tmp_path: Path) -> None:
    code = "from sozialraum.reports.fonts import cache_folder, text_width; text_width('a', 10); print(cache_folder())"
    folder = str(tmp_path / "temp")
    Path(folder).mkdir()
    places = {"HOME": "/dev/null", "TMPDIR": folder, "PATH": os.environ["PATH"]}
    settings = {**places, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    made = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True)
    assert made.stdout.strip().startswith(folder)


def test_worked_example_of_the_method_page() -> None:
    data = pa.table({"value": [2.0, 4.0, 4.0, 7.0, 12.0]})
    picture = draw(Chart("dot_strip", "t", "a", data, options={"median": 4.0}), 112).svg("a")
    dots = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h.1", picture)]
    assert [x / 10 for x, _ in dots] == [6, 26, 26, 56, 106]
    assert [round((y / 10 - 6) / 14, 2) for _, y in dots] == pytest.approx([0.618, 0.236, 0.854, 0.472, 0.09], abs=0.01)
    assert '<line x1="26" ' in picture


def test_the_numbers_of_narrow_parts_stand_beside_their_rows_name() -> None:
    """On a phone the name stands above the bar; a part too narrow for its number writes it behind the name, not over it."""
    rows = [
        {"label": "Transferbezug ohne Arbeitslose, 2024", "part": part, "value": value, "fill": "rate-2", "text": text}
        for part, value, text in (("a", 0.02, "0,020"), ("b", 0.9, "0,900"))
    ]
    picture = draw(Chart("stacked_bar", "", "", pa.Table.from_pylist(rows)), 330).svg("alt")
    places = {text: float(x) for x, text in re.findall(r'<text x="([\d.]+)"[^>]*>(0,020|Transferbezug[^<]*)<', picture)}
    assert places["Transferbezug ohne Arbeitslose, 2024"] == 0
    assert places["0,020"] > text_width("Transferbezug ohne Arbeitslose, 2024", 13, 600)


def test_numbers_stand_beside_the_strokes_of_ranges() -> None:
    rows = [{"x": 2020.0 + at, "label": str(2020 + at), "value": 8.0 + at, "text": f"{8 + at},0", "lower": 4.0, "upper": 15.0}
            for at in range(3)]  # fmt: skip
    picture = draw(Chart("line", "", "", pa.Table.from_pylist(rows)), 520).svg("alt")
    strokes = [float(x) for x in re.findall(r'<line x1="([\d.]+)"[^>]*stroke-width="3"', picture)]
    numbers = [
        (float(x), text_width(text, 12, 500) / 2)
        for x, text in re.findall(r'<text x="([\d.]+)"[^>]*>(\d+,0)<', picture)
    ]
    assert (len(strokes), len(numbers)) == (3, 3)
    assert min(abs(x - stroke) - half for stroke in strokes for x, half in numbers) > 1.5
    assert max(x + half for x, half in numbers) <= 520


def test_heads_of_stacked_bars_are_whole_on_a_phone() -> None:
    rows = [{"label": "Musterstadt", "part": "a", "value": 1.0, "fill": "rate-2", "text": ""}]
    told = {
        "head": "Anteil der Menschen nach Status ihres Gebiets, Farben wie oben",
        "ends_head": "niedrig",
        "ends": {"Musterstadt": "1 %"},
    }
    chart = Chart("stacked_bar", "", "", pa.Table.from_pylist(rows), options=told)
    for width, drops in ((328, [0, 15, 30]), (800, [0, 0])):
        found = re.findall(r'y="([\d.]+)"[^>]*>([^<]*(?:Anteil|oben|niedrig)[^<]*)<', draw(chart, width).svg("a"))
        assert " ".join(text for _, text in found) == f"{told['head']} niedrig"
        assert [float(y) - float(found[0][0]) for y, _ in found] == drops


def test_bars_of_ages_have_half_the_width_whatever_the_place_is_called() -> None:
    def drawn(place: str) -> str:
        rows = [
            {"label": "unter 18", "value": 23.4, "reference": 20.7, "text": "23,4", "reference_text": f"{place} 20,7"}
        ]
        return draw(Chart("age_bars", "", "", pa.Table.from_pylist(rows)), 500).svg("a")

    assert "Berlin 20,7" in drawn("Berlin")
    assert ">20,7<" in drawn("Landkreis Musterkreis an der Musterau")

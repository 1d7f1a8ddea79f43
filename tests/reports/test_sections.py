"""Sentences of whole sections, pinned word by word on an invented release."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest
import shapely

from sozialraum import reports
from sozialraum.errors import CallError, InputError
from sozialraum.figures import Figures, Release
from sozialraum.indicators.schema import Unit
from sozialraum.reports import blocks, composing
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.editions import editions
from sozialraum.reports.findings import findings
from sozialraum.reports.sections import SECTIONS, Settings, change, index, method, parts, profile, summary, topic
from sozialraum.reports.view import View
from tests.reports.conftest import make_release

from .conftest import (
    CHILDREN,
    DYNAMIC_INDEX,
    POPULATION,
    STATUS_INDEX,
    UNEMPLOYED,
    areas,
    described,
    indexed,
    key,
    measured,
    row,
)

Make = Callable[..., Release]
NBSP = "\u00a0"


def plain(text: str) -> str:
    """Easier to read in a test: unbreakable spaces as spaces."""
    return text.replace(NBSP, " ")


def written(runs: blocks.Text) -> str:
    return plain("".join(one if isinstance(one, str) else one.text for one in runs))


def inside(chosen: Iterable[Any]) -> Iterable[Any]:
    """All blocks, those in columns too."""
    for block in chosen:
        yield block
        if isinstance(block, blocks.Columns):
            yield from inside(one for part in block.parts for one in part)


def profile_of(release: Release, area: str, language: str = "de") -> blocks.Section:
    return reports.compose("area-profile", release, language, area).document.sections[0]


def bullets_of(release: Release, area: str, language: str = "de") -> list[str]:
    return [
        written(one)
        for block in profile_of(release, area, language).head
        if isinstance(block, blocks.Bullets)
        for one in block.items
    ]


def test_sentences_about_one_figure(release: Release) -> None:
    assert [plain(one) for one in tell.sentences(View(release), "child_poverty_u15")] == [
        "Ende 2020 liegt die Kinderarmut in Musterstadt bei 24,0 % (23,8 bis 24,2) der unter 15-Jährigen.",
        "In der mittleren Hälfte der Gebiete sind es 15,5 bis 36,5 %.",
        "Die Kinderarmut sank seit Ende 2018 um 1,5 Punkte auf 24,0 %.",
        "Seit Ende 2018 sank der Wert in allen 22 Gebieten und stieg in keinem; nicht erkennbar verändert: keines.",
        "In einem von 24 Gebieten ist der Wert geheim, damit niemand zu erkennen ist. Für ein Gebiet liegt kein Wert vor.",
    ]


def test_without_the_whole_the_median_area_stands_for_it(release: Release) -> None:
    assert [plain(one) for one in tell.sentences(View(release), "unemployment_share")] == [
        "Ende 2020 liegt die Arbeitslosigkeit in der Mitte der Gebiete bei 8,2 % der 15- bis unter 65-Jährigen.",
        "In der mittleren Hälfte der Gebiete sind es 5,8 bis 10,2 %.",
        "Seit Ende 2018 stieg der Wert in 18 von 24 Gebieten und sank in keinem; nicht erkennbar verändert: 6.",
    ]


def test_people_are_counted_not_compared_by_chance(release: Release) -> None:
    assert [plain(one) for one in tell.sentences(View(release), "population_total")] == [
        "Ende 2020 liegt die Bevölkerung in Musterstadt bei 52.080 Menschen.",
        "Das sind 240 Menschen mehr als Ende 2018.",
        "In der mittleren Hälfte der Gebiete sind es 1.595 bis 2.745 Menschen.",
    ]


def test_the_same_in_english(release: Release) -> None:
    assert [plain(one) for one in tell.sentences(View(release, "en"), "child_poverty_u15")] == [
        "At the end of 2020, child poverty in Musterstadt is 24.0% (23.8 to 24.2) of those under 15.",
        "In the middle half of the areas it is 15.5 to 36.5%.",
        "Child poverty has fallen since the end of 2018 by 1.5 points to 24.0%.",
        "Since the end of 2018 it has fallen in all 22 areas and risen in none; recognisably unchanged: not one.",
        "In one of 24 areas the value is secret, so that nobody can be recognised. For one area there is no value.",
    ]


def test_three_findings(release: Release) -> None:
    told = [plain(f"{one.claim} {one.text} {one.doubt_label} {one.doubt}") for one in findings(View(release))]
    assert told == [
        "In 7 von 23 Gebieten ist der Status sehr niedrig. "
        "Dort leben 21.140 Menschen, 41,8 % der Menschen in bewerteten Gebieten. "
        "Wie sicher? Status: In 16 von 23 Gebieten ist die Klasse sicher, 7 liegen nahe an einer Grenze.",
        "Die Kinderarmut liegt in allen 22 Gebieten niedriger als Ende 2018. "
        "Seit Ende 2018 nahm der Wert in der Mitte der Gebiete um 1,5 Punkte ab. "
        "Wie sicher? Größer als der Zufallsbereich ist die Abnahme in allen 22 Gebieten. Nur Leistungen nach SGB II.",
        "In der mittleren Hälfte der Gebiete liegt die Arbeitslosigkeit bei 5,8 bis 10,2 %. "
        "Der niedrigste Wert ist 2,0 %, der höchste 13,2 % der 15- bis unter 65-Jährigen. "
        "Grenze: Der Stichtag liegt in einer Pandemie.",
    ]


def test_a_trend_of_three_dates_is_a_finding(make: Make) -> None:
    rows = [one for one in measured() if one["indicator"] == "child_poverty_u15"]
    rows += [one for one in measured() if one["indicator"] == "unemployment_share"]
    told = [plain(f"{one.claim} {one.text}") for one in findings(View(make(rows, (UNEMPLOYED, CHILDREN))))]
    assert told == [
        "Die Kinderarmut liegt in allen 22 Gebieten niedriger als Ende 2018. "
        "Seit Ende 2018 nahm der Wert in der Mitte der Gebiete um 1,5 Punkte ab.",
        "In der mittleren Hälfte der Gebiete liegt die Arbeitslosigkeit bei 5,8 bis 10,2 %. "
        "Der niedrigste Wert ist 2,0 %, der höchste 13,2 % der 15- bis unter 65-Jährigen.",
    ]
    flat = [one for one in rows if one["indicator"] == "unemployment_share"]
    total = [
        row("unemployment_share", "0", period, value, "city", lower=value - 0.1, upper=value + 0.1)
        for period, value in (("2016", 9.0), ("2018", 8.0), ("2020", 7.0))
    ]
    steady = [one | {"value": 5.0, "lower": 4.0, "upper": 6.0} for one in flat]
    (trend,) = findings(View(make(steady + total, (UNEMPLOYED,))))
    assert plain(f"{trend.claim} {trend.text}") == (
        "Die Arbeitslosigkeit in Musterstadt sinkt seit Ende 2016. "
        "Ende 2020 sind es 7,0 % der 15- bis unter 65-Jährigen, zuvor 9,0 %. "
        "In keinem der 24 Gebiete ist der Wert höher als Ende 2018."
    )


def test_lead_of_the_summary(release: Release, make: Make) -> None:
    view = View(release)
    assert summary.lead(view, editions(view)[-1]) == (
        "Am häufigsten ist der Status sehr niedrig (in 7 von 23 Gebieten). "
        "Entwicklung: Die Klasse ist in 7 von 23 Gebieten nicht sicher."
    )
    without = View(make(measured()))
    assert summary.lead(without, None) == "Zahlen für 24 Gebiete, Stand 31.12.2020. Die Freigabe enthält keinen Index."


def test_who_moved_class(release: Release) -> None:
    view = View(release)
    assert change.moves_sentence(view, *editions(view)) == (
        "In 22 von 23 Gebieten ist die Statusklasse in der Ausgabe 2020 dieselbe wie in der Ausgabe 2018. "
        "Jetzt in einer Klasse mit höherem Status: 0, mit niedrigerem Status: 1. "
        "Wechsel, bei denen beide Klassen sicher sind: 0. Ein Gebiet nahe an einer Grenze kann durch Zufall wechseln. "
        "Verglichen sind nur die 23 Gebiete mit einer Klasse in beiden Ausgaben und gleichem Zuschnitt."
    )


def test_no_earlier_edition_is_said(make: Make) -> None:
    rows = measured() + [one for one in indexed() if one["period"] == "2020"]
    section = change.section(View(make(rows)), Settings("change", "Was sich verändert hat"))
    assert section is not None
    (first, *_) = section.blocks
    assert isinstance(first, blocks.Paragraph)
    assert (
        written(first.runs)
        == "Die Freigabe enthält keine frühere Ausgabe des Index; über Wechsel zwischen Klassen lässt sich nichts sagen."
    )


def test_profile_in_four_sentences(release: Release) -> None:
    assert bullets_of(release, "0403") == [
        "Der Status ist sehr niedrig, wie in der Ausgabe 2018.",
        "Die Kinderarmut liegt bei 41,0 % der unter 15-Jährigen, höher als in 85 % der Gebiete. Ende 2016 waren es 44,0 %.",
        "Die Arbeitslosigkeit verändert sich seit Ende 2018 nicht erkennbar: 10,0 %.",
        "Die Entwicklung ist negativ im Vergleich mit den anderen Gebieten; die Klasse ist sicher.",
    ]


def test_profile_of_the_highest_value(release: Release) -> None:
    assert bullets_of(release, "0406")[1] == (
        "Die Arbeitslosigkeit liegt bei 13,2 % der 15- bis unter 65-Jährigen, höher als in allen anderen Gebieten. "
        "Ende 2016 waren es 11,2 %."
    )


def test_about_every_second_child_within_48_to_52(make: Make) -> None:
    rows = [
        one
        | (
            {"value": 51.5, "lower": 49.7, "upper": 53.4}
            if (one["area"], one["period"], one["indicator"]) == ("0406", "2020", "child_poverty_u15")
            else {}
        )
        for one in measured() + indexed()
    ]
    assert bullets_of(make(rows), "0406")[1] == (
        "Etwa jedes zweite Kind unter 15 Jahren lebt in einem Haushalt mit Grundsicherung (51,5 %). Ende 2016 waren es 50,0 %."
    )


def test_profile_of_a_borderline_area(release: Release) -> None:
    assert bullets_of(release, "0306") == [
        "Der Status ist sehr niedrig. In der Ausgabe 2018 war er niedrig.",
        "Die Arbeitslosigkeit liegt bei 10,8 % der 15- bis unter 65-Jährigen, höher als in 78 % der Gebiete. "
        "Ende 2016 waren es 8,8 %.",
        "Die Kinderarmut sank seit Ende 2018 um 1,5 Punkte auf 35,0 %. In allen 22 Gebieten ist der Wert niedriger als damals.",
        "Ob die Lage sich anders entwickelt als anderswo, ist nicht sicher zu sagen: Der Wert liegt dicht an der Klassengrenze.",
    ]


def test_profile_of_an_area_without_class(release: Release) -> None:
    assert (
        bullets_of(release, "0106")[0] == "Für dieses Gebiet gibt es keine Klasse: zu wenige Menschen für einen Index."
    )
    (figures,) = (one for one in profile_of(release, "0106").head if isinstance(one, blocks.KeyFigures))
    assert [(one.label, one.value, one.note) for one in figures.items] == [
        ("Menschen", "1.500", "am 31.12.2020"),
        ("Status", "nicht bewertet", "zu wenige Menschen für einen Index"),
    ]


def with_secret_classes(release: Release, area: str) -> Release:
    """The same release with the status of an area withheld, as the gate does it."""
    rows = release.table.to_pylist()
    for one in rows:
        if one["area"] == area and one["indicator"].startswith("index-2020."):
            one |= {"class": None, "value": None, "flag": "suppressed", "class_probability": None, "likely_class": None}
    return replace(release, table=pa.Table.from_pylist(rows, release.table.schema))


def test_a_class_that_is_withheld_is_secret_and_not_unrated(release: Release) -> None:
    secret = with_secret_classes(release, "0306")
    assert bullets_of(secret, "0306")[0] == (
        "Für dieses Gebiet gibt es keine Klasse: seine Klasse ist geheim, weil sie etwas über wenige Menschen verraten würde."
    )
    (figures,) = (one for one in profile_of(secret, "0306").head if isinstance(one, blocks.KeyFigures))
    assert (figures.items[1].label, figures.items[1].value) == ("Status", "geheim")
    view = View(secret, "de")
    found = editions(view)[-1]
    at = view.layer.keys.index("0306")
    areas = parts.class_areas(view, found).to_pylist()
    assert (areas[at]["fill"], areas[at]["text"]) == ("hidden", "geheim")
    assert parts.class_cell(view, found.status, at).state == "hidden"
    assert [(one[0].text, one[0].fill, one[1].text) for one in parts.class_key(view, found).rows][-2:] == [
        ("geheim", "hidden", "1"),
        ("nicht bewertet", "flat", "1"),
    ]
    assert (
        parts.unrated_sentence(view, found)
        == "Die Klasse ist in einem von 24 Gebieten geheim. Ein Gebiet ist nicht bewertet."
    )


def test_an_area_of_other_boundaries_is_not_told_to_be_unrated(make: Make) -> None:
    old = [one | {"vintage": "2012"} if one["period"] == "2018" else one for one in indexed()]
    moved = areas("2012").to_pylist()
    for one in moved:
        if one["area"] in ("0301", "0302"):
            one["geometry"] = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    places = pa.concat_tables([areas(), pa.Table.from_pylist(moved, areas().schema)])
    view = View(make(measured() + old, places=places), "de")
    earlier, found = editions(view)[-2:]
    at = view.layer.keys.index("0301")
    told = parts.class_areas(view, earlier).to_pylist()[at]
    assert (told["fill"], told["text"]) == ("track", "anderer Zuschnitt")
    cell = parts.class_cell(view, earlier.status, at)
    assert (cell.text, cell.fill) == ("anderer Zuschnitt", "track")
    key = {cell.text: count.text for cell, count in parts.class_key(view, earlier).rows}
    assert (key["anderer Zuschnitt"], key["nicht bewertet"]) == ("2", "1")
    assert "anderer Zuschnitt" not in {cell.text for cell, _ in parts.class_key(view, found).rows}


def test_key_figures_tell_how_sure(release: Release) -> None:
    (figures,) = (one for one in profile_of(release, "0306").head if isinstance(one, blocks.KeyFigures))
    assert [(one.label, one.value, one.note) for one in figures.items] == [
        ("Menschen", "2.700", "am 31.12.2020"),
        ("Status", "sehr niedrig", "unsicher: 600 von 1.000 Rechenläufen, sonst mittel"),
        ("Entwicklung seit Ende 2018", "negativ", "unsicher: 600 von 1.000 Rechenläufen, sonst stabil"),
    ]


def figure_cells(release: Release, area: str, title: str) -> tuple[Any, ...]:
    table = next(one for one in profile_of(release, area).blocks if isinstance(one, blocks.Table))
    return next(found for found in table.rows if isinstance(found[0], blocks.Cell) and found[0].text == title)


@pytest.mark.parametrize(
    ("area", "text", "state", "standing"),
    [
        ("0101", "0", "zero", "niedrigster Wert"),
        ("0103", "geheim", "hidden", ""),
        ("0104", "kein Wert", "unknown", ""),
        ("0403", "41,0", "", "höher als 85 %"),
    ],
)
def test_four_marks_stay_apart(release: Release, area: str, text: str, state: str, standing: str) -> None:
    _, value, strip, told, _ = figure_cells(release, area, "Kinderarmut")
    assert (value.text, value.state, plain(told)) == (text, state, standing)
    assert strip.chart.options["value"] == (None if state in ("hidden", "unknown") else value.number)


def test_a_hidden_value_appears_nowhere(make: Make) -> None:
    """Even when a release wrongly carried a value under a hidden flag, no sentence, cell or chart shows it."""
    rows = [
        one | ({"value": 77.7, "lower": 76.0, "upper": 79.0} if one["flag"] == "suppressed" else {})
        for one in measured() + indexed()
    ]
    release = make(rows)
    documents = [
        reports.compose("social-report", release).document,
        reports.compose("area-profile", release, area="0103").document,
    ]
    assert [one for one in documents if "77.7" in repr(one) or "77,7" in repr(one)] == []


def test_one_area_only(make: Make) -> None:
    rows = [one for one in measured() if one["area"] == "0101"]
    release = make(rows, (UNEMPLOYED, CHILDREN, POPULATION), areas(number=1))
    view = View(release)
    assert [plain(one) for one in tell.sentences(view, "unemployment_share")] == [
        "Ende 2020 liegt die Arbeitslosigkeit in der Mitte der Gebiete bei 2,0 % der 15- bis unter 65-Jährigen.",
        "Seit Ende 2018 verändert sich der Wert in keinem Gebiet erkennbar.",
    ]
    assert reports.compose("social-report", release).document.sections[-1].id == "sources"
    assert bullets_of(release, "0101")


def test_ties_are_no_rank(make: Make) -> None:
    rows = [row("unemployment_share", key(number), "2020", 5.0) for number in range(24)]
    release = make(rows, (UNEMPLOYED,))
    assert plain(figure_cells(release, "0101", "Arbeitslosigkeit")[3]) == "wie fast alle"
    assert bullets_of(release, "0101") == [
        "Die Arbeitslosigkeit liegt bei 5,0 % der 15- bis unter 65-Jährigen, so wie in fast allen Gebieten."
    ]


def test_other_boundaries_are_not_compared(make: Make) -> None:
    """Old squares moved by half a side: no area is the same, so nothing compares; only the chart shows both, with a break."""
    rows = [row("unemployment_share", key(number), "2018", 5.0, vintage="zz-old") for number in range(24)]
    rows += [row("unemployment_share", key(number), "2020", 6.0, vintage="2021") for number in range(24)]
    places = pa.concat_tables([areas("2021"), areas("zz-old", shift=500.0)])
    view = View(make(rows, (UNEMPLOYED,), places))
    series = view.series("unemployment_share")
    assert (view.layer.vintage, series.vintages, series.earlier) == ("2021", ("zz-old", "2021"), None)
    assert set(series.state[0].tolist()) == {"other_boundaries"}
    assert series.median.tolist() == [5.0, 6.0]
    assert plain(" ".join(tell.sentences(view, "unemployment_share"))) == (
        "Ende 2020 liegt die Arbeitslosigkeit in der Mitte der Gebiete bei 6,0 % der 15- bis unter 65-Jährigen. "
        "In der mittleren Hälfte der Gebiete sind es 6,0 %."
    )
    assert "änderte sich der Zuschnitt" in method.areas_sentence(view)


def test_equal_boundaries_are_compared_whatever_the_keys(make: Make) -> None:
    rows = [row("unemployment_share", f"old{key(number)}", "2018", 5.0, vintage="a") for number in range(24)]
    rows += [row("unemployment_share", key(number), "2020", 8.0, vintage="b") for number in range(24)]
    old = areas("a")
    old = old.set_column(0, "area", pa.array([f"old{one}" for one in old["area"].to_pylist()]))
    view = View(make(rows, (UNEMPLOYED,), pa.concat_tables([old, areas("b")])))
    assert plain(tell.steps_sentence(view, "unemployment_share")) == (
        "Seit Ende 2018 stieg der Wert in allen 24 Gebieten und sank in keinem; nicht erkennbar verändert: keines. "
        "Verglichen sind nur die 24 Gebiete mit gleichem Zuschnitt."
    )


def test_sections_without_data_are_left_out_and_named(release: Release) -> None:
    document = reports.compose("social-report", release).document
    assert [one.id for one in document.sections] == [
        "summary", "method", "demography", "work", "poverty", "index", "change", "limits", "sources",
    ]  # fmt: skip
    (limits,) = (one for one in document.sections if one.id == "limits")
    told = [written(item) for block in limits.blocks if isinstance(block, blocks.Bullets) for item in block.items]
    assert told[2] == (
        "Diese Freigabe enthält keine Daten für: Herkunft und Umzüge, Haushalte und Familien, Wohnen und Umfeld, "
        "Bildung und Jugendhilfe, Gesundheit und Pflege, Beteiligung und Sicherheit, Plätze und Angebote."
    )


def test_report_without_index(make: Make) -> None:
    document = reports.compose("social-report", make(measured())).document
    assert [one.id for one in document.sections] == [
        "summary",
        "method",
        "demography",
        "work",
        "poverty",
        "change",
        "limits",
        "sources",
    ]


def test_title_and_lines(release: Release) -> None:
    document = reports.compose("social-report", release).document
    assert (document.title, document.subtitle) == (
        "Sozialbericht Musterstadt 2021",
        "Soziale Lage und Entwicklung in 24 Planungsräumen",
    )
    assert document.release_line == "Freigabe 2021-1 · Stand 31.12.2020 · Anzahlen unter 3 sind geheim"
    assert document.source_line == "Quelle: Erfundenes Register, Musterstadt, CC0."
    assert (document.invented, document.date) == (True, "2021-09-30")


def test_every_chart_and_map_has_words_and_numbers(release: Release) -> None:
    sections = reports.compose("social-report", release).document.sections
    pictures = [
        one for section in sections for one in inside(section.blocks) if isinstance(one, blocks.Chart | blocks.Map)
    ]
    assert [one.title for one in pictures if not one.alt] == []
    assert [one.title for one in pictures if isinstance(one, blocks.Chart) and one.table is None] == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_same_release_same_document(release: Release, language: str) -> None:
    first, second = (reports.compose("social-report", release, language).document for _ in range(2))
    assert repr(first) == repr(second)


def test_all_profiles_at_little_cost(release: Release) -> None:
    found = list(reports.area_profiles(release))
    assert [one.document.title for one in found] == [f"Gebiet {key(number)}" for number in range(24)]
    assert len(reports.profiles_document(release).sections) == 24


def test_only_a_release_is_taken(release: Release) -> None:
    figures = Figures(release.table, release.descriptions).select("child_poverty_u15")
    with pytest.raises(CallError) as caught:
        reports.compose("social-report", figures)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "compose() takes a Release, got Figures for 'child_poverty_u15'. "
        "Call ws.release([...]) first; the preview at /internal shows unprotected figures to staff."
    )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("nothing", "de", None), "There is no report 'nothing'; there are: area-profile, social-report, unequal-places. "
         "An own report is a TOML file: give its path instead of the id."),
        (("social-report", "fr", None), "There are no texts in 'fr'; there are: de, en."),
        (("area-profile", "de", None), "The report 'area-profile' is about one area. Name it: area=\"...\"."),
        (("area-profile", "de", "101"), "The release has no area '101' on the level 'planning_area'. "
         "Use a key such as 0101, 0102, 0103; keys keep their leading zeros."),
    ],
)  # fmt: skip
def test_wrong_calls_say_what_to_do(release: Release, call: tuple[str, str, str | None], told: str) -> None:
    with pytest.raises(CallError) as caught:
        reports.compose(call[0], release, call[1], call[2])
    assert str(caught.value) == told


def test_an_own_plan_with_faults_names_them(tmp_path: Any) -> None:
    path = tmp_path / "own.toml"
    path.write_text('id = "own"\ntitel = "x"\n[[section]]\nid = "sumary"\ntitle = { de = "Kurz" }\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        composing.read_plan(path)
    assert {one.code for one in caught.value.faults} == {"unknown_key", "key_missing", "bad_value"}
    assert "„sumary“ ist keine Art von Abschnitt; meinten Sie „summary“?" in caught.value.say("de")


def test_an_own_plan_is_composed(release: Release, tmp_path: Any) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own"\n[title]\nde = "Kurzbericht {place}"\n[[section]]\nid = "arbeit"\nkind = "topic"\nfields = ["work"]\n'
        '[section.title]\nde = "Arbeit"\n[section.text]\nde = "Eigener Text."\n',
        encoding="utf-8",
    )
    document = reports.compose(path, release).document
    assert (document.title, [one.title for one in document.sections]) == ("Kurzbericht Musterstadt", ["Arbeit"])
    assert written(document.sections[0].blocks[0].runs) == "Eigener Text."  # type: ignore[union-attr]


def test_reports_are_written(release: Release, tmp_path: Any) -> None:
    report = reports.compose("social-report", release)
    assert (
        report.save(tmp_path / "bericht.html")
        .read_text(encoding="utf-8")
        .count("In 7 von 23 Gebieten ist der Status sehr niedrig.")
        >= 1
    )
    assert report.save(tmp_path / "bericht.pdf").read_bytes()[:5] == b"%PDF-"
    with pytest.raises(CallError):
        report.save(tmp_path / "bericht.txt")
    pages = list(reports.save_profiles(release, tmp_path / "profile"))
    assert [one.name for one in pages[:2]] == ["0101.html", "0102.html"]
    assert pages[-1].name == "index.html"


def test_classes_only_and_no_chances(make: Make) -> None:
    rows = [one | {"class_probability": None, "likely_class": None} for one in indexed()]
    release = make(measured() + rows)
    assert bullets_of(release, "0306")[-1] == "Die Entwicklung ist negativ."
    assert (
        summary.lead(View(release), editions(View(release))[-1])
        == "Am häufigsten ist der Status sehr niedrig (in 7 von 23 Gebieten)."
    )
    status_only = [one for one in indexed() if one["indicator"].endswith("status")]
    release = make(measured() + status_only, (POPULATION, UNEMPLOYED, CHILDREN, STATUS_INDEX))
    assert DYNAMIC_INDEX.id not in View(release).descriptions
    assert len(bullets_of(release, "0306")) == 3
    assert profile.eyebrow(View(release), 0) == "Gebietsprofil · Nordstadt · Planungsraum 0101"


def test_too_many_secret_values_leave_no_median(make: Make) -> None:
    """Hidden counts are small ones: the median of what is left would be too high, so nothing is said about it."""
    rows = [one for one in measured() if one["level"] == "planning_area"]
    rows = [
        one | ({"value": None, "lower": None, "upper": None, "flag": "suppressed"} if one["area"] <= "0103" else {})
        for one in rows
    ]
    release = make(rows)
    assert [plain(one) for one in tell.sentences(View(release), "unemployment_share")] == [
        "Wie hoch die Arbeitslosigkeit in der Mitte der Gebiete ist, lässt sich nicht sagen (Ende 2020): "
        "Zu viele Werte sind geheim.",
        "Seit Ende 2018 stieg der Wert in 16 von 21 Gebieten und sank in keinem; nicht erkennbar verändert: 5. "
        "Verglichen sind nur die 21 Gebiete mit einem Wert zu beiden Zeitpunkten.",
        "In 3 von 24 Gebieten ist der Wert geheim, damit niemand zu erkennen ist.",
    ]
    assert findings(View(release)) == []
    _, value, strip, standing, _ = figure_cells(release, "0404", "Arbeitslosigkeit")
    assert (value.text, standing, strip.chart.options["median"]) == ("12,4", "kein Rang: zu viele geheim", None)
    assert "zu viele geheim" in topic.overview(View(release), ["unemployment_share"]).rows[0]


def test_parts_of_an_index_that_cannot_be_told_are_named(make: Make) -> None:
    hide = {"value": None, "lower": None, "upper": None, "flag": "suppressed"}
    rows = [
        one | (hide if one["indicator"] == "child_poverty_u15" and one["area"] <= "0103" else {}) for one in measured()
    ]
    view = View(make(rows + indexed()))
    (table,) = index.drivers(view, editions(view)[-1])
    assert len(table.rows) == 1
    assert table.note.endswith("Nicht aufgeführt, weil zu viele Werte geheim sind: Kinderarmut.")


@pytest.mark.parametrize(
    ("unit", "base", "told", "label"),
    [
        ("per_100", "je 100 Menschen unter 20", "41,5 je 100 Menschen unter 20", "je 100 Menschen unter 20"),
        ("years", "der Bevölkerung", "41,5 Jahren", "Jahre"),
        ("m2_per_person", "je Person", "41,5 m² je Person", "m² je Person"),
        ("persons_per_household", "je Haushalt", "41,5 Menschen je Haushalt", "Menschen je Haushalt"),
        ("percent", "der Haushalte", "41,5 % der Haushalte", "% der Haushalte"),
    ],
)
def test_units_and_bases(make: Make, unit: str, base: str, told: str, label: str) -> None:
    one = described("x", "Quote", "Rate", "work", (base, base), unit=unit)
    release = make([row("x", key(number), "2020", 41.5) for number in range(24)], (one,))
    assert (
        plain(tell.level_sentence(View(release), "x"))
        == f"Ende 2020 liegt die Quote in der Mitte der Gebiete bei {told}."
    )
    assert tell.measure(one, "de") == label


@pytest.mark.parametrize("unit", get_args(Unit))
def test_every_unit_of_a_definition_has_german_words(unit: str) -> None:
    assert words.unit_words(unit, "de") != unit.replace("_", " ")


def test_the_plan_of_the_how_to_page_is_composed(release: Release, tmp_path: Any) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "report.md").read_text(encoding="utf-8")
    path = tmp_path / "kinder.toml"
    path.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    document = reports.compose(path, release).document
    assert (document.title, [one.id for one in document.sections]) == (
        "Kinder in Musterstadt 2021",
        ["summary", "kinderarmut", "limits"],
    )


def test_every_kind_of_section_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "report.md").read_text(encoding="utf-8")
    assert [one for one in SECTIONS if f"`{one}`" not in page] == []


def test_a_drawing_of_very_many_areas_shows_a_coarser_level_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.reports import prepared
    from sozialraum.reports.sections import topic

    view = prepared(make_release(), "de", lambda *_: "")
    figure = next(one for one in view.measures() if view.has(one, "district"))
    fine = topic.rate_map(view, figure)
    monkeypatch.setattr(topic, "MOST_DRAWN", len(view.layer) - 1)
    coarse = topic.rate_map(view, figure)
    assert fine is not None
    assert coarse is not None
    assert fine.areas["key"].to_pylist() == list(view.layer.keys)
    assert coarse.areas["key"].to_pylist() == list(view.layer_of("district").keys)
    assert coarse.title == f"{fine.title} ({view.level_title('district')})"
    assert coarse.table is not None
    assert [row[0] for row in coarse.table.rows] == list(view.layer_of("district").names)
    monkeypatch.setattr(topic, "MOST_DRAWN", 1)
    assert topic.rate_map(view, figure) is None
    assert [type(one).__name__ for one in topic.detail(view, figure, with_map=True)][1:] in (["Columns"], ["Paragraph"])

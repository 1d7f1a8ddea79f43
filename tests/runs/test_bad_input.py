"""Bad input on every method of areas: a clear German refusal or a stated answer, never NaN, a traceback or a library warning."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

AREAS = "area,x,y,district,a,b"
TOWN = [
    f"{at:02d},{383000 + 300 * (at % 5)},{5820000 + 300 * (at // 5)},D{at % 2},{5 + 7 * at % 11},{30 + at % 4}"
    for at in range(20)
]
PAIRS = ["01,02,30", "02,01,12", "01,01,50", "02,02,40"]
METHODS: dict[str, tuple[str, ...]] = {
    "segregation": ("--groups", "a,b", "--within", "district"),
    "environment": ("--groups", "a,b", "--radii", "600", "--nearest", "50"),
    "interval": ("--cases", "a", "--of", "b", "--add", "compared,marshall,logit"),
    "inequality": ("--value", "a", "--within", "district", "--deprivation", "b", "--cases", "a", "--of", "b", "--draws", "20"),
    "standardised": ("--age", "district", "--cases", "a", "--of", "b"),
    "moran": ("--value", "a", "--k", "3", "--draws", "49"),
    "typology": ("--indicators", "a,b", "--types", "2", "--draws", "3"),
    "nearest": ("--indicators", "a,b"),
}  # fmt: skip
COUNTING = ("segregation", "environment", "interval")
PLACED = ("environment", "moran")


def asked(method: str, folder: Path, lines: list[str], *options: str) -> Result:
    """The method's answer; a warning of any library is an error."""
    source = folder / "town.csv"
    source.write_text("\n".join([AREAS if method != "flows" else "from,to,count", *lines]) + "\n", encoding="utf-8")
    arguments = [method, str(source), *(options or METHODS.get(method, ())), "--out", "-"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return CliRunner().invoke(run_group("de"), arguments)


def cells(line: str, **changed: object) -> str:
    held = dict(zip(AREAS.split(","), line.split(","), strict=True)) | {key: str(one) for key, one in changed.items()}
    return ",".join(held.values())


def refused(done: Result, code: int, words: str) -> None:
    assert (done.exit_code, done.stdout) == (code, ""), done.stderr
    assert words in done.stderr


def answered(done: Result) -> list[str]:
    """The lines of the result, none of which holds a NaN."""
    assert done.exit_code == 0, done.stderr or done.exception
    lines = done.stdout.splitlines()
    assert not {"nan", "inf", "-inf", "none"} & {cell for line in lines for cell in line.lower().split(",")}
    return lines


@pytest.mark.parametrize("method", METHODS)
def test_a_good_table_is_answered(method: str, tmp_path: Path) -> None:
    assert len(answered(asked(method, tmp_path, TOWN))) > 1


@pytest.mark.parametrize("method", COUNTING)
def test_a_negative_count(method: str, tmp_path: Path) -> None:
    done = asked(method, tmp_path, [cells(TOWN[0], a=-3), *TOWN[1:]])
    refused(done, 3, "Zeile 2, Spalte „a“, Wert „-3“: eine Anzahl kann nicht negativ sein")


@pytest.mark.parametrize(
    "method", [one for one in METHODS if one != "standardised"]
)  # there an area has a line per age
def test_an_area_twice(method: str, tmp_path: Path) -> None:
    refused(
        asked(method, tmp_path, [*TOWN, TOWN[0]]), 3, "Zeile 22, Spalte „area“, Wert „00“: dieses Gebiet steht schon"
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cell", ["1e300", "1e-300", "1e999", "inf", "nan"])
def test_numbers_beyond_all_counts(method: str, cell: str, tmp_path: Path) -> None:
    refused(asked(method, tmp_path, [cells(TOWN[0], a=cell), *TOWN[1:]]), 3, f"Zeile 2, Spalte „a“, Wert „{cell}“")


@pytest.mark.parametrize(
    ("method", "code", "words"),
    [
        ("segregation", 4, "mindestens zwei Gebiete und zwei Gruppen mit Menschen"),
        ("environment", 4, "mindestens zwei Gebiete und zwei Gruppen mit Menschen"),
        ("interval", 4, "mindestens zwei Gebiete"),
        ("moran", 2, "nächsten Nachbarn"),
        ("typology", 4, "Weniger als zwei Gebiete"),
        ("nearest", 4, "Weniger als zwei Gebiete"),
    ],
)
def test_a_single_area(method: str, code: int, words: str, tmp_path: Path) -> None:
    refused(asked(method, tmp_path, TOWN[:1]), code, words)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("segregation", "zwei Gruppen mit Menschen"),
        ("environment", "zwei Gruppen mit Menschen"),
        ("moran", "denselben Wert"),
        ("typology", "nur 1 verschiedene Gebiete"),
    ],
)
def test_all_zero(method: str, words: str, tmp_path: Path) -> None:
    refused(asked(method, tmp_path, [cells(one, a=0, b=0) for one in TOWN]), 4, words)


def test_nobody_anywhere_or_no_case_has_a_stated_answer(tmp_path: Path) -> None:
    lines = answered(asked("interval", tmp_path, [cells(one, a=0) for one in TOWN]))
    assert lines[1].split(",")[1:3] == ["0.0", "0.0"]
    refused(asked("interval", tmp_path, [cells(one, a=0, b=0) for one in TOWN]), 4, "mindestens zwei Gebiete")
    alike = answered(asked("nearest", tmp_path, [cells(one, a=1, b=1) for one in TOWN]))
    assert {line.split(",")[-1] for line in alike[1:]} == {"0.0"}


@pytest.mark.parametrize("method", PLACED)
def test_places_that_are_no_metres_or_of_two_systems(method: str, tmp_path: Path) -> None:
    degrees = [cells(one, x=13 + at / 100, y=52 + at % 3 / 100) for at, one in enumerate(TOWN)]
    refused(asked(method, tmp_path, degrees), 3, "alle Koordinaten sehen nach Grad aus")
    refused(
        asked(method, tmp_path, [*TOWN[:-1], degrees[-1]]),
        3,
        "Zeile 21, Spalte „x“: diese Koordinaten sehen nach Grad aus",
    )
    refused(asked(method, tmp_path, [*TOWN[:-1], cells(TOWN[-1], x=4_500_000)]), 3, "liegen 4117 km auseinander")
    refused(asked(method, tmp_path, [cells(one, x="") for one in TOWN]), 3, "kein Gebiet hat eine bekannte Lage")


def test_outlines_outside_the_system_they_are_projected_into(tmp_path: Path) -> None:
    """Metres in a GeoJSON, which holds degrees by its standard: no place is left, and that is said."""
    corners = [[383000, 5820000], [384000, 5820000], [384000, 5821000], [383000, 5820000]]
    outline = {"type": "Polygon", "coordinates": [corners]}
    shapes = [{"type": "Feature", "properties": {"area": one[:2]}, "geometry": outline} for one in TOWN]
    held = json.dumps({"type": "FeatureCollection", "features": shapes})
    (tmp_path / "town.geojson").write_text(held, encoding="utf-8")
    options = ("--groups", "a,b", "--geometry", str(tmp_path / "town.geojson"), "--crs", "EPSG:25833")
    refused(asked("environment", tmp_path, TOWN, *options), 3, "kein Gebiet hat eine bekannte Lage")


def test_islands(tmp_path: Path) -> None:
    island = cells(TOWN[-1], area="99", x=1_200_000)
    around = answered(asked("environment", tmp_path, [*TOWN, island]))
    assert len(around) > 1
    done = asked("moran", tmp_path, [*TOWN, island], "--value", "a", "--distance", "320", "--draws", "49")
    assert answered(done)[-1].split(",")[2:5] == ["0", "", ""]
    assert "Gebiete ohne Nachbarn und darum ohne lokalen Wert: 1, das erste ist „99“" in done.stderr


def test_dates_without_a_common_area(tmp_path: Path) -> None:
    (tmp_path / "before.csv").write_text("area,type\nx1,1\nx2,2\n", encoding="utf-8")
    options = (*METHODS["typology"], "--before", str(tmp_path / "before.csv"))
    refused(asked("typology", tmp_path, TOWN, *options), 3, "kein Gebiet gemeinsam")
    (tmp_path / "before.csv").write_text("area,type\n00,1e12\n", encoding="utf-8")
    refused(asked("typology", tmp_path, TOWN, *options), 3, "before.csv, Zeile 2, Spalte „type“, Wert „1e12“")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["01,02,-1", "02,01,3"], "Zeile 2, Spalte „count“, Wert „-1“: eine Anzahl kann nicht negativ sein"),
        ([*PAIRS, PAIRS[0]], "Zeile 6, Wert „01 -> 02“: diese Beziehung steht schon in Zeile 2"),
        (["01,02,1e308", "02,01,1e308"], "Zeile 2, Spalte „count“, Wert „1e308“"),
        (["01,,5"], "Zeile 2, Spalte „to“: der Gebietsschlüssel ist leer"),
    ],
)
def test_flows_that_are_refused(lines: list[str], words: str, tmp_path: Path) -> None:
    refused(asked("flows", tmp_path, lines), 3, words)


@pytest.mark.parametrize("lines", [PAIRS, ["01,01,3"], ["01,02,0", "02,01,0"], ["01,02,", "02,01,"]])
def test_flows_that_are_answered(lines: list[str], tmp_path: Path) -> None:
    answered(asked("flows", tmp_path, lines, "--hidden-at-most", "9", "--smallest", "1", "--centre", "01"))


@pytest.mark.parametrize(
    ("method", "options", "words"),
    [
        ("flows", ("--hidden-at-most", "nan"), "--hidden-at-most ist keine Zahl ab 0"),
        ("flows", ("--hidden-at-most", "-3"), "--hidden-at-most ist keine Zahl ab 0"),
        ("flows", ("--smallest", "inf"), "--smallest ist keine Zahl ab 0"),
        ("interval", ("--cases", "a", "--per", "nan"), "--per ist größer als 0"),
        ("interval", ("--cases", "a", "--per", "inf"), "--per ist größer als 0"),
        ("environment", ("--groups", "a,b", "--radii", "1e-300"), "--radii braucht verschiedene Zahlen über 0"),
    ],
)
def test_options_that_are_no_usable_number(method: str, options: tuple[str, ...], words: str, tmp_path: Path) -> None:
    refused(asked(method, tmp_path, PAIRS if method == "flows" else TOWN, *options), 2, words)


@pytest.mark.parametrize("method", [*METHODS, "change", "reach", "flows", "crosswalk"])
def test_help_says_when_not_to_use_it(method: str) -> None:
    for language, said in (("en", "Do not use it"), ("de", "Nicht geeignet")):
        assert said in CliRunner().invoke(run_group(language), [method, "--help"]).stdout

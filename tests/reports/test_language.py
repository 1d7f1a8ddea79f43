"""Numbers and words, sentence by sentence."""

from __future__ import annotations

import pytest

from sozialraum.reports import language as words
from sozialraum.reports.language import Change

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "de", "en"),
    [
        (1234567.0, 0, "1.234.567", "1,234,567"),
        (9.25, 1, "9,2", "9.2"),
        (-0.3, 1, "−0,3", "−0.3"),
        (-0.04, 1, "0,0", "0.0"),
        (1999.95, 1, "2.000,0", "2,000.0"),
        (0.5, 0, "0", "0"),
    ],
)
def test_numbers(value: float, decimals: int, de: str, en: str) -> None:
    assert (words.number(value, decimals, "de"), words.number(value, decimals, "en")) == (de, en)


def test_numbers_equal_babel() -> None:
    from babel.numbers import format_decimal

    for value in (0.0, 3.14159, 1234.5, 98765432.1, 0.05):
        assert words.number(value, 2, "de") == format_decimal(value, format="#,##0.00", locale="de_DE")
        assert words.number(value, 2, "en") == format_decimal(value, format="#,##0.00", locale="en_GB")


def test_a_small_value_never_looks_like_a_true_zero() -> None:
    assert words.percent(0.0) == f"0{NBSP}%"
    assert words.percent(0.04) == f"unter 0,1{NBSP}%"
    assert words.percent(0.05) == f"unter 0,1{NBSP}%"
    assert words.percent(0.051) == f"0,1{NBSP}%"
    assert words.percent(0.04, language="en") == "below 0.1%"


def test_intervals_and_differences() -> None:
    assert words.interval(8.7, 10.0) == "8,7 bis 10,0"
    assert words.interval(8.7, 10.0, language="en") == "8.7 to 10.0"
    assert words.difference(-1.94, "percent") == f"1,9{NBSP}Punkte"
    assert words.difference(1.0, "percent", 0) == f"1{NBSP}Punkt"
    assert words.difference(1.0, "percent", 1) == f"1,0{NBSP}Punkte"
    assert words.difference(-3.0, "years", 1) == f"3,0{NBSP}Jahre"
    assert (words.signed(1.94), words.signed(-0.3), words.signed(0.01)) == ("+1,9", "−0,3", "0,0")


@pytest.mark.parametrize(
    ("period", "de", "since", "en"),
    [
        ("2020", "Ende 2020", "seit Ende 2020", "at the end of 2020"),
        ("2024-06-30", "am 30.06.2024", "seit dem 30.06.2024", "on 30 June 2024"),
        ("2024/25", "im Schuljahr 2024/25", "seit dem Schuljahr 2024/25", "in the school year 2024/25"),
        ("2024-Q3", "im 3. Quartal 2024", "seit dem 30.09.2024", "in quarter 3 of 2024"),
        ("2024-03", "im März 2024", "seit dem 31.03.2024", "in March 2024"),
    ],
)
def test_periods(period: str, de: str, since: str, en: str) -> None:
    assert (words.when(period), words.since(period), words.when(period, "en")) == (de, since, en)


def test_flows_are_told_by_year() -> None:
    assert (words.when("2020", flow=True), words.since("2020", flow=True)) == ("im Jahr 2020", "seit 2020")


def test_counts() -> None:
    told = [words.counted(count, "ein Gebiet", "Gebiete") for count in (0, 1, 2, 12, 13, 1234)]
    assert told == ["keine Gebiete", "ein Gebiet", "zwei Gebiete", "zwölf Gebiete", "13 Gebiete", "1.234 Gebiete"]
    assert [words.in_areas(count, 536) for count in (0, 1, 49, 536)] == [
        "in keinem der 536 Gebiete",
        "in einem von 536 Gebieten",
        "in 49 von 536 Gebieten",
        "in allen 536 Gebieten",
    ]
    assert [words.in_areas(count, 1) for count in (0, 1)] == ["nicht in dem einen Gebiet", "in dem einen Gebiet"]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (47.9, ""),
        (48.0, "zweite"),
        (51.5, "zweite"),
        (52.0, "zweite"),
        (52.1, ""),
        (33.0, "dritte"),
        (20.5, "fünfte"),
        (10.0, "zehnte"),
    ],
)
def test_about_every_second(value: float, word: str) -> None:
    assert words.nth_share(value) == word


def test_about_every_second_needs_a_narrow_interval() -> None:
    assert words.nth_share(50.0, 47.0, 53.0) == "zweite"
    assert words.nth_share(50.0, 40.0, 60.0) == ""
    assert words.nth_share(None) == ""


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Arbeitslosigkeit", "Die Arbeitslosigkeit"),
        ("Anteil Einpersonenhaushalte", "Der Anteil Einpersonenhaushalte"),
        ("Durchschnittsalter", "Das Durchschnittsalter"),
        ("Sozialer Status", "Der soziale Status"),
        ("Durchschnittliche Haushaltsgröße", "Die durchschnittliche Haushaltsgröße"),
        ("Kinder bei Alleinerziehenden", "Der Wert „Kinder bei Alleinerziehenden“"),
    ],
)
def test_the_title_as_subject(title: str, told: str) -> None:
    assert words.subject(title) == told


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (Change(1.9, 1.0, 2.8), f"Die Arbeitslosigkeit stieg seit Ende 2018 um 1,9{NBSP}Punkte auf 9,3 %."),
        (Change(-1.9, -2.8, -1.0), f"Die Arbeitslosigkeit sank seit Ende 2018 um 1,9{NBSP}Punkte auf 9,3 %."),
        (Change(0.4, -0.5, 1.3), "Die Arbeitslosigkeit verändert sich seit Ende 2018 nicht erkennbar: 9,3 %."),
        (Change(0.4, 0.0, 0.8), "Die Arbeitslosigkeit verändert sich seit Ende 2018 nicht erkennbar: 9,3 %."),
        (Change(0.0), "Die Arbeitslosigkeit liegt bei 9,3 %, wie Ende 2018."),
        (Change(1.9), f"Die Arbeitslosigkeit liegt bei 9,3 %, 1,9{NBSP}Punkte höher als Ende 2018."),
        (Change(-1.9), f"Die Arbeitslosigkeit liegt bei 9,3 %, 1,9{NBSP}Punkte niedriger als Ende 2018."),
    ],
)
def test_words_for_a_change_respect_its_interval(step: Change, told: str) -> None:
    assert words.change_words("Arbeitslosigkeit", "2018", step, "9,3 %", "percent", 1) == told


def test_words_for_a_change_in_english() -> None:
    told = words.change_words("Unemployment", "2018", Change(1.9, 1.0, 2.8), "9.3%", "percent", 1, "en")
    assert told == f"Unemployment has risen since the end of 2018 by 1.9{NBSP}points to 9.3%."


def test_the_interval_of_a_change_joins_both() -> None:
    """Newcombe 1998, Statistics in Medicine 17, p. 877, example (a): 56/70 against 48/80, method 10."""
    step = words.change(
        {"value": 60.0, "lower": 49.0458, "upper": 70.0431}, {"value": 80.0, "lower": 69.1789, "upper": 87.6953}
    )
    assert step is not None
    assert (round(step.lower or 0, 2), round(step.upper or 0, 2)) == (5.24, 33.39)


def test_no_change_without_both_values() -> None:
    assert words.change({"value": None}, {"value": 3.0}) is None
    assert words.change({"value": float("nan")}, {"value": 3.0}) is None


@pytest.mark.parametrize(
    ("lower", "higher", "told"),
    [
        (0.919, 0.081, f"höher als in 91{NBSP}% der Gebiete"),
        (0.07, 0.935, f"niedriger als in 93{NBSP}% der Gebiete"),
        (0.998, 0.002, f"höher als in 99{NBSP}% der Gebiete"),
        (1.0, 0.0, "höher als in allen anderen Gebieten"),
        (0.0, 1.0, "niedriger als in allen anderen Gebieten"),
        (0.0, 0.0, "so wie in fast allen Gebieten"),
        (0.2, 0.3, f"niedriger als in 30{NBSP}% der Gebiete"),
    ],
)
def test_standing_among_areas(lower: float, higher: float, told: str) -> None:
    assert words.standing(lower, higher) == told


def test_lists_and_plurals() -> None:
    assert [words.joined(one) for one in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == ["", "A", "A und B", "A, B und C"]
    assert [words.dative(one) for one in ("Planungsräume", "Bezirke", "Ortsteile", "Gebiete")] == [
        "Planungsräumen",
        "Bezirken",
        "Ortsteilen",
        "Gebieten",
    ]


def test_places() -> None:
    told = [words.in_place(one) for one in ("Berlin", "Landkreis Musterkreis", "Stadt Kassel", "Stadtallendorf")]
    assert told == ["in Berlin", "im Landkreis Musterkreis", "in der Stadt Kassel", "in Stadtallendorf"]
    assert words.in_place("Landkreis Musterkreis", "en") == "in Landkreis Musterkreis"


def test_years_after_bei() -> None:
    told = words.change_words("Durchschnittsalter", "2018", Change(0.5), f"41,5{NBSP}Jahre", "years", 1)
    assert told == f"Das Durchschnittsalter liegt bei 41,5{NBSP}Jahren, 0,5{NBSP}Jahre höher als Ende 2018."

"""Reporting periods: every way German deliveries write them, and that they sort in time."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.errors import CallError
from sozialraum.periods import Period

years = st.integers(1900, 2150)
days = st.dates(date(1900, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("written", "label", "start", "end"),
    [
        ("2024", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        (2024, "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024.0", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("31.12.2024", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-12-31 00:00:00", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        (date(2024, 12, 31), "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("30.6.2024", "2024-06-30", date(2024, 6, 30), date(2024, 6, 30)),
        ("2024-06-30T00:00:00.000", "2024-06-30", date(2024, 6, 30), date(2024, 6, 30)),
        ("2024-Q3", "2024-Q3", date(2024, 7, 1), date(2024, 9, 30)),
        ("Q4/2024", "2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("1. Quartal 2024", "2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2. Halbjahr 2024", "2024-H2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("12/2024", "2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024/25", "2024/25", date(2024, 8, 1), date(2025, 7, 31)),
        ("1999/2000", "1999/00", date(1999, 8, 1), date(2000, 7, 31)),
    ],
)
def test_forms_of_german_deliveries(written: str | int | date, label: str, start: date, end: date) -> None:
    period = Period.parse(written)
    assert (period.label, period.start, period.end) == (label, start, end)


@pytest.mark.parametrize(
    "written", ["", "heute", "31.02.2024", "2024-13", "2024/26", "2024-Q5", "99", "20245", "1.1.24", "9999"]
)
def test_what_is_no_period_is_refused_with_a_remedy(written: str) -> None:
    with pytest.raises(CallError) as caught:
        Period.parse(written)
    assert f"'{written}' is no period." in str(caught.value)
    assert "2024-Q3" in str(caught.value)
    assert "ist kein Zeitpunkt" in caught.value.say("de")


def test_a_moment_of_a_day_is_that_day() -> None:
    assert Period.parse(datetime(2024, 6, 30, 12)).label == "2024-06-30"


@given(days)
def test_a_date_reads_the_same_in_both_forms(day: date) -> None:
    assert Period.parse(day.isoformat()) == Period.parse(f"{day.day}.{day.month}.{day.year}") == Period.parse(day)


@given(days)
def test_a_label_reads_back_to_its_period(day: date) -> None:
    half, quarter = (day.month + 5) // 6, (day.month + 2) // 3
    school_year = f"{day.year}/{(day.year + 1) % 100:02d}"
    for written in (day, day.year, f"{day:%Y-%m}", f"{day.year}-Q{quarter}", f"{day.year}-H{half}", school_year):
        period = Period.parse(written)
        assert Period.parse(period.label) == period
        assert period.start <= period.end


@given(days)
def test_month_quarter_half_and_year_hold_their_days(day: date) -> None:
    half, quarter = (day.month + 5) // 6, (day.month + 2) // 3
    for written in (f"{day:%Y-%m}", f"{day.year}-Q{quarter}", f"{day.year}-H{half}", day.year):
        period = Period.parse(written)
        assert period.start <= day <= period.end


@given(years)
def test_quarters_cover_the_year_without_gap_or_overlap(year: int) -> None:
    quarters = [Period.parse(f"{year}-Q{number}") for number in (1, 2, 3, 4)]
    assert quarters[0].start == Period.parse(year).start
    assert quarters[-1].end == Period.parse(year).end
    for before, after in pairwise(quarters):
        assert before.end + timedelta(days=1) == after.start


@given(days, days)
def test_periods_sort_by_their_end(one: date, other: date) -> None:
    first, second = sorted((Period.parse(one), Period.parse(other)))
    assert first.end <= second.end


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_a_plain_error(text: str) -> None:
    with suppress(CallError):
        assert Period.parse(text).label

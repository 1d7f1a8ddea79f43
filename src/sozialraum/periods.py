"""Reporting periods (Berichtsjahr, Stichtag, Quartal, Schuljahr) as short texts that sort in time.

A stock on 31 December and a flow during the year both carry the reporting year (`2024`), so numerator and
denominator of a rate meet without conversion; any other reference date stays a date (`2024-06-30`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from sozialraum.errors import CallError

_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?(?:\.0+)?)?")
_YEAR = re.compile(r"(\d{4})(?:\.0)?")
_QUARTER = re.compile(r"(?:(\d{4})[-/ ]?Q([1-4])|Q([1-4])[-/ ](\d{4})|([1-4])\. ?(?:Quartal|Q\.?) (\d{4}))")
_HALF = re.compile(r"(?:(\d{4})[-/ ]?H([12])|([12])\. ?(?:Halbjahr|Hj\.?) (\d{4}))")
_MONTH = re.compile(r"(?:(\d{4})-(\d{2})|(\d{1,2})[/.](\d{4}))")
_SCHOOL_YEAR = re.compile(r"(\d{4})/(\d{2}|\d{4})")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A reporting period; `label` is what tables hold, `start` and `end` are its first and last day."""

    end: date
    start: date
    label: str

    @property
    def year(self) -> int:
        """The calendar year in which the period ends."""
        return self.end.year

    @classmethod
    def parse(cls, text: str | int | date) -> Period:
        """The period written in any form that German deliveries use; 31.12.2024 becomes the reporting year 2024.

        Raises: CallError for a text that is no period.
        """
        if isinstance(text, date):
            return _reference_date(date(text.year, text.month, text.day))  # spreadsheets give a moment of the day
        written = str(text).strip()
        for read in (_year, _date, _quarter, _half, _month, _school_year):
            found = read(written)
            if found is not None:
                return found
        raise CallError(
            "'{text}' is no period.",
            remedy="Write a year (2024), a date (31.12.2024), a quarter (2024-Q3), a month (2024-12) "
            "or a school year (2024/25).",
            text=written,
        )


def _made(label: str, start: date, end: date) -> Period:
    return Period(end=end, start=start, label=label)


def _reference_date(day: date) -> Period:
    if (day.month, day.day) == (12, 31):
        return _whole_year(day.year)
    return _made(day.isoformat(), day, day)


def _whole_year(year: int) -> Period:
    return _made(f"{year:04d}", date(year, 1, 1), date(year, 12, 31))


def _months(year: int, first: int, count: int, label: str) -> Period:
    after = date(year + (first + count > 12), (first + count - 1) % 12 + 1, 1)
    return _made(label, date(year, first, 1), after - timedelta(days=1))


def _year(text: str) -> Period | None:
    match = _YEAR.fullmatch(text)
    return _whole_year(int(match[1])) if match and 1800 <= int(match[1]) <= 2200 else None


def _date(text: str) -> Period | None:
    german, iso = _GERMAN_DATE.fullmatch(text), _ISO_DATE.fullmatch(text)
    if not (german or iso):
        return None
    parts = (german[3], german[2], german[1]) if german else iso.groups() if iso else ()
    try:
        return _reference_date(date(*(int(part) for part in parts)))
    except ValueError:
        return None


def _quarter(text: str) -> Period | None:
    match = _QUARTER.fullmatch(text)
    if not match:
        return None
    year, quarter = int(match[1] or match[4] or match[6]), int(match[2] or match[3] or match[5])
    return _months(year, 3 * quarter - 2, 3, f"{year}-Q{quarter}")


def _half(text: str) -> Period | None:
    match = _HALF.fullmatch(text)
    if not match:
        return None
    year, half = int(match[1] or match[4]), int(match[2] or match[3])
    return _months(year, 6 * half - 5, 6, f"{year}-H{half}")


def _month(text: str) -> Period | None:
    match = _MONTH.fullmatch(text)
    if not match:
        return None
    year, month = int(match[1] or match[4]), int(match[2] or match[3])
    return _months(year, month, 1, f"{year}-{month:02d}") if 1 <= month <= 12 else None


def _school_year(text: str) -> Period | None:
    match = _SCHOOL_YEAR.fullmatch(text)
    if not match or int(match[2][-2:]) != (int(match[1]) + 1) % 100:
        return None
    first = int(match[1])
    return _made(f"{first}/{(first + 1) % 100:02d}", date(first, 8, 1), date(first + 1, 7, 31))

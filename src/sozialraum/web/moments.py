"""Days and times as people of each language write them, on clocks in Germany."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Berlin")
DAYS = {"de": "%d.%m.%Y", "en": "%-d %B %Y"}


def day(when: datetime | str, language: str) -> str:
    """`22.11.2026` or `22 November 2026`; a text that is no moment as it is."""
    return _told(when, DAYS[language])


def moment(when: datetime | str, language: str, seconds: bool = False) -> str:
    """Day and time: `22.11.2026, 16:01`; with seconds where lines are told apart by them."""
    return _told(when, f"{DAYS[language]}, {'%H:%M:%S' if seconds else '%H:%M'}")


def _told(when: datetime | str, form: str) -> str:
    try:
        found = when if isinstance(when, datetime) else datetime.fromisoformat(when)
    except ValueError:
        return str(when)
    return format((found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(HERE), form)

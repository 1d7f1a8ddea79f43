"""Lines of the log: as text or as JSON, without addresses of people, searches, or the values inside an error."""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

FORM, JSON = "SOZIALRAUM_LOG", "json"
"""Setting: `json` writes a line of JSON per event, and one for each answer."""


class Lines(logging.Formatter):
    """One line per event. Of an error it tells kind and places in the code, not its text: that may hold a value."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "source": record.name,
            "message": _message(record),
            **_error(record),
        }
        if os.environ.get(FORM) == JSON:
            return json.dumps(told, ensure_ascii=False)
        return " ".join(str(told[name]) for name in told if name != "source")


def _message(record: logging.LogRecord) -> str:
    """One line. For a request that failed Django names the address, maybe a link that sets a password: here its route."""
    request = getattr(record, "request", None)
    if record.name == "django.request" and request is not None:
        match = getattr(request, "resolver_match", None)
        return f"{getattr(record, 'status_code', 500)} {match.view_name if match else '-'}"
    return " ".join(record.getMessage().split())


def _error(record: logging.LogRecord) -> dict[str, str]:
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    kind, _, trace = record.exc_info
    places = [f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(trace)]
    return {"error": kind.__name__, "at": " < ".join(reversed(places))}


def settings() -> dict[str, object]:
    """Django's setting for logging."""
    answers = "INFO" if os.environ.get(FORM) == JSON else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Lines}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {
            "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
            "sozialraum": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "sozialraum.web.requests": {"level": answers},
        },
    }

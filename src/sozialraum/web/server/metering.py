"""How the server does: counts and times of answers by kind, for whoever watches it. No address, name or search is kept."""

from __future__ import annotations

import hmac
import logging
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Lock
from time import perf_counter, time
from typing import Any

WORD = "SOZIALRAUM_METRICS"
"""Setting with the word that whoever asks for the metrics must send; without it there are none."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds: upper bounds of the classes of times."""
LOG = logging.getLogger("sozialraum.web.requests")


class Meter:
    """What has been answered since the start, by kind of page and class of status."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str]] = Counter()
        self.times: Counter[tuple[str, int]] = Counter()
        self.seconds: Counter[str] = Counter()
        self.started = time()
        self._lock = Lock()

    def note(self, kind: str, status: int, seconds: float) -> None:
        """One more answer."""
        with self._lock:
            self.answers[kind, f"{status // 100}xx"] += 1
            self.times[kind, bisect_left(BOUNDS, seconds)] += 1
            self.seconds[kind] += seconds  # type: ignore[assignment]

    def lines(self) -> Iterator[str]:
        """The text format of Prometheus."""
        yield "# TYPE sozialraum_start_time_seconds gauge"
        yield f"sozialraum_start_time_seconds {self.started:.0f}"
        yield "# TYPE sozialraum_answers_total counter"
        for (kind, status), count in sorted(self.answers.items()):
            yield f'sozialraum_answers_total{{kind="{kind}",status="{status}"}} {count}'
        yield "# TYPE sozialraum_answer_seconds histogram"
        for kind in sorted(self.seconds):
            yield from self._histogram(kind)

    def _histogram(self, kind: str) -> Iterator[str]:
        below = 0
        for place, bound in enumerate((*map(str, BOUNDS), "+Inf")):
            below += self.times[kind, place]
            yield f'sozialraum_answer_seconds_bucket{{kind="{kind}",le="{bound}"}} {below}'
        yield f'sozialraum_answer_seconds_sum{{kind="{kind}"}} {self.seconds[kind]:.6f}'
        yield f'sozialraum_answer_seconds_count{{kind="{kind}"}} {below}'


METER = Meter()


def metered(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Django middleware, the outermost: counts, and writes one line per answer where the log asks for it."""

    def answer(request: Any) -> Any:
        begun = perf_counter()
        response = get_response(request)
        seconds = perf_counter() - begun
        route = request.resolver_match.view_name if request.resolver_match else "-"
        METER.note(_kind(route), response.status_code, seconds)
        LOG.info("%s %s %d %.0f ms", request.method, route, response.status_code, 1000 * seconds)
        return response

    return answer


def _kind(route: str) -> str:
    space = route.partition(":")[0]
    return "staff" if space.startswith("staff-") else {"de": "page", "en": "page", "api": "api"}.get(space, "other")


def metrics(request: Any) -> Any:
    """The counts, for whoever knows the word; for everyone else there is nothing at this address."""
    from django.http import Http404, HttpResponse

    word = os.environ.get(WORD, "")
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not word or not hmac.compare_digest(sent.encode(), word.encode()):
        raise Http404
    lines = (*METER.lines(), *_database(), *_release())
    return HttpResponse(
        "\n".join(lines) + "\n", content_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"}
    )


def _database() -> Iterator[str]:
    from django.db import Error, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        up = 1
    except Error:
        up = 0
    yield "# TYPE sozialraum_database_up gauge"
    yield f"sozialraum_database_up {up}"


def _release() -> Iterator[str]:
    from sozialraum.web.figures.shelf import shelf

    yield "# TYPE sozialraum_release_shown gauge"
    yield f"sozialraum_release_shown {int(shelf().newest() is not None)}"

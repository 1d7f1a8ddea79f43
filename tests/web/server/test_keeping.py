"""Making answers: those that are ready wait for nobody, the same one is made once, and no more than a few at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest

from sozialraum.web.ready.keeping import Kept, Lane, Shelf, keep

SLOW, QUICK = keep("slow", "text/plain"), keep("quick", "text/plain")
PATIENCE = 20.0


class Maker:
    """Makes an answer that is finished when it is told so."""

    def __init__(self) -> None:
        self.made = 0
        self.begun, self.go = Semaphore(0), Event()

    def __call__(self) -> Kept:
        self.made += 1
        self.begun.release()
        assert self.go.wait(PATIENCE)
        return SLOW


def asking(pool: ThreadPoolExecutor, shelf: Shelf, asked: str, make: Callable[[], Kept], **more: Any) -> Future[Kept]:
    return pool.submit(shelf.get, asked, make, **more)


def test_what_is_ready_or_lies_elsewhere_goes_past_those_that_are_being_made() -> None:
    shelf, lane, maker = Shelf(), Lane(2), Maker()
    shelf.get("ready", lambda: QUICK)
    with ThreadPoolExecutor(4) as pool:
        slow = [asking(pool, shelf, name, maker, lane=lane) for name in ("one", "two")]
        assert all(maker.begun.acquire(timeout=PATIENCE) for _ in slow)
        waiting = asking(pool, shelf, "three", lambda: QUICK, lane=lane)
        assert asking(pool, shelf, "ready", maker, lane=lane).result(PATIENCE) is QUICK
        assert asking(pool, shelf, "on disk", maker, elsewhere=lambda: QUICK, lane=lane).result(PATIENCE) is QUICK
        assert asking(pool, shelf, "file", lambda: QUICK, lane=Lane(1)).result(PATIENCE) is QUICK
        assert not waiting.done()
        maker.go.set()
        assert [one.result(PATIENCE) for one in (*slow, waiting)] == [SLOW, SLOW, QUICK]


def test_many_who_ask_for_the_same_have_it_made_once() -> None:
    shelf, maker = Shelf(), Maker()
    with ThreadPoolExecutor(8) as pool:
        found = [asking(pool, shelf, "one", maker) for _ in range(8)]
        assert maker.begun.acquire(timeout=PATIENCE)
        maker.go.set()
        assert ([one.result(PATIENCE) for one in found], maker.made) == ([SLOW] * 8, 1)
    assert shelf._making == {}


def test_what_fails_is_made_again_and_gives_its_place_back() -> None:
    shelf, lane = Shelf(), Lane(1)

    def broken() -> Kept:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            shelf.get("one", broken, lane=lane)
    assert (shelf.get("one", lambda: QUICK, lane=lane), shelf._making) == (QUICK, {})


def test_an_answer_made_on_the_way_to_another_needs_no_place_of_its_own() -> None:
    shelf, lane = Shelf(), Lane(1)
    assert shelf.get("outer", lambda: shelf.get("inner", lambda: QUICK, lane=lane), lane=lane) is QUICK

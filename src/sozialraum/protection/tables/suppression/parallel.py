"""Independent problems on all cores: the solver works outside of Python's lock, so threads are enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")
WORKERS = 4


def side_by_side(work: Callable[[Given], Found], given: Iterable[Given]) -> list[Found]:
    """The results in the order of what is given, whichever is ready first. What one raises stops the others."""
    with ThreadPoolExecutor(min(WORKERS, os.cpu_count() or 1)) as pool:
        waiting = [pool.submit(work, one) for one in given]
        try:
            return [one.result() for one in waiting]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def begun(work: Callable[[], Found]) -> Iterator[Callable[[], Found]]:
    """Work that goes on beside what stands inside; afterwards the call gives its result, or raises what it raised."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work).result

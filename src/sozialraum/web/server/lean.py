"""What the first answer waits for in vain, and so is not loaded: half of a start was spent on it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

PATCH = "django_stubs_ext"


def without_admin() -> None:
    """Stand in for the package that lets type checkers look into Django: it loads Django's whole administration.

    The queue of jobs calls it when it is imported, and needs one class of it to be written with brackets.
    """
    if PATCH not in sys.modules:
        module = ModuleType(PATCH)
        module.monkeypatch = _bracketed  # type: ignore[attr-defined]
        sys.modules[PATCH] = module


def _bracketed(*_: Any, **__: Any) -> None:
    from django.utils.connection import BaseConnectionHandler

    BaseConnectionHandler.__class_getitem__ = classmethod(lambda cls, *_: cls)


class _Absent:
    """Finds that pandas is not there."""

    def find_spec(self, name: str, *_: Any) -> None:
        """Raises: ModuleNotFoundError for pandas; other finders look for everything else."""
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Inside, Arrow hears that there is no pandas: it loads it (0.4 s) only to see that a list is no data frame.

    Nothing else may run in the process meanwhile. `with_pandas` says afterwards that there is one.
    """
    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


def with_pandas() -> None:
    """Load pandas, and let Arrow know it from now on."""
    import pyarrow as pa

    pa.table({"one": [1]}).to_pandas()


@contextmanager
def uncollected() -> Iterator[None]:
    """Inside, nobody looks for what may be forgotten: everything that is loaded stays. It is not looked through later either."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()

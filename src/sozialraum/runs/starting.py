"""A quick start: parts of libraries that others load by the way, and no method uses, wait until somebody does."""

from __future__ import annotations

import gc
import os
import sys
from importlib.util import LazyLoader, find_spec, module_from_spec

IDLE = ("numpy.ctypeslib", "numpy.f2py", "numpy.polynomial", "numpy.testing")
"""scipy touches every name of numpy: these take longer to load than all of scipy.sparse. What threads use must not wait."""
RARELY = 50_000
"""New objects after which Python looks for forgotten ones: what a method loads and reads it needs until it ends."""
SPARSE = "sozialraum.runs.protection."
"""Where methods are that multiply sparse matrices only. Numpy's threads for others would wait in a busy loop for 0.1 s."""


def prepare(where: str) -> None:
    """Ready the process for the method that is there, before it is loaded."""
    gc.set_threshold(RARELY)
    if where.startswith(SPARSE):
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded
    postpone()


def postpone() -> None:
    """From now on these parts are loaded when one of their names is used; those that are loaded already stay so."""
    for name in IDLE:
        spec = None if name in sys.modules else find_spec(name)
        if spec is None or spec.loader is None:
            continue
        loader = spec.loader = LazyLoader(spec.loader)
        sys.modules[name] = module = module_from_spec(spec)
        loader.exec_module(module)
        room, _, part = name.rpartition(".")
        setattr(sys.modules[room], part, module)

"""A quick start: parts of libraries that others load by the way, and no method uses, wait until somebody does."""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec

IDLE = ("numpy.f2py", "numpy.testing")
"""scipy touches every name of numpy: these two take longer to load than all of scipy.sparse."""


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

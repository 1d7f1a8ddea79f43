"""Open workbench for integrated municipal social planning: the public names, loaded when they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sozialraum import analysis, reports
    from sozialraum.areas import Areas
    from sozialraum.figures import Figures, Release
    from sozialraum.workspace import open  # noqa: A004

__version__ = "0.1.0"
__all__ = ["Areas", "Figures", "Release", "analysis", "open", "reports"]

_WHERE = {
    "Areas": "sozialraum.areas:Areas",
    "Figures": "sozialraum.figures:Figures",
    "Release": "sozialraum.figures:Release",
    "analysis": "sozialraum.analysis",
    "open": "sozialraum.workspace:open",
    "reports": "sozialraum.reports",
}


def __getattr__(name: str) -> Any:
    """The public name, imported at first use, so that `import sozialraum` costs nothing."""
    if name not in _WHERE:
        raise AttributeError(f"module 'sozialraum' has no attribute '{name}'; it has: {', '.join(__all__)}")
    from importlib import import_module

    module, _, attribute = _WHERE[name].partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found

"""Examples that ship with the product: an invented county, and definitions for two real cities.

The county is complete and needs no file from outside. The cities are definitions only; the publishers' files are
read from a folder that the user names.
"""

from sozialraum.examples.filling import (
    EXAMPLES,
    fill_from_publishers,
    fill_musterkreis,
    make_musterkreis,
    write_example,
)

__all__ = ["EXAMPLES", "fill_from_publishers", "fill_musterkreis", "make_musterkreis", "write_example"]

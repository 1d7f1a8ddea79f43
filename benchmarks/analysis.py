"""All benchmarks of segregation and space: `python -m benchmarks analysis`.

The packages of the field that they are measured against are the extra `peers`: `pip install -e .[peers]`.
"""

from __future__ import annotations

PARTS = (
    "segregation",
    "segregation_chance",
    "segregation_margins",
    "segregation_difference",
    "segregation_split",
    "spatial_h",
    "spatial_h_large",
    "nearest_people",
    "local_moran",
)

if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from benchmarks.__main__ import main

    sys.exit(main(["analysis", *sys.argv[1:]]))

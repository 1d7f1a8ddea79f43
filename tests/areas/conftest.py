"""Fixtures of the small town."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from areas_town import town  # noqa: F401

"""A small town of inner cells, and a call of `run` as from a shell, for the tests of table methods."""

from __future__ import annotations

from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

CELLS = """block,quarter,sex,n
01,Q1,f,1
01,Q1,m,9
02,Q1,f,7
02,Q1,m,8
03,Q2,f,6
03,Q2,m,12
04,Q2,f,5
04,Q2,m,0
"""


def call(*given: object, language: str = "en") -> Result:
    """What `sozialraum run` answers."""
    return CliRunner().invoke(run_group(language), [str(one) for one in given])

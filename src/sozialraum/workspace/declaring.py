"""Definitions of a workspace's own, judged with all their faults before they are kept: sources, indicators, indices."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.declared import parsed
from sozialraum.errors import CallError, Fault, InputError, Place, SozialraumError
from sozialraum.writing import write_whole

if TYPE_CHECKING:
    from sozialraum.indicators import Compared, Indicator

FOLDERS = {"source": "sources", "indicator": "indicators", "index": "indices"}
"""Kind of a definition -> folder of the workspace."""
NAME = re.compile(r"[a-z][a-z0-9_-]{0,79}")


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a text: every fault, and of an indicator every row of its examples with the title of the example."""

    id: str
    faults: tuple[Fault, ...] = ()
    examples: tuple[tuple[str, Compared], ...] = ()


def judged(folder: Path, kind: str, text: str) -> Judgement:
    """The judgement of a definition; nothing is written into the workspace."""
    try:
        content = parsed(text, f"{kind}.toml")
        identity = str(content.get("id", ""))
        if not NAME.fullmatch(identity):
            raise InputError([_bad_name(identity)])
        return _JUDGES[kind](folder, identity, text)
    except InputError as error:
        return Judgement("", error.faults)
    except CallError as error:
        return Judgement("", (error.fault,))


def declare(folder: Path, kind: str, text: str) -> Path:
    """Write the definition into the workspace's own folder; its file. Raises: InputError with every fault; nothing is written."""
    found = judged(folder, kind, text)
    wrong = [_wrong(title, one) for title, one in found.examples if not one.equal]
    if found.faults or wrong:
        raise InputError([*found.faults, *wrong])
    target = own_files(folder, kind).get(found.id) or folder / FOLDERS[kind] / f"{found.id}.toml"
    target.parent.mkdir(exist_ok=True)
    write_whole({target: (text if text.endswith("\n") else text + "\n").encode()})
    return target


def own_files(folder: Path, kind: str) -> dict[str, Path]:
    """The workspace's own definitions of a kind: id -> file; files that cannot be read are left out."""
    found = {}
    for path in sorted((folder / FOLDERS[kind]).rglob("*.toml")):
        try:
            found[str(parsed(path.read_text(encoding="utf-8"), path.name).get("id", path.stem))] = path
        except (InputError, UnicodeDecodeError):
            continue
    return found


def _bad_name(identity: str) -> Fault:
    what = "An id starts with a small letter and holds small letters, digits, - and _ only."
    return Fault("bad_value", what, Place(column="id"), identity)


def _judge_source(_folder: Path, identity: str, text: str) -> Judgement:
    from sozialraum.sources import parse_source

    parse_source(text)
    return Judgement(identity)


def _judge_index(_folder: Path, identity: str, text: str) -> Judgement:
    from sozialraum.analysis import index_definitions

    with _beside(identity, text, {}) as place:
        index_definitions(place)
    return Judgement(identity)


def _judge_indicator(folder: Path, identity: str, text: str) -> Judgement:
    """Beside the product's indicators and the workspace's others: ids, facts and references must fit them all."""
    from sozialraum.indicators import catalogue

    others = {other: path for other, path in own_files(folder, "indicator").items() if other != identity}
    with _beside(identity, text, others) as place:
        known = catalogue(place)
    return Judgement(identity, examples=tuple(_examples(known[identity], known)))


@contextmanager
def _beside(identity: str, text: str, others: Mapping[str, Path]) -> Iterator[Path]:
    """A folder for a moment with the text and the other definitions; faults do not name it."""
    with tempfile.TemporaryDirectory() as place:
        for other, path in others.items():
            shutil.copyfile(path, Path(place, f"other-{other}.toml"))
        Path(place, f"{identity}.toml").write_text(text, encoding="utf-8")
        try:
            yield Path(place)
        except InputError as error:
            raise InputError([_placed(one, place) for one in error.faults]) from None


def _placed(fault: Fault, place: str) -> Fault:
    """The fault without the folder in which it was found."""
    values = {name: str(one).replace(f"{place}/", "") for name, one in fault.values.items()}
    return replace(fault, place=replace(fault.place, file=fault.place.file.replace(f"{place}/", "")), values=values)


def _examples(one: Indicator, known: Mapping[str, Indicator]) -> Iterator[tuple[str, Compared]]:
    from sozialraum.indicators import compared

    for example in one.example:
        try:
            yield from ((example.title, row) for row in compared(one, example, known))
        except (SozialraumError, KeyError, ValueError) as error:
            told = error.say() if isinstance(error, SozialraumError) else f"{type(error).__name__} {error}"
            what = "The example cannot be computed: {reason}"
            raise InputError([Fault("example", what, Place(column="example"), values={"reason": told})]) from None


def _wrong(title: str, one: Compared) -> Fault:
    what = "The example '{title}' gives {value} ({flag}) for area {area} in {period}, not {wanted}."
    values = {"title": title, "value": "-" if one.value is None else one.value, "flag": one.flag, "area": one.area,
              "period": one.period, "wanted": one.wanted}  # fmt: skip
    return Fault("example", what, Place(column="example"), values=values)


_JUDGES = {"source": _judge_source, "index": _judge_index, "indicator": _judge_indicator}

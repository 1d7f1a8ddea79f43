"""What the worker does with a delivered file: recognise it, doubt it, store it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sozialraum.errors import Fault, InputError, Place
from sozialraum.web.desk.deliveries.mapping import FEW, Seen
from sozialraum.web.desk.inbox import forget, path
from sozialraum.writing import write_whole

if TYPE_CHECKING:
    from sozialraum.web.desk.models import Upload
    from sozialraum.workspace import Workspace

Steps = Callable[[str, int, int], None]
SEEN, ROWS = ".seen.json", 6
MOST = 300
"""So many findings of one file are kept, the gravest first; a file with more is wrong as a whole."""


def look(workspace: Workspace, upload: Upload, steps: Steps) -> dict[str, str]:
    """Propose a mapping where no source was chosen, otherwise check the file as its source declares."""
    if not upload.source:
        steps("Recognising the columns", 0, 2)
        told = (upload.proposal or {}).get("told", {})
        try:
            found = workspace.propose(path(upload), told)
            upload.proposal = {
                "told": told,
                "settings": found.settings,
                "findings": [{**asdict(one), "values": _texts(one.values)} for one in found.findings],
            }
            upload.faults = []
            see(upload)
        except InputError as error:
            upload.proposal, upload.faults = {"told": told}, kept(error.faults)
    else:
        steps("Checking every row", 1, 2)
        upload.faults = kept(workspace.check(path(upload), upload.source).faults)
    upload.save(update_fields=["proposal", "faults"])
    return {"upload": str(upload.pk)}


def see(upload: Upload) -> None:
    """Keep some texts of each column and the first rows beside the file: they may be of persons, so they go with it."""
    from sozialraum.sources import look

    sheet, _ = look(path(upload))
    texts = {name: sheet.coded(name)[1] for name in sheet.table.column_names}
    columns = [{"name": name, "texts": one[:FEW], "all_texts": len(one) <= FEW} for name, one in texts.items()]
    rows = [list(row.values()) for row in sheet.table.slice(0, ROWS).to_pylist()]
    found = json.dumps({"columns": columns, "rows": rows}, ensure_ascii=False)
    write_whole({path(upload).parent / SEEN: found.encode()})


def seen(upload: Upload) -> tuple[list[Seen], list[list[str]]]:
    """The columns of the file and its first rows; nothing where it could not be read."""
    file = path(upload).parent / SEEN
    if not file.is_file():
        return [], []
    told = json.loads(file.read_text(encoding="utf-8"))
    return [Seen(one["name"], tuple(one["texts"]), one["all_texts"]) for one in told["columns"]], told["rows"]


def take_in(workspace: Workspace, upload: Upload, accept: Mapping[str, str], by: str, steps: Steps) -> dict[str, str]:
    """Store the file as a delivery; afterwards the inbox no longer holds it."""
    stored = workspace.add(path(upload), upload.source, by=by, accept=accept, progress=steps)
    return _stored(upload, stored.id)


def taken_in(workspace: Workspace, upload: Upload) -> dict[str, str] | None:
    """The delivery that the file became, where the computer stopped behind it; None when it became none."""
    from sozialraum.sources import sha256

    if upload.delivery:
        return {"delivery": upload.delivery}
    digest = sha256(path(upload))
    for one in workspace.deliveries_in_force:
        if one.source == upload.source and any(file["sha256"] == digest for file in one.record["files"]):
            return _stored(upload, one.id)
    return None


def _stored(upload: Upload, delivery: str) -> dict[str, str]:
    upload.state, upload.delivery = "stored", delivery
    upload.save(update_fields=["state", "delivery"])
    forget(upload)
    return {"delivery": delivery}


def kept(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Findings as they are kept until somebody decides."""
    return [{**asdict(one), "values": _texts(one.values)} for one in list(faults)[:MOST]]


def faults_of(upload: Upload) -> list[Fault]:
    """The findings again."""
    return [Fault(**{**one, "place": Place(**one["place"])}) for one in upload.faults or ()]


def _texts(values: Mapping[str, object]) -> dict[str, object]:
    return {name: one if isinstance(one, (int, float, str)) else str(one) for name, one in values.items()}

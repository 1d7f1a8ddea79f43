"""What jobs can do: each kind runs methods of the workspace, and can say what it has brought about already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.web.accounts import Right
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.models import Account, Entry
from sozialraum.web.desk.models import Job, Upload

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace

Steps = Callable[[str, int, int], None]
"""Hears the step (an English template), how much of it is done and of how much."""
Result = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """`right` is needed also when the work begins; `run` does it; `found` gives what an interrupted run has brought about."""

    title: str
    right: Right
    run: Callable[[Job, Steps], Result]
    found: Callable[[Job], Result | None]


def workspace() -> Workspace:
    """The workspace that is served."""
    from django.conf import settings

    from sozialraum.workspace import open as open_workspace

    return open_workspace(settings.SOZIALRAUM_WORKSPACE)


def nothing(_: Job) -> Result | None:
    """Of work that may simply be done again."""
    return None


def _prepare(job: Job, steps: Steps) -> Result:
    draft = workspace().prepare(
        job.arguments["release"], by=job.login, note=job.arguments.get("note", ""), key=str(job.pk), progress=steps
    )
    return {"name": draft.name, "number": str(draft.number)}


def _prepared(job: Job) -> Result | None:
    known = [one for one in workspace().drafts(job.arguments["release"]) if one.key == str(job.pk)]
    return {"name": known[-1].name, "number": str(known[-1].number)} if known else None


def _approve(job: Job, steps: Steps) -> Result:
    steps("Writing the release", 0, 1)
    name, number = job.arguments["name"], int(job.arguments["number"])
    made = workspace().approve(name, number, by=job.login, note=job.arguments.get("note", ""))
    return _released(job, made.label)


def _approved(job: Job) -> Result | None:
    decision = workspace().draft(job.arguments["name"], int(job.arguments["number"])).decision
    return _released(job, decision.release) if decision and decision.release else None


def _released(job: Job, label: str) -> Result:
    """The release, once in the log, also where the computer stopped between both."""
    about = f"{job.arguments['name']}-{job.arguments['number']}"
    if not Entry.objects.filter(act="released", about=about).exists():
        record(None, "released", about, account=Account.objects.get(login=job.login))
    return {"release": label}


def _report(job: Job, steps: Steps) -> Result:
    """Write a report of a release into the folder of the job."""
    from sozialraum.workspace.reporting import write_report

    told = job.arguments
    target = report_file(job)
    target.parent.mkdir(parents=True, exist_ok=True)
    steps("Writing the report", 0, 1)
    for _ in write_report(workspace(), told["report"], told["release"], target, language=told["language"]):
        pass
    return {"file": target.name}


def report_file(job: Job) -> Path:
    """Where the report of a job lies: in the house, fetched by those who may."""
    from sozialraum.web.desk.inbox import folder

    return folder("reports") / str(job.pk) / f"{job.arguments['report']}-{job.arguments['release']}.pdf"


def _reported(job: Job) -> Result | None:
    target = report_file(job)
    return {"file": target.name} if target.is_file() else None


def _look(job: Job, steps: Steps) -> Result:
    from sozialraum.web.desk.deliveries.looking import look

    return look(workspace(), Upload.objects.get(pk=job.arguments["upload"]), steps)


def _import(job: Job, steps: Steps) -> Result:
    from sozialraum.web.desk.deliveries.looking import take_in

    upload = Upload.objects.get(pk=job.arguments["upload"])
    return take_in(workspace(), upload, job.arguments["accept"], job.login, steps)


def _imported(job: Job) -> Result | None:
    from sozialraum.web.desk.deliveries.looking import taken_in

    return taken_in(workspace(), Upload.objects.get(pk=job.arguments["upload"]))


KINDS: Mapping[str, Kind] = {
    "look": Kind("Looking a file over", Right.DELIVER, _look, nothing),
    "import": Kind("Storing a delivery", Right.DELIVER, _import, _imported),
    "prepare": Kind("Preparing a release", Right.PREPARE, _prepare, _prepared),
    "approve": Kind("Releasing", Right.RELEASE, _approve, _approved),
    "report": Kind("Writing a report", Right.REVIEW, _report, _reported),
}

"""The pages of jobs: how far they are, how they ended, and the way to stop one. A person sees only the own ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from sozialraum.texts import say
from sozialraum.web.accounts import Right, needs
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.gate import polled
from sozialraum.web.desk.jobs.kinds import KINDS, report_file, workspace
from sozialraum.web.desk.jobs.orders import cancel
from sozialraum.web.desk.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from sozialraum.web.figures.shelf import Awaited, shelf
from sozialraum.web.paging import paged
from sozialraum.web.places import staff_link
from sozialraum.workspace import withdrawal

WORDS = {WAITING: "waits", RUNNING: "runs", DONE: "done", FAILED: "failed", CANCELLED: "cancelled"}


def told(job: Job, language: str) -> dict[str, Any]:
    """What pages say of a job: title, state, step, how far, the message at its end and where its work can be seen."""
    return {
        "job": job,
        "title": say(KINDS[job.kind].title, language),
        "state": say(WORDS[job.state], language),
        "step": say(job.step, language) if job.step else say("The job waits for its turn.", language),
        "message": job.told.get(language, ""),
        "onward": onward(job, language),
        "awaited": _awaited(job),
    }


def _awaited(job: Job) -> Awaited | None:
    """The release that this job has made, while readers do not see it yet."""
    label = job.result.get("release") if job.kind == "approve" and job.state == DONE else None
    found = shelf().awaited() if label else None
    return found if found is not None and found.label == label else None


def onward(job: Job, language: str) -> str:
    """Where the work of a job can be seen; empty while there is nothing."""
    if job.kind in ("look", "import"):
        return staff_link(language, "delivery", job.arguments["upload"])
    if job.state != DONE:
        return staff_link(language, "releases")
    if job.kind == "prepare":
        return staff_link(language, "draft", job.result["name"], int(job.result["number"]))
    if job.kind == "approve":
        return staff_link(language, "draft", job.arguments["name"], int(job.arguments["number"]))
    return staff_link(language, "job-file", job.pk)


@needs(Right.ENTER)
@require_safe
def every(request: Any) -> HttpResponse:
    """The jobs of the person, the newest first."""
    found, ways = paged(Job.objects.filter(login=request.account.login), request.GET, request.language, "jobs")
    values = {"jobs": [told(one, request.language) for one in found], "ways": ways}
    return staff_page(request, "staff/desk/jobs.html", values, say("Jobs", request.language), here="jobs")


@needs(Right.ENTER)
@require_safe
def show(request: Any, key: Any) -> HttpResponse:
    """One job with its bar."""
    job = _own(request, key)
    values = {**told(job, request.language), "unsafe": _smallest(job)}
    return staff_page(request, "staff/desk/job.html", values, values["title"], here="jobs")


@polled
@needs(Right.ENTER)
@require_safe
def state(request: Any, key: Any) -> HttpResponse:
    """The part of the page that changes; the header says when the job is over, with `pages` when readers see what it made."""
    job = _own(request, key)
    values = {**told(job, request.language), "language": request.language}
    headers = {"X-Over": "1"} if job.is_over and not ("pages" in request.GET and values["awaited"]) else {}
    return HttpResponse(render_to_string("staff/desk/job-state.html", values), headers=headers)


@needs(Right.ENTER)
@require_POST
def stop(request: Any, key: Any) -> HttpResponse:
    """Cancel a job."""
    job = _own(request, key)
    cancel(job)
    return HttpResponseRedirect(staff_link(request.language, "job", job.pk))


@needs(Right.REVIEW)
@require_safe
def file(request: Any, key: Any) -> HttpResponse:
    """The report that a job has written."""
    job = _own(request, key)
    if job.kind != "report" or job.state != DONE or not report_file(job).is_file():
        raise Http404
    name, _, version = job.arguments["release"].rpartition("-")
    if withdrawal(Path(settings.SOZIALRAUM_WORKSPACE), name, int(version)) is not None:
        raise Http404  # the report of a withdrawn release goes no further
    request.subject = report_file(job).name
    return FileResponse(report_file(job).open("rb"), as_attachment=True, filename=report_file(job).name)


def _smallest(job: Job) -> int:
    """The largest count that had to stay hidden and could not, of a release that was not proved safe; 0 of other jobs."""
    return workspace().settings.protection.minimum - 1 if job.result.get("unsafe") else 0


def _own(request: Any, key: Any) -> Job:
    """The job of that key, if the person has ordered it. Raises: Http404."""
    job = Job.objects.filter(pk=key, login=request.account.login).first()
    if job is None:
        raise Http404
    return job

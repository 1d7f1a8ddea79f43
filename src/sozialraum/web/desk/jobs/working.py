"""What the process of one job does: `python -m sozialraum.web.desk.jobs.working JOB`. It ends when its input ends."""

from __future__ import annotations

import logging
import os
import sys
from time import monotonic
from typing import TYPE_CHECKING

from sozialraum.errors import UNWRITTEN, CallError, SozialraumError, UnsafeReleaseError, cause
from sozialraum.texts import LANGUAGES, say
from sozialraum.web.desk.jobs.ending import end_with_input

if TYPE_CHECKING:
    from sozialraum.web.desk.models import Job

NICE = 10
"""Steps that jobs stand behind the server for the processor."""
PAUSE = 0.3
"""Seconds between two words about the progress."""
BROKEN = "Something went wrong here. Nothing was changed. Try again; if it stays so, tell whoever runs this server."
LOG = logging.getLogger("sozialraum.web")


def main(identity: str) -> None:
    """Do the work of that job and write down how it ended."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum.web.server.settings")
    import django

    django.setup()
    from sozialraum.web.desk.models import Job

    end_with_input()
    _step_back()
    run(Job.objects.get(pk=identity))


def _step_back() -> None:
    """Readers come first where the processor is busy; Windows knows no such number."""
    if hasattr(os, "nice"):
        os.nice(NICE)


def run(job: Job) -> None:
    """Do the work; the job is over afterwards, unless somebody else ended it.

    Nothing is said to have failed whose work is there: disk or database may say no behind it.
    """
    from sozialraum.web.desk.jobs.kinds import KINDS
    from sozialraum.web.desk.jobs.watching import outcome
    from sozialraum.web.desk.models import DONE, RUNNING

    try:
        found = outcome(job) if job.attempts > 1 else None
        if found is None:
            _still_allowed(job)
        result = found if found is not None else KINDS[job.kind].run(job, _Steps(job))
    except Exception as error:
        LOG.error("A job (%s) ended with %s.", job.kind, type(error).__name__)
        after = None if isinstance(error, SozialraumError) else outcome(job)
        if after is None:
            _fail(job, error)
            return
        result = after
    job.move(to=DONE, since=(RUNNING,), result=result)


def _fail(job: Job, error: Exception) -> None:
    from sozialraum.web.desk.models import FAILED, RUNNING

    unsafe = {"unsafe": "yes"} if isinstance(error, UnsafeReleaseError) else {}
    job.move(to=FAILED, since=(RUNNING,), told={one: _word(error, one) for one in LANGUAGES}, result=unsafe)


def _still_allowed(job: Job) -> None:
    """Raises: CallError where the account was closed or lost the right since, or gave the order in another workspace."""
    from sozialraum.web.accounts import place
    from sozialraum.web.accounts.models import Account
    from sozialraum.web.desk.jobs.kinds import KINDS

    account = Account.objects.filter(login=job.login, is_active=True).first()
    if account is None or not account.may(KINDS[job.kind].right) or job.arguments.get("workspace") != place.name():
        raise CallError("Whoever ordered this may do it no longer. Nothing was changed.")


def _word(error: Exception, language: str) -> str:
    """What is said of an error; of an unexpected one nothing, since it could tell what it was about."""
    if isinstance(error, SozialraumError):
        return error.say(language)
    if isinstance(error, OSError):
        return say(UNWRITTEN, language, reason=cause(error))
    return say(BROKEN, language)


class _Steps:
    """Writes down how far the job is, not more often than people can read."""

    def __init__(self, job: Job):
        self._job, self._last, self._step = job, float("-inf"), ""

    def __call__(self, step: str, done: int, total: int) -> None:
        """The template of the step, how much of it is done, and of how much."""
        from sozialraum.web.desk.models import Job

        if step == self._step and monotonic() - self._last < PAUSE and done < total:
            return
        self._last, self._step = monotonic(), step
        Job.objects.filter(pk=self._job.pk).update(step=step, done=done, total=total)


if __name__ == "__main__":
    main(sys.argv[1])

"""Files on their way in: written to disk as they come, never held in memory, refused when too large or from the wrong person."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import time
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from sozialraum.errors import cause
from sozialraum.web.accounts import Right
from sozialraum.web.desk.inbox import folder, path, plain_name
from sozialraum.web.desk.models import Upload
from sozialraum.writing import PARTIAL, sweep

LARGEST = 200 * 1024 * 1024
"""Bytes of the largest file that is taken in."""
WAITING = 20
"""Files of one person that may wait for a decision at the same time."""
TOO_MANY = "You have {count} files waiting. Accept or refuse some of them first."
ROOM = 64 * 1024
"""Bytes that the other fields of the form may take."""
TOO_LARGE = "This file is larger than {size} MB. Split it by period, or use sozialraum add on the server."
NOT_KEPT = "The server cannot keep this file: {why}. Nothing was stored; tell whoever runs the server."


class Inbox(FileUploadHandler):
    """Django's way of handling an upload: into the inbox of the workspace, and only from people who may deliver."""

    def handle_raw_input(self, *args: Any, **_: Any) -> None:
        """Remember the length that the browser names; the form's token stands before the file and is read first."""
        self._named = int(args[2] or 0)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        account = getattr(self.request, "account", None)
        if account is None or not account.may(Right.DELIVER):
            raise SkipFile
        self._size = 0
        if self._named > LARGEST + ROOM:
            self._stop(TOO_LARGE, size=LARGEST >> 20)
        try:
            self._file = NamedTemporaryFile(prefix=PARTIAL, dir=folder("inbox"), delete=False)  # noqa: SIM115
        except OSError as problem:
            self._stop(NOT_KEPT, why=cause(problem))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        """Write what came."""
        self._size += len(raw_data)
        if self._size > LARGEST:
            self._drop()
            self._stop(TOO_LARGE, size=LARGEST >> 20)
        try:
            self._file.write(raw_data)
        except OSError as problem:
            self._drop()
            self._stop(NOT_KEPT, why=cause(problem))

    def file_complete(self, file_size: int) -> Any:
        """The whole file, on disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as problem:
            self._drop()
            self._stop(NOT_KEPT, why=cause(problem))
        return Received(self._file.name, self.file_name or "", file_size)

    def upload_interrupted(self) -> None:
        """The browser went away: nothing of the file stays."""
        if hasattr(self, "_file"):
            self._drop()

    def _drop(self) -> None:
        with suppress(OSError):  # what the disk had no room for is tried once more here, and may be lost
            self._file.close()
        Path(self._file.name).unlink(missing_ok=True)

    def _stop(self, template: str, **values: object) -> None:
        self.request.upload_refused = template, values
        raise StopUpload(connection_reset=False)


class Received(TemporaryUploadedFile):
    """A received file; nobody needs to close it, it is moved or removed."""

    def __init__(self, place: str, name: str, size: int):
        self.place, self._told = Path(place), name
        self.size = size
        self.charset = self.content_type = self.content_type_extra = None
        self.file = None
        self.field_name = None

    @property
    def name(self) -> str:
        """What the browser called it."""
        return self._told

    def close(self) -> None:
        """Remove what nobody has moved."""
        self.place.unlink(missing_ok=True)


def too_many(account: Any) -> bool:
    """Whether so many files of the person wait that no other is taken in; else one person could fill the disk."""
    return bool(Upload.objects.filter(state="open", login=account.login).count() >= WAITING)


def keep(received: Received, source: str, account: Any) -> Upload:
    """The file as an upload in the inbox, waiting to be looked at."""
    upload = Upload(
        file=plain_name(received.name), size=received.size, login=account.login, name=account.name, source=source
    )
    target = path(upload)
    target.parent.mkdir(mode=0o700)
    received.place.rename(target)
    upload.save(force_insert=True)
    return upload


def tidy_inbox(older: float) -> None:
    """Remove what interrupted uploads have left, when nobody wrote to it for so many seconds."""
    sweep(folder("inbox"), older)
    known = {str(one) for one in Upload.objects.filter(state="open").values_list("pk", flat=True)}
    for left in folder("inbox").iterdir():
        if left.is_dir() and left.name not in known and time() - left.stat().st_mtime > older:
            shutil.rmtree(left, ignore_errors=True)

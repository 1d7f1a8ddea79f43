"""Answers kept ready: a page of a release never changes, so it is made once, compressed, and known by its mark."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Semaphore, local
from typing import Any

LARGEST = 128 * 1024 * 1024
"""Bytes of compressed answers kept at most; the longest unused go first."""
BESIDE = 1000
"""Bytes that an answer takes beside its content, roughly: many small ones must not fill the memory either."""
WORTH = 600
"""Bytes from which compressing pays."""
LARGE = 250_000
"""Bytes from which compressing well pays: such answers are few. A page is compressed while somebody waits for it."""


@dataclass(frozen=True)
class Kept:
    """An answer as it is kept: compressed where that pays; the few who cannot read that get it unpacked."""

    kind: str
    mark: str
    content: bytes
    packed: bool
    name: str = ""  # of the file, where it is one to keep

    @property
    def size(self) -> int:
        """Bytes it takes in memory, with the place it needs on the shelf."""
        return len(self.content) + BESIDE

    @property
    def plain(self) -> bytes:
        """The content without compression."""
        import brotli

        return bytes(brotli.decompress(self.content)) if self.packed else self.content


class Lane:
    """A way on which answers are made, a few at once: those that are ready go past it, and nobody waits for them."""

    def __init__(self, wide: int):
        self._places = Semaphore(wide)

    def make(self, make: Callable[[], Kept]) -> Kept:
        """The answer, made when there is room; what is made on the way to another answer takes no place of its own."""
        if getattr(_INSIDE, "held", False):
            return make()
        with self._places:
            _INSIDE.held = True
            try:
                return make()
            finally:
                _INSIDE.held = False


_INSIDE = local()
SHORT, LONG = Lane(2), Lane(1)
"""For what is made in some hundredths of a second, and for reports and large files, which take seconds."""


class Shelf:
    """Answers by what was asked for."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._making: dict[Hashable, tuple[Lock, int]] = {}

    def get(
        self,
        asked: Hashable,
        make: Callable[[], Kept],
        elsewhere: Callable[[], Kept | None] = lambda: None,
        lane: Lane = SHORT,
    ) -> Kept:
        """The kept answer; else what is found elsewhere, else made on that lane, once for all who ask for it meanwhile."""
        found = self._known(asked)
        if found is not None:
            return found
        with self._once(asked):
            return self._known(asked) or self._store(asked, elsewhere() or lane.make(make))

    def _known(self, asked: Hashable) -> Kept | None:
        with self._lock:
            if asked in self._held:
                self._held.move_to_end(asked)
            return self._held.get(asked)

    @contextmanager
    def _once(self, asked: Hashable) -> Iterator[None]:
        """Nobody else makes the same meanwhile; whoever makes something else goes on."""
        with self._lock:
            alone, people = self._making.get(asked, (Lock(), 0))
            self._making[asked] = alone, people + 1
        try:
            with alone:
                yield
        finally:
            with self._lock:
                people = self._making[asked][1] - 1
                self._making[asked] = alone, people
                if not people:
                    del self._making[asked]

    def _store(self, asked: Hashable, made: Kept) -> Kept:
        with self._lock:
            self._held[asked] = made
            self._size += made.size
            while self._size > LARGEST and len(self._held) > 1:
                self._size -= self._held.popitem(last=False)[1].size
        return made


def keep(content: str | bytes, kind: str, name: str = "") -> Kept:
    """The content ready to be sent; `name` makes it a file that the browser saves."""
    import brotli

    plain = content.encode() if isinstance(content, str) else content
    textual = kind.startswith("text/") or any(one in kind for one in ("json", "xml", "vector-tile"))
    packed = textual and len(plain) > WORTH
    held = brotli.compress(plain, quality=5 if len(plain) > LARGE else 2) if packed else plain
    return Kept(kind, hashlib.sha256(plain).hexdigest()[:20], held, packed, name)


def answer(request: Any, kept: Kept) -> Any:
    """The response in an encoding that the browser takes; nothing but its mark where it has it already."""
    from django.http import HttpResponse, HttpResponseNotModified

    accepted = request.headers.get("Accept-Encoding", "")
    packed = kept.packed and "br" in accepted
    zipped = kept.packed and not packed and "gzip" in accepted
    told = {"ETag": f'"{kept.mark}{"-br" if packed else "-gz" if zipped else ""}"', "Vary": "Accept-Encoding"}
    if told["ETag"] in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=told)
    if kept.name:
        told["Content-Disposition"] = f'attachment; filename="{kept.name}"'
    if packed or zipped:
        told["Content-Encoding"] = "br" if packed else "gzip"
    content = kept.content if packed else gzip.compress(kept.plain, 5, mtime=0) if zipped else kept.plain
    return HttpResponse(content, content_type=kept.kind, headers=told)

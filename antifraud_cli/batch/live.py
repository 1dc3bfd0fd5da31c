"""A source that is still being written to: a pipe, a terminal."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable
from typing import Any, BinaryIO

_AT_ONCE = 65536
CHECK_SECONDS = 0.2
"""How often whoever waits asks whether to wait on."""

Check = Callable[[], None]
"""Raises what should end the run. It is called at places where nothing is half done: an exception that a signal handler
raises anywhere may strike between the taking of a lock and the note that it has to be given back."""


def go_on() -> None:
    """The check that finds nothing."""


def is_live(stream: BinaryIO) -> bool:
    """Whether what is read may still be on its way: whatever the system has open and is no plain file."""
    try:
        return not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):
        return False


class LiveStream:
    """Gives lines as they arrive, and tells whether the next one would have to be waited for."""

    def __init__(self, stream: BinaryIO, check: Check = go_on) -> None:
        """`check` is called while waiting."""
        self._check = check
        self._stream: Any = stream
        self._held = bytearray()
        self._ended = False

    def readline(self, size: int = -1) -> bytes:
        """The next line, or at most `size` bytes of it; waits for it."""
        seen = 0
        while (end := self._held.find(b"\n", seen)) < 0 and not 0 <= size <= len(self._held):
            seen = len(self._held)
            if not self._more():
                break
        taken = end + 1 or len(self._held)
        return self._take(taken if size < 0 else min(taken, size))

    def read(self, size: int) -> bytes:
        """At most `size` bytes; waits for the first of them."""
        if not self._held:
            self._more()
        return self._take(size)

    def is_dry(self) -> bool:
        """Whether no whole line is there yet."""
        while b"\n" not in self._held:
            if self._ended or not self._is_ready(0) or not self._more():
                return True
        return False

    def _is_ready(self, seconds: float) -> bool | None:
        """Whether something can be read within that time; None where the system cannot tell (a pipe on Windows)."""
        try:
            return bool(select.select([self._stream.fileno()], [], [], seconds)[0])
        except (OSError, ValueError):
            return None

    def _more(self) -> bool:
        if self._ended:
            return False
        while self._is_ready(CHECK_SECONDS) is False:
            self._check()
        data = self._stream.read1(_AT_ONCE)
        self._ended = not data
        self._held += data
        return bool(data)

    def _take(self, size: int) -> bytes:
        data = bytes(self._held[:size])
        del self._held[:size]
        return data

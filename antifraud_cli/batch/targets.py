"""Where bytes go: a plain file, which has its final name only when it is complete, or whatever else takes bytes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol


class Target(Protocol):
    """Takes bytes."""

    size: int
    """Bytes taken so far."""

    def write(self, data: bytes | memoryview) -> None:
        """Take some more."""

    def sync(self) -> None:
        """Bring everything to where it is safe."""

    def close(self) -> None:
        """Let go of it as it is."""

    def trim(self, size: int) -> None:
        """Keep the first `size` bytes only, where that is possible."""

    def discard(self) -> None:
        """Take back what was written, where that is possible."""

    def finish(self, convert: Callable[[Path, Path], None] | None = None) -> None:
        """Say that it is complete; `convert` makes the final file of the partial one."""


class StreamTarget:
    """Standard output, a device or a pipe."""

    def __init__(self, stream: BinaryIO) -> None:
        self.size = 0
        self._stream = stream

    def write(self, data: bytes | memoryview) -> None:
        """Hand some bytes on, at once: somebody may be waiting for them."""
        self._stream.write(data)
        self._stream.flush()
        self.size += len(data)

    def sync(self) -> None:
        """Hand on what is held back."""
        self._stream.flush()

    def close(self) -> None:
        """Nothing: it is not ours."""

    def trim(self, size: int) -> None:
        """Nothing: what was handed on is gone."""

    def discard(self) -> None:
        """Nothing: what was handed on is gone."""

    def finish(self, convert: Callable[[Path, Path], None] | None = None) -> None:
        """Hand on what is held back."""
        self.sync()


class BusyError(Exception):
    """Another run is writing to the same file."""


class FileTarget:
    """A plain file, as FILE.part until it is complete."""

    def __init__(self, path: Path, kept: int | None = None) -> None:
        """Begin anew, or go on after the first `kept` bytes of a partial file. Raises OSError, BusyError.

        To begin where a partial file lies already is FileExistsError: it may be the work of hours.
        """
        self.path = path
        self.part = part_of(path)
        self.size = kept or 0
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | (os.O_EXCL if kept is None else 0)
        self._stream = os.fdopen(os.open(self.part, flags, 0o666), "r+b")
        _lock(self._stream)
        if os.fstat(self._stream.fileno()).st_size < self.size:
            self.close()
            raise BusyError  # another run has just completed it
        self._stream.truncate(self.size)
        self._stream.seek(self.size)

    def write(self, data: bytes | memoryview) -> None:
        """Append some bytes."""
        self._stream.write(data)
        self._stream.flush()
        self.size += len(data)

    def sync(self) -> None:
        """Bring it to the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Let go of the partial file as it is."""
        # What a full disk refused would be refused once more.
        with contextlib.suppress(OSError):
            self._stream.close()

    def trim(self, size: int) -> None:
        """Keep the first `size` bytes only: what comes after is half a piece."""
        with contextlib.suppress(OSError):
            self._stream.truncate(size)

    def discard(self) -> None:
        """Remove the partial file."""
        self.close()
        with contextlib.suppress(OSError):
            self.part.unlink()

    def finish(self, convert: Callable[[Path, Path], None] | None = None) -> None:
        """Give it its final name, converted to its final form if need be."""
        self.close()
        put_in_place(self.path, convert)


def put_in_place(path: Path, convert: Callable[[Path, Path], None] | None = None) -> None:
    """Make the final file of the partial one; nothing, if that has happened already."""
    part = part_of(path)
    if not part.exists():
        return
    if convert is None:
        part.replace(path)
        return
    beside = path.with_name(path.name + ".new")
    try:
        convert(part, beside)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    part.unlink()


def part_of(path: Path) -> Path:
    """Name of the partial file."""
    return path.with_name(path.name + ".part")


def state_of(path: Path) -> Path:
    """Name of the state file beside it."""
    return path.with_name(path.name + ".part.json")


def _lock(stream: BinaryIO) -> None:
    """One run at a time. The system lets go of the lock when the process ends, however it ends."""
    try:
        import fcntl
    except ImportError:
        return  # Windows: nothing worse than a run that somebody spoils on purpose
    try:
        fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise BusyError from None
    except OSError:
        return  # a file system without locks

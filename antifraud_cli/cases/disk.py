"""Writing that a kill or a power cut cannot leave half done, and a lock between processes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from antifraud_cli.cases.faults import CaseError, refused

CHUNK = 1 << 20
_PATIENCE = 15.0
"""Seconds to wait for another process; it holds the lock for some milliseconds only."""
_BINARY = getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder lasting, where the system can (Windows does so by itself)."""
    if sys.platform == "win32":
        return
    with refused(folder):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet."""
    with refused(path):
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            lasting(stream)


def replace(path: Path, content: bytes, work: Path) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    temporary = work / f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        write_new(temporary, content)
        with refused(path):
            temporary.replace(path)
    except BaseException:
        discard(temporary)
        raise
    sync_folder(path.parent)


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file: all of it, or, where the system refuses, nothing."""
    with refused(path):
        number = os.open(path, os.O_WRONLY | os.O_APPEND | _BINARY)
        try:
            before = os.fstat(number).st_size
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[os.write(number, rest) :]
                os.fsync(number)
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(number, before)
                raise
        finally:
            os.close(number)


def lasting(stream: BinaryIO) -> None:
    """Bring what was written to the disk itself."""
    stream.flush()
    os.fsync(stream.fileno())


def move_new(source: Path, target: Path) -> None:
    """Give a file its final name, which must be free. Called under the lock: nobody else takes the name meanwhile."""
    with refused(target):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        source.rename(target)
    sync_folder(target.parent)


def discard(path: Path) -> None:
    """Remove a temporary file of our own."""
    with contextlib.suppress(OSError):
        path.unlink()


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file for reading. A link, a folder, a pipe or a device is refused, and never waited for."""
    with refused(path):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise CaseError("link", name=str(path))
        if stat.S_ISDIR(mode):
            raise CaseError("folder", name=str(path))
        if not stat.S_ISREG(mode):
            raise CaseError("special", name=str(path))
        number = os.open(path, os.O_RDONLY | _BINARY | _NO_FOLLOW | _NO_WAIT)
        if not stat.S_ISREG(os.fstat(number).st_mode):  # swapped since we looked
            os.close(number)
            raise CaseError("special", name=str(path))
        return os.fdopen(number, "rb")


def copy(source: BinaryIO, target: BinaryIO | None) -> tuple[int, str]:
    """Read a file to its end, piece by piece, and return its size and SHA-256; with `target` copy it there too."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(CHUNK):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return size, digest.hexdigest()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that stands for `path`. The system lets go of it when the process ends, however it ends."""
    with refused(path):
        number = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _try_lock(path, number):
            if time.monotonic() > deadline:
                raise CaseError("busy", name=str(path.parent.parent))
            time.sleep(0.01)
        yield
    finally:
        os.close(number)


if sys.platform == "win32":

    def _try_lock(path: Path, number: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _try_lock(path: Path, number: int) -> bool:
        import fcntl

        try:
            with refused(path):
                try:
                    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
        except InterruptedError:
            return False
        return True

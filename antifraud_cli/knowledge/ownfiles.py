"""The files of a person's own rules: found, and read up to the size that is allowed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.ownrules import FORMAT, MAX_FILES, MAX_FOLDERS, rule_files

MAX_BYTES = 256 * 1024
"""Bytes of one file."""
MAX_TOTAL = 4 * 1024 * 1024
"""Bytes of all files."""


class Source(NamedTuple):
    """One file of own rules, or a folder that holds none."""

    folder: int
    """Number of its folder, in the order given."""
    shown: str
    """Path, as a person knows it."""
    content: bytes = b""
    """What stands in it."""
    fault: str = ""
    """Why it cannot be used."""


def sources(folders: Sequence[str]) -> list[Source]:
    """Every rule file in the folders, in order, read up to the size that is allowed."""
    found: list[Source] = []
    left = MAX_TOTAL
    for number, folder in enumerate(folders[: MAX_FOLDERS + 1]):
        if number == MAX_FOLDERS:
            found.append(Source(number, folder, fault=f"is more than the {MAX_FOLDERS} folders allowed"))
            break
        try:
            names = rule_files(folder)
        except OSError as error:
            found.append(Source(number, folder, fault=_reason(error, "a folder")))
            continue
        if not names:
            found.append(Source(number, folder, fault="holds no rules: no file in it ends in .yaml or .yml"))
        if len(names) > MAX_FILES:
            found.append(Source(number, folder, fault=f"holds more than {MAX_FILES} rule files"))
            names = names[:MAX_FILES]
        for name in names:
            found.append(_source(number, os.path.join(folder, name), left))  # noqa: PTH118
            left -= len(found[-1].content)
    return found


def fingerprint_of(found: Sequence[Source]) -> str:
    """A hash over names and contents of own rules, and over the knowledge in force."""
    import hashlib  # loads OpenSSL: as long as half of the program's start

    digest = hashlib.blake2b(f"{FORMAT}\0{store.version()}".encode(), digest_size=16)
    for source in found:
        name = os.path.basename(source.shown)  # noqa: PTH119
        head = f"\0{source.folder}\0{name}\0{source.fault}\0{len(source.content)}\0"
        digest.update(head.encode("utf-8", "surrogateescape"))
        digest.update(source.content)
    return digest.hexdigest()


def _source(folder: int, path: str, left: int) -> Source:
    """One file; `left`: how many bytes all that follow may have."""
    try:
        status = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, a device never ends
            return Source(folder, path, fault="is not a plain file")
        with open(path, "rb") as stream:  # noqa: PTH123
            content = stream.read(min(MAX_BYTES, left) + 1)
    except OSError as error:
        return Source(folder, path, fault=_reason(error, "a file"))
    if len(content) > MAX_BYTES:
        return Source(folder, path, fault=f"is larger than {MAX_BYTES // 1024} KB: part it")
    if len(content) > left:
        return Source(folder, path, fault=f"is more than the {MAX_TOTAL // 1024} KB allowed in all")
    return Source(folder, path, content)


_REASONS = {
    errno.ENOENT: "is not there",
    errno.ENOTDIR: "is not a folder",
    errno.EISDIR: "is a folder",
    errno.EACCES: "cannot be read: permission denied",
    errno.ELOOP: "is a link that leads back to itself",
}


def _reason(error: OSError, wanted: str) -> str:
    return _REASONS.get(error.errno or 0) or f"cannot be read as {wanted}: {error.strerror or error}"

"""How far a run has come, beside its output: what --resume needs to go on where it stopped."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from antifraud_cli.batch.tally import Tally

VERSION = 1
_HEAD = 65_536


class BadStateError(Exception):
    """The state file is damaged, or of another version."""


@dataclass
class State:
    """How far a run has come. Everything before this point is safely on the disk."""

    identity: dict[str, Any]
    """What has to be the same for the run to be the same: sources, options, knowledge, program."""
    chunks: int = 0
    """Chunks that were written."""
    checksum: int = 0
    """Checksum over them."""
    size: int = 0
    """Bytes of the partial output."""
    errors_size: int = 0
    """Bytes of the partial list of bad records."""
    seconds: float = 0.0
    """How long it took."""
    is_complete: bool = False
    """Whether only the final name is missing."""
    tally: Tally = field(default_factory=Tally)
    """Counts so far."""

    def save(self, path: Path) -> None:
        """Write it: the old one stands until the new one is on the disk."""
        value = {**asdict(self), "version": VERSION, "tally": self.tally.as_json()}
        write_safely(path, json.dumps(value, ensure_ascii=False).encode("utf-8"))


def load(path: Path) -> State:
    """The state in a file. Raises BadStateError and OSError."""
    try:
        value = json.loads(path.read_bytes())
        if value.pop("version") != VERSION:
            raise BadStateError(str(path))
        return State(**{**value, "tally": Tally.from_json(value["tally"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadStateError(str(path)) from None


def write_safely(path: Path, content: bytes) -> None:
    """Replace a file by another content, whatever happens meanwhile."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def mark_of(name: str, stream: BinaryIO) -> dict[str, Any]:
    """What tells a plain file from another one: its name, size and beginning. It is read from the beginning after."""
    head = hashlib.blake2b(stream.read(_HEAD), digest_size=16).hexdigest()
    stream.seek(0)
    return {"name": name, "size": os.fstat(stream.fileno()).st_size, "head": head}

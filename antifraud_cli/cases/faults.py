"""What can go wrong with a case. The command line puts it into the user's words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


class CaseError(Exception):
    """Something cannot be done; `key` names the text `case.error.KEY` (and `case.hint.KEY`) that says so."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values
        """What the text needs filled in."""


class DiskError(CaseError):
    """The system refused: the disk is full, the folder is read-only, the name is not allowed …"""

    def __init__(self, path: Path, cause: OSError) -> None:
        super().__init__("disk", name=str(path))
        self.cause = cause


@contextlib.contextmanager
def refused(path: Path) -> Iterator[None]:
    """Whatever the system refuses inside is a DiskError about `path`."""
    try:
        yield
    except OSError as error:
        raise DiskError(path, error) from error

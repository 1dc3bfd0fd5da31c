"""Look whether a case is as it was written: the chain of the log, each copy, case.yaml, and what else lies there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from antifraud_cli.cases import disk, document, folder, log
from antifraud_cli.cases.faults import CaseError, refused
from antifraud_cli.cases.model import Case, build

_HIDDEN = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What a system puts into any folder that somebody looks at."""


class Finding(NamedTuple):
    """One thing that is not as it was written."""

    what: str
    """changed | missing | extra | unreadable | chain | yaml_changed | yaml_missing; notes: unfinished | edited | late."""
    name: str
    """The file, inside the case, with forward slashes; for `chain` and `unfinished` lines the log."""
    detail: str = ""
    """Line number, or why it cannot be read."""

    @property
    def harmless(self) -> bool:
        """Whether it is no sign of a change: what a kill leaves behind, or what was kept on purpose."""
        return self.what in ("unfinished", "edited", "late")


def verify(place: Path) -> tuple[Case, tuple[Finding, ...]]:
    """The case and everything found, problems before harmless leftovers. Raises CaseError where there is no case."""
    found = folder.read_log(place)
    case = build(found.entries, len(found.entries), found.head)
    if case is None:
        raise CaseError("not_a_case", name=str(place))
    with refused(place):
        findings = [*_log(found), *_copies(place, case), *_yaml(place, found), *_others(place, case)]
    return case, tuple(sorted(findings, key=lambda finding: finding.harmless))


def _log(found: log.Log) -> Iterator[Finding]:
    for line in found.broken:
        yield Finding("chain", folder.LOG, str(line))
    for line in found.unfinished:
        yield Finding("unfinished", folder.LOG, str(line))


def _copies(place: Path, case: Case) -> Iterator[Finding]:
    for item in case.items:
        if item.file is None:
            continue
        if folder.evidence_path(place, item.file) is None:
            yield Finding("missing", item.file.path)
            continue
        try:
            same = folder.is_intact(place, item.file)
        except CaseError as error:
            cause = getattr(error, "cause", None)
            yield Finding("unreadable", item.file.path, cause.strerror or "" if cause else error.key)
            continue
        if not same:
            yield Finding("changed", item.file.path)


def _yaml(place: Path, found: log.Log) -> Iterator[Finding]:
    path = place / folder.YAML
    if not os.path.lexists(path):
        yield Finding("yaml_missing", folder.YAML)
        return
    try:
        with refused(path), disk.open_plain(path) as stream:
            shown = document.read(stream.read())
    except CaseError:
        shown = None
    if shown == document.contents(found):
        return
    lines = shown["log"].get("lines") if shown and isinstance(shown.get("log"), dict) else None
    if (
        isinstance(lines, int)
        and 0 < lines < len(found.entries)
        and shown == document.contents(log.first(found, lines))
    ):
        yield Finding("late", folder.YAML)
    else:
        yield Finding("yaml_changed", folder.YAML)


def _others(place: Path, case: Case) -> Iterator[Finding]:
    """What lies in the folder and does not belong there."""
    known = {item.file.path for item in case.items if item.file}
    for entry in sorted(place.iterdir()):
        if entry.name in (folder.YAML, folder.LOG, *_HIDDEN):
            continue
        inner = (
            entry.name in (folder.EVIDENCE, folder.WORK, folder.EDITED) and entry.is_dir() and not entry.is_symlink()
        )
        if not inner:
            yield Finding("extra", entry.name)
            continue
        for path in sorted(entry.iterdir()):
            name = f"{entry.name}/{path.name}"
            if path.name in _HIDDEN or name in known or name == f"{folder.WORK}/{folder.LOCK}":
                continue
            if entry.name == folder.WORK:
                if not _waits(path, case, place):
                    yield Finding("unfinished", name)
            else:
                yield Finding("edited" if entry.name == folder.EDITED else "extra", name)


def _waits(path: Path, case: Case, place: Path) -> bool:
    """Whether a file in .work/ is a copy that belongs to the case."""
    return any(item.file is not None and folder.evidence_path(place, item.file) == path for item in case.items)

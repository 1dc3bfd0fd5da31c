"""A case as a folder on disk.

    case.yaml    the case, to be read by people; made from the log
    log.jsonl    the truth: lines are added, never changed
    evidence/    copies of files, never written to again
    edited/      case.yaml as somebody changed it by hand, kept before it is made anew
    .work/       the lock, and files that are not finished yet

The order of writing is what keeps a case whole. A copy is made complete in .work/, under a name that begins with its
hash; then its line is added to the log, which makes it part of the case; then it gets its name in evidence/. A kill
before the line leaves a stray copy in .work/ and the case as it was. A kill after the line leaves a copy that waits in
.work/: readers find it there by its hash, and the next one who adds something moves it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from antifraud_cli import __version__
from antifraud_cli.cases import disk, document, filenames, log
from antifraud_cli.cases.faults import CaseError, refused
from antifraud_cli.cases.model import Case, Evidence, Item, Person, build, current, without_gaps

YAML = "case.yaml"
LOG = "log.jsonl"
EVIDENCE = "evidence"
EDITED = "edited"
WORK = ".work"
LOCK = "lock"
_TOOL = f"antifraud {__version__}"
_MOST_LINE = 1_000_000
"""Bytes of one log line. Longer texts belong into a file."""


@dataclass(frozen=True)
class Added:
    """What came of adding something."""

    case: Case
    """The case with it."""
    item: Item | None
    """The item; None where the person's own details were added."""
    readable: CaseError | None
    """Why case.yaml could not be made anew; None if it was. The item is in the case either way."""


class _Staged(NamedTuple):
    path: Path
    name: str
    size: int
    sha256: str
    modified: str


def create(folder: Path, title: str, language: str, currency: str, person: Person, now: datetime) -> Case:
    """Begin a case in a folder that does not exist yet. It appears complete, under its name, or not at all."""
    if os.path.lexists(folder):
        raise CaseError("exists", name=str(folder))
    at = now.isoformat(timespec="seconds")
    begun = {
        "id": f"{now:%Y%m%d}-{secrets.token_hex(4)}",
        "title": filenames.readable(title),
        "created": at,
        "language": language,
        "currency": currency,
    }
    what: dict[str, Any] = {"case": begun}
    if details := _clean(without_gaps(person)):
        what["person"] = details
    line = log.next_line(log.parse(b""), at, _TOOL, what)
    with refused(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name[:40]}.{os.getpid()}.{secrets.token_hex(4)}.partial")
    try:
        with refused(folder):
            for inner in ("", EVIDENCE, WORK):
                (partial / inner).mkdir(mode=0o700)
        disk.write_new(partial / LOG, line)
        disk.write_new(partial / YAML, document.render(log.parse(line)))
        disk.sync_folder(partial)
        with refused(folder):
            partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    disk.sync_folder(folder.parent)
    return load(folder)


def read_log(folder: Path) -> log.Log:
    """The log of a case. Raises CaseError where the folder holds none."""
    path = folder / LOG
    if not folder.is_dir():
        raise CaseError("no_case", name=str(folder))
    if not os.path.lexists(path):
        raise CaseError("not_a_case", name=str(folder))
    with refused(path), disk.open_plain(path) as stream:
        return log.parse(stream.read())


def load(folder: Path) -> Case:
    """The case in a folder. Needs no right to write."""
    return _built(folder, read_log(folder))


def cases_in(folder: Path) -> list[tuple[Path, Case]]:
    """The cases that lie in a folder, by name; the folder itself where it is one."""
    with refused(folder):
        places = [folder, *sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))]
    found = []
    for place in places:
        with contextlib.suppress(CaseError):
            found.append((place, load(place)))
    return found


def add_person(folder: Path, person: Person, now: datetime) -> Added:
    """Add details of the person. Earlier ones stay in the log."""
    return _commit(folder, {"person": _clean(without_gaps(person))}, now)


def add_item(
    folder: Path, kind: str, details: Mapping[str, str], now: datetime, *, replaces: int | None = None
) -> Added:
    """Add an item without a file. `replaces`: the number of one of the same kind that counts no more."""
    return _commit(folder, {"item": {"kind": kind, **_details(details, replaces)}}, now)


def add_file(folder: Path, source: Path, details: Mapping[str, str], now: datetime) -> Added:
    """Add a copy of a file. The file itself is only read, in pieces, so it may be of any size."""
    staged = _stage(folder, source)
    try:
        return _commit(folder, {"item": {"kind": "file", **_clean(details)}}, now, staged)
    except BaseException:
        # Only what the log does not name is ours to remove, however far we came.
        with contextlib.suppress(CaseError):
            if all(item.file is None or item.file.sha256 != staged.sha256 for item in load(folder).items):
                disk.discard(staged.path)
        raise


def evidence_path(folder: Path, evidence: Evidence) -> Path | None:
    """Where the copy lies: in its place, or still in .work/ after a kill. None if nowhere."""
    place = _place(folder, evidence)
    if place is None or os.path.lexists(place):
        return place
    return _waiting(folder, evidence.sha256)


def is_intact(folder: Path, evidence: Evidence) -> bool:
    """Whether the copy is there and holds what was added. Raises CaseError where it cannot be read."""
    path = evidence_path(folder, evidence)
    if path is None:
        return False
    with refused(path), disk.open_plain(path) as stream:
        return disk.copy(stream, None) == (evidence.size, evidence.sha256)


def _place(folder: Path, evidence: Evidence) -> Path | None:
    """Where the copy belongs. A log that somebody else wrote cannot point outside the case."""
    name = evidence.path.removeprefix(f"{EVIDENCE}/")
    plain = bool(name) and name not in (".", "..") and not set(name) & set("/\\:\0")
    return folder / EVIDENCE / name if plain else None


def _waiting(folder: Path, sha256: str) -> Path | None:
    with contextlib.suppress(OSError):
        for path in sorted((folder / WORK).iterdir()):
            if len(sha256) == 64 and path.name.startswith(f"{sha256}."):
                return path
    return None


def _built(folder: Path, found: log.Log) -> Case:
    case = build(found.entries, len(found.entries), found.head)
    if case is None:
        raise CaseError("not_a_case", name=str(folder))
    return case


def _clean(details: Mapping[str, str]) -> dict[str, str]:
    return {name: filenames.readable(value) for name, value in details.items() if value}


def _details(details: Mapping[str, str], replaces: int | None) -> dict[str, Any]:
    return {**_clean(details), **({} if replaces is None else {"replaces": replaces})}


def _make_inner_folders(folder: Path) -> None:
    load(folder)
    for inner in (EVIDENCE, WORK):
        with refused(folder):
            (folder / inner).mkdir(mode=0o700, exist_ok=True)


def _stage(folder: Path, source: Path) -> _Staged:
    """Make a complete copy in .work/, under a name that begins with its hash."""
    _make_inner_folders(folder)
    temporary = folder / WORK / f"copying.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        with refused(source), disk.open_plain(source) as stream:
            before = os.fstat(stream.fileno())
            with refused(folder), temporary.open("xb") as target:
                size, sha256 = disk.copy(stream, target)
                disk.lasting(target)
            after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
            raise CaseError("changing", name=str(source))
        staged = temporary.with_name(f"{sha256}.{temporary.name}")
        with refused(folder):
            temporary.rename(staged)
        disk.sync_folder(staged.parent)
    except BaseException:
        disk.discard(temporary)
        raise
    modified = datetime.fromtimestamp(after.st_mtime, timezone.utc).isoformat(timespec="seconds")
    return _Staged(staged, filenames.readable(source.name), size, sha256, modified)


def _commit(folder: Path, what: dict[str, Any], now: datetime, staged: _Staged | None = None) -> Added:
    """Add one line to the log; then bring the folder up to it."""
    _make_inner_folders(folder)
    at = now.isoformat(timespec="seconds")
    with disk.locked(folder / WORK / LOCK):
        before = read_log(folder)
        case = _built(folder, before)
        if "item" in what:
            what = {"item": _numbered(folder, case, what["item"], at, staged)}
        line = log.next_line(before, at, _TOOL, what)
        if len(line) > _MOST_LINE:
            raise CaseError("too_long")
        disk.append(folder / LOG, line)
        after = read_log(folder)
        case = _built(folder, after)
        try:
            _move_waiting(folder, case)
            _write_yaml(folder, after, at)
        except CaseError as error:  # the log holds it: the next one who adds something makes up for it
            return Added(case, case.items[-1] if "item" in what else None, error)
    return Added(case, case.items[-1] if "item" in what else None, None)


def _numbered(folder: Path, case: Case, item: dict[str, Any], at: str, staged: _Staged | None) -> dict[str, Any]:
    number = max((item.n for item in case.items), default=0) + 1
    whole = {"n": number, "kind": item.pop("kind"), "added": at, **item}
    if "replaces" in item and not any(
        (other.n, other.kind) == (item["replaces"], whole["kind"]) for other in current(case.items)
    ):
        raise CaseError("no_item", n=item["replaces"])
    if staged is not None:
        _refuse_again(folder, case, staged)
        path = f"{EVIDENCE}/{filenames.copy_name(number, staged.name)}"
        if os.path.lexists(folder / path):
            path = f"{EVIDENCE}/{filenames.copy_name(number, f'{secrets.token_hex(4)}-{staged.name}')}"
        whole["file"] = without_gaps(Evidence(path, staged.name, staged.size, staged.sha256, staged.modified))
    return whole


def _refuse_again(folder: Path, case: Case, staged: _Staged) -> None:
    """Refuse a file that the case holds. A copy that had gone missing is put back; one that was changed counts as none."""
    for item in case.items:
        if item.file is None or item.file.sha256 != staged.sha256:
            continue
        place = _place(folder, item.file)
        if place is not None and not os.path.lexists(place):
            disk.move_new(staged.path, place)
        elif not is_intact(folder, item.file):
            continue
        disk.discard(staged.path)
        raise CaseError("already", n=item.n)


def _move_waiting(folder: Path, case: Case) -> None:
    """Give every copy that a kill left in .work/ its place, and the one that was just added."""
    for item in case.items:
        place = item.file and _place(folder, item.file)
        if item.file and place and not os.path.lexists(place):
            waiting = _waiting(folder, item.file.sha256)
            if waiting is not None:
                disk.move_new(waiting, place)


def _write_yaml(folder: Path, found: log.Log, at: str) -> None:
    """Make case.yaml anew. What somebody wrote into it by hand is kept beside it first."""
    path = folder / YAML
    if os.path.lexists(path):
        with disk.open_plain(path) as stream:
            before = stream.read()
        if not document.untouched(before):
            with refused(folder):
                (folder / EDITED).mkdir(mode=0o700, exist_ok=True)
            kept = f"case-{at[:19].replace(':', '')}-{secrets.token_hex(2)}.yaml"
            disk.write_new(folder / EDITED / kept, before)
    disk.replace(path, document.render(found), folder / WORK)

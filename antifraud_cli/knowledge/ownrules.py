"""A person's own message rules (docs/own-rules.md): found, compiled once, kept in a cache, laid over ours.

Nothing in a folder of rules can hang or crash the program: files are plain files of a bounded size, what is faulty is left
out and told, and a cache that cannot be read or written only costs the time to compile.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from antifraud_cli.errors import Problem
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.tableformat import LANGUAGES

FORMAT = 1
"""Raise it when the compiled form changes: cached files are then stale."""
SUFFIXES = (".yaml", ".yml")
"""How the name of a rule file ends, in small letters."""
MAX_FOLDERS = 16
MAX_FILES = 100
"""Rule files in one folder."""
MAX_BYTES = 256 * 1024
"""Bytes of one file."""
MAX_TOTAL = 4 * 1024 * 1024
"""Bytes of all files."""
_MOST_KEPT = 16
"""Compiled sets of rules in the cache; older ones go."""
_SETTLED = 2_000_000_000
"""Nanoseconds: a file that changed so shortly before it was read may change again without a new time."""
_COLUMNS = ("index", "singles", "anchored", "sets", "patterns", "unless")

Part = Callable[[str], Any]


@dataclass(frozen=True)
class OwnRules:
    """Rules that a person has added to ours. Two of the same fingerprint are the same."""

    fingerprint: str
    """A hash over the files and over the knowledge that they were checked against."""
    rules: Sequence[Mapping[str, Any]] = field(compare=False)
    """The compiled rules, marked `own`; those of later folders replace earlier ones of the same id."""
    reasons: Mapping[str, Sequence[str]] = field(compare=False)
    """Language -> the reason of each rule."""
    table: Mapping[str, str] = field(compare=False)
    """Their patterns, as knowledge/patterntable.py describes them."""
    off: tuple[str, ...] = field(compare=False)
    """Ids of ours that are switched off."""
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    """Every fault; a file with one is left out."""

    def over(self, part: Part) -> Part:
        """The parts of the knowledge with these rules laid over them; the table stands under `own.COLUMN`."""
        ours = part("messages")
        names = {*self.off, *(rule["id"] for rule in self.rules)}
        off = frozenset(number for number, rule in enumerate(ours["rules"]) if rule["id"] in names)
        messages = {
            **ours,
            "rules": [*ours["rules"], *self.rules],
            "own": {"first": len(ours["rules"]), "off": off},
        }

        @cache
        def layered(name: str) -> Any:
            if name == "messages":
                return messages
            if name.startswith("own."):
                return self.table[name.removeprefix("own.")]
            if name.startswith("reasons."):
                return [*part(name), *self.reasons[name.removeprefix("reasons.")]]
            return part(name)

        return layered


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


def load(folders: Sequence[str], cache_folder: str = "") -> OwnRules:
    """The rules in some folders, later ones replacing earlier ones of the same id.

    They are kept compiled in `cache_folder`, "" for nowhere. Faults never raise: they are in `problems`.
    """
    # Not by pathlib, here and below: this runs at every start.
    places = [*folders, *(os.path.abspath(folder) for folder in folders)]  # noqa: PTH100
    mark = _mark("\n".join(places))
    kept_in = os.path.join(cache_folder, f"{mark}.rules") if cache_folder else ""  # noqa: PTH118
    now, seen = time.time_ns(), _stamps(folders)
    kept = _read_kept(kept_in, places) if kept_in else None
    if kept is not None and kept.stamps == seen and _newest(seen) < kept.made - _SETTLED:
        return kept.own
    found = sources(folders)
    fingerprint = fingerprint_of(found)
    if kept is not None and kept.own.fingerprint == fingerprint:
        own = kept.own
    else:
        from antifraud_cli.knowledge import owncompiler

        own = owncompiler.compile_rules(found).own
    if kept_in:
        _keep(kept_in, _Kept(own, places, seen, now))
    return own


def sources(folders: Sequence[str]) -> list[Source]:
    """Every rule file in the folders, in order, read up to the size that is allowed."""
    found = [Source(0, "", fault=f"more than {MAX_FOLDERS} folders")] if len(folders) > MAX_FOLDERS else []
    for number, folder in enumerate(folders[:MAX_FOLDERS]):
        try:
            names = _names(folder)
        except OSError as error:
            found.append(Source(number, folder, fault=_reason(error, "a folder")))
            continue
        if not names:
            found.append(Source(number, folder, fault="holds no rules: no file in it ends in .yaml or .yml"))
        if len(names) > MAX_FILES:
            found.append(Source(number, folder, fault=f"holds more than {MAX_FILES} rule files"))
            names = names[:MAX_FILES]
        found += [_source(number, os.path.join(folder, name)) for name in names]  # noqa: PTH118
    return _within_total(found)


def _within_total(found: Sequence[Source]) -> list[Source]:
    total, kept = 0, []
    for source in found:
        total += len(source.content)
        if total > MAX_TOTAL:
            source = source._replace(content=b"", fault=f"is more than the {MAX_TOTAL // 1024} KB allowed in all")
        kept.append(source)
    return kept


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


def is_empty(folder: str) -> bool:
    """Whether a folder that can be read holds no rule file."""
    try:
        return not _names(folder)
    except OSError:
        return False


def _names(folder: str) -> list[str]:
    """Names of the rule files of a folder, in order; hidden ones are those of editors and systems."""
    with os.scandir(folder) as entries:
        return sorted(
            entry.name for entry in entries if entry.name.lower().endswith(SUFFIXES) and not entry.name.startswith(".")
        )


def _source(folder: int, path: str) -> Source:
    try:
        status = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, a device never ends
            return Source(folder, path, fault="is not a plain file")
        with open(path, "rb") as stream:  # noqa: PTH123
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Source(folder, path, fault=_reason(error, "a file"))
    if len(content) > MAX_BYTES:
        return Source(folder, path, fault=f"is larger than {MAX_BYTES // 1024} KB: part it")
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


class _Kept(NamedTuple):
    """What a file in the cache holds."""

    own: OwnRules
    """The compiled rules."""
    places: list[str]
    """Their folders, as given and in full."""
    stamps: list[Any]
    """`_stamps` when they were read."""
    made: int
    """When that was, in nanoseconds."""


def _stamps(folders: Sequence[str]) -> list[Any]:
    """Name, size and times of change of every rule file; the number of the error where there is none to be had."""
    return [_stamp(folder) for folder in folders[:MAX_FOLDERS]]


def _stamp(folder: str) -> list[Any]:
    try:
        return [[name, *_change(os.path.join(folder, name))] for name in _names(folder)[: MAX_FILES + 1]]  # noqa: PTH118
    except OSError as error:
        return [["", -1, error.errno or 0, 0]]


def _change(path: str) -> tuple[int, int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError as error:
        return -1, error.errno or 0, 0
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _newest(seen: Sequence[Any]) -> int:
    return max((time for folder in seen for row in folder for time in row[2:]), default=0)


def _mark(text: str) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def _read_kept(path: str, places: list[str]) -> _Kept | None:
    """What is kept of the rules in these places, compiled against the knowledge in force; None where nothing of use is."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            check, _, body = stream.read().decode("utf-8").partition("\n")
        if check != _mark(body):
            return None
        head, _, columns = body.partition("\n")
        value = json.loads(head)
        if value["for"] != [FORMAT, store.compilation()] or value["places"] != places:
            return None
        table, at = {}, 0
        for name, size in value["table"].items():
            table[name] = columns[at : at + size]
            at += size
        problems = tuple(Problem(*problem) for problem in value["problems"])
        own = OwnRules(value["fingerprint"], value["rules"], value["reasons"], table, tuple(value["off"]), problems)
        return _Kept(own, places, value["stamps"], value["made"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _keep(path: str, kept: _Kept) -> None:
    """Write a file of the cache, so that a reader sees the old one or the new one. That it cannot be written is no harm."""
    own = kept.own
    head = {
        "for": [FORMAT, store.compilation()],
        "places": kept.places,
        "stamps": kept.stamps,
        "made": kept.made,
        "fingerprint": own.fingerprint,
        "rules": own.rules,
        "reasons": own.reasons,
        "off": own.off,
        "problems": [[problem.file, problem.line, problem.key, problem.message] for problem in own.problems],
        "table": {name: len(own.table[name]) for name in _COLUMNS},
    }
    # Long texts full of line ends cost far more to read as JSON.
    columns = "".join(own.table[name] for name in _COLUMNS)
    temporary = f"{path}.{os.getpid()}.new"
    try:
        body = json.dumps(head, ensure_ascii=False, separators=(",", ":")) + "\n" + columns
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)  # noqa: PTH103, PTH120
        with open(temporary, "wb") as stream:  # noqa: PTH123
            stream.write(f"{_mark(body)}\n{body}".encode())
        os.replace(temporary, path)  # noqa: PTH105
        _tidy(os.path.dirname(path))  # noqa: PTH120
    except (OSError, UnicodeEncodeError):
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108


def _tidy(folder: str) -> None:
    """Remove all but the newest files of the cache."""
    with os.scandir(folder) as entries:
        kept = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(".rules"))
    for _, path in kept[:-_MOST_KEPT]:
        os.unlink(path)  # noqa: PTH108


def in_every_language(given: Mapping[str, str]) -> dict[str, str]:
    """A text for each language: its own, else that of the first language that has one; Chinese before English."""
    texts = {language: text for language, text in given.items() if text}
    return {
        language: next((texts[one] for one in (language, *LANGUAGES) if one in texts), "") for language in LANGUAGES
    }

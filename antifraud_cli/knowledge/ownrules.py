"""A person's own message rules (docs/own-rules.md): found, compiled once, kept in a cache, laid over ours.

Nothing in a folder of rules can hang or crash the program: files are plain files of a bounded size, what is faulty is left
out and told, and a cache that cannot be read or written only costs the time to compile.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from antifraud_cli.errors import Problem
from antifraud_cli.knowledge import store

FORMAT = 2
"""Raise it when the compiled form changes: cached files are then stale."""
SUFFIXES = (".yaml", ".yml")
"""How the name of a rule file ends, in small letters."""
MAX_FOLDERS = 16
MAX_FILES = 100
"""Rule files in one folder."""
_MOST_KEPT = 16
"""Compiled sets of rules in the cache; older ones go."""
_SETTLED = 2_000_000_000
"""Nanoseconds: a file that changed so shortly before it was read may change again without a new time."""
_COLUMNS = ("index", "singles", "strings", "anchored", "sets", "patterns", "unless")
"""Those of the table of patterns."""

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


def load(folders: Sequence[str], cache_folder: str = "") -> OwnRules:
    """The rules in some folders, later ones replacing earlier ones of the same id.

    They are kept compiled in `cache_folder`, "" for nowhere. Faults never raise: they are in `problems`.
    """
    # Not by pathlib, here and below: this runs at every start.
    places = [*folders, *(os.path.abspath(folder) for folder in folders)]  # noqa: PTH100
    mark = _mark(os.fsencode("\n".join(places)))
    kept_in = os.path.join(cache_folder, f"{mark.decode()}.rules") if cache_folder else ""  # noqa: PTH118
    now, seen = time.time_ns(), _stamps(folders)
    own, stamps, made = _read_kept(kept_in, places) if kept_in else (None, [], 0)
    if own is not None and stamps == seen and _newest(seen) < made - _SETTLED:
        return own
    from antifraud_cli.knowledge import ownfiles

    found = ownfiles.sources(folders)
    if own is None or own.fingerprint != ownfiles.fingerprint_of(found):
        from antifraud_cli.knowledge import owncompiler

        own = owncompiler.compile_rules(found).own
    if kept_in:
        _keep(kept_in, own, {"places": places, "stamps": seen, "made": now})
    return own


def is_empty(folder: str) -> bool:
    """Whether a folder that can be read holds no rule file."""
    try:
        return not rule_files(folder)
    except OSError:
        return False


def rule_files(folder: str) -> list[str]:
    """Names of the rule files of a folder, in order; hidden ones are those of editors and systems."""
    with os.scandir(folder) as entries:
        return sorted(
            entry.name for entry in entries if entry.name.lower().endswith(SUFFIXES) and not entry.name.startswith(".")
        )


def _stamps(folders: Sequence[str]) -> list[Any]:
    """Name, size and times of change of every rule file; the number of the error where there is none to be had."""
    return [_stamp(folder) for folder in folders[:MAX_FOLDERS]]


def _stamp(folder: str) -> list[Any]:
    try:
        return [[name, *_change(os.path.join(folder, name))] for name in rule_files(folder)[: MAX_FILES + 1]]  # noqa: PTH118
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


def _mark(data: bytes) -> bytes:
    return b"%08x" % zlib.crc32(data)


def _read_kept(path: str, places: list[str]) -> tuple[OwnRules | None, list[Any], int]:
    """What is kept of the rules in these places, the stamps of their files, and when they were taken, in nanoseconds.

    None where nothing is kept, or nothing that was compiled against the knowledge in force.
    """
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            check, _, body = stream.read().partition(b"\n")
        head, _, texts = body.partition(b"\n")
        value = json.loads(head) if check == _mark(body) else {}
        if value["for"] != [FORMAT, store.compilation()] or value["places"] != places:
            return None, [], 0
        columns = texts.decode("utf-8")
        table, at = {}, 0
        for name, size in value["table"].items():
            table[name] = columns[at : at + size]
            at += size
        problems = tuple(Problem(*problem) for problem in value["problems"])
        own = OwnRules(value["fingerprint"], value["rules"], value["reasons"], table, tuple(value["off"]), problems)
        return own, value["stamps"], value["made"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, [], 0


def _keep(path: str, own: OwnRules, origin: Mapping[str, Any]) -> None:
    """Write a file of the cache, so that a reader sees the old one or the new one. That it cannot be written is no harm.

    `origin`: the `places` of the rules, the `stamps` of their files, and when these were taken, `made`.
    """
    head = {
        **origin,
        "for": [FORMAT, store.compilation()],
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
        body = f"{json.dumps(head, ensure_ascii=False, separators=(',', ':'))}\n{columns}".encode()
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)  # noqa: PTH103, PTH120
        with open(temporary, "wb") as stream:  # noqa: PTH123
            stream.write(_mark(body) + b"\n" + body)
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

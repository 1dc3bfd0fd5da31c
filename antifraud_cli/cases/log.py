"""The log of a case: one JSON object a line, each with the SHA-256 of the line before it.

A line is never changed. Whoever changes one, or takes one out, breaks the chain from there on. A line that a kill or a
power cut left unfinished is no JSON; it is passed over, and the chain goes around it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

FIRST = "0" * 64
"""What the first line carries: there is none before it."""


class Log(NamedTuple):
    """A log as it was read."""

    entries: tuple[Mapping[str, Any], ...]
    """Every line that is JSON, in order."""
    head: str
    """SHA-256 of the last of them; `FIRST` if there is none."""
    broken: tuple[int, ...]
    """Numbers (from 1) of lines that do not carry the hash of the line before, or not the next number."""
    unfinished: tuple[int, ...]
    """Numbers of lines that are no JSON."""
    ended: bool
    """Whether the last line has its line end."""


def parse(content: bytes) -> Log:
    """Read a log; nothing in it makes this fail."""
    entries: list[Mapping[str, Any]] = []
    broken: list[int] = []
    unfinished: list[int] = []
    head = FIRST
    for place, line in enumerate(content.split(b"\n"), start=1):
        if not line:
            continue
        entry = _entry(line)
        if entry is None:
            unfinished.append(place)
            continue
        if entry.get("prev") != head or entry.get("line") != len(entries) + 1:
            broken.append(place)
        entries.append(entry)
        head = sha256(line)
    return Log(tuple(entries), head, tuple(broken), tuple(unfinished), not content or content.endswith(b"\n"))


def next_line(log: Log, at: str, tool: str, what: Mapping[str, Any]) -> bytes:
    """The bytes to append, so that `what` follows on the log."""
    entry = {"line": len(log.entries) + 1, "at": at, "prev": log.head, "tool": tool, **what}
    line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
    return line if log.ended else b"\n" + line


def sha256(data: bytes) -> str:
    """The hash as it is written everywhere in a case."""
    return hashlib.sha256(data).hexdigest()


def _entry(line: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def first(log: Log, lines: int) -> Log:
    """The log as it was when it had that many lines."""
    head = log.entries[lines].get("prev") if lines < len(log.entries) else log.head
    return Log(log.entries[:lines], str(head), (), (), True)

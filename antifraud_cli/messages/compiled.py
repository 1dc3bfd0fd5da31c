"""The tables of the patterns as the compiled module wants them. What it does with them is said in matcher.py and occurrences.py."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from antifraud_cli import speedups
from antifraud_cli.knowledge.tableformat import FIELD_END
from antifraud_cli.text.classes import CLASS_MARKS, CLASSES, LONGEST_MATCH, SENTENCE_END, class_regex

if TYPE_CHECKING:
    from antifraud_cli.messages.occurrences import Program
    from antifraud_cli.speedups._native import Patterns

_SET, _GAP, _CLASS, _OPTIONAL, _BRANCHES = range(5)
# The module knows the first two itself and asks for the others.
_CLASSES = ("n", "phone", *sorted(CLASSES.keys() - {"n", "phone"}))


def compiled_patterns(
    table: Callable[[str], str],
    strings: Callable[[], list[str]],
    rules: Sequence[Mapping[str, Any]],
    is_word: Callable[[str, int, int], bool],
    window: int,
    tries: int,
) -> Patterns | None:
    """Patterns for the compiled module; None where there is none.

    `table` gives the columns that knowledge/patterntable.py describes, `strings` all strings in the order of their numbers.
    """
    native = speedups.native()
    if native is None:
        return None
    plain, unless = (table(column).split("\n") if table(column) else [] for column in ("patterns", "unless"))
    lines = [*plain, *unless]
    heads = [line.split("\t", 3) for line in lines]
    found: Patterns = native.Patterns(
        strings=strings(),
        sets=table("sets"),
        anchored=table("anchored"),
        needs="\n".join([head[2] for head in heads]),
        rules=",".join([head[0] for head in heads]),
        plain=len(plain),
        word=bytes([bool(rule["word"]) for rule in rules]),
        marks=SENTENCE_END,
        program=lambda number: _numbers(lines[number]),
        is_word=is_word,
        find_class=_ends_of_class,
        class_marks="\n".join([CLASS_MARKS.get(name, "") for name in _CLASSES]),
        classes=len(_CLASSES),
        longest=LONGEST_MATCH,
        window=window,
        tries=tries,
    )
    return found


def _numbers(line: str) -> bytes:
    """A pattern as numbers: the part looked for first, and of each part its size, needs, lead, bounds and steps."""
    _, anchored, _, *parts = line.split("\t")
    numbers = array("i", [int(anchored)])
    for part in parts:
        needs, lead, flags, program = part.split(FIELD_END)
        steps = _steps(json.loads(program))
        first = int(needs.partition(",")[0]) if needs else -1
        numbers.extend([5 + len(steps), first, int(lead), "s" in flags, "e" in flags, *steps])
    return numbers.tobytes()


def _steps(program: Program) -> list[int]:
    """A program as numbers: of each step what it is, its size with these two, and the rest."""
    numbers: list[int] = []
    for step in program:
        if isinstance(step, list):
            numbers += [_SET, 3, step[0]]
        elif isinstance(step, int):
            numbers += [_GAP, 3, step]
        elif isinstance(step, str):
            numbers += [_CLASS, 3, _CLASSES.index(step)]
        elif "?" in step:
            inner = _steps(step["?"])
            numbers += [_OPTIONAL, 2 + len(inner), *inner]
        else:
            branches = [_steps(branch) for branch in step["|"]]
            flat = [number for branch in branches for number in (len(branch), *branch)]
            numbers += [_BRANCHES, 3 + len(flat), step.get("=", -1), *flat]
    return numbers


def _ends_of_class(number: int, text: str) -> bytes:
    """Each place at which a class matches, and where that ends."""
    pairs = array("i")
    for match in class_regex(_CLASSES[number]).finditer(text):
        pairs.extend((match.start(), match.end(1)))
    return pairs.tobytes()

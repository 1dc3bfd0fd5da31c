"""Fit text into columns: Chinese characters are two wide, numbers and words stay whole, no line begins with a comma."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from antifraud_cli.output.escape import visible

_NOT_FIRST = frozenset("，。、；：！？）」』】》〉”’…,.;:!?)]}%％·")
_NOT_LAST = frozenset("（「『【《〈“‘([{")
# Some terminals give these two columns in Chinese and one otherwise: counted as two, no line is ever too long.
_MAYBE_WIDE = frozenset("“”‘’…—·×①②③④⑤⑥⑦⑧⑨")
_UNIT = re.compile(r"[!-~\u00a1-\u024f]+|\s+|.", re.DOTALL)


class Block(NamedTuple):
    """One paragraph of an answer."""

    text: str
    """What it says; foreign text in it is escaped already."""
    style: str = ""
    """A name from `STYLES`: meaning never rests on it alone."""
    marker: str = ""
    """What stands before the first line: 1. or -."""
    indent: int = 0
    """Columns before the marker."""
    link: str = ""
    """Where the text leads: a web address, or the name of a file beside this one."""
    rows: tuple[tuple[str, ...], ...] = ()
    """A table in place of a paragraph: the first row names the columns; `text` is its caption."""


BLANK = Block("")

STYLES = {
    "": "an ordinary paragraph",
    "danger": "the verdict: treat as fraud",
    "caution": "the verdict: verify first",
    "invalid": "the verdict: no such number",
    "none": "the verdict: no sign found",
    "official": "the verdict: an official line",
    "heading": "the heading of what follows",
    "strong": "the one sentence not to be missed",
    "first": "the first step of a checklist",
    "step": "any other step",
    "number": "the phone number to dial",
    "say": "words to read out",
    "dont": "what to leave alone",
    "field": "a line to write on, or what was written there: ends in underscores where it is empty",
    "qr": "an address to scan, written out beside its code",
    "note": "small print: sources, dates, what this is for",
    "source": "one source among many: for reading on, left out on paper",
}
"""What each style of a block means. How it looks is decided by each format."""


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    total = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        total += 2 if unicodedata.east_asian_width(character) in "WF" or character in _MAYBE_WIDE else 1
    return total


def lay_out(blocks: Iterable[Block], width: int) -> Iterator[tuple[str, str]]:
    """Lines with the name of their style, none wider than `width` except where a single word is."""
    for block in blocks:
        if block.rows:
            yield from _table(block, width)
            continue
        head = " " * block.indent + (f"{block.marker} " if block.marker else "")
        hanging = " " * len(head)
        room = max(8, width - width_of(head))
        # Views escape foreign text; here nothing that steers a terminal passes, whatever a view forgot.
        for number, line in enumerate(wrap(visible(_with_link(block)), room)):
            yield ((head if number == 0 else hanging) + line).rstrip(), block.style


def _with_link(block: Block) -> str:
    return f"{block.text} {block.link}".strip() if block.link else block.text


def _table(block: Block, width: int) -> Iterator[tuple[str, str]]:
    """Columns side by side where they fit, otherwise one `name: value` a line and a blank line between rows."""
    rows = [[visible(cell).replace("\n", " ") for cell in row] for row in block.rows]
    if block.text:
        for line in wrap(visible(block.text), width):
            yield line, "strong"
    sizes = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    if sum(sizes) + 2 * (len(sizes) - 1) <= width:
        for place, row in enumerate(rows):
            cells = [cell + " " * (size - width_of(cell)) for cell, size in zip(row, sizes, strict=True)]
            yield "  ".join(cells).rstrip(), block.style if place else "strong"
        return
    names, *records = rows
    for place, row in enumerate(records):
        if place:
            yield "", block.style
        for name, cell in zip(names, row, strict=True):
            for line in wrap(f"{name}: {cell}", width):
                yield line, block.style


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` columns."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, width))
    return lines or [""]


def _wrap_paragraph(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    used = 0
    for unit in _units(text, width):
        size = width_of(unit)
        if used + size <= width or not line:
            if not line and lines:
                unit = unit.lstrip()
                size = width_of(unit)
            line += unit
            used += size
            continue
        if unit.isspace():
            continue
        carried = _carry(line, unit)
        lines.append(line[: len(line) - len(carried)].rstrip())
        line = carried + unit
        used = width_of(line)
    lines.append(line.rstrip())
    return lines


def _carry(line: str, unit: str) -> str:
    """The end of a line that must move down with the next unit."""
    cut = len(line)
    if unit[0] in _NOT_FIRST and line[-1] != " ":
        cut = _last_unit(line, cut)
        while cut > 0 and line[cut] in _NOT_FIRST:
            cut = _last_unit(line, cut)
    while cut > 1 and line[cut - 1] in _NOT_LAST:
        cut -= 1
    return line[cut:] if line[:cut].strip() else ""


def _last_unit(line: str, end: int) -> int:
    """Where the last word or character before `end` begins: 86 moves down whole with the full stop behind it."""
    begin = 0
    for match in _UNIT.finditer(line, 0, end):
        begin = match.start()
    return begin


def _units(text: str, width: int) -> Iterator[str]:
    """Pieces that are not broken: ASCII words and numbers, single other characters."""
    for match in _UNIT.finditer(text):
        piece = match.group()
        while width_of(piece) > width:
            yield piece[:width]
            piece = piece[width:]
        if piece:
            yield piece

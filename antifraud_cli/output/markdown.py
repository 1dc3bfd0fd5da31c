"""For a document that people edit, or paste into a chat or a wiki: CommonMark with the tables and tick boxes of GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from antifraud_cli.output.escape import visible
from antifraud_cli.output.layout import Block

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&]|(?<=:)//|(?<=www)\.")
# What begins a list, a heading or a rule where it stands first in a line.
_OPENING = re.compile(r"^(\s*)(?:([-+=#:])|(\d{1,9})([.)]))", re.MULTILINE)
_BADGES = ("danger", "caution", "invalid", "none", "official")
_BOLD = ("strong", "first", "number", *_BADGES)


def render(blocks: Iterable[Block], title: str = "") -> str:
    """The blocks as Markdown, with `title` as the heading of the whole. No text of a block can become markup."""
    lines = [f"# {escape(title)}", ""] if title else []
    for before, block in _with_predecessor(blocks):
        if not block.text and not block.rows:
            continue
        in_list = bool(block.marker) or block.indent > 0
        if before is not None and lines and not (in_list and (before.marker or before.indent)):
            _blank(lines)
        lines += _block(block)
    return "\n".join(lines).rstrip() + "\n"


def escape(text: str) -> str:
    """`text` so that Markdown shows it as it is: no emphasis, link, tag, list or heading comes out of it."""
    escaped = _SPECIAL.sub(lambda match: f"\\{match[0]}", visible(text))
    return _OPENING.sub(lambda match: match[1] + (f"\\{match[2]}" if match[2] else f"{match[3]}\\{match[4]}"), escaped)


def _with_predecessor(blocks: Iterable[Block]) -> Iterator[tuple[Block | None, Block]]:
    before: Block | None = None
    for block in blocks:
        yield before, block
        before = block


def _blank(lines: list[str]) -> None:
    if lines and lines[-1]:
        lines.append("")


def _block(block: Block) -> list[str]:
    if block.rows:
        return _table(block)
    text = escape(block.text.strip()).replace("\n", "\\\n")
    if block.style == "heading":
        return [f"## {text}", ""]
    if block.link:
        text = f"[{text}](<{block.link}>)" if "://" not in block.link else f"{text} <{block.link}>"
    if block.style in ("first", "step"):
        return [f"- [ ] **{block.marker} {text}**"]
    if block.style in _BOLD:
        text = f"**{text}**"
    if block.marker[:1].isdigit():
        return [f"{block.marker} {text}"]
    if block.marker:
        return [f"- {text}" if block.marker == "-" else f"- {escape(block.marker)} {text}"]
    if block.indent:
        return [f"  - {text}"]
    if block.style == "say":
        return [f"> {text}"]
    return [text]


def _table(block: Block) -> list[str]:
    names, *records = [[escape(cell).replace("\n", "<br>") for cell in row] for row in block.rows]
    lines = [f"**{escape(block.text)}**", ""] if block.text else []
    lines += [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    return lines + [f"| {' | '.join(row)} |" for row in records]

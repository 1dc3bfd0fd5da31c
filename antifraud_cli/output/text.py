"""For a pipe or a file: the same text as on a terminal, without colour."""

from __future__ import annotations

from collections.abc import Iterable

from antifraud_cli.output.layout import Block, lay_out


def render(blocks: Iterable[Block], width: int) -> str:
    """The laid-out lines."""
    return "".join(f"{line}\n" for line, _ in lay_out(blocks, width))

"""For a person at a terminal: the laid-out text in colours that can be read on light and on dark."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from antifraud_cli.output.layout import Block, lay_out

# Badges carry their own background; everything else keeps the terminal's colour and differs by weight only.
STYLES = {
    "": "",
    "danger": "bold white on red",
    "caution": "bold black on yellow",
    "invalid": "bold black on yellow",
    "none": "bold",
    "official": "bold black on green",
    "heading": "bold underline",
    "strong": "bold",
    "first": "bold",
    "step": "",
    "number": "bold",
    "say": "",
    "dont": "",
    "field": "",
    "qr": "",
    "note": "",
    "source": "",
}


def render(blocks: Iterable[Block], width: int) -> str:
    """The text with escape sequences for colour."""
    from rich.console import Console
    from rich.text import Text

    buffer = StringIO()
    console = Console(file=buffer, force_terminal=True, width=width + 2, highlight=False, markup=False, emoji=False)
    for line, style in lay_out(blocks, width):
        console.print(Text(line, style=STYLES[style]), no_wrap=True, overflow="ignore", crop=False)
    return buffer.getvalue()

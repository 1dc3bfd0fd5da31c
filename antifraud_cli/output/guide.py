"""What stands on the screen when somebody types just `antifraud`: a way out for a frightened person."""

from __future__ import annotations

from collections.abc import Callable

from antifraud_cli.output.layout import BLANK, Block


def guide(text: Callable[[str], str]) -> list[Block]:
    """The short guide. `text` gives the program's own texts."""
    blocks = [Block(text("guide.first"), "danger"), BLANK]
    for key in ("message", "number", "paid", "ask"):
        blocks += [Block(text(f"guide.{key}"), marker="-"), Block(text(f"guide.{key}.command"), "strong", indent=4)]
    return [*blocks, BLANK, Block(text("guide.more"))]

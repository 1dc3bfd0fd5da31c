"""Send an answer out in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from antifraud_cli.cli.environment import Environment
from antifraud_cli.output.layout import Block


def show_blocks(environment: Environment, blocks: Iterable[Block]) -> None:
    """Show laid-out text to a person: coloured where that is wanted, plain text otherwise."""
    if environment.wants_color():
        from antifraud_cli.output import terminal

        environment.write(terminal.render(blocks, environment.width()))
    else:
        from antifraud_cli.output import text

        environment.write(text.render(blocks, environment.width()))


def show_json(environment: Environment, answer: Any) -> None:
    """Give a program one object, on a line of its own."""
    from antifraud_cli.output.escape import as_json

    environment.write_utf8(as_json(answer) + "\n")


def show_plain(environment: Environment, rows: Iterable[Sequence[object]]) -> None:
    """Give a program one record a line, fields parted by tabs."""
    from antifraud_cli.output import plain

    environment.write(plain.render(rows))

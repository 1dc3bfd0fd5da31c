"""The root of the command line: --version, --lang, and a short guide when nothing was asked."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from antifraud_cli import __version__
from antifraud_cli.cli import environment
from antifraud_cli.cli.environment import text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.group import LazyGroup, in_words
from antifraud_cli.cli.options import Color, Lang


def build() -> Any:
    """The command line as an object that can be run."""
    app = typer.Typer(
        cls=LazyGroup,
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        help=text("help.antifraud"),
    )
    app.callback()(_root)
    return in_words(typer.main.get_command(app))


def _root(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="option.version")] = False,
    lang: Lang = None,
    color: Color = "auto",
) -> None:
    env = environment.current()
    if version:
        env.write(f"antifraud {__version__}\n")
        raise typer.Exit(Exit.NOTHING)
    if ctx.invoked_subcommand is None:
        from antifraud_cli.cli.show import show_blocks
        from antifraud_cli.output.guide import guide

        show_blocks(env, guide(environment.text))
        raise typer.Exit(Exit.NOTHING if env.stdin_is_terminal else Exit.ERROR)

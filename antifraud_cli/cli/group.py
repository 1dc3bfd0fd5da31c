"""Commands that are imported only when they run, and help that fits Chinese and narrow terminals."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from antifraud_cli.cli import environment
from antifraud_cli.cli.environment import text
from antifraud_cli.cli.options import Lang
from antifraud_cli.output.layout import BLANK, Block

COMMANDS = {
    "check-number": "check_number",
    "classify": "classify",
    "triage": "triage",
    "checklist": "checklist",
    "learn": "learn",
    "hotlines": "hotlines",
    "law": "law",
    "case": "case",
    "batch": "batch",
    "lists": "lists",
    "rules": "rules",
    "completion": "completion",
}
"""Command -> module in antifraud_cli.cli."""


class ClosedPipeError(Exception):
    """Whoever read the output stopped reading. Typer would make status 1 of a BrokenPipeError: something was found."""


@contextlib.contextmanager
def _own_closed_pipe() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ClosedPipeError from error


class _OwnHelp:
    """Help that goes to the output of the environment, and nothing after it."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help, which shows our help and ends the run."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.callback = _help
        return option


def _help(ctx: Any, param: Any, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        ctx.get_help()
        ctx.exit()


class Command(_OwnHelp, TyperCommand):
    """A command whose help is laid out by us."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of this command."""
        blocks = _blocks(self, ctx)
        if any("--situation" in param.opts for param in self.get_params(ctx)):
            blocks += [BLANK, *_situations()]
        _show(blocks)


class LazyGroup(_OwnHelp, TyperGroup):
    """A group that knows the names of its commands and imports each when asked for it."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """Read the command line of the program itself; --help is shown here."""
        with _own_closed_pipe():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with _own_closed_pipe():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the guide."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported now; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"antifraud_cli.cli.{COMMANDS[cmd_name]}").command()
        command.name = cmd_name
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the program."""
        blocks = _blocks(self, ctx)
        blocks += [BLANK, Block(text("help.commands"), "heading")]
        for name in COMMANDS:
            blocks += [Block(name, "strong", indent=2), Block(text(f"help.{name}.short"), indent=6)]
        _show(blocks)


class Group(_OwnHelp, TyperGroup):
    """A group of two or three subcommands, such as `rules`."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the group and its commands."""
        blocks = _blocks(self, ctx)
        blocks += [BLANK, Block(text("help.commands"), "heading")]
        for name in self.list_commands(ctx):
            blocks += [Block(name, "strong", indent=2), Block(text(f"help.{self.name}.{name}.short"), indent=6)]
        _show(blocks)


def make(function: Callable[..., Any], help_key: str) -> Any:
    """A command from a function with typed parameters."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(cls=Command, help=text(help_key))(function)
    return in_words(typer.main.get_command(app))


def in_words(command: Any) -> Any:
    """The command with the help of its parameters in the current language: they are declared with keys of texts."""
    for param in command.params:
        if param.help:
            param.help = text(param.help)
    return command


def make_group(name: str, functions: dict[str, Callable[..., Any]]) -> Any:
    """A group of commands from functions."""
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        cls=Group,
        help=text(f"help.{name}"),
        name=name,
        no_args_is_help=True,
    )
    app.callback()(_take_language)
    for command, function in functions.items():
        app.command(name=command, cls=Command, help=text(f"help.{name}.{command}"))(function)
    group: Any = in_words(typer.main.get_command(app))
    for member in group.commands.values():
        in_words(member)
    group.name = name
    return group


def _take_language(lang: Lang = None) -> None:
    """The options of a group itself."""


def _blocks(command: Any, ctx: Any) -> list[Block]:
    usage = " ".join(
        [ctx.command_path, *(_metavar(param, ctx) for param in command.get_params(ctx) if _is_argument(param))]
    )
    if any(not _is_argument(param) for param in command.get_params(ctx)):
        usage += f" [{text('help.options_word')}]"
    if hasattr(command, "list_commands"):
        usage += f" {text('help.command_word')}"
    blocks = [Block(text("help.usage", usage=usage), "strong"), BLANK]
    blocks += [Block(paragraph.strip()) for paragraph in (command.help or "").split("\n") if paragraph.strip()]
    rows = [(_metavar(param, ctx), param.help or "") for param in command.get_params(ctx) if _is_argument(param)]
    rows += [(_option(param, ctx), _help_of(param)) for param in command.get_params(ctx) if not _is_argument(param)]
    if rows:
        blocks += [BLANK, Block(text("help.options"), "heading")]
    for left, right in rows:
        blocks += [Block(left, "strong", indent=2), Block(right, indent=6)]
    return blocks


def _situations() -> list[Block]:
    """What --situation takes: ids with their titles."""
    from antifraud_cli.knowledge import store

    lang = environment.current().lang
    blocks = [Block(text("help.situations"), "heading")]
    for name, situation in store.load("response")["situations"].items():
        blocks += [Block(name, "strong", indent=2), Block(situation["title"][lang], indent=6)]
    return blocks


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _metavar(param: Any, ctx: Any) -> str:
    return str(param.make_metavar(ctx=ctx))


def _option(param: Any, ctx: Any) -> str:
    names = ", ".join([*param.opts, *param.secondary_opts])
    return names if param.is_flag or param.count else f"{names} {_metavar(param, ctx)}"


def _help_of(param: Any) -> str:
    return text("help.help") if "--help" in param.opts else str(param.help or "")


def _show(blocks: list[Block]) -> None:
    from antifraud_cli.cli.show import show_blocks

    show_blocks(environment.current(), blocks)

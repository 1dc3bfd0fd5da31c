"""`antifraud completion`: the script that teaches a shell to complete our commands."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Lang
from antifraud_cli.errors import UsageError

_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def command() -> Any:
    """The command for the command line."""
    return group.make(completion, "help.completion")


def completion(
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish|powershell", help="argument.shell")],
    lang: Lang = None,
) -> int:
    """Print the completion script of a shell."""
    if shell not in _SHELLS:
        raise UsageError(text("error.unknown_choice", option="SHELL", name=shell), ", ".join(_SHELLS))
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="antifraud", complete_var="_ANTIFRAUD_COMPLETE", shell=shell)
    environment.current().write(script + "\n")
    return Exit.NOTHING

"""The option parser's complaints, in the user's language."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from antifraud_cli.cli.environment import text
from antifraud_cli.cli.group import COMMANDS
from antifraud_cli.errors import UsageError


def explain(error: Exception) -> UsageError | None:
    """Our wording of an error of the option parser; None if it is not one."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if "ClickException" not in names:
        return None
    hint = text("hint.help", command=_command(error))
    if "NoArgsIsHelpError" in names:
        return UsageError("", "")
    if "NoSuchOption" in names:
        option = str(getattr(error, "option_name", ""))
        near = sorted(getattr(error, "possibilities", None) or [])
        if near:
            hint = text("hint.did_you_mean", names=", ".join(near))
        elif not option.isascii():
            hint = text("hint.leading_dash", command=_command(error))
        return UsageError(text("error.no_such_option", name=option), hint)
    if "MissingParameter" in names:
        return UsageError(text("error.missing", name=_parameter(error)), hint)
    if "BadParameter" in names:
        kind: Any = getattr(getattr(error, "param", None), "type", None)
        if hasattr(kind, "max"):
            value = _quoted(str(getattr(error, "message", ""))) or str(getattr(error, "message", "")).split(" ")[0]
            return UsageError(
                text("error.not_a_number", name=_parameter(error), low=kind.min, high=kind.max, value=value), hint
            )
        return UsageError(
            text("error.bad_value", name=_parameter(error), reason=getattr(error, "message", str(error))), hint
        )
    if "BadOptionUsage" in names:
        return UsageError(text("error.needs_value", name=str(getattr(error, "option_name", ""))), hint)
    words = str(getattr(error, "message", error))
    unknown = _quoted(words)
    if "No such command" in words:
        near = get_close_matches(unknown, _commands(error), cutoff=0.5)
        return UsageError(
            text("error.no_such_command", name=unknown),
            text("hint.did_you_mean", names=", ".join(near)) if near else text("hint.help", command="antifraud"),
        )
    if "unexpected extra argument" in words:
        return UsageError(
            text("error.extra_argument", name=words.partition(") (")[2].removesuffix(")")), text("hint.extra_argument")
        )
    return UsageError(words, hint)


def _command(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context is not None else "antifraud"


def _commands(error: Any) -> list[str]:
    """The commands that there are where one was misspelt: at the root, or in a group."""
    context = getattr(error, "ctx", None)
    known = getattr(getattr(context, "command", None), "list_commands", None)
    return list(known(context)) if known else list(COMMANDS)


def _parameter(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    return str(parameter.opts[0]) if parameter.param_type_name == "option" else str(parameter.name)


def _quoted(words: str) -> str:
    parts = words.split("'")
    return parts[1] if len(parts) > 2 else ""

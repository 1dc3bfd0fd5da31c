"""`antifraud classify`: judge one message."""

from __future__ import annotations

from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group, own_rules
from antifraud_cli.cli.environment import text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.input import read_text
from antifraud_cli.cli.options import Clip, Color, Encoding, ExitZero, File, Json, Lang, Plain, Rules, check_formats
from antifraud_cli.cli.show import show_blocks, show_json, show_plain


def command() -> Any:
    """The command for the command line."""
    return group.make(classify, "help.classify")


def classify(
    words: Annotated[Optional[list[str]], typer.Argument(metavar="[TEXT|-]", help="argument.text")] = None,
    file: File = None,
    clip: Clip = False,
    encoding: Encoding = None,
    json: Json = False,
    plain: Plain = False,
    exit_zero: ExitZero = False,
    explain: Annotated[bool, typer.Option("--explain", help="option.explain")] = False,
    only: Annotated[Optional[list[str]], typer.Option("--only", metavar="RULE", help="option.only")] = None,
    rules: Rules = None,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Read a text, judge it, show the verdict."""
    check_formats(json, plain)
    env = environment.current()
    own = own_rules.in_force(env, rules)
    message = read_text(env, words, file=file, clip=clip, encoding=encoding)
    from antifraud_cli import api

    explanation = None
    if explain or only:
        verdict, explanation = api.explain(message, only=only or (), lang=env.lang, rules=own)
    else:
        verdict = api.classify(message, lang=env.lang, rules=own)
    if json:
        more = {"explanation": explanation.as_json()} if explain and explanation else {}
        show_json(env, {**verdict.as_json(), **more})
    elif plain:
        from antifraud_cli.output import message_view

        show_plain(env, [message_view.record(verdict)])
    else:
        from antifraud_cli.output import message_view

        shown = message_view.blocks(verdict, message, text)
        if explanation:
            from antifraud_cli.output import explain_view

            shown += (
                explain_view.blocks(explanation, message, text) if explain else explain_view.notice(explanation, text)
            )
        show_blocks(env, shown)
    return Exit.NOTHING if exit_zero or verdict.level == "none" else Exit.FOUND

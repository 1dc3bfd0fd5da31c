"""`antifraud hotlines`: whom to call."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Color, Json, Lang, Plain, Region, check_formats
from antifraud_cli.cli.show import show_blocks, show_json, show_plain


def command() -> Any:
    """The command for the command line."""
    return group.make(hotlines, "help.hotlines")


def hotlines(
    region: Region = None, json: Json = False, plain: Plain = False, lang: Lang = None, color: Color = "auto"
) -> int:
    """List the phone lines of a region, with what each does and does not do."""
    check_formats(json, plain)
    env = environment.current()
    from antifraud_cli import checklists
    from antifraud_cli.knowledge import store
    from antifraud_cli.names import resolve_region
    from antifraud_cli.output import checklist_view

    response = store.load("response")
    name = resolve_region(region or env.region(), env.lang)
    lines = checklists.hotlines(response, name, env.lang)
    first = checklists.dial_first(response, name, env.lang)
    if json:
        answer = {
            "schema": "antifraud.hotlines/1",
            "region": name,
            "first": first,
            "lines": [asdict(line) for line in lines],
        }
        show_json(env, answer)
    elif plain:
        show_plain(env, ((line.number, line.name, line.status, line.does, line.id) for line in lines))
    else:
        show_blocks(env, checklist_view.line_blocks(lines, response["regions"][name]["name"][env.lang], first, text))
    return Exit.NOTHING

"""`antifraud checklist`: what to do now."""

from __future__ import annotations

from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import (
    Color,
    Elapsed,
    Json,
    Lang,
    PaidBy,
    Plain,
    Region,
    Situations,
    check_formats,
    elapsed_seconds,
)
from antifraud_cli.cli.show import show_blocks
from antifraud_cli.errors import UsageError


def command() -> Any:
    """The command for the command line."""
    return group.make(checklist, "help.checklist")


def checklist(
    category: Annotated[Optional[str], typer.Argument(metavar="[CATEGORY]", help="argument.category")] = None,
    situation: Situations = None,
    region: Region = None,
    elapsed: Elapsed = None,
    paid_by: PaidBy = None,
    bystander: Annotated[bool, typer.Option("--bystander", help="option.bystander")] = False,
    json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Show the checklist for a category and what has happened."""
    check_formats(json, plain)
    env = environment.current()
    from antifraud_cli import api

    if bystander:
        if situation or elapsed or paid_by:
            raise UsageError(text("error.bystander"), text("hint.bystander"))
        card = api.bystander(category, region=region or env.region(), lang=env.lang)
        show_card(env, card, json=json, plain=plain)
        return Exit.NOTHING
    found = api.checklist(
        category,
        situations=situation or (),
        region=region or env.region(),
        elapsed=elapsed_seconds(elapsed),
        lang=env.lang,
        paid_by=paid_by or (),
    )
    show(env, found, json=json, plain=plain)
    return Exit.NOTHING


def show(env: Environment, found: Any, *, json: bool, plain: bool) -> None:
    """Write a checklist in the format asked for."""
    from antifraud_cli.output import checklist_view

    if json:
        from antifraud_cli.output.escape import as_json

        env.write_utf8(as_json(checklist_view.as_json(found)) + "\n")
    elif plain:
        from antifraud_cli.output import plain as plain_format

        env.write(plain_format.render(checklist_view.records(found)))
    else:
        show_blocks(env, checklist_view.blocks(found, _title(found, env.lang), text))


def show_card(env: Environment, card: Any, *, json: bool, plain: bool) -> None:
    """Write the card of a bystander in the format asked for."""
    from antifraud_cli.output import bystander_view

    if json:
        from antifraud_cli.output.escape import as_json

        env.write_utf8(as_json(bystander_view.as_json(card)) + "\n")
    elif plain:
        from antifraud_cli.output import plain as plain_format

        env.write(plain_format.render(bystander_view.records(card)))
    else:
        show_blocks(env, bystander_view.blocks(card, _place("bystander.title", _category(card, env.lang), card), text))


def _title(found: Any, lang: str) -> str:
    from antifraud_cli.knowledge import store

    response = store.load("response")
    parts = _category(found, lang) + [response["situations"][name]["title"][lang] for name in found.situations]
    if found.paid_by:
        channels = [response["channels"][name]["name"][lang] for name in found.paid_by]
        parts.append(text("checklist.paid_by", channels=text("list.separator").join(channels)))
    return _place("checklist.title", parts, found)


def _category(found: Any, lang: str) -> list[str]:
    from antifraud_cli.knowledge import store

    return [store.load("categories")["categories"][found.category]["name"][lang]] if found.category else []


def _place(key: str, parts: list[str], found: Any) -> str:
    """The line that says what a list is for and where it holds, in the words of that place."""
    from antifraud_cli.checklists import local_words
    from antifraud_cli.knowledge import store

    response, lang = store.load("response"), environment.current().lang
    what = local_words(response, found.region, lang)(text("list.sentences").join(parts) or text("bystander.any"))
    return text(key, what=what, region=response["regions"][found.region]["name"][lang])

"""`antifraud checklist`: what to do now."""

from __future__ import annotations

from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group, printing
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
from antifraud_cli.cli.show import show_blocks, show_json, show_plain
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
    form: printing.Format = None,
    output: printing.Output = None,
    large: printing.Large = False,
    fill: printing.Fill = None,
    every: printing.Every = False,
    day: printing.Day = None,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Show the checklist for a category and what has happened."""
    check_formats(json, plain)
    env = environment.current()
    wish = printing.Wish.asked(
        form, output, json=json, plain=plain, large=large, fill=fill or (), day=day, every=every, category=category
    )
    from antifraud_cli import api
    from antifraud_cli.knowledge import store

    if bystander:
        if situation or elapsed or paid_by or every or fill:
            raise UsageError(text("error.bystander"), text("hint.bystander"))
        card = api.bystander(category, region=region or env.region(), lang=env.lang)
        if plain:
            from antifraud_cli.output import bystander_view

            show_plain(env, bystander_view.records(card))
        else:
            printing.card(env, card, wish)
        return Exit.NOTHING
    names = list(store.load("categories")["categories"]) if every else [category]
    found = [
        api.checklist(
            name,
            situations=situation or (),
            region=region or env.region(),
            elapsed=elapsed_seconds(elapsed),
            lang=env.lang,
            paid_by=paid_by or (),
        )
        for name in names
    ]
    if every:
        printing.every(env, found, wish)
    elif plain:
        show(env, found[0], json=False, plain=True)
    else:
        printing.one(env, found[0], wish)
    return Exit.NOTHING


def show(env: Environment, found: Any, *, json: bool, plain: bool) -> None:
    """Write a checklist in the format asked for."""
    from antifraud_cli.output import checklist_view

    if json:
        show_json(env, checklist_view.as_json(found))
    elif plain:
        show_plain(env, checklist_view.records(found))
    else:
        show_blocks(env, checklist_view.blocks(found, printing.title(found, env.lang, "checklist.title"), text))

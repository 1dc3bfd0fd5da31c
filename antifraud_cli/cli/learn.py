"""`antifraud learn`: how a scam works."""

from __future__ import annotations

from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Color, Json, Lang, Plain, check_formats
from antifraud_cli.cli.show import show_blocks


def command() -> Any:
    """The command for the command line."""
    return group.make(learn, "help.learn")


def learn(
    topic: Annotated[Optional[str], typer.Argument(metavar="[CATEGORY]", help="argument.topic")] = None,
    json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Explain one category or technique; without an argument list them all."""
    check_formats(json, plain)
    env = environment.current()
    from antifraud_cli.knowledge import store

    known = store.load("categories")
    topics = {**known["categories"], **known["techniques"]}
    if topic is None:
        _list(env, known, json, plain)
        return Exit.NOTHING
    from antifraud_cli.names import resolve_topic
    from antifraud_cli.output import learn_view
    from antifraud_cli.output.escape import as_json

    name = resolve_topic(topic, env.lang)
    lesson = store.load("learn")[name]
    if json:
        env.write_utf8(as_json(learn_view.as_json(name, topics[name], lesson, env.lang)) + "\n")
    elif plain:
        from antifraud_cli.output import plain as plain_format

        answer = learn_view.as_json(name, topics[name], lesson, env.lang)
        rows = [
            (key, value)
            for key, values in answer.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        env.write(plain_format.render(rows))
    else:
        show_blocks(env, learn_view.blocks(topics[name], lesson, env.lang, text))
    return Exit.NOTHING


def _list(env: Environment, known: Any, json: bool, plain: bool) -> None:
    from antifraud_cli.output.escape import as_json
    from antifraud_cli.output.layout import BLANK, Block

    rows = [
        (kind, name, entry["name"][env.lang])
        for kind, entries in (("category", known["categories"]), ("technique", known["techniques"]))
        for name, entry in entries.items()
    ]
    if json:
        answer = [{"kind": kind, "id": name, "name": shown} for kind, name, shown in rows]
        env.write_utf8(as_json({"schema": "antifraud.topics/1", "topics": answer}) + "\n")
    elif plain:
        from antifraud_cli.output import plain as plain_format

        env.write(plain_format.render(rows))
    else:
        blocks = [Block(text("learn.list"), "strong"), BLANK]
        for kind in ("category", "technique"):
            blocks.append(Block(text(f"learn.{kind}"), "heading"))
            blocks += [Block(f"{shown}  ({name})", marker="-") for found, name, shown in rows if found == kind]
            blocks.append(BLANK)
        show_blocks(env, blocks[:-1])

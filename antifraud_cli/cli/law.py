"""`antifraud law`: what the law says, since when, and what people get wrong."""

from __future__ import annotations

from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Color, Json, Lang, Plain, Region, check_formats
from antifraud_cli.cli.show import show_blocks, show_json, show_plain


def command() -> Any:
    """The command for the command line."""
    return group.make(law, "help.law")


def law(
    topic: Annotated[Optional[str], typer.Argument(metavar="[TOPIC|CATEGORY]", help="argument.law")] = None,
    region: Region = None,
    json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Show the articles for a topic, a scam or the number of an article; without an argument list the topics."""
    check_formats(json, plain)
    env = environment.current()
    from antifraud_cli import law as laws
    from antifraud_cli.knowledge import store
    from antifraud_cli.names import resolve_region
    from antifraud_cli.output import law_view

    place = resolve_region(region or env.region(), env.lang)
    found = laws.find(topic, place, env.lang)
    response = store.load("response")
    topics = {name: entry["name"][env.lang] for name, entry in response["law_topics"].items()}
    regions = {name: entry["name"][env.lang] for name, entry in response["regions"].items()}
    if json:
        show_json(env, law_view.as_json(found, topics))
    elif plain:
        show_plain(env, law_view.records(found))
    elif topic is None and found.laws:
        rows = [(name, topics[name], sum(name in entry.topics for entry in found.laws)) for name in topics]
        show_blocks(env, law_view.topic_blocks([row for row in rows if row[2]], regions[place], text))
    else:
        shown = regions[found.laws[0].region if len(found.laws) == 1 else place]
        others = text("list.separator").join(f"{regions[name]} --region {name}" for name in found.elsewhere)
        show_blocks(env, law_view.blocks(found, shown, others, text))
    return Exit.NOTHING

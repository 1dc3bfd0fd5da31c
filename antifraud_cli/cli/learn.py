"""`antifraud learn`: how a scam works."""

from __future__ import annotations

from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Color, Json, Lang, Plain, Region, check_formats
from antifraud_cli.cli.show import show_blocks, show_json, show_plain
from antifraud_cli.errors import UsageError


def command() -> Any:
    """The command for the command line."""
    return group.make(learn, "help.learn")


def learn(
    topic: Annotated[Optional[str], typer.Argument(metavar="[CATEGORY]", help="argument.topic")] = None,
    quiz: Annotated[bool, typer.Option("--quiz", help="option.quiz")] = False,
    count: Annotated[Optional[int], typer.Option("--count", metavar="N", min=1, max=50, help="option.count")] = None,
    seed: Annotated[Optional[int], typer.Option("--seed", metavar="N", min=0, max=10**9, help="option.seed")] = None,
    answers: Annotated[Optional[bool], typer.Option("--answers/--no-answers", help="option.answers")] = None,
    region: Region = None,
    json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Explain one category or technique, or ask questions about it; without an argument list them all."""
    check_formats(json, plain)
    env = environment.current()
    if quiz:
        from antifraud_cli.cli import quiz as quizzes
        from antifraud_cli.names import resolve_category

        category = resolve_category(topic, env.lang) if topic is not None else None
        quizzes.run(env, category, count=count, seed=seed, answers=answers, json=json, plain=plain)
        return Exit.NOTHING
    for name, value in (("--count", count), ("--seed", seed), ("--answers", answers)):
        if value is not None:
            raise UsageError(text("error.only_with_quiz", name=name), text("hint.only_with_quiz"))
    from antifraud_cli.knowledge import store

    known = store.load("categories")
    if topic is None:
        _list(env, known, json, plain)
    else:
        _explain(env, known, topic, region, json, plain)
    return Exit.NOTHING


def _explain(env: Environment, known: Any, topic: str, region: str | None, json: bool, plain: bool) -> None:
    from antifraud_cli import law
    from antifraud_cli.knowledge import store
    from antifraud_cli.names import resolve_region, resolve_topic
    from antifraud_cli.output import learn_view

    name = resolve_topic(topic, env.lang)
    place = resolve_region(region or env.region(), env.lang)
    short, lesson = {**known["categories"], **known["techniques"]}[name], store.load("learn")[name]
    laws = law.of_category(name, place, env.lang)
    if json:
        answer = learn_view.as_json(name, short, lesson, env.lang)
        answer |= learn_view.law_as_json(laws, place)
        show_json(env, answer)
    elif plain:
        answer = learn_view.as_json(name, short, lesson, env.lang)
        rows = [
            (key, value)
            for key, values in answer.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        rows += [("law", f"{entry.law} {entry.article} {entry.in_force} {entry.says}") for entry in laws]
        show_plain(env, rows)
    else:
        shown = learn_view.blocks(short, lesson, env.lang, text)
        if name in known["categories"]:
            shown += learn_view.law_blocks(laws, name, store.load("response")["regions"][place]["name"][env.lang], text)
        show_blocks(env, [*shown, *learn_view.end_blocks(lesson, text)])


def _list(env: Environment, known: Any, json: bool, plain: bool) -> None:
    from antifraud_cli.output.layout import BLANK, Block

    rows = [
        (kind, name, entry["name"][env.lang])
        for kind, entries in (("category", known["categories"]), ("technique", known["techniques"]))
        for name, entry in entries.items()
    ]
    if json:
        answer = [{"kind": kind, "id": name, "name": shown} for kind, name, shown in rows]
        show_json(env, {"schema": "antifraud.topics/1", "topics": answer})
    elif plain:
        show_plain(env, rows)
    else:
        blocks = [Block(text("learn.list"), "strong"), BLANK]
        for kind in ("category", "technique"):
            blocks.append(Block(text(f"learn.{kind}"), "heading"))
            blocks += [Block(f"{shown}  ({name})", marker="-") for found, name, shown in rows if found == kind]
            blocks.append(BLANK)
        show_blocks(env, [*blocks, Block(text("quiz.hint"), "note")])

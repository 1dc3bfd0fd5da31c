"""`antifraud triage`: judge what was received, ask what has happened, show what to do."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from antifraud_cli.cli import environment, group, own_lists, own_rules
from antifraud_cli.cli.checklist import show as show_checklist
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.input import decode, read_text
from antifraud_cli.cli.options import (
    Clip,
    Color,
    Elapsed,
    Encoding,
    ExitZero,
    File,
    Json,
    Lang,
    Plain,
    Region,
    Rules,
    Situations,
    check_formats,
    elapsed_seconds,
)
from antifraud_cli.cli.show import show_blocks, show_json
from antifraud_cli.errors import UsageError
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block

if TYPE_CHECKING:
    from antifraud_cli.knowledge.ownrules import OwnRules

_MONEY_MOVED = ("transferred", "handed_cash_or_gold")


def command() -> Any:
    """The command for the command line."""
    return group.make(triage, "help.triage")


def triage(
    words: Annotated[Optional[list[str]], typer.Argument(metavar="[TEXT|-]", help="argument.triage")] = None,
    situation: Situations = None,
    region: Region = None,
    elapsed: Elapsed = None,
    file: File = None,
    clip: Clip = False,
    encoding: Encoding = None,
    json: Json = False,
    plain: Plain = False,
    exit_zero: ExitZero = False,
    rules: Rules = None,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Verdict first, then one question, then the checklist."""
    check_formats(json, plain)
    env = environment.current()
    from antifraud_cli import api
    from antifraud_cli.names import resolve_region, resolve_situation

    # A wrong name is said before anything is asked.
    place, seconds = resolve_region(region or env.region(), env.lang), elapsed_seconds(elapsed)
    own = own_rules.in_force(env, rules)
    held = [resolve_situation(name, env.lang) for name in situation or ()]
    received = read_text(env, words, file=file, clip=clip, encoding=encoding, prompt="prompt.triage")
    verdict, numbers = _judge(received, env, place, own)
    asks = env.stdin_is_terminal and not (held or json or plain)
    if not (json or plain):
        _show_verdict(env, received, verdict, numbers)
    if asks:
        env.stdout.flush()
        held = _ask(env)
        if seconds is None and any(name in held for name in _MONEY_MOVED):
            seconds = _ask_elapsed(env)
    category = verdict.category if verdict else None
    if not held and not asks and verdict:
        held = list(verdict.situations)  # what the text itself tells of; nobody is there to be asked
    found = api.checklist(category, situations=held, region=place, elapsed=seconds, lang=env.lang)
    if json:
        _write_json(env, verdict, numbers, found)
    elif plain:
        _write_plain(env, verdict, numbers)
        show_checklist(env, found, json=False, plain=True)
    else:
        env.write("\n")
        show_checklist(env, found, json=False, plain=False)
        if not held and not asks:
            env.stdout.flush()
            env.tell_blocks([BLANK, Block(text("triage.situation_hint"))])
    levels = [verdict.level] if verdict else [number.level for number in numbers]
    return Exit.NOTHING if exit_zero or set(levels) <= {"none", "official"} else Exit.FOUND


def _judge(received: str, env: Environment, region: str, own: OwnRules | None) -> tuple[Any, list[Any]]:
    """A message verdict, or number verdicts where nothing but numbers was received."""
    from antifraud_cli import api
    from antifraud_cli.numbers import NumberContext, find_numbers

    letters = sum(character.isalpha() for character in received)
    digits = sum(character.isdigit() for character in received)
    if digits >= 3 and letters <= 6 and digits <= 60:
        found = find_numbers(received)
        if found:
            context = NumberContext(location=region)
            with own_lists.opened(env, context) as with_lists:
                return None, [with_lists(api.check_number_in(raw.text, context, env.lang)) for raw in found]
    return api.classify(received, lang=env.lang, rules=own), []


def _show_verdict(env: Environment, received: str, verdict: Any, numbers: list[Any]) -> None:
    from antifraud_cli.output import message_view, number_view

    if verdict is not None:
        show_blocks(env, message_view.blocks(verdict, received, text, with_next=False))
    for place, number in enumerate(numbers):
        if place:
            env.write("\n")
        show_blocks(env, number_view.blocks(number, text))


def _write_json(env: Environment, verdict: Any, numbers: list[Any], found: Any) -> None:
    from antifraud_cli.output import checklist_view

    answer = {
        "schema": "antifraud.triage/1",
        "message": verdict.as_json() if verdict else None,
        "numbers": [number.as_json() for number in numbers],
        "checklist": checklist_view.as_json(found),
    }
    show_json(env, answer)


def _write_plain(env: Environment, verdict: Any, numbers: list[Any]) -> None:
    from antifraud_cli.output import message_view, number_view, plain

    rows = [("message", *message_view.record(verdict))] if verdict else []
    rows += [("number", *number_view.record(number)) for number in numbers]
    env.write(plain.render(rows))


def _ask(env: Environment) -> list[str]:
    """The situations that hold, by their numbers; asked again until the answer can be read."""
    from antifraud_cli.knowledge import store

    situations = store.load("response")["situations"]
    names = list(situations)
    env.tell_blocks(
        [
            BLANK,
            Block(text("triage.question")),
            *(
                Block(situations[name]["question"][env.lang], marker=f"{number:2}.")
                for number, name in enumerate(names, start=1)
            ),
        ]
    )
    for _ in range(3):
        env.tell_blocks([Block(text("triage.answer"))])
        answer = decode(env.stdin.readline()).strip()
        picked = re.split(r"[\s,，、.。;；]+", unicodedata.normalize("NFKC", answer).strip(" ,、.。;"))
        picked = [word for word in picked if word]
        if all(word.isdecimal() and len(word) < 4 and 1 <= int(word) <= len(names) for word in picked):
            return list(dict.fromkeys(names[int(word) - 1] for word in picked))
        env.tell_blocks([Block(text("triage.again", count=len(names)))])
    return []


def _ask_elapsed(env: Environment) -> int | None:
    """How long ago it was; None if the answer is empty or stays unreadable: just now, which loses no time."""
    env.tell_blocks([Block(text("triage.elapsed"))])
    for _ in range(2):
        answer = decode(env.stdin.readline()).strip()
        if not answer:
            return None
        try:
            return elapsed_seconds(answer)
        except UsageError as error:
            env.tell_blocks([Block(one_line(f"{error.message}{text('list.sentences')}{error.hint}"))])
    return None

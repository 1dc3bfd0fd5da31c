"""`antifraud learn --quiz`: ask at a terminal, print a sheet elsewhere."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any

from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.input import decode
from antifraud_cli.cli.show import show_blocks, show_json, show_plain
from antifraud_cli.errors import InputError
from antifraud_cli.output.layout import BLANK, Block

COUNT = 6
"""Questions where none are asked for: a minute or two."""
_SEEDS = 10_000
"""Seeds that a trainer can read out."""
_TRIES = 3
_LESSONS = 3
_SCAM = {"1", "y", "yes", "是", "诈骗", "詐騙", "scam"}
_INNOCENT = {"2", "n", "no", "不", "不是", "否", "正常", "innocent"}
_STOP = {"q", "quit", "exit", "退出", "结束", "結束"}


class _StopError(Exception):
    """The person has had enough."""


def run(
    env: Environment,
    category: str | None,
    *,
    count: int | None,
    seed: int | None,
    answers: bool | None,
    json: bool,
    plain: bool,
) -> None:
    """Draw a quiz and put it in the form that fits: asked, on paper, JSON or plain."""
    from antifraud_cli import quiz
    from antifraud_cli.knowledge import store
    from antifraud_cli.output import quiz_view

    names = {name: entry["name"][env.lang] for name, entry in store.load("categories")["categories"].items()}
    drawn = quiz.draw(
        secrets.randbelow(_SEEDS) if seed is None else seed, count=count or COUNT, category=category, lang=env.lang
    )
    title = text("quiz.title", what=names[category] if category else text("quiz.everything"))
    if json:
        show_json(env, quiz_view.as_json(drawn, names))
    elif plain:
        show_plain(env, quiz_view.records(drawn))
    elif answers is None and env.stdin_is_terminal and env.stdout_is_terminal:
        _ask_all(env, drawn, title)
    else:
        show_blocks(env, quiz_view.paper_blocks(drawn, title, names, answers is not False, text))


def _ask_all(env: Environment, drawn: Any, title: str) -> None:
    from antifraud_cli.output import quiz_view

    show_blocks(env, [Block(title, "strong"), Block(text("quiz.asked"))])
    given: list[bool | None] = []
    count = len(drawn.questions)
    for number, question in enumerate(drawn.questions, start=1):
        show_blocks(env, quiz_view.question_blocks(question, number, count, text))
        env.stdout.flush()
        try:
            given.append(_ask(env))
        except _StopError:
            break
        show_blocks(env, quiz_view.verdict_blocks(question, given[-1], text))
    _show_score(env, drawn, given)


def _ask(env: Environment) -> bool | None:
    """True: a scam. None: passed over, or three times something else. Raises _StopError at the end of the input."""
    for _ in range(_TRIES):
        env.tell_blocks([Block(text("quiz.ask"))])
        line = env.stdin.readline()
        if not line:
            raise _StopError
        try:
            answer = unicodedata.normalize("NFKC", decode(line)).strip(" \t\r\n.。,，!！").casefold()
        except InputError:
            answer = "?"
        if not answer:
            return None
        if answer in _STOP:
            raise _StopError
        if answer in _SCAM or answer in _INNOCENT:
            return answer in _SCAM
        env.tell_blocks([Block(text("quiz.again_please"))])
    return None


def _show_score(env: Environment, drawn: Any, given: list[bool | None]) -> None:
    from antifraud_cli.output import quiz_view
    from antifraud_cli.quiz import sentence_to_take_home

    asked = drawn.questions[: len(given)]
    wrong = [question for question, answer in zip(asked, given, strict=True) if answer is not question.scam]
    blocks = [BLANK]
    if asked:
        blocks += [
            Block(text("quiz.score", right=len(asked) - len(wrong), count=len(asked)), "strong"),
            Block(text("message.remember", sentence=sentence_to_take_home(drawn, given, env.lang)), "strong"),
        ]
    if wrong:
        # A scam that was let through costs more than a notice that was feared.
        topics = dict.fromkeys(question.category for question in sorted(wrong, key=lambda question: not question.scam))
        blocks.append(Block(text("quiz.read")))
        blocks += [Block(f"antifraud learn {topic}", marker="-") for topic in list(topics)[:_LESSONS]]
    show_blocks(env, [*blocks, *quiz_view.again_blocks(drawn, text)])

"""How a quiz reads: question by question at a terminal, on paper with the answers at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from antifraud_cli.output.layout import BLANK, Block
from antifraud_cli.quiz import Question, Quiz


def question_blocks(question: Question, number: int, count: int, text: Callable[..., str]) -> list[Block]:
    """One message, to be answered now."""
    return [BLANK, Block(text("quiz.number", number=number, count=count), "heading"), Block(question.text, indent=2)]


def verdict_blocks(question: Question, answer: bool | None, text: Callable[..., str]) -> list[Block]:
    """Right or wrong, and the sign that tells."""
    result = "quiz.skipped" if answer is None else "quiz.right" if answer is question.scam else "quiz.wrong"
    return [Block(text(result, verdict=_verdict(question, text)), "strong"), Block(question.why, indent=2)]


def paper_blocks(
    quiz: Quiz, title: str, names: Mapping[str, str], answers: bool, text: Callable[..., str]
) -> list[Block]:
    """A sheet to hand out; `answers`: with the key behind it. `names`: category id -> name."""
    shown = [Block(title, "strong"), Block(text("quiz.paper"))]
    for number, question in enumerate(quiz.questions, start=1):
        shown += [BLANK, Block(question.text, marker=f"{number}."), Block(text("quiz.boxes"), indent=3)]
    if answers:
        shown += [BLANK, Block(text("quiz.cut")), BLANK, Block(text("quiz.answers"), "heading")]
        for number, question in enumerate(quiz.questions, start=1):
            key = "quiz.key_scam" if question.scam else "quiz.key_innocent"
            verdict = text(key, verdict=_verdict(question, text), name=names[question.category])
            shown += [Block(verdict, "strong", marker=f"{number}."), Block(question.why, indent=3)]
        shown += [BLANK, Block(text("quiz.home"))]
    return [*shown, BLANK, *again_blocks(quiz, text)]


def again_blocks(quiz: Quiz, text: Callable[..., str]) -> list[Block]:
    """The command that asks the same questions again."""
    topic = f"{quiz.category} " if quiz.category else ""
    command = f"antifraud learn {topic}--quiz --seed {quiz.seed} --count {len(quiz.questions)}"
    return [Block(text("quiz.again"), "note"), Block(command, indent=2)]


def as_json(quiz: Quiz, names: Mapping[str, str]) -> dict[str, Any]:
    """The object `antifraud.quiz/1`."""
    return {
        "schema": "antifraud.quiz/1",
        "seed": quiz.seed,
        "category": quiz.category,
        "questions": [
            {
                "n": number,
                "id": question.id,
                "category": question.category,
                "category_name": names[question.category],
                "scam": question.scam,
                "text": question.text,
                "why": question.why,
            }
            for number, question in enumerate(quiz.questions, start=1)
        ],
    }


def records(quiz: Quiz) -> Iterator[tuple[object, ...]]:
    """The records of --plain."""
    for number, question in enumerate(quiz.questions, start=1):
        yield (
            number,
            "scam" if question.scam else "innocent",
            question.category,
            question.text,
            question.why,
            question.id,
        )


def _verdict(question: Question, text: Callable[..., str]) -> str:
    return text("quiz.is_scam" if question.scam else "quiz.is_innocent")

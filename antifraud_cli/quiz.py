"""A quiz: a few made-up messages, scams and their innocent twins, drawn so that the same seed gives the same quiz."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from antifraud_cli.knowledge import store

MOST = 50
"""Questions in one quiz at most."""


@dataclass(frozen=True)
class Question:
    """One message to be judged, in one language."""

    id: str
    """Its id in data/quiz/."""
    category: str
    """The scam that it is, or that it resembles."""
    scam: bool
    """Whether it is one."""
    text: str
    """The message."""
    why: str
    """The sign that tells."""


@dataclass(frozen=True)
class Quiz:
    """Questions in the order in which they are asked."""

    seed: int
    """The same seed, category and count give the same quiz."""
    category: str | None
    """The scam that it is about; None: all of them."""
    questions: tuple[Question, ...]
    """In order."""


def draw(seed: int, *, count: int, category: str | None, lang: str) -> Quiz:
    """Draw `count` questions, or as many as there are, about half of them scams.

    A quiz about everything takes each category once before it takes one twice, and pairs no scam with its own twin as
    long as there are others.
    """
    items: Sequence[Mapping[str, Any]] = store.load("quiz")
    chance = random.Random(seed)
    pool = [item for item in items if category in (None, item["category"])]
    scams = _spread([item for item in pool if item["scam"]], chance)
    innocents = _spread([item for item in pool if not item["scam"]], chance)
    count = min(count, len(pool))
    # A fixed half would let the last answers be counted out.
    wanted = min(len(scams), max(count - len(innocents), (count + chance.randint(-1, 2)) // 2))
    used = {item["category"] for item in scams[:wanted]}
    innocents.sort(key=lambda item: item["category"] in used)  # stable: what is drawn stays drawn
    chosen = [*scams[:wanted], *innocents[: count - wanted]]
    chance.shuffle(chosen)
    questions = (
        Question(item["id"], item["category"], item["scam"], item["text"][lang], item["why"][lang]) for item in chosen
    )
    return Quiz(seed, category, tuple(questions))


def _spread(items: list[Mapping[str, Any]], chance: random.Random) -> list[Mapping[str, Any]]:
    """The items in a drawn order in which no category comes a second time before all came once."""
    chance.shuffle(items)
    seen: dict[str, int] = {}
    rank = []
    for item in items:
        seen[item["category"]] = seen.get(item["category"], 0) + 1
        rank.append(seen[item["category"]])
    order = sorted(range(len(items)), key=rank.__getitem__)
    return [items[place] for place in order]


def sentence_to_take_home(quiz: Quiz, answers: Sequence[bool | None], lang: str) -> str:
    """One sentence: about the first scam that was taken for harmless, else about a harmless message that was feared."""
    texts: Mapping[str, str] = store.load(f"ui.{lang}")
    categories = store.load("categories")["categories"]
    wrong = [
        question
        for question, answer in zip(quiz.questions, answers, strict=False)
        if answer not in (None, question.scam)
    ]
    for question in wrong:
        if question.scam:
            return str(categories[question.category]["rebuttal"][lang])
    return texts["quiz.home_innocent" if wrong else "quiz.home"]

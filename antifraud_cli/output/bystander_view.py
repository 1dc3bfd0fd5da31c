"""How the card of a bystander reads: half a page, the sentence that breaks the spell on top."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from antifraud_cli.checklists.model import Card
from antifraud_cli.output.checklist_view import sources_block, step_blocks, step_json
from antifraud_cli.output.layout import BLANK, Block


def blocks(card: Card, title: str, text: Callable[..., str]) -> list[Block]:
    """The card for a person, with what it is for and its sources in small print below."""
    return [*body(card, text), BLANK, Block(title, "note"), sources_block(card.sources, card.reviewed, text)]


def sheet(card: Card, day: str, text: Callable[..., str]) -> list[Block]:
    """The card for paper, below its title; `day` is the date of printing."""
    shown = [*body(card, text), BLANK, Block(text("print.dates", day=day, reviewed=card.reviewed), "note")]
    shown += [Block(text("print.sources", count=len(card.sources)), "note")]
    shown += [BLANK, Block(text("heading.sources"), "heading")]
    return shown + [Block(f"{source.title} {source.ref}", "source", marker="-") for source in card.sources]


def body(card: Card, text: Callable[..., str]) -> list[Block]:
    """The key sentence, how to win time, what to ask, whom to call, what to leave alone."""
    shown: list[Block] = []
    if card.rebuttal:
        shown += [Block(text("bystander.rebuttal", value=card.rebuttal), "strong"), BLANK]
    shown.append(Block(text("bystander.stall"), "heading"))
    shown += [Block(line, marker="-") for line in card.stall]
    shown.append(Block(text("bystander.questions"), "heading"))
    shown += [Block(line, marker=f"{n}.") for n, line in enumerate(card.questions, start=1)]
    shown.append(Block(text("bystander.calls"), "heading"))
    for step in card.calls:
        shown += step_blocks(step, text)
    shown.append(Block(text("heading.donts"), "heading"))
    shown += [Block(line, "dont", marker=text("mark.dont")) for line in card.donts]
    if card.gaps:
        roles = text("list.separator").join(text(f"role.{role}") for role in card.gaps)
        shown += [BLANK, Block(text("checklist.gaps", roles=roles))]
    return shown


def records(card: Card) -> list[tuple[Any, ...]]:
    """--plain: `rebuttal`, `stall`, `ask`, `call` or `dont`, place, text, number, what to say."""
    rows: list[tuple[Any, ...]] = [("rebuttal", 1, card.rebuttal, None, None)] if card.rebuttal else []
    rows += [("stall", n, line, None, None) for n, line in enumerate(card.stall, start=1)]
    rows += [("ask", n, line, None, None) for n, line in enumerate(card.questions, start=1)]
    rows += [("call", step.n, step.do, step.number, step.say) for step in card.calls]
    return rows + [("dont", n, line, None, None) for n, line in enumerate(card.donts, start=1)]


def as_json(card: Card) -> dict[str, Any]:
    """The object `antifraud.bystander/1`."""
    return {
        "schema": "antifraud.bystander/1",
        "category": card.category,
        "region": card.region,
        "rebuttal": card.rebuttal,
        "stall": list(card.stall),
        "questions": list(card.questions),
        "calls": [step_json(step) for step in card.calls],
        "donts": list(card.donts),
        "gaps": list(card.gaps),
        "sources": [{"id": source.id, "title": source.title, "ref": source.ref} for source in card.sources],
        "reviewed": card.reviewed,
    }

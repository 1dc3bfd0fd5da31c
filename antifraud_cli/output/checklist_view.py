"""How a checklist reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from antifraud_cli.checklists.model import Checklist, Line, Step
from antifraud_cli.output.layout import BLANK, Block

_MOST_SOURCES = 3


def blocks(checklist: Checklist, title: str, text: Callable[..., str]) -> list[Block]:
    """The checklist for a person: the steps from the first line on, what to leave alone, what the list is for."""
    shown = [*body(checklist, text), BLANK, Block(title, "note")]
    sources = text("list.sentences").join(source.title for source in checklist.sources[:_MOST_SOURCES])
    rest = len(checklist.sources) - _MOST_SOURCES
    more = text("checklist.more_sources", count=rest) if rest > 0 else ""
    shown.append(Block(text("checklist.sources", sources=sources + more, reviewed=checklist.reviewed), "note"))
    return shown


def body(checklist: Checklist, text: Callable[..., str]) -> list[Block]:
    """What to do, what not to do, and what was not found for the region."""
    shown: list[Block] = []
    for step in checklist.steps:
        shown += _step(step, text)
    if checklist.donts:
        shown += [BLANK, Block(text("heading.donts"), "heading")]
        shown += [Block(dont.text, "dont", marker=text("mark.dont")) for dont in checklist.donts]
    if checklist.gaps:
        roles = text("list.separator").join(text(f"role.{role}") for role in checklist.gaps)
        shown += [BLANK, Block(text("checklist.gaps", roles=roles))]
    return shown


def _step(step: Step, text: Callable[..., str]) -> list[Block]:
    shown = [Block(step.do, "first" if step.n == 1 else "step", marker=f"{step.n}.")]
    if step.number:
        shown.append(Block(text("step.number", number=step.number, who=step.who or ""), "number", indent=4))
    elif step.who:
        shown.append(Block(text("step.who", who=step.who), indent=4))
    for key in ("deadline", "say", "prepare"):
        value = getattr(step, key)
        if value:
            shown.append(Block(text(f"step.{key}", value=value), "say" if key == "say" else "", indent=4))
    return shown


def records(checklist: Checklist) -> list[tuple[Any, ...]]:
    """--plain: `do` or `dont`, place, text, number, what to say, deadline."""
    rows: list[tuple[Any, ...]] = [
        ("do", step.n, step.do, step.number, step.say, step.deadline) for step in checklist.steps
    ]
    return rows + [("dont", n, dont.text, None, None, None) for n, dont in enumerate(checklist.donts, start=1)]


def as_json(checklist: Checklist) -> dict[str, Any]:
    """The object `antifraud.checklist/1`."""
    return {
        "schema": "antifraud.checklist/1",
        "category": checklist.category,
        "situations": list(checklist.situations),
        "region": checklist.region,
        "steps": [
            {
                "n": step.n,
                "id": step.id,
                "do": step.do,
                "who": step.who,
                "number": step.number,
                "say": step.say,
                "prepare": step.prepare,
                "deadline": step.deadline,
                "source": step.source,
                "source_ids": list(step.source_ids),
            }
            for step in checklist.steps
        ],
        "donts": [
            {"text": dont.text, "source": dont.source, "source_ids": list(dont.source_ids)} for dont in checklist.donts
        ],
        "gaps": list(checklist.gaps),
        "sources": [{"id": source.id, "title": source.title, "ref": source.ref} for source in checklist.sources],
        "reviewed": checklist.reviewed,
    }


def line_blocks(lines: tuple[Line, ...], region: str, text: Callable[..., str]) -> list[Block]:
    """The phone lines of a region."""
    shown = [Block(text("hotlines.title", region=region), "strong"), BLANK]
    for line in lines:
        shown.append(Block(f"{line.number}  {line.name}", "strong"))
        if line.status != "verified":
            shown.append(Block(text("hotlines.unverified"), indent=4))
        shown += [
            Block(text("hotlines.does", value=line.does), indent=4),
            Block(text("hotlines.does_not", value=line.does_not), indent=4),
        ]
        if line.hours:
            shown.append(Block(text("hotlines.hours", value=line.hours), indent=4))
        if line.dial_from_abroad:
            shown.append(Block(text("hotlines.abroad", value=line.dial_from_abroad), indent=4))
    return [*shown, BLANK, Block(text("hotlines.note"))]

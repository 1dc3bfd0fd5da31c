"""How a number verdict reads."""

from __future__ import annotations

from collections.abc import Callable

from antifraud_cli.numbers.model import NumberVerdict
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block

_MOST_SHOWN = 40
_HAVE_PLACE = ("mobile", "mvno")
"""Kinds of number that are given out in one place, known or not."""


def blocks(verdict: NumberVerdict, text: Callable[..., str]) -> list[Block]:
    """The answer for a person: verdict and first thing to do on the first line, then the rest to do, then why."""
    first, *rest = verdict.advice or ("",)
    badge = text(f"badge.{verdict.level}")
    shown = [Block(text("number.first", badge=badge, number=_short(verdict.input), advice=first), verdict.level)]
    if rest:
        shown += [BLANK, Block(text("heading.then"), "heading")]
        shown += [Block(advice, marker=f"{number}.") for number, advice in enumerate(rest, start=1)]
    shown += [BLANK, Block(text("heading.why"), "heading")]
    shown += [Block(reason.text, marker="-") for reason in verdict.reasons]
    facts = [fact for fact in (verdict.owner, verdict.carrier) if fact]
    if facts:
        shown.append(Block(text("number.facts", facts=text("list.separator").join(facts)), marker="-"))
    if verdict.region:
        shown.append(Block(text("number.place", place=verdict.region), marker="-"))
    elif verdict.kind in _HAVE_PLACE:
        shown.append(Block(text("number.no_place"), marker="-"))
    return shown


def _short(given: str) -> str:
    line = one_line(given)
    return line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}…"


def record(verdict: NumberVerdict) -> tuple[object, ...]:
    """--plain: level, number, kind, rule, owner, first reason."""
    reason = verdict.reasons[0].text if verdict.reasons else None
    return (verdict.level, verdict.input, verdict.kind, verdict.rule, verdict.owner, reason)

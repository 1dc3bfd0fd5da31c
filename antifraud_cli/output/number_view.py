"""How a number verdict reads."""

from __future__ import annotations

from collections.abc import Callable

from antifraud_cli.numbers.model import NumberVerdict
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block


def blocks(verdict: NumberVerdict, text: Callable[..., str]) -> list[Block]:
    """The answer for a person."""
    shown = [Block(f"{text(f'badge.{verdict.level}')}{one_line(verdict.input)}", verdict.level)]
    shown += [Block(reason.text, marker="-") for reason in verdict.reasons]
    facts = [fact for fact in (verdict.owner, verdict.carrier, verdict.region) if fact]
    if facts:
        shown.append(Block(text("number.facts", facts=text("list.separator").join(facts)), marker="-"))
    if verdict.advice:
        shown += [BLANK, Block(text("heading.now"), "heading")]
        shown += [Block(advice, marker=f"{number}.") for number, advice in enumerate(verdict.advice, start=1)]
    return shown


def record(verdict: NumberVerdict) -> tuple[object, ...]:
    """--plain: level, number, kind, rule, owner, first reason."""
    reason = verdict.reasons[0].text if verdict.reasons else None
    return (verdict.level, verdict.input, verdict.kind, verdict.rule, verdict.owner, reason)

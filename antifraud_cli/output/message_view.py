"""How a message verdict reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from antifraud_cli.messages.model import MessageVerdict, Signal
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block

_MOST_SIGNALS = 8
_MOST_QUOTED = 40


def blocks(verdict: MessageVerdict, text: Callable[..., str], with_next: bool = True) -> list[Block]:
    """The answer for a person: what to do first, then why; at the end, if wanted, which command to type next."""
    shown = [Block(text(f"verdict.{verdict.level}"), verdict.level)]
    if verdict.category:
        shown.append(Block(text("message.like", name=verdict.category_name, strength=_strength(verdict, text))))
        others = [item.name for item in verdict.categories[1:3]]
        if others:
            shown.append(Block(text("message.also", names=text("list.separator").join(others))))
        shown += [BLANK, Block(text("message.remember", sentence=verdict.rebuttal), "strong")]
    elif verdict.kind and verdict.kind != "unknown":
        shown.append(Block(text(f"kind.{verdict.kind}")))
    shown += [BLANK, Block(text("heading.now"), "heading")]
    shown += [Block(advice, marker=f"{number}.") for number, advice in enumerate(verdict.advice, start=1)]
    shown += _why(verdict, text)
    shown += _numbers_and_addresses(verdict, text)
    if verdict.category and with_next:
        shown += [BLANK, Block(text("message.next"))]
        shown.append(Block(f"antifraud checklist {verdict.category} --situation transferred", "strong", indent=4))
    return shown


def _strength(verdict: MessageVerdict, text: Callable[..., str]) -> str:
    score = verdict.categories[0].score if verdict.categories else 0.0
    return text("strength.high" if score >= 0.9 else "strength.middle" if score >= 0.7 else "strength.low")


def _why(verdict: MessageVerdict, text: Callable[..., str]) -> list[Block]:
    against = [signal for signal in verdict.signals if signal.weight > 0]
    if verdict.category:
        against = [signal for signal in against if signal.category == verdict.category] or against
    innocent = [signal for signal in verdict.signals if signal.weight < 0]
    shown: list[Block] = []
    if against:
        shown += [BLANK, Block(text("heading.why" if verdict.category else "heading.weak"), "heading")]
        strongest = sorted(against, key=lambda signal: -signal.weight)[:_MOST_SIGNALS]
        shown += [_evidence(signal, text) for signal in strongest]
    if innocent:
        shown += [BLANK, Block(text("heading.innocent"), "heading")]
        shown += [_evidence(signal, text) for signal in innocent[:3]]
    return shown


def _evidence(signal: Signal, text: Callable[..., str]) -> Block:
    return Block(text("message.evidence", quote=shorten(signal.text), reason=signal.reason), marker="-")


def shorten(quoted: str) -> str:
    """A quotation on one line, cut in the middle where it is long."""
    line = one_line(quoted)
    return line if len(line) <= _MOST_QUOTED else f"{line[: _MOST_QUOTED // 2]} … {line[-_MOST_QUOTED // 2 :]}"


def _numbers_and_addresses(verdict: MessageVerdict, text: Callable[..., str]) -> list[Block]:
    rows = []
    for number in verdict.numbers:
        reasons: Sequence[dict[str, str]] = number["reasons"]
        reason = reasons[0]["text"] if reasons else ""
        rows.append(
            text(
                "message.number",
                number=one_line(number["input"]),
                level=text(f"level.{number['level']}"),
                reason=reason,
            )
        )
    for url in verdict.urls:
        if url.reasons:
            reason = text("list.separator").join(url.reasons)
        else:
            reason = text("url.owner", name=url.owner) if url.owner else text("url.unknown")
        rows.append(text("message.number", number=one_line(url.url), level=text(f"level.{url.level}"), reason=reason))
    if not rows:
        return []
    return [BLANK, Block(text("heading.inside"), "heading"), *(Block(row, marker="-") for row in rows[:12])]


def record(verdict: MessageVerdict) -> tuple[object, ...]:
    """--plain: level, category or kind, name, score, rules."""
    return (
        verdict.level,
        verdict.category or verdict.kind,
        verdict.category_name,
        verdict.categories[0].score if verdict.categories else None,
        ",".join(signal.rule for signal in verdict.signals),
    )

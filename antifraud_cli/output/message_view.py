"""How a message verdict reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from antifraud_cli.messages.model import MessageVerdict, Signal
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block

_MOST_SIGNALS = 5
_MOST_INNOCENT = 2
_MOST_INSIDE = 12
_MOST_QUOTED = 40
_MOST_GROWN = 60
"""How far a quotation grows to take a whole word, number or address in."""
_JOINING = frozenset("-_./:@+%&=?#~")

Span = tuple[int, int]


def blocks(verdict: MessageVerdict, message: str, text: Callable[..., str], with_next: bool = True) -> list[Block]:
    """The answer for a person: what to do first, then why; at the end, if wanted, which command to type next.

    `message` is the text that was judged: the evidence is quoted from it.
    """
    first = f"paid.{verdict.level}" if "transferred" in verdict.situations else f"verdict.{verdict.level}"
    shown = [Block(text(first), verdict.level)]
    if verdict.category:
        shown.append(Block(text("message.like", name=verdict.category_name, strength=_strength(verdict, text))))
        others = [item.name for item in verdict.categories[1:3]]
        if others:
            shown.append(Block(text("message.also", names=text("list.sentences").join(others))))
        shown += [BLANK, Block(text("message.remember", sentence=verdict.rebuttal), "strong")]
    elif verdict.kind and verdict.kind != "unknown":
        shown.append(Block(text(f"kind.{verdict.kind}")))
    shown += [BLANK, Block(text("heading.now"), "heading")]
    shown += _advice(verdict.advice)
    shown += _why(verdict, message, text)
    shown += _numbers_and_addresses(verdict, text)
    if verdict.category and with_next:
        shown += [BLANK, Block(text("message.next"))]
        shown.append(Block(f"antifraud checklist {verdict.category} --situation transferred", "strong", indent=4))
        shown += [Block(text("message.next_other")), Block("antifraud triage", "strong", indent=4)]
    return shown


def _advice(advice: Sequence[str]) -> list[Block]:
    """Numbered where there is more than one thing to do."""
    if len(advice) == 1:
        return [Block(advice[0])]
    return [Block(one, marker=f"{number}.") for number, one in enumerate(advice, start=1)]


def _strength(verdict: MessageVerdict, text: Callable[..., str]) -> str:
    score = verdict.categories[0].score if verdict.categories else 0.0
    return text("strength.high" if score >= 0.9 else "strength.middle" if score >= 0.7 else "strength.low")


def _why(verdict: MessageVerdict, message: str, text: Callable[..., str]) -> list[Block]:
    """The strongest evidence; what looks innocent too, but not beside a danger, where it would only feed doubt."""
    against = [signal for signal in verdict.signals if signal.weight > 0]
    if verdict.category:
        against = [signal for signal in against if signal.category == verdict.category] or against
    shown: list[Block] = []
    reasons = _evidence(against, message, text, _MOST_SIGNALS)
    if reasons:
        shown += [BLANK, Block(text("heading.why" if verdict.category else "heading.weak"), "heading"), *reasons]
    innocent = [signal for signal in verdict.signals if signal.weight < 0 and signal.text.strip()]
    if innocent and verdict.level != "danger":
        shown += [BLANK, Block(text("heading.innocent"), "heading")]
        shown += _evidence(innocent, message, text, _MOST_INNOCENT)
    return shown


def _evidence(signals: Sequence[Signal], message: str, text: Callable[..., str], most: int) -> list[Block]:
    """The strongest signals. No piece of the message is quoted twice, and no reason is given twice."""
    quoted: list[Span] = []
    rows: dict[str, str] = {}
    unquoted = []
    for signal in sorted(signals, key=lambda signal: -abs(signal.weight)):
        if signal.rule.startswith("model."):  # it weighs the whole message: no single piece shows why
            unquoted.append(signal.reason)
            continue
        spans = [_whole(message, span) for span in signal.spans]
        fresh = [span for span in _joined(spans) if not any(_overlap(span, other) for other in quoted)]
        reason = text("own.reason", reason=signal.reason, rule=signal.rule) if signal.own else signal.reason
        if fresh and reason not in rows:
            quoted += fresh
            rows[reason] = shorten(" … ".join(message[start:end] for start, end in fresh))
    shown = [text("message.evidence", quote=quote, reason=reason) for reason, quote in rows.items()]
    return [Block(row, marker="-") for row in [*shown, *unquoted][:most]]


def _joined(spans: Sequence[Span]) -> list[Span]:
    """The pieces in the order of the text, those that touch made one."""
    joined: list[Span] = []
    for start, end in sorted(set(spans)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _whole(message: str, span: Span) -> Span:
    """A span that begins or ends inside a number, a Latin word or an address grows to hold all of it."""
    start, end = span
    while start > max(0, span[0] - _MOST_GROWN) and _sticks(message[start - 1], message[start]):
        start -= 1
    while end < min(len(message), span[1] + _MOST_GROWN) and _sticks(message[end], message[end - 1]):
        end += 1
    while end > span[1] and message[end - 1] in _JOINING:
        end -= 1
    return start, end


def _sticks(outer: str, inner: str) -> bool:
    """Whether two neighbouring characters belong to one word, number or address."""
    if not (outer.isascii() and inner.isascii()):
        return False
    return (outer.isalnum() or outer in _JOINING) and (inner.isalnum() or inner in _JOINING)


def shorten(quoted: str) -> str:
    """A quotation on one line, cut in the middle where it is long."""
    line = one_line(quoted)
    return line if len(line) <= _MOST_QUOTED else f"{line[: _MOST_QUOTED // 2]} … {line[-_MOST_QUOTED // 2 :]}"


def _numbers_and_addresses(verdict: MessageVerdict, text: Callable[..., str]) -> list[Block]:
    rows = []
    for number in verdict.numbers:
        reasons: Sequence[Mapping[str, str]] = number["reasons"]
        rows.append(_inside(number["input"], number["level"], reasons[0]["text"] if reasons else "", verdict, text))
    for url in verdict.urls:
        if url.reasons:
            reason = text("list.sentences").join(url.reasons)
        else:
            reason = text("url.owner", name=url.owner) if url.owner else text("url.unknown")
        rows.append(_inside(url.url, url.level, reason, verdict, text))
    rows = list(dict.fromkeys(rows))
    if not rows:
        return []
    shown = [BLANK, Block(text("heading.inside"), "heading"), *(Block(row, marker="-") for row in rows[:_MOST_INSIDE])]
    if len(rows) > _MOST_INSIDE:
        shown.append(Block(text("message.more_inside", count=len(rows) - _MOST_INSIDE), marker="-"))
    return shown


def _inside(what: str, level: str, reason: str, verdict: MessageVerdict, text: Callable[..., str]) -> str:
    """A number or an address and what is known of it; in an alarm none is called free of signs."""
    is_plain = level == "none" and verdict.level != "none"
    key = "message.inside_alarm" if is_plain else "message.inside"
    return text(key, what=one_line(what), level=text(f"level.{level}"), reason=reason)


def record(verdict: MessageVerdict) -> tuple[object, ...]:
    """--plain: level, category or kind, name, score, rules."""
    return (
        verdict.level,
        verdict.category or verdict.kind,
        verdict.category_name,
        verdict.categories[0].score if verdict.categories else None,
        ",".join(signal.rule for signal in verdict.signals),
    )

"""How an explanation reads: rules found, the sum of each category, what `danger` takes, what was set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from antifraud_cli.messages.explain import CategoryParts, Explanation, Found, SetAside, Span
from antifraud_cli.output.layout import BLANK, Block
from antifraud_cli.output.message_view import shorten

_MOST_CATEGORIES = 5
"""The first is shown always, the others where their sum reaches caution."""

_MOST_NAMED = 8
"""Categories of one weight whose names are told."""


def blocks(explanation: Explanation, message: str, text: Callable[..., str]) -> list[Block]:
    """The explanation for a person; `message` is the text that was judged: pieces are quoted from it."""
    shown = [*notice(explanation, text), BLANK, Block(text("explain.heading"), "heading")]
    if explanation.found:
        shown.append(Block(text("explain.found", count=len(explanation.found)), "strong"))
        shown += [_found(one, message, text) for one in explanation.found]
    else:
        shown.append(Block(text("explain.nothing")))
    likely = sum(category.sum >= explanation.thresholds["caution"] for category in explanation.categories)
    most = max(1, min(likely, _MOST_CATEGORIES))
    for category in explanation.categories[:most]:
        shown += [BLANK, *_category(category, explanation, text)]
    hidden = len(explanation.categories) - most
    if hidden > 0:
        shown.append(Block(text("explain.more", count=hidden), "note"))
    shown += _needs(explanation, text)
    if explanation.set_aside:
        shown += [BLANK, Block(text("explain.set_aside"), "strong")]
        shown += [_set_aside(one, message, text) for one in explanation.set_aside]
    return shown


def notice(explanation: Explanation, text: Callable[..., str]) -> list[Block]:
    """That only some rules were used, where that is so: the answer must not pass for the usual one."""
    if not explanation.only:
        return []
    return [BLANK, Block(text("explain.only", names=" ".join(explanation.only)), "strong")]


def _found(one: Found, message: str, text: Callable[..., str]) -> Block:
    if one.kind and one.weight is not None:
        weights = f"{one.kind} {-one.weight:g}"
    else:
        weights = text("list.separator").join(_weights(one.weights, text))
    quote = _quote(message, one.spans)
    rule = text("own.rule", rule=one.rule) if one.own else one.rule
    return Block(
        text("explain.rule", rule=rule, quote=quote, weights=weights or text("explain.weightless")), marker="-"
    )


def _weights(weights: Mapping[str, float], text: Callable[..., str]) -> list[str]:
    """Categories with their weights, in order; of many with the same weight only how many they are."""
    count = Counter(weights.values())
    many = {weight for weight in count if count[weight] > _MOST_NAMED}
    named = [f"{name} {weight:g}" for name, weight in weights.items() if weight not in many]
    return [*named, *(text("explain.many", count=count[weight], weight=f"{weight:g}") for weight in sorted(many))]


def _category(category: CategoryParts, explanation: Explanation, text: Callable[..., str]) -> list[Block]:
    """One summand a line under the sum."""
    head = text(
        "explain.category", name=category.name, id=category.id, sum=f"{category.sum:.2f}", score=f"{category.score:.3f}"
    )
    limits = _limits(explanation)
    scam = "" if explanation.model is None else f"{explanation.model:.2f}"
    return [
        Block(head, "strong"),
        *(
            Block(text(f"explain.part.{one.part}", rule=one.rule, scam=scam, **limits), marker=f"{one.weight:+6.2f}")
            for one in category.parts
        ),
    ]


def _needs(explanation: Explanation, text: Callable[..., str]) -> list[Block]:
    if not explanation.danger_needs:
        return []
    limits = _limits(explanation)
    rows = [
        text("explain.met" if met else "explain.unmet", need=text(f"explain.need.{need}", **limits))
        for need, met in explanation.danger_needs.items()
    ]
    return [BLANK, Block(text("explain.thresholds", **limits)), *(Block(row, marker="-") for row in rows)]


def _set_aside(one: SetAside, message: str, text: Callable[..., str]) -> Block:
    by_quote = _quote(message, [one.by_span]) if one.by_span else ""
    by = text("list.separator").join(one.by)
    quote = _quote(message, one.spans)
    return Block(text(f"explain.aside.{one.why}", rule=one.rule, quote=quote, by=by, by_quote=by_quote), marker="-")


def _limits(explanation: Explanation) -> dict[str, str]:
    return {name: f"{value:g}" for name, value in explanation.thresholds.items()}


def _quote(message: str, spans: Sequence[Span]) -> str:
    return shorten(" … ".join(message[start:end] for start, end in sorted(set(spans))))

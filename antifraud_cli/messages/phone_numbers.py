"""The phone numbers in a message, judged by numbers/."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_LEAST_DIGITS = 3
_LOOKED_AT = 20_000
"""Numbers are looked for in this much of a text: a longer one is a document, whose numbers say little."""


class NumbersInMessage:
    """Finds and judges phone numbers. The number plan is loaded when a text first has one."""

    def __init__(self, load_plan: Callable[[], Mapping[str, Any]], around: Mapping[str, Any]) -> None:
        """`around`: the words around numbers; `incoming` ones at most `incoming_within` before it say that it called."""
        self._load_plan = load_plan
        self._around = around
        self._incoming: Sequence[str] = around["incoming"]
        self._within: int = around["incoming_within"]
        self._plan: Any = None

    def __call__(self, text: str, lang: str) -> list[tuple[int, int, Mapping[str, Any]]]:
        """Start, end and verdict (antifraud.number/1) of each phone number in a text."""
        text = text[:_LOOKED_AT]
        if sum(map(str.isdigit, text)) < _LEAST_DIGITS:
            return []  # spares most messages the import
        from antifraud_cli.numbers import NumberContext, check, find_in_message, load_plan

        found = find_in_message(text, self._around)
        if not found:
            return []
        if self._plan is None:
            self._plan = load_plan(self._load_plan())
        judged: list[tuple[int, int, Mapping[str, Any]]] = []
        for raw in found:
            before = text[max(0, raw.start - self._within) : raw.start]
            direction = "incoming" if any(word in before for word in self._incoming) else "dial"
            verdict = check(raw.text, NumberContext(direction=direction), self._plan, lang)
            judged.append((raw.start, raw.end, verdict.as_json()))
        return judged

"""Find which rules hit a normalized text, and where."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from antifraud_cli.knowledge.tableformat import FIELD_END
from antifraud_cli.messages.occurrences import Occurrences, Span, StringIndex

WINDOW = 160
"""Within how many characters all parts of a pattern (`A && B`) must lie."""
_MAX_TRIES = 12
"""How many places of one pattern are looked at in one text: keeps hostile repetition linear."""


class Hit(NamedTuple):
    """One rule found in one text."""

    rule: int
    """Number of the rule."""
    spans: tuple[Span, ...]
    """Where, in the normalized text: one span for each part of the pattern that matched."""


class _Part:
    """One part of a pattern; its program is loaded when a text holds all that it needs."""

    __slots__ = ("_program", "_source", "lead", "needs", "word_end", "word_start")

    def __init__(self, text: str) -> None:
        needs, lead, flags, self._source = text.split(FIELD_END)
        self.needs = [int(number) for number in needs.split(",")] if needs else []
        self.lead = int(lead)
        self.word_start = "s" in flags
        self.word_end = "e" in flags
        self._program: list[Any] | None = None

    def find(self, held: Occurrences, low: int, high: int) -> Iterator[Span]:
        """Where it matches, beginning from `low` to before `high`."""
        if self._program is None:
            self._program = json.loads(self._source)
        starts = held.starts(self.needs[0], self.lead, low, high) if self.needs else range(low, high)
        return held.matches(self._program, starts, self.word_start, self.word_end)


class _Pattern:
    """One pattern, taken apart when a text first holds one of its anchors."""

    __slots__ = ("anchored", "needs", "parts", "rule")

    def __init__(self, line: str) -> None:
        rule, anchored, needs, *parts = line.split("\t")
        self.rule = int(rule)
        self.parts = [_Part(part) for part in parts]
        self.anchored = self.parts[int(anchored)]
        self.needs = [int(number) for number in needs.split(",")]


class Matcher:
    """Tries compiled patterns on texts.

    One pass over a text finds the strings it holds. A pattern is looked at where one of its anchors is among them, and
    run only if the text holds all that it needs.
    """

    def __init__(
        self,
        rules: Sequence[Mapping[str, Any]],
        table: Callable[[str], str],
        is_word: Callable[[str, int, int], bool],
    ) -> None:
        """`table` gives the columns that knowledge/patterntable.py describes by their names."""
        self._rules = rules
        self._is_word = is_word
        self._index = StringIndex(table)
        self._anchored_lines = table("anchored").split("\n")
        self._anchored: dict[int, list[int]] = {}
        self._pattern_lines = table("patterns").split("\n")
        self._patterns: dict[int, _Pattern] = {}
        self._table = table
        self._unless: dict[int, list[_Pattern]] = {}

    def hits(self, text: str) -> list[Hit]:
        """Every rule that the text holds, once each, in the order of their first place."""
        held = self._index.occurrences(text)
        numbers: set[int] = set()
        for string in held.places:
            numbers.update(self._anchored.get(string) or self._take_apart(string))
        found: dict[int, Hit] = {}
        for number in sorted(numbers):
            pattern = self._patterns.get(number) or self._load(number)
            if pattern.rule not in found and held.holds(pattern.needs):
                hit = self._try(pattern, held)
                if hit:
                    found[pattern.rule] = hit
        return sorted(found.values(), key=lambda hit: (hit.spans[0], hit.rule))

    def _take_apart(self, string: int) -> list[int]:
        line = self._anchored_lines[string]
        self._anchored[string] = [int(number) for number in line.split(",")] if line else []
        return self._anchored[string]

    def _load(self, number: int) -> _Pattern:
        self._patterns[number] = _Pattern(self._pattern_lines[number])
        return self._patterns[number]

    def _try(self, pattern: _Pattern, held: Occurrences) -> Hit | None:
        unless: list[Span] | None = None
        for spans in _places(pattern, held):
            if unless is None:
                unless = self._unless_spans(pattern.rule, held)
            if any(begin < end_ and begin_ < end for begin, end in unless for begin_, end_ in spans):
                continue
            if self._rules[pattern.rule]["word"] and not all(self._is_word(held.text, *span) for span in spans):
                continue
            return Hit(pattern.rule, spans)
        return None

    @cached_property
    def _unless_lines(self) -> dict[str, list[str]]:
        """Rule -> the patterns that cancel its hits; wanted only once a rule was hit."""
        lines: dict[str, list[str]] = {}
        for line in self._table("unless").split("\n"):
            lines.setdefault(line.partition("\t")[0], []).append(line)
        return lines

    def _unless_spans(self, rule: int, held: Occurrences) -> list[Span]:
        patterns = self._unless.get(rule)
        if patterns is None:
            patterns = self._unless[rule] = [_Pattern(line) for line in self._unless_lines.get(str(rule), ())]
        return [
            span
            for pattern in patterns
            if held.holds(pattern.needs)
            for spans in _places(pattern, held)
            for span in spans
        ]


def _places(pattern: _Pattern, held: Occurrences) -> Iterator[tuple[Span, ...]]:
    """Where a pattern matches: one span for each part, all within WINDOW of the part that is looked for first."""
    for tries, span in enumerate(pattern.anchored.find(held, 0, len(held.text))):
        if tries == _MAX_TRIES:
            return
        low, high = max(0, span[0] - WINDOW), min(len(held.text), span[1] + WINDOW)
        spans = []
        for part in pattern.parts:
            other = span if part is pattern.anchored else next(part.find(held, low, high), None)
            if other is None:
                break
            spans.append(other)
        else:
            yield tuple(spans)

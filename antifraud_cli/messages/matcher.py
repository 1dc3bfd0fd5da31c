"""Find which rules hit a normalized text, and where."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli.knowledge.tableformat import FIELD_END
from antifraud_cli.messages.occurrences import Occurrences, Part, Span, StringIndex, ends_unknown
from antifraud_cli.text.lookup import Later, Lazy, Lines

if TYPE_CHECKING:
    from antifraud_cli.speedups._native import Patterns

WINDOW = 160
"""Within how many characters all parts of a pattern (`A && B`) must lie."""
_PATIENCE = 6_000
"""After so many characters the compiled patterns are worth their making, which takes as long as these in Python."""
_MAX_TRIES = 12
"""How many places of one pattern are looked at in one text: keeps hostile repetition linear."""


class Hit(NamedTuple):
    """One rule found in one text."""

    rule: int
    """Number of the rule."""
    spans: tuple[Span, ...]
    """Where, in the normalized text: one span for each part of the pattern that matched."""


_as_hit = partial(tuple.__new__, Hit)
"""A hit of the tuple of its parts: without a call of Python for each."""


class Stopped(NamedTuple):
    """One rule whose pattern stands in a text and which was not found all the same."""

    rule: int
    """Number of the rule."""
    spans: tuple[Span, ...]
    """Where the pattern stands, in the normalized text."""
    why: str
    """unless: one of its exceptions stands there too; word: it stands inside a longer word."""
    by: Span
    """Where the exception or the word stands."""


class _Pattern:
    """One pattern, whose parts are taken apart when a text first holds all that it needs."""

    __slots__ = ("_anchored", "_parts", "needs", "parts", "rule")

    def __init__(self, line: str, sets: Mapping[int, frozenset[int]]) -> None:
        rule, anchored, needs, *self._parts = line.split("\t")
        self.rule = int(rule)
        self._anchored = int(anchored)
        self.needs = [sets[int(number)] for number in needs.split(",")]
        self.parts: list[Part] = []

    def places(self, held: Occurrences) -> Iterable[tuple[Span, ...]]:
        """Where it matches, in a text that holds all it needs: one span for each part, all within WINDOW of the first."""
        if not self.parts:
            self.parts = [_part(part) for part in self._parts]
        spans = held.matches(self.parts[self._anchored])
        return self._around(spans, held) if spans else ()

    def _around(self, anchored: Iterable[Span], held: Occurrences) -> Iterator[tuple[Span, ...]]:
        for first in islice(anchored, _MAX_TRIES):
            spans: list[Span] = []
            for number, part in enumerate(self.parts):
                span = first if number == self._anchored else held.first_near(part, first, WINDOW)
                if span is None:
                    break
                spans.append(span)
            else:
                yield tuple(spans)


def _part(text: str) -> Part:
    needs, lead, flags, program = text.split(FIELD_END)
    first = int(needs.partition(",")[0]) if needs else None
    return Part(first, int(lead), "s" in flags, "e" in flags, json.loads(program))


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
        ends: Callable[[str], bytes] = ends_unknown,
    ) -> None:
        """`table` gives the columns that knowledge/patterntable.py describes by their names, `ends` where their lines end."""
        self._rules = rules
        self._is_word = is_word
        self._index = StringIndex(table, ends)
        anchored_lines = Lines(table("anchored"), ends("anchored"))
        pattern_lines = Lines(table("patterns"), ends("patterns"))
        self._anchored: Lazy[int, list[int]] = Lazy(lambda string: _numbers(anchored_lines[string]))
        self._patterns: Lazy[int, _Pattern] = Lazy(lambda number: _Pattern(pattern_lines[number], self._index.sets))
        self._table = table
        self.compiled = Later(self._compile, _PATIENCE)
        """The same by the compiled module, once there were some texts; None without it."""
        self._unless: Lazy[int, list[_Pattern]] = Lazy(
            lambda rule: [_Pattern(line, self._index.sets) for line in self._unless_lines.get(str(rule), ())]
        )

    def hits(self, text: str) -> list[Hit]:
        """Every rule that the text holds, once each, in the order of their first place."""
        compiled = self.compiled(len(text))
        if compiled is not None:
            return list(map(_as_hit, compiled.hits(text)))
        held = self._index.occurrences(text)
        found: dict[int, Hit] = {}
        for pattern in self._candidates(held):
            if pattern.rule not in found:
                hit = self._try(pattern, held)
                if hit:
                    found[pattern.rule] = hit
        return sorted(found.values(), key=lambda hit: (hit.spans[0], hit.rule))

    def _compile(self) -> Patterns | None:
        from antifraud_cli.messages.compiled import compiled_patterns

        return compiled_patterns(self._table, self._index.strings, self._rules, self._is_word, WINDOW, _MAX_TRIES)

    def stopped(self, text: str) -> list[Stopped]:
        """Every rule with a pattern in the text that an exception or a word's bounds kept from being found, once each."""
        held = self._index.occurrences(text)
        found = {hit.rule for hit in self.hits(text)}
        stopped: dict[int, Stopped] = {}
        for pattern in self._candidates(held):
            if pattern.rule not in found and pattern.rule not in stopped:
                for spans in islice(pattern.places(held), 1):
                    stopped[pattern.rule] = self._obstacle(pattern.rule, spans, held)
        return sorted(stopped.values(), key=lambda one: (one.spans[0], one.rule))

    def _obstacle(self, rule: int, spans: tuple[Span, ...], held: Occurrences) -> Stopped:
        for begin, end in self._unless_spans(rule, held):
            if any(begin < end_ and begin_ < end for begin_, end_ in spans):
                return Stopped(rule, spans, "unless", (begin, end))
        inside = next((span for span in spans if not self._is_word(held.text, *span)), spans[0])
        return Stopped(rule, spans, "word", inside)

    def _candidates(self, held: Occurrences) -> list[_Pattern]:
        """The patterns that may match: one of their anchors is in the text, and all that they need."""
        numbers: set[int] = set().union(*map(self._anchored.__getitem__, held.strings))
        return self._held(map(self._patterns.__getitem__, sorted(numbers)), held)

    @staticmethod
    def _held(patterns: Iterable[_Pattern], held: Occurrences) -> list[_Pattern]:
        """The patterns that find all their needs in a text."""
        lacks = held.strings.isdisjoint
        kept = []
        # Run for some hundred patterns a message, of which few pass: any() would take twice as long.
        for pattern in patterns:
            for need in pattern.needs:
                if lacks(need):
                    break
            else:
                kept.append(pattern)
        return kept

    def _try(self, pattern: _Pattern, held: Occurrences) -> Hit | None:
        unless: list[Span] | None = None
        for spans in pattern.places(held):
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
        patterns = self._held(self._unless[rule], held)
        return [span for pattern in patterns for spans in pattern.places(held) for span in spans]


def _numbers(line: str) -> list[int]:
    return [int(number) for number in line.split(",")] if line else []

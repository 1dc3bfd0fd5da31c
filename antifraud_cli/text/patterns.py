"""The pattern language of the rules (docs/data.md): literal text, alternatives, optional parts, bounded gaps.

A pattern is parsed into parts (`A && B`). Each part becomes a program, which messages/occurrences.py runs, and its needs:
sets of strings of which one each must occur in a text for the part to match. The needs are what makes thousands of
patterns cheap: a program is run, and even loaded, only on a text that holds all it needs.

A program is a list of steps:
    ["转账", "转钱"]        one of these strings
    12                      a gap of up to so many characters, not across 。！？
    "n"                     a class: n, url, phone
    {"?": [steps]}          steps that may be missing
    {"|": [[steps], …]}     one of these branches
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

from antifraud_cli.text.classes import CLASSES, LONGEST_MATCH, is_latin

MAX_BRACKETS = 30
"""Brackets of a pattern at most, and parts: what is more is several patterns, and too deep for the compiled module."""
MAX_GAP = 40
DEFAULT_GAP = 6
MAX_PRODUCT = 40
"""Neighbouring alternatives are multiplied out to longer strings up to this many; more are kept apart."""
MAX_GAPS = 4
MIN_ANCHOR = 2
_SPECIAL = re.compile(r"[|()~<?]")

Step = Union[list[str], int, str, dict[str, Any]]
Program = list[Step]


class PatternError(ValueError):
    """A pattern that breaks the rules of the language; the message says how."""


@dataclass(frozen=True)
class Part:
    """One part of a pattern, ready to be searched."""

    program: Program
    """The steps, JSON-able."""
    needs: tuple[tuple[str, ...], ...]
    """Of each of these sets of strings a text must hold one, in this order, for the part to match."""
    lead: int
    """How many characters before the first need the part can begin."""
    word_start: bool
    """Whether it begins with a Latin letter and so must not begin inside a Latin word."""
    word_end: bool
    """Whether it ends with a Latin letter and so must not end inside a Latin word."""

    @property
    def anchors(self) -> tuple[str, ...]:
        """The needed set that is rarest in texts; empty: nothing is known of the part."""
        return max(self.needs, key=_rarity, default=())


class _Node:
    """A piece of a pattern."""

    __slots__ = ("inner", "literals", "longest", "step")

    def __init__(
        self, step: Step, literals: tuple[str, ...] | None, longest: int = 0, inner: tuple[str, ...] = ()
    ) -> None:
        self.step = step
        """What it is in a program."""
        self.literals = literals
        """All strings that it can be; None where that is not a finite set of words."""
        self.longest = max(map(len, literals)) if literals else longest
        """The most characters that it can match."""
        self.inner = inner
        """Strings one of which stands somewhere inside, for a group that is no finite set of words."""


def parse(
    pattern: str, normalize: Callable[[str], str], vocabulary: Mapping[str, Sequence[str]] | None = None
) -> list[Part]:
    """The parts of a pattern. Raises PatternError.

    `normalize` is applied to every literal piece; `vocabulary` gives the words that a `<name>` stands for.
    """
    pieces = pattern.split("&&")
    if max(pattern.count("("), len(pieces)) > MAX_BRACKETS:
        raise PatternError(f"has more than {MAX_BRACKETS} brackets or parts")
    parts = [_Parser(piece.strip(), normalize, vocabulary or {}).part() for piece in pieces]
    if not any(part.anchors for part in parts):
        raise PatternError("has no fixed piece of at least two characters")
    return parts


class _Parser:
    def __init__(self, source: str, normalize: Callable[[str], str], vocabulary: Mapping[str, Sequence[str]]) -> None:
        self.source = source
        self.normalize = normalize
        self.vocabulary = vocabulary
        self.at = 0
        self.gaps = 0

    def part(self) -> Part:
        if not self.source:
            raise PatternError("has an empty part")
        nodes = self._sequence(closing=False)
        if sum(node.longest for node in nodes) > LONGEST_MATCH:
            raise PatternError(f"has a part that can match more than {LONGEST_MATCH} characters")
        first, last = nodes[0].literals or (), nodes[-1].literals or ()
        needs = list(_needs(nodes))
        return Part(
            program=[node.step for node in nodes],
            needs=tuple(strings for _, strings in needs),
            lead=_lead(nodes, needs[0][0] if needs else len(nodes)),
            word_start=bool(first) and all(is_latin(text[:1]) for text in first),
            word_end=bool(last) and all(is_latin(text[-1:]) for text in last),
        )

    def _sequence(self, closing: bool) -> list[_Node]:
        nodes: list[_Node] = []
        while self.at < len(self.source):
            character = self.source[self.at]
            if character in "|)":
                if not closing:
                    raise PatternError(f"has {character!r} outside of brackets")
                break
            if character == "(":
                nodes.append(self._group())
            elif character == "~":
                nodes.append(self._gap())
            elif character == "<":
                nodes.append(self._class())
            elif character == "?":
                raise PatternError("has '?' that does not follow a bracket")
            else:
                nodes.append(self._literal())
        return nodes

    def _group(self) -> _Node:
        self.at += 1
        branches = [self._sequence(closing=True)]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._sequence(closing=True))
        if self._peek() != ")":
            raise PatternError("has an opening bracket without its end")
        self.at += 1
        if any(not branch for branch in branches):
            raise PatternError("has an empty alternative; write (a|b)? for an optional part")
        literals = _alternatives(branches)
        longest = max(sum(node.longest for node in branch) for branch in branches)
        step: Step = _ordered(literals) if literals else {"|": [[node.step for node in branch] for branch in branches]}
        if self._peek() == "?":
            self.at += 1
            return _Node({"?": [step]}, None, longest)
        if literals:
            return _Node(step, literals)
        inner = [_rarest(branch) for branch in branches]
        return _Node(
            step, None, longest, tuple(string for strings in inner for string in strings) if all(inner) else ()
        )

    def _gap(self) -> _Node:
        self.at += 1
        digits = ""
        while self._peek().isascii() and self._peek().isdigit() and len(digits) < 3:
            digits += self._peek()
            self.at += 1
        size = int(digits) if digits else DEFAULT_GAP
        if not 1 <= size <= MAX_GAP:
            raise PatternError(f"has a gap of {size}; allowed are 1 to {MAX_GAP}")
        self.gaps += 1
        if self.gaps > MAX_GAPS:
            raise PatternError(f"has more than {MAX_GAPS} gaps in one part")
        return _Node(size, None, size)

    def _class(self) -> _Node:
        end = self.source.find(">", self.at)
        name = self.source[self.at + 1 : end] if end > 0 else ""
        self.at = end + 1
        if name in self.vocabulary:
            words = tuple(dict.fromkeys(self.normalize(word) for word in self.vocabulary[name]))
            return _Node(_ordered(words), words)
        if name not in CLASSES:
            known = ", ".join(f"<{known}>" for known in (*CLASSES, *self.vocabulary))
            raise PatternError(f"has an unknown class <{name}>; known are {known}")
        return _Node(name, None, CLASSES[name][1])

    def _literal(self) -> _Node:
        begin = self.at
        special = _SPECIAL.search(self.source, begin)
        self.at = special.start() if special else len(self.source)
        raw = self.source[begin : self.at]
        text = self.normalize(raw)
        if raw[:1] == " " and text[:1].isascii() and begin and text[:1] != " ":
            text = " " + text
        if raw[-1:] == " " and text[-1:].isascii() and self.at < len(self.source) and text[-1:] != " ":
            text += " "
        return _Node([text], (text,))

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""


def _ordered(words: Iterable[str]) -> list[str]:
    """Longer strings first, so that evidence is shown whole."""
    return sorted(words, key=lambda word: (-len(word), word))


def _alternatives(branches: list[list[_Node]]) -> tuple[str, ...]:
    """All strings that a group can be; empty where that is not a finite set of words."""
    strings: list[str] = []
    for branch in branches:
        joined = _product(branch)
        if joined is None:
            return ()
        strings += joined
    return tuple(dict.fromkeys(strings))


def _product(nodes: list[_Node]) -> list[str] | None:
    """All strings a sequence can be, or None where that is not a small finite set."""
    if len(nodes) == 1:
        return list(nodes[0].literals) if nodes[0].literals is not None else None
    strings = [""]
    for node in nodes:
        if node.literals is None or len(strings) * len(node.literals) > MAX_PRODUCT:
            return None
        strings = [head + tail for head in strings for tail in node.literals]
    return strings


def _needs(nodes: list[_Node]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """For each stretch between gaps the set of strings one of which it must hold, and the node at which that begins."""
    at = 0
    while at < len(nodes):
        end = at
        while end < len(nodes) and nodes[end].literals is not None:
            end += 1
        begin, strings = _best_of_run(nodes, at, end) if end > at else (at, nodes[at].inner)
        if strings:
            yield begin, strings
        at = max(end, at + 1)


def _best_of_run(nodes: list[_Node], first: int, end: int) -> tuple[int, tuple[str, ...]]:
    """Where in a stretch without gaps the rarest set of strings begins, and that set; empty if all are too short."""
    best: tuple[int, tuple[str, ...]] = (first, ())
    for begin in range(first, end):
        for stop in range(begin + 1, end + 1):
            strings = _product(nodes[begin:stop])
            if (
                strings
                and min(map(len, strings)) >= MIN_ANCHOR
                and (not best[1] or _rarity(tuple(strings)) > _rarity(best[1]))
            ):
                best = (begin, tuple(dict.fromkeys(strings)))
    return best


def _rarest(nodes: list[_Node]) -> tuple[str, ...]:
    return max((strings for _, strings in _needs(nodes)), key=_rarity, default=())


def _rarity(strings: tuple[str, ...]) -> tuple[int, int]:
    """Long strings are rare, and few of them are rarer than many."""
    return min(min(map(len, strings)), 3), -len(strings)


def _lead(nodes: list[_Node], first: int) -> int:
    """How many characters can stand before the strings that node `first` needs."""
    inside = nodes[first].longest if first < len(nodes) and nodes[first].literals is None else 0
    return sum(node.longest for node in nodes[:first]) + inside

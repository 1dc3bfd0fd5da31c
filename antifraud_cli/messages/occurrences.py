"""Where the strings of the patterns occur in a text, and what programs over them match.

One pass finds every string; from then on the text itself is hardly looked at again. Running a program keeps the
stretches of places that can be reached after each step, so its time is bounded by its length and the occurrences within
the reach of its gaps: there is no backtracking.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from antifraud_cli.knowledge.tableformat import STRING_END
from antifraud_cli.messages.lookup import SortedLines
from antifraud_cli.text.classes import SENTENCE_END, class_regex

MAX_STARTS = 4_000
"""At how many places of one text a part is tried to begin; bounds what a hostile text can cost."""

Span = tuple[int, int]
Places = list[tuple[int, int]]
"""Stretches of places that can be reached: first and last of each."""


class StringIndex:
    """Finds the strings of all patterns in a text."""

    def __init__(self, table: Callable[[str], str]) -> None:
        """`table` gives the columns that knowledge/patterntable.py describes by their names."""
        self._pairs = SortedLines(table("index").split("\n"), lambda line: line[:2])
        self._singles = {line[0]: line[1:] for line in table("singles").split("\n") if line}
        # Lines are taken apart when a text first holds their two characters.
        self._rows: dict[int, list[tuple[str, int]]] = {}
        self._single_numbers: dict[str, int] = {}
        self._set_lines = table("sets").split("\n")
        self._sets: dict[int, frozenset[int]] = {}
        self._lengths: dict[int, int] = {}

    def occurrences(self, text: str) -> Occurrences:
        """Every string that the text holds, and where."""
        places: dict[int, list[int]] = {}
        singles, find, rows = self._singles, self._pairs.find, self._rows
        for at, character in enumerate(text):
            if character in singles:
                places.setdefault(self._single(character), []).append(at)
            pair = text[at : at + 2]
            line = find(pair) if len(pair) == 2 else None
            if line is not None:
                for rest, number in rows.get(line) or self._take_apart(line):
                    if not rest or text.startswith(rest, at + 2):
                        places.setdefault(number, []).append(at)
        return Occurrences(text, places, self.strings_of, self._lengths)

    def strings_of(self, number: int) -> frozenset[int]:
        """The numbers of the strings of a set."""
        strings = self._sets.get(number)
        if strings is None:
            strings = self._sets[number] = frozenset(map(int, self._set_lines[number].split(",")))
        return strings

    def _single(self, character: str) -> int:
        number = self._single_numbers.get(character)
        if number is None:
            number = self._single_numbers[character] = int(self._singles[character].lstrip(STRING_END))
            self._lengths[number] = 1
        return number

    def _take_apart(self, line: int) -> list[tuple[str, int]]:
        rows = []
        for row in self._pairs[line][2:].split("\t"):
            rest, _, number = row.rpartition(STRING_END)
            rows.append((rest, int(number)))
            self._lengths[int(number)] = 2 + len(rest)
        self._rows[line] = rows
        return rows


class Occurrences:
    """The strings that one text holds."""

    def __init__(
        self,
        text: str,
        places: Mapping[int, list[int]],
        strings_of: Callable[[int], frozenset[int]],
        lengths: Mapping[int, int],
    ) -> None:
        self.text = text
        self.places = places
        """Number of the string -> where it begins, ascending."""
        self._present = frozenset(places)
        self._absent: dict[int, bool] = {}
        self._strings_of = strings_of
        self._lengths = lengths

    def holds(self, sets: Sequence[int]) -> bool:
        """Whether the text holds a string of each set."""
        absent = self._absent
        for number in sets:
            missing = absent.get(number)
            if missing is None:
                missing = absent[number] = self._present.isdisjoint(self._strings_of(number))
            if missing:
                return False
        return True

    def starts(self, number: int, lead: int, low: int, high: int) -> list[int]:
        """The places from `low` to before `high` that lie at most `lead` before a string of a set."""
        begins: set[int] = set()
        for string in self._strings_of(number) & self._present:
            where = self.places[string]
            for place in where[bisect_left(where, low) : bisect_left(where, high + lead)][:MAX_STARTS]:
                begins.update(range(max(low, place - lead), min(place + 1, high)))
        return sorted(begins)

    def matches(self, program: list[Any], starts: Sequence[int], word_start: bool, word_end: bool) -> Iterator[Span]:
        """Where a program matches, beginning at one of `starts` (ascending): the shortest match from each."""
        # Most programs do not match at all: one run over all starts together says so.
        if not self._run(program, [(start, start) for start in starts]):
            return
        for start in starts:
            if word_start and start and _is_latin(self.text[start - 1]):
                continue
            ends = [low for low, _ in self._run(program, [(start, start)])]
            if word_end:
                ends = [end for end in ends if end >= len(self.text) or not _is_latin(self.text[end])]
            if ends:
                yield start, min(ends)

    def _run(self, program: list[Any], places: Places) -> Places:
        """The places that can be reached from `places` by all steps of a program."""
        last = len(program) - 1
        for number, step in enumerate(program):
            if isinstance(step, list):
                places = self._after_strings(step[0], places, number == last)
            elif isinstance(step, int):
                places = [(low, self._gap_end(low, high + step)) for low, high in places]
            elif isinstance(step, str):
                places = self._after_class(step, places)
            elif "?" in step:
                places = places + self._run(step["?"], places)
            else:
                places = [place for branch in step["|"] for place in self._run(branch, places)]
            if not places:
                break
        return places

    def _after_strings(self, number: int, places: Places, last: bool) -> Places:
        longest: dict[int, int] = {}
        ends: set[int] = set()
        for string in self._strings_of(number) & self._present:
            where, length = self.places[string], self._lengths[string]
            for low, high in places:
                at = bisect_left(where, low)
                while at < len(where) and where[at] <= high:
                    ends.add(where[at] + length)
                    longest[where[at]] = max(longest.get(where[at], 0), length)
                    at += 1
        if last:  # evidence is shown whole: of strings that begin at one place the longest
            return [(begin + length, begin + length) for begin, length in longest.items()]
        return [(end, end) for end in ends]

    def _gap_end(self, low: int, high: int) -> int:
        """The last place that a gap from `low` can reach: `high`, or the end of the sentence before it."""
        high = min(high, len(self.text))
        for mark in SENTENCE_END:
            at = self.text.find(mark, low, high)
            if at >= 0:
                high = at
        return high

    def _after_class(self, name: str, places: Places) -> Places:
        """A number may also end early (<n>万 on 四十万); an address is taken whole."""
        found: set[int] = set()
        for low, high in places:
            for place in range(low, high + 1):
                match = class_regex(name).match(self.text, place)
                if match:
                    shortest = match.end() if name == "url" else place + (5 if name == "phone" else 1)
                    found.update(range(min(shortest, match.end()), match.end() + 1))
        return [(end, end) for end in sorted(found)]


def _is_latin(character: str) -> bool:
    return "a" <= character <= "z"

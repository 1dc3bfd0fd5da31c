"""Where the strings of the patterns occur in a text, and what programs over them match.

One pass finds every string; from then on the text itself is hardly looked at again. A set of places is one whole number,
bit n for place n, so a step of a program takes a few operations on whole numbers, however many places it starts from.
There is no backtracking: a run takes time by the length of its program, not by what the text repeats.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from antifraud_cli.knowledge.tableformat import STRING_END
from antifraud_cli.messages.lookup import Finder, Found, Lazy
from antifraud_cli.text.classes import SENTENCE_END, class_regex
from antifraud_cli.text.patterns import LONGEST_MATCH

Span = tuple[int, int]


class StringIndex:
    """Finds the strings of all patterns in a text."""

    def __init__(self, table: Callable[[str], str]) -> None:
        """`table` gives the columns that knowledge/patterntable.py describes by their names."""
        self._lines = [line for line in table("index").split("\n") if line]
        self._singles = {line[0]: int(line[1:].lstrip(STRING_END)) for line in table("singles").split("\n") if line}
        # Lines are taken apart when a text first holds their two characters.
        self._rows: Lazy[int, list[tuple[str, int]]] = Lazy(self._take_apart)
        self._find = Finder(self._search, self._strings)
        set_lines = table("sets").split("\n")
        self.sets: Lazy[int, frozenset[int]] = Lazy(lambda number: frozenset(map(int, set_lines[number].split(","))))
        """Number of a set -> the numbers of its strings."""

    def occurrences(self, text: str) -> Occurrences:
        """Every string that the text holds, and where."""
        return Occurrences(text, self._find(text), self.sets)

    def _search(self, text: str) -> list[Found]:
        found = []
        lines, rows, singles = self._lines, self._rows, self._singles
        for at, character in enumerate(text):
            if character in singles:
                found.append((singles[character], at, at + 1))
            pair = text[at : at + 2]
            line = bisect_left(lines, pair)
            if len(pair) == 2 and line < len(lines) and lines[line].startswith(pair):
                for rest, number in rows[line]:
                    if text.startswith(rest, at + 2):
                        found.append((number, at, at + 2 + len(rest)))
        return found

    def _take_apart(self, line: int) -> list[tuple[str, int]]:
        rows = (row.rpartition(STRING_END) for row in self._lines[line][2:].split("\t"))
        return [(rest, int(number)) for rest, _, number in rows]

    def _strings(self) -> list[str]:
        strings = {number: character for character, number in self._singles.items()}
        for line, text in enumerate(self._lines):
            strings.update((number, text[:2] + rest) for rest, number in self._take_apart(line))
        return [strings[number] for number in range(len(strings))]


class Occurrences:
    """The strings that one text holds."""

    def __init__(self, text: str, found: Sequence[Found], sets: Lazy[int, frozenset[int]]) -> None:
        """`sets`: number of a set -> the numbers of its strings."""
        self.text = text
        self.strings = frozenset([string for string, _, _ in found])
        """The numbers of the strings."""
        self._found = found
        self._sets = sets
        self._made: list[_Window] = []

    def windows(self, low: int, high: int) -> list[_Window]:
        """The windows in which something may begin at places from `low` to before `high`."""
        if not self._made:
            self._made = self._make_windows()
        return self._made[low // LONGEST_MATCH : (high - 1) // LONGEST_MATCH + 1]

    def _make_windows(self) -> list[_Window]:
        count = max(1, -(-len(self.text) // LONGEST_MATCH))
        if count == 1:
            return [_Window(self.text, 0, self._found, self.strings, self._sets)]
        parted: list[list[Found]] = [[] for _ in range(count)]
        for one in self._found:
            window = one[1] // LONGEST_MATCH
            parted[window].append(one)
            if window:  # what begins in the window before may reach as far as this
                parted[window - 1].append(one)
        return [
            _Window(self.text, number * LONGEST_MATCH, found, frozenset([one[0] for one in found]), self._sets)
            for number, found in enumerate(parted)
        ]


class _Window:
    """A stretch of a text, in which programs are run that begin in its first LONGEST_MATCH places.

    It knows the strings of as many places again, so that whatever begins there can also end. Places are counted from the
    first one.
    """

    def __init__(
        self, text: str, low: int, found: Sequence[Found], strings: frozenset[int], sets: Lazy[int, frozenset[int]]
    ) -> None:
        self.text = text
        self.low = low
        self._strings = strings
        self._sets = sets
        self._places: dict[int, int] = {}
        self._lengths: dict[int, int] = {}
        places = self._places
        for string, begin, end in found:
            if string in places:
                places[string] |= 1 << begin - low
            else:
                places[string] = 1 << begin - low
                self._lengths[string] = end - begin
        self._of_set: Lazy[int, list[tuple[int, int]]] = Lazy(self._make_set)
        self._marks = self._sentence_ends()
        self._closed: Lazy[int, int] = Lazy(lambda width: _spread_down(self._marks, width - 1))
        self._class_ends: Lazy[tuple[str, int], int] = Lazy(self._match_class)

    def starts(self, number: int, lead: int, low: int, high: int) -> int:
        """The places from `low` to before `high` (in the text) that lie at most `lead` before a string of a set."""
        starts = 0
        for places, _ in self._of_set[number]:
            starts |= places
        return self.places(low, high) & (_spread_down(starts, lead) if lead else starts)

    def places(self, low: int, high: int) -> int:
        """All places of the window at which something may begin, from `low` to before `high` (in the text)."""
        below = (1 << max(0, low - self.low)) - 1
        return ((1 << min(LONGEST_MATCH, high - self.low)) - 1) & ~below

    def matches(self, program: list[Any], starts: int, word_start: bool, word_end: bool) -> Iterator[Span]:
        """Where a program matches (in the text), beginning at one of `starts`, ascending: the shortest from each."""
        # Most programs do not match at all: one run over all starts together says so.
        ends = self._run(program, starts)
        if not ends:
            return
        if starts & (starts - 1):
            middle = ((starts & -starts).bit_length() + starts.bit_length()) // 2
            half = starts & ((1 << middle) - 1)
            yield from self.matches(program, half, word_start, word_end)
            yield from self.matches(program, starts ^ half, word_start, word_end)
            return
        start = self.low + starts.bit_length() - 1
        if word_start and start and _is_latin(self.text[start - 1]):
            return
        for end in _each(ends):
            if not (word_end and _is_latin(self.text[self.low + end : self.low + end + 1])):
                yield start, self.low + end
                return

    def _run(self, program: list[Any], places: int) -> int:
        """The places that can be reached from `places` by all steps of a program."""
        last = len(program) - 1
        for number, step in enumerate(program):
            kind = type(step)
            if kind is list:
                places = self._after_strings(step[0], places, number == last)
            elif kind is int:
                places = self._after_gap(step, places)
            elif kind is str:
                places = self._after_class(step, places)
            elif "?" in step:
                places |= self._run(step["?"], places)
            else:
                reached = 0
                for branch in step["|"]:
                    reached |= self._run(branch, places)
                places = reached
            if not places:
                break
        return places

    def _after_strings(self, number: int, places: int, last: bool) -> int:
        reached = 0
        for begins, length in self._of_set[number]:
            here = begins & places
            if here:
                reached |= here << length
                if last:  # evidence is shown whole: of strings that begin at one place the longest
                    places ^= here
        return reached

    def _after_gap(self, width: int, places: int) -> int:
        """What a gap can reach: up to so many places on, or the end of the sentence before them."""
        reach = 1
        while reach <= width:
            step = min(reach, width + 1 - reach)
            places |= (places & ~self._closed[step] if self._marks else places) << step
            reach += step
        return places

    def _after_class(self, name: str, places: int) -> int:
        reached = 0
        for place in _each(places):
            reached |= self._class_ends[name, place]
        return reached

    def _match_class(self, at: tuple[str, int]) -> int:
        """A number may also end early (<n>万 on 四十万); an address is taken whole."""
        name, place = at
        match = class_regex(name).match(self.text, self.low + place)
        if not match:
            return 0
        end = match.end() - self.low
        shortest = end if name == "url" else min(end, place + (5 if name == "phone" else 1))
        return (2 << end) - (1 << shortest)

    def _make_set(self, number: int) -> list[tuple[int, int]]:
        """Places and length of each string of a set, longer strings first."""
        strings = sorted(self._sets[number] & self._strings, key=self._lengths.__getitem__, reverse=True)
        return [(self._places[string], self._lengths[string]) for string in strings]

    def _sentence_ends(self) -> int:
        marks = 0
        for mark in SENTENCE_END:
            at = self.text.find(mark, self.low, self.low + 2 * LONGEST_MATCH)
            while at >= 0:
                marks |= 1 << at - self.low
                at = self.text.find(mark, at + 1, self.low + 2 * LONGEST_MATCH)
        return marks


def _spread_down(places: int, width: int) -> int:
    """All places that lie at most `width` before one of `places`."""
    reach = 1
    while reach <= width:
        step = min(reach, width + 1 - reach)
        places |= places >> step
        reach += step
    return places


def _each(places: int) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def _is_latin(character: str) -> bool:
    return "a" <= character <= "z"

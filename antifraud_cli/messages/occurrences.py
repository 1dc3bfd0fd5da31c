"""Where the strings of the patterns occur in a text, and what programs over them match.

One pass finds every string; from then on the text itself is hardly looked at again. A set of places is one whole number,
bit n for place n, so a step of a program takes a few operations on whole numbers, however many places it starts from.
There is no backtracking: a run takes time by the length of its program, not by what the text repeats.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from antifraud_cli.knowledge.tableformat import STRING_END
from antifraud_cli.text.classes import LONGEST_MATCH, SENTENCE_END, class_regex, is_latin
from antifraud_cli.text.lookup import Finder, Found, Lazy, Lines

Span = tuple[int, int]
Program = list[Any]


def ends_unknown(column: str) -> bytes:
    """Says of no column where its lines end."""
    return b""


class StringIndex:
    """Finds the strings of all patterns in a text."""

    def __init__(self, table: Callable[[str], str], ends: Callable[[str], bytes] = ends_unknown) -> None:
        """`table` gives the columns that knowledge/patterntable.py describes by their names, `ends` where their lines end."""
        self._table = table
        self._lines = Lines(table("index"), ends("index"))
        self._singles = {line[0]: line[1:] for line in table("singles").split("\n") if line}
        # Lines are taken apart when a text first holds their two characters.
        self._rows: Lazy[int, list[tuple[str, int]]] = Lazy(self._take_apart)
        self._find = Finder(self._search, self.strings)
        set_lines = Lines(table("sets"), ends("sets"))
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
                found.append((int(singles[character].lstrip(STRING_END)), at, at + 1))
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

    def strings(self) -> list[str]:
        """All strings, in the order of their numbers."""
        text = self._table("strings")
        return text.split("\n") if text else []


class Part(NamedTuple):
    """One part of a pattern."""

    needs: int | None
    """The set of strings by which it is looked for."""
    lead: int
    """How many characters before such a string it can begin."""
    word_start: bool
    """Whether it must not begin inside a Latin word."""
    word_end: bool
    """Whether it must not end inside a Latin word."""
    program: Program
    """Its steps, with the number of a set in place of its strings."""


class Occurrences:
    """The strings that one text holds."""

    def __init__(self, text: str, found: Sequence[Found], sets: Mapping[int, frozenset[int]]) -> None:
        """`sets`: number of a set -> the numbers of its strings."""
        self.text = text
        self._found = found
        self._sets = sets
        self._last = {one[0]: one for one in found}
        self.strings = frozenset(self._last)
        """The numbers of the strings."""

    def matches(self, part: Part) -> Iterable[Span]:
        """Where a part matches, in order: the shortest from each place where it can begin."""
        if len(self._windows) == 1:
            return self._windows[0].matches(part)
        return chain.from_iterable(window.matches(part) for window in self._windows)

    def first_near(self, part: Part, span: Span, reach: int) -> Span | None:
        """The first match of a part that begins at most `reach` before or after a span."""
        low, high = max(0, span[0] - reach), min(len(self.text), span[1] + reach)
        for window in self._windows[low // LONGEST_MATCH : (high - 1) // LONGEST_MATCH + 1]:
            for match in window.matches(part, low, high):
                return match
        return None

    @cached_property
    def _windows(self) -> list[_Window]:
        count = -(-len(self.text) // LONGEST_MATCH)
        if count <= 1:
            return [_Window(self.text, 0, _Places(0, self._found, self._last, self.strings, self._sets))]
        parted: list[list[Found]] = [[] for _ in range(count)]
        for one in self._found:
            window = one[1] // LONGEST_MATCH
            parted[window].append(one)
            if window:  # what begins in the window before may reach as far as this
                parted[window - 1].append(one)
        windows = []
        for number, found in enumerate(parted):
            low, last = number * LONGEST_MATCH, {one[0]: one for one in found}
            windows.append(_Window(self.text, low, _Places(low, found, last, frozenset(last), self._sets)))
        return windows


class _Places(dict[int, "list[tuple[int, int]]"]):
    """For each set of strings places and length of those that a window holds, longer ones first; made when asked for."""

    def __init__(
        self,
        low: int,
        found: Sequence[Found],
        last: Mapping[int, Found],
        strings: frozenset[int],
        sets: Mapping[int, frozenset[int]],
    ) -> None:
        """`found`: the strings; `last`: the last place of each; `strings`: their numbers. Places count from `low`."""
        super().__init__()
        self._low = low
        self._last = last
        self._strings = strings
        self._sets = sets
        self._earlier: dict[int, int] = {}
        if len(last) < len(found):
            for one in found:
                string = one[0]
                if one is not last[string]:
                    self._earlier[string] = self._earlier.get(string, 0) | 1 << one[1] - low

    def __missing__(self, number: int) -> list[tuple[int, int]]:
        made = []
        for string in self._sets[number] & self._strings:
            _, begin, end = self._last[string]
            places = 1 << begin - self._low
            if string in self._earlier:
                places |= self._earlier[string]
            made.append((places, end - begin))
        if len(made) > 1:
            made.sort(key=_length, reverse=True)
        self[number] = made
        return made


class _Window:
    """A stretch of a text, for what begins in its first LONGEST_MATCH places.

    It knows the strings of as many places again, so that whatever begins there can also end. Inside, places are counted
    from its first one.
    """

    def __init__(self, text: str, low: int, of_set: _Places) -> None:
        self._text = text
        self._low = low
        self._all = (1 << min(LONGEST_MATCH, len(text) - low)) - 1
        self._of_set = of_set
        self._marks = self._sentence_ends()
        # Filled when asked for. Not by Lazy: it would hold its window, and what holds itself is freed late.
        self._open: dict[int, int] = {}
        self._classes: dict[str, dict[int, int]] = {}

    def matches(self, part: Part, low: int = 0, high: int = -1) -> Iterable[Span]:
        """Where a part matches (in the text), in order, beginning at a place from `low` to before `high`, -1: anywhere."""
        starts = self._all
        if part.needs is not None:
            needed = 0
            for places, _ in self._of_set[part.needs]:
                needed |= places
            if part.lead:
                for step in _STEPS[part.lead]:
                    needed |= needed >> step
            starts &= needed
        if low > self._low:
            starts = starts >> low - self._low << low - self._low
        if high >= 0:
            starts &= (1 << high - self._low) - 1
        # Most parts do not match at all: one run over all starts together says so.
        ends = self._run(part.program, starts)
        return self._apart(part, starts, ends) if ends else ()

    def _apart(self, part: Part, starts: int, ends: int) -> Iterator[Span]:
        """The shortest match from each of `starts`, which together reach `ends`."""
        first = starts & -starts
        if starts != first:
            rest = starts ^ first
            middle = ((rest & -rest).bit_length() + rest.bit_length()) // 2
            # Most often the first place will do, and nobody asks on; otherwise halves lead to the one that does.
            for some in (first, rest & ((1 << middle) - 1), rest >> middle << middle):
                ends = self._run(part.program, some)
                if ends:
                    yield from self._apart(part, some, ends)
            return
        start = self._low + starts.bit_length() - 1
        if part.word_start and start and is_latin(self._text[start - 1]):
            return
        for end in _each(ends):
            end += self._low
            if not (part.word_end and is_latin(self._text[end : end + 1])):
                yield start, end
                return

    def _run(self, program: Program, places: int) -> int:
        """The places that can be reached from `places` by all steps of a program."""
        last = program[-1]
        for step in program:
            if not places:
                return 0
            kind = type(step)
            if kind is list:
                reached = 0
                for begins, length in self._of_set[step[0]]:
                    here = begins & places
                    if here:
                        reached |= here << length
                        if step is last:  # evidence is shown whole: of strings that begin at one place the longest
                            places ^= here
                places = reached
            elif kind is int:
                places = self._after_gap(step, places)
            elif kind is str:
                places = self._after_class(step, places)
            elif "?" in step:
                places |= self._run(step["?"], places)
            else:
                reached = 0
                for begins, length in self._of_set[step["="]] if "=" in step else ():
                    reached |= (begins & places) << length
                for branch in step["|"]:
                    reached |= self._run(branch, places)
                places = reached
        return places

    def _after_gap(self, width: int, places: int) -> int:
        """What a gap can reach: up to so many places on, or the end of the sentence before them."""
        for step in _STEPS[width]:
            places |= (places & self._within_sentence(step) if self._marks else places) << step
        return places

    def _after_class(self, name: str, places: int) -> int:
        reached = 0
        if name not in self._classes:
            self._classes[name] = self._match_class(name)
        for place, ends in self._classes[name].items():
            if places >> place & 1:
                reached |= ends
        return reached

    def _match_class(self, name: str) -> dict[int, int]:
        """Where a class matches, and where it may end: a number also early (<n>万 on 四十万), an address as a whole."""
        least = {"phone": 5, "url": LONGEST_MATCH}.get(name, 1)
        ends: dict[int, int] = {}
        # Places go up to twice LONGEST_MATCH; the rest is for what matches there.
        for match in class_regex(name).finditer(self._text, self._low, self._low + 3 * LONGEST_MATCH):
            place, end = match.start() - self._low, match.end(1) - self._low
            ends[place] = (2 << end) - (1 << min(end, place + least))
        return ends

    def _within_sentence(self, width: int) -> int:
        """The places from which no sentence ends within so many characters."""
        if width not in self._open:
            ends = self._marks
            for step in _STEPS[width - 1]:
                ends |= ends >> step
            self._open[width] = ~ends
        return self._open[width]

    def _sentence_ends(self) -> int:
        marks = 0
        for mark in SENTENCE_END:
            at = self._text.find(mark, self._low, self._low + 2 * LONGEST_MATCH)
            while at >= 0:
                marks |= 1 << at - self._low
                at = self._text.find(mark, at + 1, self._low + 2 * LONGEST_MATCH)
        return marks


def _steps(width: int) -> list[int]:
    """By how much to shift places, one after the other, to spread them over the next `width` ones."""
    steps = []
    reach = 1
    while reach <= width:
        steps.append(min(reach, width + 1 - reach))
        reach += steps[-1]
    return steps


_STEPS: Lazy[int, list[int]] = Lazy(_steps)


def _each(places: int) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def _length(string: tuple[int, int]) -> int:
    return string[1]

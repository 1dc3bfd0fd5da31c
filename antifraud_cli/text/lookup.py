"""Find many strings in a text: one after the other for the first texts, by an automaton for a stream of them.

Building an automaton over some ten thousand strings costs as much as a few hundred messages, which a single message
should not pay.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

_HIGHEST_FIRST = array("H", [1]).tobytes()[0] == 0
"""Whether this machine puts the highest byte of a number first."""
_PATIENCE = 30_000
"""After so many characters the automaton is worth its cost."""

Found = tuple[int, int, int]
"""Number of a string, where it begins in a text, and where it ends."""
Search = Callable[[str], "list[Found]"]

Key = TypeVar("Key")
Value = TypeVar("Value")


class Later(Generic[Value]):
    """Something that is worth its making only for a stream of texts, not for a single one."""

    def __init__(self, make: Callable[[], Value | None], patience: int) -> None:
        """`make` is called once, after `patience` characters (or whatever is counted); it gives None where it cannot."""
        self._make = make
        self._left = patience
        self._made: Value | None = None

    def __call__(self, size: int) -> Value | None:
        """What was made, for so many characters more; None as long as it does not pay."""
        if self._left >= 0:
            self._left -= size
            if self._left < 0:
                self._made = self._make()
        return self._made

    def now(self) -> Value | None:
        """What is made, without waiting any longer."""
        return self(max(self._left, 0) + 1)


class Lines(Sequence[str]):
    """The lines of a text by their numbers, each cut out when it is asked for: one message wants some tens of many thousands."""

    def __init__(self, text: str, ends: bytes = b"") -> None:
        """`ends`: what `line_ends` gives, if it was kept."""
        self._text = text
        self._ends = array("I")
        self._ends.frombytes(ends or line_ends(text))
        if _HIGHEST_FIRST:
            self._ends.byteswap()

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return self.all()[number]
        ends = self._ends
        return self._text[ends[number - 1] + 1 if number else 0 : ends[number]]

    def all(self) -> list[str]:
        """All of them."""
        return self._text.split("\n")


def line_ends(text: str) -> bytes:
    """Where the lines of a text end, as 32-bit numbers, lowest byte first."""
    ends = array("I", [*(match.start() for match in re.finditer("\n", text)), len(text)])
    if _HIGHEST_FIRST:
        ends.byteswap()
    return ends.tobytes()


class Finder:
    """Finds every place of every string, overlapping ones too; the places of one string come in ascending order."""

    def __init__(self, search: Search, strings: Callable[[], Sequence[str]]) -> None:
        """`search` does the same slowly, without preparation. `strings` gives all strings in the order of their numbers."""
        self._slow = search
        self._fast: Search | None = None
        self._strings = strings
        self._left = _PATIENCE

    def __call__(self, text: str) -> list[Found]:
        """What the text holds."""
        if self._fast is None:
            self._left -= len(text)
            if self._left >= 0:
                return self._slow(text)
            self._fast = _automaton(self._strings()) or self._slow
        try:
            return self._fast(text)
        except UnicodeEncodeError:  # half a surrogate pair
            return self._slow(text)


def _automaton(strings: Sequence[str]) -> Search | None:
    """Search by an Aho-Corasick automaton over strings, none of them empty; None where the package is not installed."""
    try:
        from ahocorasick_rs import AhoCorasick
    except ImportError:
        return None
    find = AhoCorasick(strings, store_patterns=False).find_matches_as_indexes
    return lambda text: find(text, True)


class Lazy(dict[Key, Value]):
    """A dictionary that makes a value when it is first asked for."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Value:
        value = self[key] = self._make(key)
        return value

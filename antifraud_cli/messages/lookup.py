"""Find many strings in a text: one after the other for the first texts, by an automaton for a stream of them.

Building an automaton over some ten thousand strings costs as much as a few hundred messages, which a single message
should not pay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

_PATIENCE = 30_000
"""After so many characters the automaton is worth its cost."""

Found = tuple[int, int, int]
"""Number of a string, where it begins in a text, and where it ends."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class Finder:
    """Finds every place of every string, overlapping ones too; the places of one string come in ascending order."""

    def __init__(self, search: Callable[[str], list[Found]], strings: Callable[[], Sequence[str]]) -> None:
        """`search` does the same slowly, without preparation. `strings` gives all strings in the order of their numbers."""
        self._search = search
        self._strings = strings
        self._left = _PATIENCE
        self._automaton: Any = None

    def __call__(self, text: str) -> list[Found]:
        """What the text holds."""
        if self._automaton is None:
            self._left -= len(text)
            if self._left >= 0:
                return self._search(text)
            self._automaton = automaton(self._strings())
        try:
            found: list[Found] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # half a surrogate pair
            return self._search(text)
        return found


def automaton(strings: Sequence[str]) -> Any:
    """An Aho-Corasick automaton over strings, none of them empty."""
    import ahocorasick_rs

    return ahocorasick_rs.AhoCorasick(strings, store_patterns=False)


class Lazy(dict[Key, Value]):
    """A dictionary that makes a value when it is first asked for."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Value:
        value = self[key] = self._make(key)
        return value

"""Find many strings in a text: one after the other for the first texts, by an automaton for a stream of them.

Building an automaton over some ten thousand strings costs as much as a few hundred messages, which a single message
should not pay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

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

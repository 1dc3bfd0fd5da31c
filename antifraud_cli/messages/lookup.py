"""Look things up in a long sorted list of lines: by bisection for the first texts, by a dictionary for a stream of them.

Building a dictionary of some ten thousand entries costs milliseconds, which a single message should not pay.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

_PATIENCE = 4_000
"""After so many look-ups the dictionary is worth its cost."""


class SortedLines:
    """Finds the line that begins with a key. Keys must be unique, lines sorted."""

    def __init__(self, lines: Sequence[str], key_of: Callable[[str], str] | None = None) -> None:
        """`key_of` gives the key of a line; None: the whole line is the key."""
        self._lines = lines
        self._key_of = key_of
        self._left = _PATIENCE
        self._places: dict[str, int] | None = None

    def __getitem__(self, place: int) -> str:
        return self._lines[place]

    def find(self, key: str) -> int | None:
        """The place of the line with this key; None if there is none."""
        if self._places is not None:
            return self._places.get(key)
        self._left -= 1
        if self._left < 0:
            key_of = self._key_of or str
            self._places = {key_of(line): place for place, line in enumerate(self._lines)}
        place = bisect_left(self._lines, key)
        if place == len(self._lines):
            return None
        line = self._lines[place]
        return place if (line == key if self._key_of is None else line.startswith(key)) else None

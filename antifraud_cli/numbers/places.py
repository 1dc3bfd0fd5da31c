"""Where a mobile number of the mainland was given out: a hint at best, and no word about where the caller is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from antifraud_cli.knowledge.tableformat import PLACE_DIGITS, PLACE_ROW

_ROW = len(PLACE_ROW.format(0, 0))


class Places:
    """The compiled table of ranges; looked up as the text that it is, because parsing it would take longer."""

    def __init__(self, names: Sequence[list[str]], table: str) -> None:
        """`names` and `table`: what `knowledge.places.read` returns."""
        self._names = names
        self._table = table
        self._rows = range(len(table) // _ROW)

    def find(self, mobile: str) -> list[str] | None:
        """The place in each language for a mobile number of 11 digits; None where nothing is known."""
        head = mobile[1 : 1 + PLACE_DIGITS]
        row = bisect_right(self._rows, head, key=self._head) - 1
        if row < 0:
            return None
        number = int(self._table[row * _ROW + PLACE_DIGITS : (row + 1) * _ROW])
        return self._names[number] if number else None

    def _head(self, row: int) -> str:
        return self._table[row * _ROW : row * _ROW + PLACE_DIGITS]

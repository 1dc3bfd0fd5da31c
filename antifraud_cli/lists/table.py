"""Lists as tables: rows of a CSV in and out. What a spreadsheet would take for a formula leaves with a ' in front."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from antifraud_cli.lists.forms import is_pattern
from antifraud_cli.lists.model import LISTS, PLACES, Entry, ListsError, Place
from antifraud_cli.lists.patterns import LEAST_DIGITS, normal

ENTRY_COLUMNS = ("list", "number", "note", "added")
PLACE_COLUMNS = ("prefix", "region", "carrier")
_NUMBERS = ("number", "prefix")
DELIMITERS = (",", ";", "\t")
LONGEST_NOTE = 200
"""Characters of a note, a place or an operator."""
_QUOTED = re.compile(r'"[^"]*"')
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@＝＋－＠\t\r]")
# A spreadsheet drops the zero in front of a number and rounds one of more than 11 digits.
_SPOILED = re.compile(r"0[0-9]*|[0-9]{12,}")
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
"""2026-11-21, and what spreadsheets make of it."""
_SPOILED_BEFORE = re.compile(r"'(?=[0-9])")


def delimiter_of(line: str) -> str:
    """What divides the fields of a table with this first line."""
    outside = _QUOTED.sub("", line)
    return max(DELIMITERS, key=outside.count)


@lru_cache(maxsize=4096)
def note_of(written: str) -> str:
    """A note as it is kept: one line, whole characters. Raises ListsError: long_note."""
    note = " ".join(written.encode("utf-8", "replace").decode("utf-8").replace("\0", "").split())
    if len(note) > LONGEST_NOTE:
        raise ListsError("long_note", limit=LONGEST_NOTE)
    return note


class Reader:
    """Makes entries or places of the rows of a table, whose first row may name its columns."""

    def __init__(self, first: Sequence[str], names: Mapping[str, str], default: str | None, today: str) -> None:
        """`first`: the first row. `names`: what columns may be called, and which they are.

        `default`: the list for rows that name none (for tables without header: `places` makes it a prefix table).
        `today`: the day for entries that name none. Raises ListsError: unknown_column, double_column, no_number_column,
        no_list.
        """
        self.has_header = not any(char.isdigit() for cell in first for char in cell)
        """Whether the first row names columns: a row of data has digits in it."""
        if self.has_header:
            columns = [_named(cell.strip(), names) for cell in first]
        else:
            columns = list(PLACE_COLUMNS if default == PLACES else ("number", "note"))
        self._columns: list[str] = columns
        self.makes_places = "prefix" in columns
        """Whether rows become places, not entries."""
        self._default = default
        self._today = today
        self._check(columns)

    def _check(self, columns: list[str]) -> None:
        double = {name for name in columns if name and columns.count(name) > 1}
        if double:
            raise ListsError("double_column", name=sorted(double)[0])
        allowed = PLACE_COLUMNS if self.makes_places else ENTRY_COLUMNS
        odd = [name for name in columns if name and name not in allowed]
        if odd:
            raise ListsError("unknown_column", name=odd[0], names=", ".join(allowed))
        if not self.makes_places and "number" not in columns:
            raise ListsError("no_number_column", names=", ".join(ENTRY_COLUMNS))
        if not self.makes_places and "list" not in columns and self._default not in LISTS:
            raise ListsError("no_list")

    def read(self, row: Sequence[str], list_of: Callable[[str], str]) -> Entry | Place:
        """The entry or place of a row. `list_of` gives the id of a list for its name. Raises ListsError."""
        if len(row) > len(self._columns) and any(cell.strip() for cell in row[len(self._columns) :]):
            raise ListsError("long_row", found=len(row), wanted=len(self._columns))
        cells = {name: _opened(cell) for name, cell in zip(self._columns, row, strict=False) if name}
        if self.makes_places:
            return _place(cells)
        named = cells.get("list", "").strip()
        if not named and self._default not in LISTS:
            raise ListsError("no_list")
        name = list_of(named) if named else str(self._default)
        day = _day(cells.get("added", "")) or self._today
        return entry(name, _SPOILED_BEFORE.sub("", cells.get("number", "")), cells.get("note", ""), day)


@lru_cache(maxsize=4096)
def _day(written: str) -> str:
    """The day as it is kept; "" for none."""
    if not written.strip():
        return ""
    found = _DAY.fullmatch(written.strip())
    try:
        return datetime.date(*map(int, found.groups() if found else ())).isoformat()
    except (TypeError, ValueError):
        raise ListsError("bad_day", name=written) from None


def _named(cell: str, names: Mapping[str, str]) -> str:
    """The id of a column by its name; "" for a nameless one."""
    if cell and cell.lower() not in names:
        raise ListsError("unknown_column", name=cell, names=", ".join((*ENTRY_COLUMNS, *PLACE_COLUMNS)))
    return names.get(cell.lower(), "")


def entry(name: str, number: str, note: str, added: str) -> Entry:
    """An entry with number and note in the form in which they are kept. Raises ListsError."""
    kept = normal(number)
    if name == "contact" and is_pattern(kept):
        raise ListsError("contact_pattern", number=kept)
    return Entry(name, kept, note_of(note), added)


def prefix(written: str) -> str:
    """First digits as the prefix table keeps them. Raises ListsError: not_a_prefix."""
    found = normal(written) if len(written.strip()) >= LEAST_DIGITS else written.strip()
    if not found.removeprefix("+").isdecimal() or not found.isascii():
        raise ListsError("not_a_prefix", number=written)
    return found


def _place(cells: Mapping[str, str]) -> Place:
    begins = prefix(_SPOILED_BEFORE.sub("", cells.get("prefix", "")))
    region, carrier = note_of(cells.get("region", "")), note_of(cells.get("carrier", ""))
    if not region and not carrier:
        raise ListsError("empty_place", number=begins)
    return Place(begins, region, carrier)


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table that `Reader` reads back as it was and that no spreadsheet runs or spoils."""
    yield _line(columns)
    keys = [name in _NUMBERS for name in columns]
    for row in rows:
        yield _line([_closed(cell, key) for cell, key in zip(row, keys, strict=True)])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _closed(cell: str, is_number: bool) -> str:
    """A cell that a spreadsheet leaves as it is."""
    return "'" + cell if _FORMULA.match(cell) or is_number and _SPOILED.fullmatch(cell) else cell


def _opened(cell: str) -> str:
    """A cell as it was before `_closed`."""
    return cell[1:] if cell[:1] == "'" and _QUOTED_FORMULA.match(cell) else cell

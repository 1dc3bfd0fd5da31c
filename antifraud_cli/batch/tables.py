"""Rows of CSV and TSV: lines in, rows and faults out. Streaming."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator

from antifraud_cli.batch.faults import Fault, line_fault
from antifraud_cli.batch.lines import MAX_LINE, LineFault, RawLine, decoded

DELIMITERS = {"csv": ",", "tsv": "\t"}
"""Format -> what divides its columns."""
TEXT_COLUMNS = ("text", "content", "message", "body", "sms", "内容", "短信", "短信内容", "正文", "文本", "簡訊", "短訊")
"""Names under which the text is looked for where no column is named."""
_MOST_LINES = 500
"""A quoted field of a table that runs over more lines than these has lost its closing quote."""

NumberedRow = tuple[int, "list[str] | Fault"]
"""Line on which a row begins, and its fields."""


class ColumnError(ValueError):
    """The table has no column with the text; the message lists those it has."""


class Table:
    """Rows of a CSV or TSV. A row that is no good costs its own first line only: reading goes on with the next one."""

    def __init__(self, lines: Iterator[RawLine], delimiter: str, encoding: str | None) -> None:
        self._lines = lines
        self._encoding = encoding
        self._again: deque[RawLine] = deque()
        """Lines to be read once more."""
        self._taken: list[RawLine] = []
        """Lines of the row that is being read."""
        csv.field_size_limit(MAX_LINE)
        # Strict: a quote in the wrong place is reported, not guessed about.
        self._rows = csv.reader(_Feed(self), delimiter=delimiter, strict=True)

    def rows(self) -> Iterator[NumberedRow]:
        """Each row that is not blank with the number of its first line; the header is one of them."""
        while True:
            self._taken = []
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except _LineError as error:
                yield self._give_up(error.number, line_fault(error.number, error.fault, error.raw))
            except (csv.Error, _RowTooLongError):
                number, line = self._taken[0]
                raw = str(decoded(line, self._encoding)).rstrip("\r\n")
                yield self._give_up(number, Fault(number, "batch.bad_quotes", raw=raw))
            else:
                if any(field.strip() for field in row):
                    yield self._taken[0][0], row

    def _give_up(self, number: int, fault: Fault) -> NumberedRow:
        """Take the lines after the first one of a bad row back, to be read as rows of their own."""
        self._again.extendleft(reversed(self._taken[1:]))
        return number, fault

    def next_line(self) -> str:
        """The next line for the reader of rows."""
        if len(self._taken) == _MOST_LINES:
            raise _RowTooLongError
        number, raw = self._again.popleft() if self._again else next(self._lines)
        line = decoded(raw, self._encoding)
        if isinstance(line, LineFault):
            if self._taken:  # a row that runs into it is no good either; it is reported by itself afterwards
                self._taken.append((number, raw))
                raise _RowTooLongError
            raise _LineError(number, line, raw)
        self._taken.append((number, raw))
        return line.replace("\0", "\ufffd")


def header_names(row: list[str]) -> tuple[str, ...]:
    """The names of the columns, each once: the second `id` is `id.2`."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for name in (field.strip() for field in row):
        seen[name] += 1
        while seen[name] > 1 and f"{name}.{seen[name]}" in row:
            seen[name] += 1
        names.append(f"{name}.{seen[name]}" if seen[name] > 1 else name)
    return tuple(names)


def place_of(header: tuple[str, ...], column: str | None) -> int:
    """Which column holds the text. Raises ColumnError."""
    names = [name.lower() for name in header]
    for name in [column.strip().lower()] if column else TEXT_COLUMNS:
        if name in names:
            return names.index(name)
    if column is None and len(header) == 1:
        return 0
    raise ColumnError(", ".join(header))


class _Feed(Iterator[str]):
    """What the reader of rows reads from; unlike a generator it survives an exception."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __next__(self) -> str:
        return self._table.next_line()


class _LineError(Exception):
    """A line cannot be read."""

    def __init__(self, number: int, fault: LineFault, raw: bytes | str | LineFault) -> None:
        super().__init__(number)
        self.number = number
        self.fault = fault
        self.raw = raw


class _RowTooLongError(Exception):
    """A row does not end where rows end."""

"""The file that holds the lists: SQLite, one file, one writer at a time, whole changes or none.

The journal is SQLite's ordinary one, not WAL: one file to keep and to copy, reading writes nothing, and it works on
network folders. A change keeps its pages in memory until it is complete, so that whoever reads meanwhile waits for the
last step only. After a crash the next opening puts back what was there before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from antifraud_cli.lists.forms import LONGEST, head, rank
from antifraud_cli.lists.model import LISTS, PLACES, Entry, ListsError, Place

FORMAT = 1
"""Raise it when tables change; an older program then says that the file is newer."""
_OURS = 0x61666C73
"""`application_id` of our files, so that another program's database is never taken for lists."""
_READER_WAITS, _WRITER_WAITS = 2.0, 60.0
"""Seconds to wait for another process; whoever asks about a number must not be kept waiting."""
_CACHE_KIB = 65_536
# An entry is found by the digits before its first wildcard: the beginnings of the number asked for are tried, of the
# sizes that occur.
_TABLES = f"""
CREATE TABLE entry (
  head TEXT NOT NULL, number TEXT NOT NULL, list TEXT NOT NULL, note TEXT NOT NULL, added TEXT NOT NULL,
  PRIMARY KEY (head, number, list)
) WITHOUT ROWID;
CREATE TABLE size (head INTEGER PRIMARY KEY);
CREATE TABLE place (
  prefix TEXT NOT NULL PRIMARY KEY, region TEXT NOT NULL, carrier TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA application_id = {_OURS};
PRAGMA user_version = {FORMAT};
"""


class Store:
    """The lists in one file. Methods raise ListsError: damaged, newer, foreign, busy, unusable."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Open the file, which must be there unless `write`."""
        self._path = path
        with self._in_words():
            if write:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={'rwc' if write else 'rw'}",
                uri=True,
                isolation_level=None,
                timeout=_WRITER_WAITS if write else _READER_WAITS,
            )
            try:
                self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
                self._read_sizes()
            except BaseException:
                self._db.close()
                raise

    def _read_sizes(self) -> None:
        """What a look-up can leave out: sizes of beginnings that no entry has, the prefix table where there is none."""
        self._is_empty = not self._version()
        self._sizes: list[int] = []
        self._has_places = False
        if not self._is_empty:
            self._sizes = [size for (size,) in self._each("SELECT head FROM size")]
            self._has_places = self._one("SELECT 1 FROM place LIMIT 1") is not None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def find(self, shown: str, others: Sequence[str] = ()) -> list[Entry]:
        """The entries that fit a number, the one that decides first.

        Patterns are compared with the number as it was shown, whole numbers with its other forms too.
        """
        if self._is_empty or not 0 < len(shown) <= LONGEST:
            return []
        least, longest = (1 if shown.startswith("+") else 0), len(shown)
        others = [form for form in others if len(form) in self._sizes]
        heads = [shown[:size] for size in self._sizes if least <= size <= longest] + others
        if not heads:
            return []
        with self._in_words():
            rows = self._db.execute(_look_up(len(heads), len(others)), (*heads, shown, *others)).fetchall()
        return sorted((Entry(*row) for row in rows), key=rank)

    def place(self, forms: Iterable[str]) -> Place | None:
        """What the prefix table says about a number: the longest prefix of any of its forms."""
        if not self._has_places:
            return None
        prefixes = [form[:size] for form in forms for size in range(1, min(len(form), LONGEST) + 1)]
        query = (
            f"SELECT prefix, region, carrier FROM place WHERE prefix IN ({_marks(len(prefixes))}) "
            "ORDER BY length(prefix) DESC LIMIT 1"
        )
        row = self._one(query, prefixes)
        return Place(*row) if row else None

    def entries(self, lists: Collection[str] = LISTS) -> Iterator[Entry]:
        """All entries of the lists, by list, then by the digits they begin with."""
        for name in LISTS:
            if name in lists and not self._is_empty:
                query = "SELECT list, number, note, added FROM entry WHERE list = ? ORDER BY head, number"
                yield from (Entry(*row) for row in self._each(query, name))

    def places(self) -> Iterator[Place]:
        """The whole prefix table."""
        if not self._is_empty:
            yield from (Place(*row) for row in self._each("SELECT prefix, region, carrier FROM place ORDER BY prefix"))

    def counts(self) -> dict[str, int]:
        """How many entries each list has."""
        counts = dict.fromkeys((*LISTS, PLACES), 0)
        if not self._is_empty:
            counts.update(self._each("SELECT list, count(*) FROM entry GROUP BY list"))
            counts[PLACES] = self._one("SELECT count(*) FROM place")[0]
        return counts

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A change that happens as a whole when the block ends, or not at all when it raises or the process dies."""
        with self._in_words():
            self._db.execute("PRAGMA cache_spill = OFF")
            self._db.execute("BEGIN IMMEDIATE")
        try:
            if not self._version():  # another process may have made the tables while we waited
                for statement in _TABLES.split(";"):
                    self._run(statement)
            yield
            self._run("COMMIT")
            self._read_sizes()
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def add(self, entries: Iterable[Entry]) -> int:
        """Add entries, inside `changing`; gives how many are new. One that is there keeps its day; a new note counts."""
        query = (
            "INSERT INTO entry (head, number, list, note, added) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (head, number, list) DO UPDATE SET "
            "note = CASE excluded.note WHEN '' THEN note ELSE excluded.note END, added = min(added, excluded.added)"
        )
        sizes: set[int] = set()
        new = self._grow("entry", query, _rows(entries, sizes))
        self._grow("size", "INSERT OR IGNORE INTO size VALUES (?)", [(size,) for size in sizes])
        return new

    def add_places(self, places: Iterable[Place]) -> int:
        """Add rows to the prefix table, inside `changing`; gives how many are new. The later row of a prefix counts."""
        query = (
            "INSERT INTO place (prefix, region, carrier) VALUES (?, ?, ?) ON CONFLICT (prefix) DO UPDATE SET "
            "region = excluded.region, carrier = excluded.carrier"
        )
        return self._grow("place", query, places)

    def remove(self, name: str, number: str) -> bool:
        """Remove one entry (of the prefix table: one prefix), inside `changing`; gives whether it was there."""
        if name == PLACES:
            return self._run("DELETE FROM place WHERE prefix = ?", number) > 0
        return self._run("DELETE FROM entry WHERE head = ? AND number = ? AND list = ?", head(number), number, name) > 0

    def clear(self, name: str) -> int:
        """Remove all entries of a list, inside `changing`; gives how many there were."""
        if name == PLACES:
            return self._run("DELETE FROM place")
        return self._run("DELETE FROM entry WHERE list = ?", name)

    def _grow(self, table: str, query: str, rows: Iterable[Any]) -> int:
        before = self._one(f"SELECT count(*) FROM {table}")[0]
        with self._in_words():
            self._db.executemany(query, rows)
        return int(self._one(f"SELECT count(*) FROM {table}")[0] - before)

    def _run(self, query: str, *values: str) -> int:
        with self._in_words():
            return self._db.execute(query, values).rowcount

    def _one(self, query: str, values: Sequence[str] = ()) -> Any:
        with self._in_words():
            return self._db.execute(query, values).fetchone()

    def _each(self, query: str, *values: str) -> Iterator[Any]:
        with self._in_words():
            yield from self._db.execute(query, values)

    def _version(self) -> int:
        """The format of the file; 0 for one that holds nothing yet."""
        version = int(self._one("PRAGMA user_version")[0])
        if not version and self._one("SELECT 1 FROM sqlite_master LIMIT 1") is None:
            return 0
        if self._one("PRAGMA application_id")[0] != _OURS:
            raise ListsError("foreign", path=str(self._path))
        if version > FORMAT:
            raise ListsError("newer", path=str(self._path))
        return version

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise ListsError("busy", path=str(self._path)) from None
            raise ListsError("unusable", path=str(self._path), detail=str(error)) from None
        except sqlite3.DatabaseError as error:
            raise ListsError("damaged", path=str(self._path), detail=str(error)) from None


def _rows(entries: Iterable[Entry], sizes: set[int]) -> Iterator[tuple[str, ...]]:
    """The entries as rows; notes the sizes of their heads."""
    for name, number, note, added in entries:
        begin = head(number)
        sizes.add(len(begin))
        yield begin, number, name, note, added


@cache
def _look_up(heads: int, others: int) -> str:
    """The query for so many beginnings, of which so many are other forms of the number."""
    return (
        f"SELECT list, number, note, added FROM entry WHERE head IN ({_marks(heads)}) "
        f"AND (? GLOB replace(number, '#', '[0-9]') OR number IN ({_marks(others)}))"
    )


def _marks(count: int) -> str:
    return ",".join("?" * count)

"""`antifraud lists`: a person's own numbers to block, to allow, and of people they know; and places by prefix."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from antifraud_cli.batch.faults import Fault
from antifraud_cli.batch.lines import Line, UnknownEncodingError, lines_of
from antifraud_cli.batch.tables import Table
from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.input import HINT_ENCODINGS, open_source
from antifraud_cli.cli.options import Color, Encoding, Json, Lang, Plain, check_formats
from antifraud_cli.cli.show import show_blocks
from antifraud_cli.cli.target import open_target
from antifraud_cli.errors import InputError, UsageError
from antifraud_cli.lists import table
from antifraud_cli.lists.folder import lists_file
from antifraud_cli.lists.forms import is_pattern
from antifraud_cli.lists.model import LISTS, PLACES, Entry, ListsError, Place
from antifraud_cli.lists.patterns import is_broad, normal
from antifraud_cli.lists.published import Published
from antifraud_cli.lists.store import Store
from antifraud_cli.output.escape import as_json, one_line

_MOST_SHOWN = 50
"""Entries of each list that a person is shown; --plain and --json give all."""
_SHOWN_FAULTS = 5
_SHOWN_OWNERS = 3
_LONGEST_SHOWN = 160

ListName = Annotated[str, typer.Argument(metavar="LIST", help="argument.list")]
MaybeList = Annotated[Optional[str], typer.Argument(metavar="[LIST]", help="argument.maybe_list")]
Force = Annotated[bool, typer.Option("--force", help="option.force")]


def command() -> Any:
    """The group for the command line."""
    return group.make_group("lists", {"add": add, "remove": remove, "show": show, "import": import_, "export": export})


def add(
    name: ListName,
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER…", help="argument.entries")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="option.note")] = "",
    force: Force = False,
    lang: Lang = None,
) -> int:
    """Add numbers or patterns to a list."""
    env = environment.current()
    with _in_words():
        name = _list(name, LISTS)
        today = datetime.date.today().isoformat()
        entries = [table.entry(name, number, note, today) for number in numbers]
        guard = _Guard(env, force)
        for entry in entries:
            guard.check(entry)
        with Store(_path(env), write=True) as store:
            with store.changing():
                new = store.add(entries)
            env.write(text("lists.added", count=new, known=len(set(entries)) - new, name=_shown_name(name)) + "\n")
            for entry in entries:
                _tell_what_it_cannot_do(env, store, entry)
    return Exit.NOTHING


def remove(
    name: ListName,
    numbers: Annotated[Optional[list[str]], typer.Argument(metavar="[NUMBER]…", help="argument.removed")] = None,
    all_: Annotated[bool, typer.Option("--all", help="option.all_entries")] = False,
    lang: Lang = None,
) -> int:
    """Remove entries from a list."""
    env = environment.current()
    if bool(numbers) == all_:
        raise UsageError(text("lists.error.what_to_remove"), text("lists.hint.what_to_remove"))
    with _in_words():
        name = _list(name, (*LISTS, PLACES))
        wanted = [table.prefix(number) if name == PLACES else normal(number) for number in numbers or ()]
        with _maybe_open(env, write=True) as store:
            if store is None:
                missing, gone = wanted, 0
            else:
                with store.changing():
                    if all_:
                        gone, missing = store.clear(name), []
                    else:
                        missing = [number for number in wanted if not store.remove(name, number)]
                        gone = len(wanted) - len(missing)
    env.write(text("lists.removed", count=gone, name=_shown_name(name)) + "\n")
    if missing:
        raise InputError(
            text("lists.error.not_there", name=_shown_name(name), numbers=text("list.separator").join(missing)),
            text("lists.hint.not_there"),
        )
    return Exit.NOTHING


def show(
    name: MaybeList = None, json: Json = False, plain: Plain = False, lang: Lang = None, color: Color = "auto"
) -> int:
    """Show the entries of one list or of all."""
    check_formats(json, plain)
    env = environment.current()
    with _in_words():
        names = [_list(name, (*LISTS, PLACES))] if name else [*LISTS, PLACES]
        with _maybe_open(env) as store:
            if json:
                for row in _rows(store, names):
                    env.write_utf8(as_json(_object(row)) + "\n")
            elif plain:
                from antifraud_cli.output import plain as plain_format

                for row in _rows(store, names):
                    env.write(plain_format.render([row if isinstance(row, Entry) else (PLACES, *row)]))
            else:
                _show_blocks(env, store, names)
    return Exit.NOTHING


def import_(
    source: Annotated[str, typer.Argument(metavar="FILE", help="argument.table")],
    name: Annotated[Optional[str], typer.Option("--list", metavar="LIST", help="option.list")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="option.skip_bad")] = False,
    force: Force = False,
    encoding: Encoding = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Take over all rows of a table, or none."""
    env = environment.current()
    with _in_words(), open_source(env, source, "lists.prompt") as stream:
        name = _list(name, (*LISTS, PLACES)) if name else None
        job = _Import(env, _Guard(env, force), skip_bad)
        try:
            job.run(lines_of(stream, encoding), name)
        except UnknownEncodingError:
            raise UsageError(text("error.unknown_encoding", name=encoding), HINT_ENCODINGS) from None
        job.tell_faults()
        if json:
            env.write_utf8(as_json(job.as_json()) + "\n")
        else:
            env.write(text("lists.imported", rows=job.taken, new=job.new, known=job.taken - job.new) + "\n")
    return Exit.NOTHING


def export(
    name: MaybeList = None,
    output: Annotated[Optional[str], typer.Option("--output", "-o", metavar="FILE", help="option.output")] = None,
    lang: Lang = None,
) -> int:
    """Write one list, all lists, or the prefix table as CSV."""
    env = environment.current()
    with _in_words(), _maybe_open(env) as store, open_target(env, output) as target:
        names = [_list(name, (*LISTS, PLACES))] if name else list(LISTS)
        columns = table.PLACE_COLUMNS if names == [PLACES] else table.ENTRY_COLUMNS
        mark = b"\xef\xbb\xbf" if output not in (None, "-") else b""  # without it Excel guesses the encoding wrong
        target.write(mark)
        for line in table.written(columns, _rows(store, names)):
            target.write(line.encode("utf-8"))
    return Exit.NOTHING


@dataclass
class _Import:
    """One import: all rows in one change of the file."""

    env: Environment
    guard: _Guard
    skip_bad: bool
    taken: int = 0
    new: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def run(self, lines: Iterator[Line], name: str | None) -> None:
        """Read the table and add its rows. Raises InputError for a bad row, unless these are to be skipped."""
        lines = itertools.dropwhile(lambda line: isinstance(line[1], str) and not line[1].strip(), lines)
        first = next(lines, None)
        delimiter = table.delimiter_of(first[1]) if first and isinstance(first[1], str) else ","
        rows = Table(itertools.chain([first] if first else [], lines), delimiter, None).rows()
        names = _knowledge()["columns"]
        reader, rest = self._start(rows, names, name)
        if reader is None:
            if self.faults and not self.skip_bad:
                self._refuse()
            raise ListsError("empty")
        with Store(_path(self.env), write=True) as store, store.changing():
            kept = self._kept(reader, rest)
            self.new = store.add_places(kept) if reader.makes_places else store.add(kept)
            if self.faults and not self.skip_bad:
                self._refuse()

    def _start(self, rows: Iterator[Any], names: Any, name: str | None) -> tuple[table.Reader | None, Iterator[Any]]:
        """The reader that the first row with anything in it asks for, and the rows that hold data."""
        for line, row in rows:
            if isinstance(row, Fault):
                self._note(line, text(row.reason, detail=one_line(row.detail)))
            elif any(cell.strip() for cell in row):
                reader = table.Reader(row, names, name, datetime.date.today().isoformat())
                return reader, rows if reader.has_header else itertools.chain([(line, row)], rows)
        return None, rows

    def _kept(self, reader: table.Reader, rows: Iterable[Any]) -> Iterator[Any]:
        list_of = cache(_list)
        for line, row in rows:
            if isinstance(row, Fault):
                self._note(line, text(row.reason, detail=one_line(row.detail)))
            elif any(cell.strip() for cell in row):
                try:
                    one = reader.read(row, list_of)
                    if isinstance(one, Entry):
                        self.guard.check(one)
                except ListsError as error:
                    self._note(line, in_words(error).message)
                else:
                    self.taken += 1
                    yield one

    def _note(self, line: int, reason: str) -> None:
        self.faults.append((line, reason))

    def _refuse(self) -> None:
        self.tell_faults()
        raise InputError(
            text("lists.error.bad_rows", count=len(self.faults)), text("lists.hint.bad_rows", shown=_SHOWN_FAULTS)
        )

    def tell_faults(self) -> None:
        """The first faults, each with its line."""
        for line, reason in self.faults[:_SHOWN_FAULTS]:
            self.env.tell(one_line(text("batch.fault", line=line, reason=reason)))
        if len(self.faults) > _SHOWN_FAULTS:
            self.env.tell(text("lists.more_faults", count=len(self.faults) - _SHOWN_FAULTS))

    def as_json(self) -> dict[str, Any]:
        """The object antifraud.import/1."""
        faults = [{"line": line, "reason": reason} for line, reason in self.faults]
        known = self.taken - self.new
        return {"schema": "antifraud.import/1", "rows": self.taken, "new": self.new, "known": known, "faults": faults}


class _Guard:
    """Refuses entries that take in too much, unless forced."""

    def __init__(self, env: Environment, force: bool) -> None:
        self._lang = env.lang
        self._force = force
        self._published: Published | None = None

    def check(self, entry: Entry) -> None:
        """Raises ListsError: broad, published."""
        if self._force or entry.list == "contact":
            return
        if entry.list == "block":
            self._check_published(entry.number)
        if is_broad(entry.number):
            raise ListsError("broad", number=entry.number)

    def _check_published(self, number: str) -> None:
        if self._published is None:
            from antifraud_cli import api

            self._published = Published(api.number_plan(), self._lang)
        hit = self._published.covered_by(number)
        if hit:
            owners = [f"{one} {self._published.owner(one)}".strip() for one in hit[:_SHOWN_OWNERS]]
            raise ListsError("published", number=number, count=len(hit), owners=text("list.separator").join(owners))


def _tell_what_it_cannot_do(env: Environment, store: Store, entry: Entry) -> None:
    """Say so at once where an entry has no effect: another one wins, or the number is judged by what it is."""
    if is_pattern(entry.number):
        return
    from antifraud_cli import api
    from antifraud_cli.lists.forms import calling_codes, other_forms
    from antifraud_cli.numbers import NumberContext

    codes = calling_codes(env.region(), api.number_plan())
    winner = store.find(entry.number, other_forms(entry.number, codes))[0]
    if entry.list == "block" and winner.list != "block":
        env.tell(text("lists.warn.overruled", number=entry.number, name=_shown_name(winner.list), winner=winner.number))
    if entry.list != "block":
        verdict = api.check_number_in(entry.number, NumberContext(location=env.region()), env.lang)
        if verdict.level in ("danger", "invalid"):
            level = text(f"level.{verdict.level}")
            env.tell(text("lists.warn.no_effect", number=entry.number, level=level, reason=verdict.reasons[0].text))


@contextmanager
def _in_words() -> Iterator[None]:
    """Errors of the lists, in the user's language."""
    try:
        yield
    except ListsError as error:
        raise in_words(error) from None


def in_words(error: ListsError) -> InputError:
    """The error in the user's language, with what to do about it."""
    values = {key: _short(value) if isinstance(value, str) else value for key, value in error.values.items()}
    return InputError(text(f"lists.error.{error.reason}", **values), text(f"lists.hint.{error.reason}", **values))


def _short(value: str) -> str:
    line = one_line(value)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _path(env: Environment) -> Path:
    path = lists_file(env.variables)
    if not path:
        raise ListsError("no_folder")
    return Path(path)


@contextmanager
def _maybe_open(env: Environment, write: bool = False) -> Iterator[Store | None]:
    """The lists, or None where there are none yet."""
    path = lists_file(env.variables)
    if not path or not Path(path).exists():
        yield None
        return
    with Store(Path(path), write=write) as store:
        yield store


def _knowledge() -> Any:
    from antifraud_cli.knowledge import store

    return store.load("lists")


def _list(name: str, allowed: Iterable[str] = LISTS) -> str:
    """The id of a list for its id or a name in any language."""
    found = _knowledge()["names"].get(name.strip().lower())
    if found not in allowed:
        raise ListsError("unknown_list", name=name, names=", ".join(allowed))
    return str(found)


def _shown_name(name: str) -> str:
    return text(f"lists.name.{name}")


def _rows(store: Store | None, names: Iterable[str]) -> Iterator[Entry | Place]:
    if store is not None:
        yield from store.entries(set(names))
        if PLACES in names:
            yield from store.places()


def _object(row: Entry | Place) -> dict[str, str]:
    schema = "antifraud.entry/1" if isinstance(row, Entry) else "antifraud.place/1"
    return {"schema": schema, **row._asdict()}


def _show_blocks(env: Environment, store: Store | None, names: list[str]) -> None:
    """For a person: each list with its size and its first entries."""
    from antifraud_cli.output.layout import BLANK, Block

    counts = store.counts() if store else {}
    blocks: list[Block] = []
    for name in names:
        if not counts.get(name):
            continue
        blocks += [BLANK] if blocks else []
        blocks.append(Block(text("lists.heading", name=_shown_name(name), count=counts[name]), "heading"))
        for row in itertools.islice(_rows(store, [name]), _MOST_SHOWN):
            said = row[1:] if isinstance(row, Entry) else row
            blocks.append(Block(one_line("  ".join(filter(None, said))), marker="-"))
        if counts[name] > _MOST_SHOWN:
            blocks.append(Block(text("lists.more", count=counts[name] - _MOST_SHOWN)))
    show_blocks(env, blocks or [Block(text("lists.empty"))])

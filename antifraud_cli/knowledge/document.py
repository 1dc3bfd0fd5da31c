"""Read YAML with line numbers, and take it apart key by key.

`read_document` turns a file into plain values whose mappings and lists remember their lines. An `Entry` wraps one
mapping: each accessor checks one key and notes a `Problem` instead of raising, so that a maintainer sees every fault
of a file in one run. `Entry.done` notes keys that nobody asked for, which catches spelling mistakes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from antifraud_cli.errors import Problem
from antifraud_cli.knowledge.tableformat import LANGUAGES

STATUSES = ("verified", "single", "unverified")
HOTLINE_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")

_MOST_SHOWN = 400
"""Characters of a message about a fault: it may quote what was found."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Table(dict[str, Any]):
    """A mapping that knows the line of each key."""

    line: int = 1
    lines: dict[str, int]


class Items(list[Any]):
    """A list that knows the line of each element."""

    line: int = 1
    lines: list[int]


class Problems(list[Problem]):
    """The faults found so far."""

    def note(self, file: str, line: int, key: str, message: str) -> None:
        shown = message if len(message) <= _MOST_SHOWN else f"{message[: _MOST_SHOWN - 1]}…"
        self.append(Problem(file, line, key, shown))


class Collector:
    """What the readers of all files share: faults, and the ids that are defined and used."""

    def __init__(self, as_of: datetime.date | None = None) -> None:
        self.problems = Problems()
        self.as_of = as_of
        """The day by which validity is judged; None: lapsed entries are not looked for."""
        self._defined: dict[str, dict[str, Entry]] = {}
        self._used: list[tuple[str, str, Entry, str]] = []

    def define(self, kind: str, name: str, entry: Entry) -> None:
        """Note that `entry` defines the id `name` of `kind` (source, hotline, fact …); twice is a problem."""
        seen = self._defined.setdefault(kind, {})
        if name in seen:
            entry.note("id", f"duplicate {kind} id {name!r}, first in {seen[name].file}:{seen[name].line}")
        else:
            seen[name] = entry

    def define_once(self, kind: str, name: str, entry: Entry) -> None:
        """The same, for ids that may stand in several places with the same contents."""
        self._defined.setdefault(kind, {}).setdefault(name, entry)

    def use(self, kind: str, name: str, entry: Entry, key: str) -> None:
        """Note that `entry` refers to an id; `check_references` tells whether it exists."""
        self._used.append((kind, name, entry, key))

    def defined(self, kind: str) -> dict[str, Entry]:
        """The ids of a kind and the entries that define them."""
        return self._defined.get(kind, {})

    def check_uses(self, known: Mapping[str, Container[str]]) -> None:
        """Note every use of an id that is not among those `known` of its kind."""
        for kind, name, entry, key in self._used:
            if name not in known.get(kind, ()):
                entry.note(key, f"unknown {kind} id {name!r}")

    def check_references(self, must_be_used: tuple[str, ...] = ()) -> None:
        """Note every use of an undefined id, and every defined id of the kinds in `must_be_used` that nobody uses."""
        self.check_uses(self._defined)
        used = {(kind, name) for kind, name, _, _ in self._used}
        for kind in must_be_used:
            for name, entry in self._defined.get(kind, {}).items():
                if (kind, name) not in used:
                    entry.note("", f"{kind} id {name!r} is not used anywhere")


def read_document(path: Path, shown: str, problems: Problems) -> Table:
    """Return the mapping in a YAML file; faults of syntax are noted under the name `shown`."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problems.note(shown, 1, "", f"not UTF-8: byte {error.start}")
        return empty_table()
    return parse_document(text, shown, problems)


def parse_document(text: str, shown: str, problems: Problems) -> Table:
    """Return the mapping that a text in YAML holds; faults of syntax are noted under the name `shown`."""
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            value = _convert(node, loader, shown, problems) if node is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.note(shown, mark.line + 1 if mark else 1, "", f"not valid YAML: {error.problem or error.context}")
        return empty_table()
    except yaml.YAMLError as error:
        problems.note(shown, 1, "", f"not valid YAML: {str(error).splitlines()[0]}")
        return empty_table()
    if not isinstance(value, Table):
        problems.note(shown, 1, "", "expected a mapping at the top of the file")
        return empty_table()
    return value


def empty_table() -> Table:
    """The mapping of a file that holds nothing."""
    table = Table()
    table.lines = {}
    return table


def _convert(node: Any, loader: Any, shown: str, problems: Problems) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        table = Table()
        table.line, table.lines = line, {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key_node.value)
            if key in table:
                problems.note(shown, key_node.start_mark.line + 1, key, "the key stands twice in one mapping")
            table[key] = _convert(value_node, loader, shown, problems)
            table.lines[key] = key_node.start_mark.line + 1
        return table
    if isinstance(node, yaml.SequenceNode):
        items = Items(_convert(child, loader, shown, problems) for child in node.value)
        items.line, items.lines = line, [child.start_mark.line + 1 for child in node.value]
        return items
    try:
        return loader.construct_object(node)
    except (ValueError, OverflowError, KeyError, AttributeError, TypeError):  # 2026-13-45, or !!int of a word
        problems.note(shown, line, "", f"is not what it looks like or is marked as (put it in quotes): {node.value!r}")
        return str(node.value)


_MISSING: Any = object()


class Entry:
    """One mapping of a data file, read key by key.

    Accessors return a value of the promised type even where the file is wrong; the fault is in the collector then.
    """

    def __init__(self, table: Table, file: str, path: str, collector: Collector) -> None:
        self.table = table
        self.file = file
        self.path = path
        self.collector = collector
        self._asked: set[str] = set()

    @property
    def line(self) -> int:
        """The line at which the mapping begins."""
        return self.table.line

    def note(self, key: str, message: str) -> None:
        """Note a problem at `key` (empty: the entry itself)."""
        line = self.table.lines.get(key.split("[")[0], self.table.line)
        where = ".".join(part for part in (self.path, key) if part)
        self.collector.problems.note(self.file, line, where, message)

    def has(self, key: str) -> bool:
        """Whether the key stands in the file with a value."""
        return self.table.get(key) is not None

    def raw(self, key: str, default: Any = _MISSING) -> Any:
        """The value as YAML gives it; a missing key without `default` is a problem."""
        self._asked.add(key)
        value = self.table.get(key)
        if value is None:
            if default is _MISSING:
                self.note(key, "missing")
                return None
            return default
        return value

    def text(self, key: str, default: str = _MISSING) -> str:
        """A string; numbers must be quoted, so that 0755 and 1e5 stay what was written."""
        value = self.raw(key, default)
        if value is None:
            return "" if default is _MISSING else default
        if not isinstance(value, str):
            self.note(key, f"expected text, found {value!r} (put it in quotes)")
            return str(value)
        if not value.strip() and default is _MISSING:
            self.note(key, "is empty")
        return value

    def texts(self, key: str, at_least: int = 0) -> list[str]:
        """A list of strings."""
        value = self.raw(key, None if at_least == 0 else _MISSING)
        if value is None:
            return []
        if not isinstance(value, Items):
            self.note(key, f"expected a list, found {value!r}")
            return []
        found = []
        for index, item in enumerate(value):
            if isinstance(item, str) and item.strip():
                found.append(item)
            else:
                self.note(f"{key}[{index}]", f"expected text, found {item!r} (put it in quotes)")
        if len(found) < at_least:
            self.note(key, f"expected at least {at_least} entries, found {len(found)}")
        return found

    def number(self, key: str, low: float, high: float, default: float = _MISSING) -> float:
        """A number within bounds."""
        value = self.raw(key, default)
        if value is None:
            return low if default is _MISSING else default
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.note(key, f"expected a number from {low:g} to {high:g}, found {value!r}")
            return low
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self.raw(key, default)
        if not isinstance(value, bool):
            self.note(key, f"expected true or false, found {value!r}")
            return default
        return value

    def choice(self, key: str, options: tuple[str, ...], default: str = _MISSING) -> str:
        """One of the given words."""
        value = self.raw(key, default)
        if value is None:
            return options[0] if default is _MISSING else default
        if isinstance(value, bool):  # YAML 1.1 reads yes and no as booleans
            value = "yes" if value else "no"
        if value not in options and value != default:
            self.note(key, f"expected one of {', '.join(options)}, found {value!r}")
            return options[0]
        return str(value)

    def date(self, key: str, default: datetime.date | None = _MISSING) -> datetime.date | None:
        """A day, written 2026-11-21."""
        value = self.raw(key, default)
        if value is None or type(value) is datetime.date:
            return value
        self.note(key, f"expected a date like 2026-11-21, found {value!r}")
        return None

    def localized(self, key: str, default: Any = _MISSING) -> dict[str, str]:
        """A text in all languages; `{hotline.id}` in it is checked as a reference."""
        value = self.raw(key, default)
        if value is None or value is default:
            return {}
        if not isinstance(value, Table):
            self.note(key, f"expected a mapping with {', '.join(LANGUAGES)}, found {value!r}")
            return dict.fromkeys(LANGUAGES, "")
        self._check_languages(key, value)
        result = {}
        for language in LANGUAGES:
            text = value.get(language)
            if isinstance(text, str) and text.strip():
                result[language] = self._with_references(key, text)
            else:
                if language in value:
                    self.note(f"{key}.{language}", f"expected text, found {text!r}")
                result[language] = ""
        return result

    def localized_list(self, key: str, at_least: int = 0) -> dict[str, list[str]]:
        """A list of texts in all languages, of equal length."""
        value = self.raw(key, None if at_least == 0 else _MISSING)
        if value is None:
            return {language: [] for language in LANGUAGES}
        if not isinstance(value, Table):
            self.note(key, f"expected a mapping with {', '.join(LANGUAGES)}, found {value!r}")
            return {language: [] for language in LANGUAGES}
        self._check_languages(key, value)
        inner = Entry(value, self.file, f"{self.path}.{key}" if self.path else key, self.collector)
        result = {language: inner.texts(language, at_least) for language in LANGUAGES if language in value}
        if len({len(texts) for texts in result.values()}) > 1:
            counts = ", ".join(f"{language}: {len(texts)}" for language, texts in result.items())
            self.note(key, f"the languages differ in length ({counts})")
        return {
            language: [self._with_references(key, text) for text in result.get(language, [])] for language in LANGUAGES
        }

    def _check_languages(self, key: str, value: Table) -> None:
        for language in LANGUAGES:
            if language not in value:
                self.note(key, f"missing translation {language}")
        for language in value:
            if language not in LANGUAGES:
                self.note(f"{key}.{language}", f"unknown language; expected {', '.join(LANGUAGES)}")

    def _with_references(self, key: str, text: str) -> str:
        for name in HOTLINE_PLACEHOLDER.findall(text):
            if "." in name:
                self.collector.use("hotline", name, self, key)
        return text

    def references(self, key: str, kind: str, at_least: int = 0) -> list[str]:
        """A list of ids of another kind of entry."""
        names = self.texts(key, at_least)
        for name in names:
            self.collector.use(kind, name, self, key)
        return names

    def reference(self, key: str, kind: str, default: str | None = _MISSING) -> str | None:
        """One id of another kind of entry."""
        name = self.raw(key, default)
        if name is None:
            return None
        if not isinstance(name, str):
            self.note(key, f"expected an id, found {name!r}")
            return None
        self.collector.use(kind, name, self, key)
        return name

    def entry(self, key: str, default: Any = _MISSING) -> Entry | None:
        """A mapping inside this one."""
        value = self.raw(key, default)
        if value is None:
            return None
        if not isinstance(value, Table):
            self.note(key, f"expected a mapping, found {value!r}")
            return None
        return Entry(value, self.file, f"{self.path}.{key}" if self.path else key, self.collector)

    def entries(self, key: str, at_least: int = 0) -> Iterator[Entry]:
        """The mappings of a list, one by one; each is checked for unknown keys when its turn is over."""
        value = self.raw(key, None if at_least == 0 else _MISSING)
        if value is None:
            return
        if not isinstance(value, Items):
            self.note(key, f"expected a list, found {value!r}")
            return
        if len(value) < at_least:
            self.note(key, f"expected at least {at_least} entries, found {len(value)}")
        for index, item in enumerate(value):
            path = f"{self.path}.{key}[{index}]" if self.path else f"{key}[{index}]"
            if isinstance(item, Table):
                inner = Entry(item, self.file, path, self.collector)
                yield inner
                inner.done()
            else:
                self.collector.problems.note(self.file, value.lines[index], path, f"expected a mapping, found {item!r}")

    def provenance(self) -> dict[str, Any]:
        """The keys that every fact carries: source, status, reviewed and validity."""
        reviewed = self.date("reviewed")
        valid_from, valid_until = self.date("valid_from", None), self.date("valid_until", None)
        today = self.collector.as_of
        if today and valid_until and valid_until < today:
            self.note("valid_until", f"lapsed on {valid_until}; review it and set a new date")
        if today and reviewed and reviewed > today:
            self.note("reviewed", f"{reviewed} lies in the future")
        return {
            "source": self.references("source", "source", at_least=1),
            "status": self.choice("status", STATUSES, "verified"),
            "reviewed": reviewed.isoformat() if reviewed else None,
            "valid_from": valid_from.isoformat() if valid_from else None,
            "valid_until": valid_until.isoformat() if valid_until else None,
        }

    def done(self) -> None:
        """Note keys of the file that no accessor asked for."""
        for key in self.table:
            if key not in self._asked:
                self.note(key, f"unknown key; expected one of {', '.join(sorted(self._asked))}")


def open_entry(path: Path, shown: str, collector: Collector) -> Entry:
    """Read a file and wrap its top mapping."""
    return Entry(read_document(path, shown, collector.problems), shown, "", collector)

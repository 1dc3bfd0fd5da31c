"""Compile a person's own message rules: the reader of data/rules, for files that nobody has looked at.

What differs from ours: a rule may be in one language, name its source in its own words, replace one of ours or switch it
off; and everything is bounded before it is read, so that any file costs time by its length and no more.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from antifraud_cli.errors import Problem
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.document import (
    STATUSES,
    Collector,
    Entry,
    Problems,
    Table,
    empty_table,
    parse_document,
)
from antifraud_cli.knowledge.messagerules import RuleCompiler, check_weight, vocabulary
from antifraud_cli.knowledge.ownfiles import Source, fingerprint_of
from antifraud_cli.knowledge.ownrules import OwnRules
from antifraud_cli.knowledge.patterntable import PatternTable
from antifraud_cli.knowledge.tableformat import LANGUAGES
from antifraud_cli.text.normalize import Normalizer
from antifraud_cli.text.patterns import PatternError

MAX_RULES = 1000
"""Rules in all files."""
MAX_PATTERNS = 5000
"""Patterns in all files, those under `unless` included."""
MAX_FAULTS = 100
"""Faults of one file that are looked for."""
MAX_VALUES = 20_000
"""Texts, lists and mappings in one file."""
MAX_DEPTH = 12
"""Mappings and lists within each other in one file."""
MAX_TEXT = 5000
"""Characters of one text."""
MAX_PATTERN = 1500
"""Characters of one pattern."""
MAX_GROUPS = 16
"""Brackets in one part of a pattern: what is multiplied out grows with their number."""
MAX_NESTING = 5
"""Brackets within brackets."""
MAX_PARTS = 8
"""Parts of a pattern (`A && B`)."""
MAX_REASON = 200
"""Characters of a reason."""
_ID = re.compile(r"\w[\w.\-]{0,79}")
_RESERVED = "model."
"""Ids of what no rule finds begin with this."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that are not seen, or change how others are seen."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Compiled(NamedTuple):
    """What a compilation gives."""

    own: OwnRules
    """The rules, ready for use."""
    examples: list[dict[str, Any]]
    """Rule, file, line, `match` and `no_match` of every rule in force."""
    tables: list[tuple[str, Table]]
    """Path and contents of every file without a fault, for whoever lists the rules."""
    counts: dict[str, int]
    """How much there is: files, rules, patterns, rules of ours that are replaced and that are off."""


def compile_rules(found: Sequence[Source], as_of: Any = None) -> Compiled:
    """Compile rule files. With `as_of`, rules that lapsed before that day are faults too."""
    known = Known()
    files = _read_all(found, known, as_of)
    _check_together(files, known)
    sound = [file for file in files if not file.problems]
    chosen, off = _chosen(sound)
    rules: list[dict[str, Any]] = []
    reasons: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    examples = []
    numbers: dict[_File, dict[int, int]] = {}
    for file, number in chosen.values():
        numbers.setdefault(file, {})[number] = len(rules)
        rules.append({**file.compiler.rules[number], "own": True})
        examples.append(file.compiler.examples[number])
        for language in LANGUAGES:
            reasons[language].append(file.compiler.reasons[language][number])
    table = PatternTable()
    for file, wanted in numbers.items():
        table.take(file.compiler.table, wanted)
    texts = (text for file in numbers for text in file.compiler.example_texts())
    problems = [problem for file in files for problem in sorted(dict.fromkeys(file.problems), key=_line)[:MAX_FAULTS]]
    own = OwnRules(fingerprint_of(found), rules, reasons, table.table(texts), tuple(off), tuple(problems))
    counts = {
        "files": len(sound),
        "rules": len(rules),
        "patterns": table.size,
        "replaced": len(chosen.keys() & known.ids["rule"]),
        "off": len(off),
    }
    return Compiled(own, examples, [(file.source.shown, file.table) for file in sound], counts)


def _line(problem: Problem) -> int:
    return problem.line


class Known:
    """What own rules may refer to, and what they are read with."""

    def __init__(self) -> None:
        messages, named = store.load("messages"), store.load("categories")
        self.checks: dict[str, str | None] = {rule["id"]: rule["check"] for rule in messages["rules"]}
        """Id of each of our rules -> the computation that it names."""
        self.ids: dict[str, Any] = {
            "category": named["categories"],
            "technique": named["techniques"],
            "situation": store.load("response")["situations"],
            "rule": set(self.checks),
        }
        self.normalizer = Normalizer(messages["characters"])
        self.vocabulary = vocabulary(store.data_dir(), Collector())

    def with_rules_of(self, files: Sequence[_File]) -> dict[str, Any]:
        """All ids by their kind, those of the rules in some files included."""
        own = {name for file in files for name, _, number in file.entries if number is not None}
        return {**self.ids, "rule": self.ids["rule"] | own}


class _File:
    """One file, read and checked by itself."""

    def __init__(self, source: Source, known: Known, as_of: Any) -> None:
        self.source = source
        self.collector = Collector(as_of)
        self.compiler = _OwnRuleCompiler(known, self.collector)
        if source.fault:
            self.note(source.fault)
            self.table = empty_table()
        else:
            self.table = _read(source, self.collector.problems)
        if not self.problems:
            with contextlib.suppress(_TooManyFaultsError):
                self.compiler.file(Entry(self.table, source.shown, "", self.collector))

    @property
    def problems(self) -> Problems:
        """What is wrong with it."""
        return self.collector.problems

    @property
    def entries(self) -> list[tuple[str, Entry, int | None]]:
        """The id of each rule, where it stands, and its number; None where it is switched off."""
        return self.compiler.entries

    def note(self, message: str) -> None:
        """Note a fault of the whole file."""
        self.problems.note(self.source.shown, 0, "", message)


def _read_all(found: Sequence[Source], known: Known, as_of: Any) -> list[_File]:
    """The files; those beyond the bounds for all of them are faulty, and not read."""
    files = []
    rules = patterns = 0
    fault = f"there are more than {MAX_RULES} rules or {MAX_PATTERNS} patterns in all files"
    for source in found:
        is_full = rules > MAX_RULES or patterns > MAX_PATTERNS
        file = _File(source._replace(fault=source.fault or fault) if is_full else source, known, as_of)
        rules, patterns = rules + len(file.compiler.rules), patterns + file.compiler.table.size
        if not is_full and (rules > MAX_RULES or patterns > MAX_PATTERNS):
            file.note(fault)
        files.append(file)
    return files


def _check_together(files: Sequence[_File], known: Known) -> None:
    """Note what is wrong between files: ids that stand twice in a folder, ids that nobody defines."""
    seen: dict[tuple[int, str], _File] = {}
    for file in files:
        for name, entry, _ in file.entries:
            first = seen.setdefault((file.source.folder, name), file)
            if first is not file and not first.problems:
                entry.note("id", f"duplicate rule id {name!r}, also in {first.source.shown}")
    ids = known.with_rules_of(files)
    for file in files:
        if file.problems:
            file.collector.check_uses(ids)
    # A file that is left out takes its ids along, which others may refer to.
    sound = [file for file in files if not file.problems]
    while True:
        ids = known.with_rules_of(sound)
        for file in sound:
            file.collector.check_uses(ids)
        still = [file for file in sound if not file.problems]
        if len(still) == len(sound):
            return
        sound = still


def _chosen(files: Sequence[_File]) -> tuple[dict[str, tuple[_File, int]], list[str]]:
    """Of each id the rule that counts, the last one, with its number in its file; and the ids that are switched off."""
    chosen: dict[str, tuple[_File, int]] = {}
    off: dict[str, None] = {}
    for file in files:
        for name, _, number in file.entries:
            chosen.pop(name, None)
            off.pop(name, None)
            if number is None:
                off[name] = None
            else:
                chosen[name] = file, number
    return chosen, list(off)


def _read(source: Source, problems: Problems) -> Table:
    """The contents of a file; what goes beyond the bounds is a problem, and nothing more is read then."""
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.note(source.shown, 1, "", f"not UTF-8: byte {error.start}; save it as UTF-8")
        return empty_table()
    try:
        for line, fault in _beyond_bounds(text):
            problems.note(source.shown, line, "", fault)
            return empty_table()
    except yaml.YAMLError:
        pass  # told by who reads it for good
    return parse_document(text, source.shown, problems)


def _beyond_bounds(text: str) -> Iterator[tuple[int, str]]:
    """Line and fault of what makes a small file large, deep or unreadable."""
    depth = values = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        values += isinstance(event, yaml.NodeEvent)
        if values > MAX_VALUES:
            yield line, f"holds more than {MAX_VALUES} texts, lists and mappings: part the file"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "anchors and aliases (& and *) are not allowed: write the text out"
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                yield line, f"lists and mappings stand more than {MAX_DEPTH} deep"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent):
            if len(event.value) > MAX_TEXT:
                yield line, f"a text is longer than {MAX_TEXT} characters"
            elif _CONTROL.search(event.value):
                yield line, "a text holds a control character"


class _TooManyFaultsError(Exception):
    """A file has so many faults that looking for more helps nobody."""


class _OwnRuleCompiler(RuleCompiler):
    """Reads own rules."""

    def __init__(self, known: Known, collector: Collector) -> None:
        super().__init__(known.normalizer, collector, known.vocabulary)
        self._known = known
        self.entries: list[tuple[str, Entry, int | None]] = []
        """Id and place of each rule, and its number; None where it is switched off."""

    def rule(self, entry: Entry, category: str | None) -> None:
        """Take one rule in."""
        if len(self.collector.problems) > MAX_FAULTS:
            raise _TooManyFaultsError
        name = entry.text("id")
        if not _ID.fullmatch(name) or name.startswith(_RESERVED):
            entry.note("id", f"expected at most 80 letters, digits, . _ -, not {_RESERVED}…, found {name!r}")
        if not entry.flag("enabled", True):
            self.entries.append((name, entry, None))
            if set(entry.table) <= {"id", "enabled"}:
                self.collector.define("rule", name, entry)
                self.collector.use("rule", name, entry, "id")
                return
        else:
            self.entries.append((name, entry, len(self.rules)))
        super().rule(entry, category)
        check = self.rules[-1]["check"]
        if check and self._known.checks.get(name) != check:
            entry.note("check", "only a rule that replaces the one of ours with this check may name it")

    def _reason(self, entry: Entry) -> dict[str, str]:
        """One text for all languages, or a mapping with those that there are."""
        value = entry.raw("reason")
        if isinstance(value, Table):
            inner = Entry(value, entry.file, f"{entry.path}.reason", self.collector)
            given = {language: inner.text(language, "") for language in LANGUAGES}
            inner.done()
        else:
            given = dict.fromkeys(LANGUAGES, entry.text("reason")) if value is not None else {}
        if value is not None and not any(text.strip() for text in given.values()):
            entry.note("reason", f"is empty; write it in one of {', '.join(LANGUAGES)}")
        for text in given.values():
            if len(text) > MAX_REASON:
                entry.note("reason", f"is longer than {MAX_REASON} characters")
            elif any(unicodedata.category(one) in _UNSEEN for one in text):
                entry.note("reason", "holds a character that is not seen")
        return _in_every_language(given)

    def _status(self, entry: Entry, weights: Mapping[str, float]) -> str:
        """How far the rule is verified: by default as far as its source allows."""
        has_source = bool(_sources(entry))
        status = entry.choice("status", STATUSES, "single" if has_source else "unverified")
        if status != "unverified" and not has_source:
            entry.note("source", f"missing: a rule that is {status} says where it was read or seen")
        _check_days(entry)
        check_weight(entry, status, weights)
        if entry.has("kind"):
            check_weight(entry, status, {"": entry.number("weight", 0.5, 10)})
            if entry.flag("cancels") and status != "verified":
                entry.note("cancels", "only a rule that is verified may drop what other rules found")
        return status

    def _parse(self, entry: Entry, key: str, pattern: str) -> list[Any]:
        fault = _unbounded(pattern)
        if fault:
            entry.note(key, f"pattern {_short(pattern)!r} {fault}")
            return []
        try:
            parts = super()._parse(entry, key, pattern)
        except (RecursionError, PatternError):  # pragma: no cover - the bounds above forbid it
            entry.note(key, f"pattern {_short(pattern)!r} is too complicated")
            return []
        if any(not string or not string.isprintable() for part in parts for string in _strings(part.program)):
            entry.note(key, f"pattern {_short(pattern)!r} has a piece of which nothing is left to look for")
        return parts


def _sources(entry: Entry) -> list[str]:
    """Where the rule comes from, in the person's own words or as ids of data/sources.yaml."""
    value = entry.raw("source", None)
    return [value] if isinstance(value, str) and value.strip() else entry.texts("source")


def _check_days(entry: Entry) -> None:
    today = entry.collector.as_of
    reviewed, until = entry.date("reviewed", None), entry.date("valid_until", None)
    entry.date("valid_from", None)
    if today and until and until < today:
        entry.note("valid_until", f"lapsed on {until}; look at it again and set a new date, or remove the rule")
    if today and reviewed and reviewed > today:
        entry.note("reviewed", f"{reviewed} lies in the future")


def _unbounded(pattern: str) -> str:
    """What makes a pattern too costly to compile; "" for one that is not."""
    if len(pattern) > MAX_PATTERN:
        return f"is longer than {MAX_PATTERN} characters"
    parts = pattern.split("&&")
    if len(parts) > MAX_PARTS:
        return f"has more than {MAX_PARTS} parts"
    for part in parts:
        depth = deepest = 0
        for character in part:
            depth += (character == "(") - (character == ")")
            deepest = max(deepest, depth)
        if deepest > MAX_NESTING:
            return f"has brackets more than {MAX_NESTING} deep"
        if part.count("(") > MAX_GROUPS:
            return f"has more than {MAX_GROUPS} brackets in one part"
    return ""


def _strings(program: Any) -> Iterator[str]:
    """Every fixed piece of a program (text/patterns.py)."""
    for step in program:
        if isinstance(step, list):
            yield from step
        elif isinstance(step, dict):
            for branch in [step["?"]] if "?" in step else step["|"]:
                yield from _strings(branch)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _in_every_language(given: Mapping[str, str]) -> dict[str, str]:
    """A text for each language: its own, else that of the first language that has one; Chinese before English."""
    texts = {language: text for language, text in given.items() if text}
    return {
        language: next((texts[one] for one in (language, *LANGUAGES) if one in texts), "") for language in LANGUAGES
    }

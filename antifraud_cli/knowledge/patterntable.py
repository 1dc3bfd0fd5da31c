"""The compiled patterns as a table that loads fast: long strings that are taken apart only where a text asks for it.

`index`     a line for each two characters: the rest of each string that begins with them, and its number
`singles`   a line for each string of one character, and its number
`strings`   a line for each string, in the order of their numbers: for whoever wants them all at once
`anchored`  a line for each string: the patterns that are looked for where it occurs
`sets`      a line for each set of strings: the numbers of its strings
`patterns`  a line for each pattern: its rule, which part is looked for first, all sets it needs with the rarest first, and
            its parts; a part is the sets it needs in order, how it may begin and end, and its program as JSON, with the
            number of a set in place of its strings (`=`: of all alternatives that are plain strings)
`unless`    the same for the patterns that cancel hits of a rule
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from antifraud_cli.knowledge.tableformat import FIELD_END, STRING_END
from antifraud_cli.text.patterns import Part, Program, Step

BY_LINE = ("index", "anchored", "sets", "patterns")
"""Columns of which single lines are asked for."""


class PatternTable:
    """Gathers patterns and gives the table."""

    def __init__(self) -> None:
        self._strings: dict[str, int] = {}
        self._sets: dict[tuple[int, ...], int] = {}
        self._keys: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._patterns: list[tuple[int, list[Part]]] = []
        self._unless: dict[int, list[list[Part]]] = {}

    def add(self, rule: int, parts: list[Part]) -> None:
        """Add a pattern of the rule with this number."""
        self._patterns.append((rule, parts))

    def add_unless(self, rule: int, parts: list[Part]) -> None:
        """Add a pattern that cancels hits of the rule with this number."""
        self._unless.setdefault(rule, []).append(parts)

    def take(self, other: PatternTable, numbers: Mapping[int, int]) -> None:
        """Add what another table gathered; `numbers` gives the new number of each of its rules that is wanted."""
        self._patterns += [(numbers[rule], parts) for rule, parts in other._patterns if rule in numbers]
        for rule, unless in other._unless.items():
            if rule in numbers:
                self._unless.setdefault(numbers[rule], []).extend(unless)

    @property
    def size(self) -> int:
        """How many patterns it holds."""
        return len(self._patterns) + sum(map(len, self._unless.values()))

    def table(self, texts: Iterable[str] = ()) -> dict[str, str]:
        """The table. `texts` are normalized messages: what is rare in them is looked for first."""
        for _, parts in self._patterns:
            for part in parts:
                self._part(part)  # gives every string and set its number
        common = self._frequencies(texts)
        anchored: dict[int, list[int]] = {}
        lines = []
        for number, (rule, parts) in enumerate(self._patterns):
            line, anchors = self._line(parts, common)
            lines.append(f"{rule}\t{line}")
            for string in anchors:
                anchored.setdefault(string, []).append(number)
        unless = [f"{rule}\t{self._line(parts, common)[0]}" for rule, all_ in self._unless.items() for parts in all_]
        return {
            **self._index(),
            "anchored": "\n".join(",".join(map(str, anchored.get(n, ()))) for n in range(len(self._strings))),
            "sets": "\n".join(",".join(map(str, numbers)) for numbers in self._sets),
            "patterns": "\n".join(lines),
            "unless": "\n".join(unless),
        }

    def _index(self) -> dict[str, str]:
        heads: dict[str, list[str]] = {}
        for string, number in self._strings.items():
            heads.setdefault(string[:2], []).append(f"{string[2:]}{STRING_END}{number}")
        return {
            "strings": "\n".join(self._strings),
            "singles": "\n".join(sorted(f"{head}{rows[0]}" for head, rows in heads.items() if len(head) == 1)),
            "index": "\n".join(sorted(head + "\t".join(rows) for head, rows in heads.items() if len(head) == 2)),
        }

    def _frequencies(self, texts: Iterable[str]) -> Counter[int]:
        """In how many places of the texts each string stands."""
        heads: dict[str, list[tuple[str, int]]] = {}
        for string, number in self._strings.items():
            heads.setdefault(string[:2], []).append((string[2:], number))
        found: Counter[int] = Counter()
        for text in texts:
            for at in range(len(text) - 1):
                for rest, number in heads.get(text[at : at + 2], ()):
                    if text.startswith(rest, at + 2):
                        found[number] += 1
        return found

    def _line(self, parts: list[Part], common: Mapping[int, int]) -> tuple[str, tuple[int, ...]]:
        """A pattern without its rule, and the strings by which it is found."""
        keys = {self._set(strings): self._key(strings) for part in parts for strings in part.needs}

        def commonness(number: int) -> tuple[float, int, int]:
            strings = keys[number]
            return sum(common.get(string, 0) for string in strings), len(strings), number

        order = sorted(keys, key=commonness)
        first = next(n for n, part in enumerate(parts) if order[0] in [self._set(strings) for strings in part.needs])
        fields = [str(first), ",".join(map(str, order)), *map(self._part, parts)]
        return "\t".join(fields), keys[order[0]]

    def _part(self, part: Part) -> str:
        needs = ",".join(str(self._set(strings)) for strings in part.needs)
        flags = "s" * part.word_start + "e" * part.word_end
        program = json.dumps(self._program(part.program), separators=(",", ":"))
        return FIELD_END.join([needs, str(part.lead), flags, program])

    def _program(self, program: Program) -> list[Any]:
        return [self._step(step) for step in program]

    def _step(self, step: Step) -> Any:
        if isinstance(step, list):
            return [self._set(step)]
        if isinstance(step, dict):
            if "?" in step:
                return {"?": self._program(step["?"])}
            return self._branches(step["|"])
        return step

    def _branches(self, branches: Sequence[Program]) -> dict[str, Any]:
        """Alternatives, those that are plain strings gathered in one set (`=`): a run then takes one step for them all."""
        strings: list[str] = []
        rest: list[list[Any]] = []
        for branch in _flattened(branches):
            first = branch[0]
            if len(branch) == 1 and isinstance(first, list) and _is_prefix_free(first):
                strings += first
            else:
                rest.append(self._program(branch))
        return {"=": self._set(strings), "|": rest} if strings else {"|": rest}

    def _set(self, strings: Sequence[str]) -> int:
        return self._sets.setdefault(self._key(strings), len(self._sets))

    def _key(self, strings: Sequence[str]) -> tuple[int, ...]:
        strings = tuple(strings)  # asked several times for the same ones
        if strings not in self._keys:
            self._keys[strings] = tuple(sorted({self._string(string) for string in strings}))
        return self._keys[strings]

    def _string(self, string: str) -> int:
        return self._strings.setdefault(string, len(self._strings))


def _flattened(branches: Sequence[Program]) -> Iterator[Program]:
    """The branches, with those of a branch that is nothing but alternatives in its place."""
    for branch in branches:
        if len(branch) == 1 and isinstance(branch[0], dict) and "|" in branch[0]:
            yield from _flattened(branch[0]["|"])
        else:
            yield branch


def _is_prefix_free(strings: Sequence[str]) -> bool:
    """Whether at most one of the strings can begin at any place."""
    return not any(one != other and other.startswith(one) for one in strings for other in strings)

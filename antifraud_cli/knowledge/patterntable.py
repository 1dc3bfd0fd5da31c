"""The compiled patterns as a table that loads fast: long strings that are taken apart only where a text asks for it.

`index`     a line for each two characters: the rest of each string that begins with them, and its number
`singles`   a line for each string of one character, and its number
`anchored`  a line for each string: the patterns that are looked for where it occurs
`sets`      a line for each set of strings: the numbers of its strings
`patterns`  a line for each pattern: its rule, which part is looked for first, and its parts; a part is the sets it needs,
            how it may begin and end, and its program as JSON, with the number of a set in place of its strings
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from antifraud_cli.knowledge.tableformat import FIELD_END, STRING_END
from antifraud_cli.text.patterns import Part, Program, Step


class PatternTable:
    """Gathers patterns and gives the table."""

    def __init__(self) -> None:
        self._strings: dict[str, int] = {}
        self._sets: dict[tuple[int, ...], int] = {}
        self._anchored: dict[int, list[int]] = {}
        self._lines: list[str] = []

    def add(self, rule: int, parts: list[Part]) -> None:
        """Add a pattern of the rule with this number."""
        anchored = rarest(parts)
        for string in parts[anchored].anchors:
            self._anchored.setdefault(self._string(string), []).append(len(self._lines))
        self._lines.append(f"{rule}\t{self.line(parts)}")

    def line(self, parts: list[Part]) -> str:
        """A pattern without its rule; what `unless` consists of."""
        return "\t".join([str(rarest(parts)), *map(self._part, parts)])

    def table(self) -> dict[str, str]:
        """The table, JSON-able."""
        heads: dict[str, list[str]] = {}
        for string, number in self._strings.items():
            heads.setdefault(string[:2], []).append(f"{string[2:]}{STRING_END}{number}")
        return {
            "singles": "\n".join(sorted(f"{head}{rows[0]}" for head, rows in heads.items() if len(head) == 1)),
            "index": "\n".join(sorted(head + "\t".join(rows) for head, rows in heads.items() if len(head) == 2)),
            "anchored": "\n".join(",".join(map(str, self._anchored.get(n, ()))) for n in range(len(self._strings))),
            "sets": "\n".join(",".join(map(str, numbers)) for numbers in self._sets),
            "patterns": "\n".join(self._lines),
        }

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
            return {"|": [self._program(branch) for branch in step["|"]]}
        return step

    def _set(self, strings: Sequence[str]) -> int:
        key = tuple(sorted({self._string(string) for string in strings}))
        return self._sets.setdefault(key, len(self._sets))

    def _string(self, string: str) -> int:
        return self._strings.setdefault(string, len(self._strings))


def rarest(parts: list[Part]) -> int:
    """The part with the rarest anchors: it is looked for first, the others only around it."""
    return max(range(len(parts)), key=lambda n: (min(map(len, parts[n].anchors), default=0), -len(parts[n].anchors)))

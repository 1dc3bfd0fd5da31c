"""Counts of a run: by level, category and rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

LEVELS = ("danger", "caution", "none")
SCHEMA = "antifraud.batch/1"


@dataclass
class Tally:
    """What a run, or a part of it, has found."""

    records: int = 0
    """Records that were judged, duplicates included."""
    written: int = 0
    """Answers that were written."""
    duplicates: int = 0
    """Records that were not written because their text had been seen."""
    faults: int = 0
    """Records that could not be read."""
    levels: Counter[str] = field(default_factory=Counter)
    """Records by level."""
    categories: Counter[str] = field(default_factory=Counter)
    """Records by category, where there is one."""
    rules: Counter[str] = field(default_factory=Counter)
    """Records in which a rule found something, by rule."""

    def count(self, level: str, category: str | None, rules: Iterable[str], times: int) -> None:
        """Take the same verdict on `times` records in; `rules` found something, each is named once."""
        self.records += times
        self.levels[level] += times
        if category:
            self.categories[category] += times
        for rule in rules:
            self.rules[rule] += times

    def __add__(self, other: Tally) -> Tally:
        """The counts of both parts."""
        return Tally(
            self.records + other.records,
            self.written + other.written,
            self.duplicates + other.duplicates,
            self.faults + other.faults,
            _sum(self.levels, other.levels),
            _sum(self.categories, other.categories),
            _sum(self.rules, other.rules),
        )

    def as_json(self) -> dict[str, Any]:
        """The counts, most frequent first."""
        return {
            "records": self.records,
            "written": self.written,
            "duplicates": self.duplicates,
            "faults": self.faults,
            "levels": {level: self.levels[level] for level in LEVELS},
            "categories": _ranked(self.categories),
            "rules": _ranked(self.rules),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Tally:
        """What `as_json` gave."""
        counters = {name: Counter(value[name]) for name in ("levels", "categories", "rules")}
        return cls(value["records"], value["written"], value["duplicates"], value["faults"], **counters)


def _sum(some: Counter[str], more: Counter[str]) -> Counter[str]:
    """The counts of both; `more` is the smaller one: Counter's own sum would go through both."""
    found = Counter(some)
    found.update(more)
    return found


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))

"""The number plan, ready for look-ups: structures by their first digits, owners, rules by kind and direction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli.knowledge.tableformat import LANGUAGES

if TYPE_CHECKING:
    from antifraud_cli.numbers.places import Places

# The conditions by which rules are looked up: all that have few values. Only whole numbers and shapes are tested one by one.
_KEYS = (
    *("kind", "direction", "listed", "behind", "abroad", "claim", "lookalike", "fault", "form", "use", "mark", "head"),
    *("tail", "called_first", "overseas_contact", "link", "claim_fits", "calls_out", "sends_sms", "group", "home"),
    *("one_ring", "cases", "location"),
)
_key_of = itemgetter(*_KEYS)


class Advice(NamedTuple):
    """One thing to do."""

    texts: list[str]
    """The text in each language."""
    needs: tuple[str, ...]
    """The values without which it cannot be said."""


class Rule(NamedTuple):
    """A rule as the judge uses it."""

    id: str
    """Its id."""
    level: str
    """The level that it gives."""
    priority: int
    """The higher one decides."""
    tests: tuple[tuple[str, Any], ...]
    """Fact and allowed values, without those by which the rule was looked up."""
    reason: list[str]
    """The reason in each language."""
    advice: list[Advice]
    """What to do."""
    source: str
    """Titles of the sources."""
    adds: bool
    """Whether its reason may stand below another rule's verdict."""


class _Pattern:
    """Numbers of a shape, # being any digit; stands where other conditions have a set."""

    def __init__(self, shapes: list[str]) -> None:
        self._match = re.compile("|".join(shape.replace("#", "[0-9]") for shape in shapes)).fullmatch

    def __contains__(self, digits: str) -> bool:
        return self._match(digits) is not None


class NumberPlan:
    """The compiled part `numbers` with the indexes that judging needs. Build it once and use it for every number."""

    def __init__(self, part: Mapping[str, Any], places: Callable[[], Places] | None = None) -> None:
        """`part`: what `knowledge.numberplan.read` returns. `places`: loads where mobile numbers were given out."""
        self.part = part
        self._load_places = places
        self.heads: Mapping[str, list[int]] = part["heads"]
        self.structures: list[list[Any]] = part["structures"]
        self.areas: Mapping[str, list[Any]] = part["areas"]
        self.local_first: str = part["local_first"]
        self.lines: Mapping[str, Mapping[str, Any]] = part["lines"]
        self.cn: Mapping[str, Any] = part["lines"].get("CN", {})
        self.numbers: Mapping[str, list[int]] = part["numbers"]
        self.dial_forms: Mapping[str, str] = part["dial_forms"]
        self._rules: dict[tuple[Any, ...], list[Rule]] = {}
        self._prepared: dict[str, Rule] = {}
        self.head_lengths = sorted({len(head) for head in self.heads}, reverse=True)

    @cached_property
    def places(self) -> Places | None:
        """Where mobile numbers were given out; loaded when the first one is judged."""
        return self._load_places() if self._load_places else None

    @cached_property
    def unassigned(self) -> frozenset[str]:
        """First three digits of calling codes that nobody has."""
        return frozenset(self.part["unassigned"])

    def text(self, row: list[str], lang: str) -> str:
        """The text of a language in a list of all."""
        return row[LANGUAGES.index(lang)]

    def rules(self, values: Mapping[str, Any]) -> list[Rule]:
        """The rules that can hold for these facts, the highest priority first; their `tests` remain to be made."""
        key = _key_of(values)
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = [
                self._prepare(row)
                for row in self.part["rules"]
                if all(value in row[3].get(name, (value,)) for name, value in zip(_KEYS, key, strict=True))
            ]
        return found

    def _prepare(self, row: list[Any]) -> Rule:
        name, level, priority, when, reason, advice, source, adds = row
        rule = self._prepared.get(name)
        if rule is None:
            tests = tuple(
                ("digits", _Pattern(allowed)) if key == "pattern" else (key, frozenset(allowed))
                for key, allowed in when.items()
                if key not in _KEYS
            )
            titles = self.part["sources"]
            spoken = "; ".join(titles.get(one, one) for one in source)
            rule = Rule(name, level, priority, tests, reason, [self._advice(one) for one in advice], spoken, adds)
            self._prepared[name] = rule
        return rule

    def _advice(self, name: str) -> Advice:
        texts: list[str] = self.part["advices"][name]
        return Advice(texts, tuple(re.findall(r"\{(\w+)\}", texts[0])))

    def structure(self, digits: str) -> tuple[str, str, str]:
        """Kind, carrier and fault (long, short or "") by the first digits; kind "" if no structure begins so."""
        length = len(digits)
        near: tuple[str, str, str] = ("", "", "")
        for size in self.head_lengths:
            if size > length:
                continue
            for index in self.heads.get(digits[:size], ()):
                kind, carrier, lengths = self.structures[index]
                if length in lengths:
                    return kind, carrier, ""
                if not near[0]:
                    near = (kind, carrier, "long" if length > lengths[0] else "short")
        return near


def load_plan(part: Mapping[str, Any], places: Callable[[], Places] | None = None) -> NumberPlan:
    """The compiled part `numbers`, ready for `check`; without `places` no verdict names the place of a mobile number."""
    return NumberPlan(part, places)

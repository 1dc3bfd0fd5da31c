"""What can be written about a record: names, types, and how each is taken from its verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from antifraud_cli.batch.records import Record
from antifraud_cli.messages.model import MessageVerdict


class Judged(NamedTuple):
    """A record with its verdict."""

    source: str
    """Name of the source."""
    record: Record
    """The record."""
    verdict: MessageVerdict
    """What was found."""
    copies: int
    """How many records of its window have the same text."""


class Field(NamedTuple):
    """One field of an answer."""

    kind: str
    """Its type in a table: text | number | count | texts | json."""
    value: Callable[[Judged], Any]
    """Its value."""


INPUT = "input"
"""The record's own keys, all of them."""
OWN = "input."
"""What stands before one of the record's own keys."""


def score_of(verdict: MessageVerdict) -> float:
    """The highest score of any category; 0 where nothing speaks for one."""
    return max((item.score for item in verdict.categories), default=0.0)


def _part(name: str) -> Field:
    return Field("json", lambda judged: judged.verdict.as_json()[name])


FIELDS = {
    "source": Field("text", lambda judged: judged.source),
    "line": Field("count", lambda judged: judged.record.line),
    "level": Field("text", lambda judged: judged.verdict.level),
    "category": Field("text", lambda judged: judged.verdict.category),
    "category_name": Field("text", lambda judged: judged.verdict.category_name),
    "score": Field("number", lambda judged: score_of(judged.verdict)),
    "kind": Field("text", lambda judged: judged.verdict.kind),
    "rules": Field("texts", lambda judged: list(dict.fromkeys(signal.rule for signal in judged.verdict.signals))),
    "techniques": Field("texts", lambda judged: list(judged.verdict.techniques)),
    "situations": Field("texts", lambda judged: list(judged.verdict.situations)),
    "contacts": Field("texts", lambda judged: list(judged.verdict.contacts)),
    "amounts": Field("texts", lambda judged: list(judged.verdict.amounts)),
    "rebuttal": Field("text", lambda judged: judged.verdict.rebuttal),
    "advice": Field("texts", lambda judged: list(judged.verdict.advice)),
    "categories": _part("categories"),
    "signals": _part("signals"),
    "numbers": _part("numbers"),
    "urls": _part("urls"),
    "count": Field("count", lambda judged: judged.copies),
}
"""Name -> field; besides these there are `input` and `input.KEY`."""

TABLE = (INPUT, "level", "category", "category_name", "score", "kind", "rules")
"""What a table holds unless --fields says otherwise."""


def unknown(names: Sequence[str]) -> str | None:
    """The first name that is no field."""
    return next((name for name in names if name not in FIELDS and name != INPUT and not name.startswith(OWN)), None)


class Digits(float):
    """A number with the digits it stood as: 1.10 stays 1.10."""

    def __new__(cls, text: str) -> Digits:
        found = super().__new__(cls, text)
        found.text = text
        return found

    text: str
    """As it stood."""


def own_of(record: Record) -> dict[str, Any]:
    """The record's own keys."""
    found: dict[str, Any] = json.loads(record.own, parse_float=Digits)
    return found

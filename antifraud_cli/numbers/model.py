"""What goes into and comes out of the judging of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

SCHEMA = "antifraud.number/1"
LEVELS = ("danger", "caution", "none", "official", "invalid")
DIRECTIONS = ("incoming", "sms", "dial")
LOCATIONS = ("CN", "HK", "MO", "TW", "SG", "MY", "US", "CA", "UK", "AU", "JP", "overseas")


class RawNumber(NamedTuple):
    """A piece of text that stands for a phone number, exactly as it was written."""

    text: str
    """The characters of the original text, marks and look-alike letters included: they are evidence."""
    start: int
    """Where it begins, in code points of the original text."""
    end: int
    """Where it ends (the first position after it)."""


@dataclass(frozen=True)
class NumberContext:
    """What is known about the call or message; the same digits mean different things in different contexts."""

    direction: str = "incoming"
    """incoming: it called me; sms: it wrote to me; dial: I want to call it."""
    location: str = "CN"
    """Where I am: one of LOCATIONS."""
    called_first: bool = False
    """Whether I had called this number or its owner before, so that a call back is to be expected."""
    claims: str | None = None
    """Who the caller says to be, in the user's own words."""
    overseas_contact: bool = False
    """Whether I expect calls from abroad."""
    has_link: bool = False
    """Whether the message that came from this number carries a link or another contact."""


class NumberReason(NamedTuple):
    """One reason for a verdict."""

    rule: str
    """The rule that gave it."""
    text: str
    """The reason in plain words, in the language asked for."""
    source: str
    """Where the facts behind it were read."""

    def as_json(self) -> dict[str, Any]:
        """The object in `reasons` of antifraud.number/1."""
        return {"rule": self.rule, "text": self.text, "source": self.source}


@dataclass(frozen=True)
class NumberVerdict:
    """The judgement of one number in one context."""

    input: str
    """What was judged, as written."""
    normalized: str
    """Digits only, with + in front if it came with a country code; empty if there is no number."""
    kind: str
    """What kind of number it is: a key of `kinds` in the number plan."""
    kind_name: str
    """The word for the kind in the language asked for."""
    level: str
    """danger, caution, none (nothing found, which proves nothing), official or invalid."""
    rule: str
    """The rule that decided the level."""
    reasons: tuple[NumberReason, ...]
    """Why, the deciding reason first."""
    owner: str | None
    """Who publishes the number, if known."""
    region: str | None
    """Where the number was given out, if that can be told. Not where the caller is."""
    carrier: str | None
    """The operator that gave the number out, if known."""
    extension: str | None
    """The extension written after the number."""
    advice: tuple[str, ...]
    """What to do, most urgent first."""
    own_entry: Mapping[str, str] | None = None
    """The entry of the person's own lists that fits the number: list, number, note, added, effect (raised, calmed, kept)."""

    def as_json(self) -> dict[str, Any]:
        """The object antifraud.number/1."""
        return {
            "schema": SCHEMA,
            "input": self.input,
            "normalized": self.normalized,
            "kind": self.kind,
            "kind_name": self.kind_name,
            "level": self.level,
            "rule": self.rule,
            "reasons": [reason.as_json() for reason in self.reasons],
            "owner": self.owner,
            "region": self.region,
            "carrier": self.carrier,
            "extension": self.extension,
            "advice": list(self.advice),
            "own_entry": self.own_entry,
        }

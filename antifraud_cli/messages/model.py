"""What the classifier answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

_OWN = {"origin": "own"}
"""What a signal of a person's own rule says besides."""


class Signal(NamedTuple):
    """One piece of evidence."""

    rule: str
    """Id of the rule that found it."""
    category: str | None
    """The script that it speaks for most; None for evidence of innocence."""
    weight: float
    """What it adds to the sum of that category; negative for evidence of innocence."""
    start: int
    """First code point in the original text."""
    end: int
    """Code point after the last one."""
    text: str
    """The piece of the original text."""
    reason: str
    """Why it matters, in the language asked for."""
    spans: tuple[tuple[int, int], ...]
    """All pieces, where the rule needs several; the longest of them is start and end."""
    own: bool = False
    """Whether the rule is one of the person's own (docs/own-rules.md)."""


class CategoryScore(NamedTuple):
    """How much speaks for one script."""

    id: str
    """Category id."""
    name: str
    """Its name in the language asked for."""
    score: float
    """0 to 1; 0.5 is where caution begins. Not a share of certainty among the categories: several may be high."""


class UrlFinding(NamedTuple):
    """One web address in the message."""

    url: str
    """As it stands in the message."""
    level: str
    """caution where something speaks against it; otherwise none, which is not a promise."""
    owner: str | None
    """Owner of the domain, where it is a known one."""
    reasons: tuple[str, ...]
    """What speaks against it."""


@dataclass(frozen=True)
class MessageVerdict:
    """The answer about one message."""

    level: str
    """danger | caution | none."""
    category: str | None
    """The script of the scam, where the level is not none."""
    category_name: str | None
    """Its name in the language asked for."""
    kind: str | None
    """What an innocent text is: legit_notice | anti_fraud_publicity | ad_or_spam | ordinary | unknown."""
    categories: tuple[CategoryScore, ...]
    """Scripts that the evidence speaks for, best first."""
    techniques: tuple[str, ...]
    """Technique ids found along with it."""
    situations: tuple[str, ...]
    """Situation ids that the text itself tells of, such as transferred; empty where the level is none."""
    signals: tuple[Signal, ...]
    """The evidence, in the order of the text."""
    numbers: tuple[Mapping[str, Any], ...]
    """A number verdict (antifraud.number/1) for each phone number in the text."""
    urls: tuple[UrlFinding, ...]
    """Each web address in the text."""
    contacts: tuple[str, ...]
    """QQ, WeChat and similar accounts named in the text: evidence for the police."""
    amounts: tuple[str, ...]
    """Sums of money named in the text."""
    rebuttal: str | None
    """The sentence that breaks the spell of this script."""
    advice: tuple[str, ...]
    """What to do now, most urgent first."""

    def as_json(self) -> dict[str, Any]:
        """The object `antifraud.message/1`."""
        return {
            "schema": "antifraud.message/1",
            "level": self.level,
            "category": self.category,
            "category_name": self.category_name,
            "kind": self.kind,
            "categories": [{"id": item.id, "name": item.name, "score": item.score} for item in self.categories],
            "techniques": list(self.techniques),
            "situations": list(self.situations),
            "signals": [
                {
                    "rule": signal.rule,
                    "category": signal.category,
                    "weight": signal.weight,
                    "start": signal.start,
                    "end": signal.end,
                    "text": signal.text,
                    "reason": signal.reason,
                    "spans": [list(span) for span in signal.spans],
                    **(_OWN if signal.own else {}),
                }
                for signal in self.signals
            ],
            "numbers": list(self.numbers),
            "urls": [
                {"url": item.url, "level": item.level, "owner": item.owner, "reasons": list(item.reasons)}
                for item in self.urls
            ],
            "contacts": list(self.contacts),
            "amounts": list(self.amounts),
            "rebuttal": self.rebuttal,
            "advice": list(self.advice),
        }

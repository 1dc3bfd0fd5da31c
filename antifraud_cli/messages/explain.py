"""Take a decision apart: every signal, what it weighs, what stood in its way, and how the parts add up.

For maintainers and for whoever doubts a verdict. `decide` stays free of it: most texts are never explained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from antifraud_cli.messages.decide import (
    added_by,
    danger_needs,
    evidence_for,
    relief_of,
    relief_within,
    score_of,
    trust_in_lookalikes,
    without_cancelled,
)
from antifraud_cli.messages.linear import Opinion
from antifraud_cli.messages.matcher import Hit

SHOWN_THRESHOLDS = ("caution", "danger", "danger_rule", "weak_below", "weak_cap", "medium_below", "medium_cap")
_PLACES = 6
"""Digits behind the point in JSON: parts still add up, and no float shows its tail."""

Span = tuple[int, int]


class Part(NamedTuple):
    """One summand of the sum of a category."""

    part: str
    """rule | weak_cap | medium_cap | quoted | lookalike | model | model_relief."""
    rule: str | None
    """The rule, for `rule` and `lookalike`."""
    weight: float
    """What it adds; negative where it takes off."""


class CategoryParts(NamedTuple):
    """How the score of one category came about."""

    id: str
    """Category id."""
    name: str
    """Its name in the language asked for."""
    score: float
    """0 to 1, as in MessageVerdict.categories."""
    sum: float
    """The sum of the parts, which is compared with the thresholds."""
    parts: tuple[Part, ...]
    """The summands."""


class Found(NamedTuple):
    """One rule that was found, whether or not it counts."""

    rule: str
    """Its id."""
    kind: str | None
    """What innocent text it tells of, for a look-alike."""
    weights: Mapping[str, float]
    """Its weight for each category; empty for a look-alike and for a rule that only names a technique."""
    weight: float | None
    """What a look-alike takes off, before its share; None for other rules."""
    status: str
    """verified | single | unverified."""
    spans: tuple[Span, ...]
    """Where, in code points of the original text."""
    own: bool = False
    """Whether it is one of the person's own."""

    def as_json(self) -> dict[str, Any]:
        """One object under `found`."""
        value = {**self._asdict(), "spans": _pairs(self.spans)}
        return {**value, "origin": "own"} if value.pop("own") else value


class SetAside(NamedTuple):
    """One rule that would count and does not."""

    rule: str
    """Its id."""
    why: str
    """cancels: a look-alike holds it; unless: an exception of its own stands there; unless_rules: other rules were found;
    word: it stands inside a longer word; off: a rule of the person's own replaces it, or switches it off."""
    by: tuple[str, ...]
    """The rules that stood in its way, for cancels and unless_rules."""
    spans: tuple[Span, ...]
    """Where it stands."""
    by_span: Span | None
    """Where what stood in its way stands, for all but unless_rules."""


class Explanation(NamedTuple):
    """How a verdict came about."""

    categories: tuple[CategoryParts, ...]
    """Every category that anything spoke for, best first."""
    found: tuple[Found, ...]
    """Every rule found, in the order of the text."""
    set_aside: tuple[SetAside, ...]
    """Those that do not count, and what stood in their way."""
    danger_needs: Mapping[str, bool]
    """What `danger` takes, for the first category: sum, heavy_rule, two_rules, verified_rule. Empty without a category."""
    model: float | None
    """Probability of a scam by the linear model; None where it was left out."""
    only: tuple[str, ...]
    """The rules that alone were looked at; empty for all."""
    thresholds: Mapping[str, float]
    """The thresholds and caps in force (SHOWN_THRESHOLDS)."""

    def as_json(self) -> dict[str, Any]:
        """The object under `explanation`."""
        return {
            "categories": [
                {
                    "id": item.id,
                    "name": item.name,
                    "score": item.score,
                    "sum": _rounded(item.sum),
                    "parts": [
                        {"part": one.part, "rule": one.rule, "weight": _rounded(one.weight)} for one in item.parts
                    ],
                }
                for item in self.categories
            ],
            "found": [one.as_json() for one in self.found],
            "set_aside": [
                {
                    "rule": one.rule,
                    "why": one.why,
                    "by": list(one.by),
                    "spans": _pairs(one.spans),
                    "by_span": list(one.by_span) if one.by_span else None,
                }
                for one in self.set_aside
            ],
            "danger_needs": dict(self.danger_needs),
            "model": None if self.model is None else round(self.model, _PLACES),
            "only": list(self.only),
            "thresholds": dict(self.thresholds),
        }


class Weighing:
    """The evidence of one text on the scales: the same steps as `decide`, with each summand kept apart."""

    def __init__(
        self,
        hits: Sequence[Hit],
        opinion: Opinion,
        rules: Sequence[Mapping[str, Any]],
        thresholds: Mapping[str, float],
    ) -> None:
        """Takes what `decide` takes."""
        self._hits = hits
        self._rules = rules
        self._thresholds = thresholds
        self._opinion = opinion
        self._kept = without_cancelled(hits, rules)
        self._counted = [rules[hit.rule] for hit in self._kept]
        self._names = {rule["id"] for rule in self._counted}
        self._innocent = [
            rule for rule in self._counted if rule["kind"] and self._names.isdisjoint(rule["unless_rules"])
        ]
        self._sums, self._heaviest = evidence_for(self._counted, thresholds)
        self._added = added_by(opinion, thresholds)
        self._relief = relief_of(opinion, thresholds)

    def categories(self, names: Mapping[str, str]) -> tuple[CategoryParts, ...]:
        """Every category with its parts, best first; `names` gives the name of each."""
        weighed = []
        for category in {*self._sums, *self._added}:
            parts = self._parts(category)
            total = sum(part.weight for part in parts)
            score = round(score_of(total, self._thresholds), 3)
            weighed.append(CategoryParts(category, names[category], score, total, tuple(parts)))
        return tuple(
            sorted(weighed, key=lambda item: (-round(item.sum, 6), -self._heaviest.get(item.id, 0.0), item.id))
        )

    def found(self) -> tuple[Found, ...]:
        """Every rule found."""
        rows = []
        for hit in sorted(self._hits, key=lambda hit: hit.spans[0]):
            rule = self._rules[hit.rule]
            weight = float(rule["weight"]) if rule["kind"] else None
            own = "own" in rule
            rows.append(Found(rule["id"], rule["kind"], rule["weights"], weight, rule["status"], hit.spans, own))
        return tuple(rows)

    def set_aside(self) -> tuple[SetAside, ...]:
        """The rules found that do not count."""
        rows = []
        kept = {hit.rule for hit in self._kept}
        for hit in self._hits:
            rule = self._rules[hit.rule]
            if hit.rule not in kept:
                by, span = self._canceller(hit)
                rows.append(SetAside(rule["id"], "cancels", (by,), hit.spans, span))
            elif rule["kind"] and not self._names.isdisjoint(rule["unless_rules"]):
                by_rules = tuple(name for name in rule["unless_rules"] if name in self._names)
                rows.append(SetAside(rule["id"], "unless_rules", by_rules, hit.spans, None))
        return tuple(rows)

    def danger_needs(self, best: CategoryParts | None) -> dict[str, bool]:
        """Which of the conditions of `danger` the first category meets."""
        if best is None:
            return {}
        supporting = [rule for rule in self._counted if best.id in rule["weights"]]
        return danger_needs(best.id, best.sum, self._heaviest, self._added, supporting, self._thresholds)

    def _canceller(self, hit: Hit) -> tuple[str, Span]:
        return next(
            (self._rules[other.rule]["id"], (begin, end))
            for other in self._hits
            if self._rules[other.rule].get("cancels")
            for begin, end in other.spans
            if any(begin <= inner[0] and inner[1] <= end for inner in hit.spans)
        )

    def _parts(self, category: str) -> list[Part]:
        parts = self._rule_parts(category)
        evidence = sum(part.weight for part in parts)
        quoted = self._thresholds["quoted_share"]
        if evidence and any(rule["kind"] == "anti_fraud_publicity" for rule in self._innocent):
            parts.append(Part("quoted", None, evidence * (quoted - 1)))
        if category in self._added:
            parts.append(Part("model", None, self._added[category]))
        relief = relief_within(self._relief, self._heaviest.get(category, 0.0), self._thresholds)
        if relief:
            parts.append(Part("model_relief", None, -relief))
        return parts + self._lookalike_parts(category)

    def _rule_parts(self, category: str) -> list[Part]:
        """The rules that speak for a category, heaviest first, and what the caps take off again."""
        weights = [(rule["weights"][category], rule["id"]) for rule in self._counted if category in rule["weights"]]
        weights.sort(key=lambda item: (-item[0], item[1]))
        parts = [Part("rule", rule, weight) for weight, rule in weights]
        weak_below, medium_below = self._thresholds["weak_below"], self._thresholds["medium_below"]
        for name, least, below in (("medium_cap", weak_below, medium_below), ("weak_cap", 0.0, weak_below)):
            over = sum(weight for weight, _ in weights if least <= weight < below) - self._thresholds[name]
            if over > 0:
                parts.append(Part(name, None, -over))
        return parts

    def _lookalike_parts(self, category: str) -> list[Part]:
        """What the innocent twins take off: the heaviest in full, the others by a share; by how far the model agrees."""
        against = [rule for rule in self._innocent if not rule["against"] or category in rule["against"]]
        against.sort(key=lambda rule: -rule["weight"])
        trust = trust_in_lookalikes(self._opinion, self._thresholds)
        rest = self._thresholds["innocent_rest"]
        return [
            Part("lookalike", rule["id"], -rule["weight"] * (rest if place else 1.0) * trust)
            for place, rule in enumerate(against)
        ]


def _rounded(weight: float) -> float:
    return round(weight, _PLACES) + 0.0


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [list(span) for span in spans]

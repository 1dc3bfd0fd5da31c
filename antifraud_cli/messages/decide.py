"""Weigh the evidence: from hits to a level, a category and scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from antifraud_cli.messages.matcher import Hit


@dataclass(frozen=True)
class Decision:
    """What the evidence amounts to."""

    level: str
    """danger | caution | none."""
    category: str | None
    """The script that the evidence speaks for most, where the level is not none."""
    kind: str | None
    """What an innocent text is, where the level is none."""
    scores: tuple[tuple[str, float], ...]
    """Categories with their scores from 0 to 1, best first; the sum behind a score is that of the signals' weights."""
    hits: tuple[Hit, ...]
    """The hits that count."""


def decide(hits: Sequence[Hit], rules: Sequence[Mapping[str, Any]], thresholds: Mapping[str, float]) -> Decision:
    """Sum what speaks for each category, take off what speaks for an innocent twin, compare with the thresholds."""
    hits = _without_cancelled(hits, rules)
    names = {rules[hit.rule]["id"] for hit in hits}
    innocent = [rules[hit.rule] for hit in hits if rules[hit.rule]["kind"]]
    innocent = [rule for rule in innocent if names.isdisjoint(rule["unless_rules"])]
    sums = {
        category: evidence - _innocence(category, innocent, thresholds)
        for category, evidence in _evidence(hits, rules, thresholds).items()
    }
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    scores = tuple((category, round(_score(total, thresholds), 3)) for category, total in ranked)
    listed = tuple(item for item in scores if item[1] >= thresholds["report_above"])
    if not ranked or ranked[0][1] < thresholds["caution"]:
        return Decision("none", None, _kind(innocent, hits, rules), listed, tuple(hits))
    best, total = ranked[0]
    return Decision(_level(best, total, hits, rules, thresholds), best, None, listed, tuple(hits))


def sums_by_category(
    hits: Sequence[Hit], rules: Sequence[Mapping[str, Any]], thresholds: Mapping[str, float]
) -> dict[str, float]:
    """What speaks for each category before look-alikes are taken off; for a maintainer who tunes rules."""
    return _evidence(hits, rules, thresholds)


def _without_cancelled(hits: Sequence[Hit], rules: Sequence[Mapping[str, Any]]) -> list[Hit]:
    cancelling = [span for hit in hits if rules[hit.rule].get("cancels") for span in hit.spans]
    if not cancelling:
        return list(hits)
    return [
        hit
        for hit in hits
        if rules[hit.rule]["kind"]
        or not any(begin <= inner[0] and inner[1] <= end for begin, end in cancelling for inner in hit.spans)
    ]


def _evidence(
    hits: Sequence[Hit], rules: Sequence[Mapping[str, Any]], thresholds: Mapping[str, float]
) -> dict[str, float]:
    """Sum for each category: strong rules in full, medium and weak ones up to their caps."""
    strong: dict[str, float] = {}
    medium: dict[str, float] = {}
    weak: dict[str, float] = {}
    for hit in hits:
        for category, weight in rules[hit.rule]["weights"].items():
            if weight < thresholds["weak_below"]:
                weak[category] = weak.get(category, 0.0) + weight
            elif weight < thresholds["medium_below"]:
                medium[category] = medium.get(category, 0.0) + weight
            else:
                strong[category] = strong.get(category, 0.0) + weight
    return {
        category: strong.get(category, 0.0)
        + min(medium.get(category, 0.0), thresholds["medium_cap"])
        + min(weak.get(category, 0.0), thresholds["weak_cap"])
        for category in {*strong, *medium, *weak}
    }


def _innocence(category: str, innocent: Sequence[Mapping[str, Any]], thresholds: Mapping[str, float]) -> float:
    weights = sorted(
        (rule["weight"] for rule in innocent if not rule["against"] or category in rule["against"]), reverse=True
    )
    return sum(weights[:1]) + thresholds["innocent_rest"] * sum(weights[1:])


def _score(total: float, thresholds: Mapping[str, float]) -> float:
    return 1.0 / (1.0 + math.exp(-thresholds["steepness"] * (total - thresholds["caution"])))


def _level(
    category: str,
    total: float,
    hits: Sequence[Hit],
    rules: Sequence[Mapping[str, Any]],
    thresholds: Mapping[str, float],
) -> str:
    """`danger` needs a high sum from two rules or more, one of which rests on a verified source."""
    supporting = [rules[hit.rule] for hit in hits if category in rules[hit.rule]["weights"]]
    enough = total >= thresholds["danger"] and len(supporting) >= 2
    return "danger" if enough and any(rule["status"] == "verified" for rule in supporting) else "caution"


def _kind(innocent: Sequence[Mapping[str, Any]], hits: Sequence[Hit], rules: Sequence[Mapping[str, Any]]) -> str:
    if innocent:
        return str(max(innocent, key=lambda rule: rule["weight"])["kind"])
    return "unknown"

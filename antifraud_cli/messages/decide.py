"""Weigh the evidence: from hits to a level, a category and scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from antifraud_cli.messages.linear import Opinion
from antifraud_cli.messages.matcher import Hit


class Decision(NamedTuple):
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
    model: float
    """What the linear model added to the sum of the category, or took off if negative."""


def decide(
    hits: Sequence[Hit], opinion: Opinion, rules: Sequence[Mapping[str, Any]], thresholds: Mapping[str, float]
) -> Decision:
    """Sum what speaks for each category, take off what speaks for an innocent twin, compare with the thresholds."""
    hits = _without_cancelled(hits, rules)
    names = {rules[hit.rule]["id"] for hit in hits}
    innocent = [rules[hit.rule] for hit in hits if rules[hit.rule]["kind"]]
    innocent = [rule for rule in innocent if names.isdisjoint(rule["unless_rules"])]
    added = _added(opinion, thresholds)
    sums = _evidence(hits, rules, thresholds)
    relief = _relief(opinion, thresholds)
    # Publicity quotes a whole script, so what it quotes counts for less, however much it is.
    quoted = thresholds["quoted_share"] if any(rule["kind"] == "anti_fraud_publicity" for rule in innocent) else 1.0
    for category in {*sums, *added}:
        sums[category] = (
            sums.get(category, 0.0) * quoted
            + added.get(category, 0.0)
            - relief
            - _innocence(category, innocent, thresholds) * (1 + thresholds["innocent_boost"] * (1 - opinion.scam))
        )
    # Equal sums go by the heaviest rule, then by name: the same text must get the same answer in every process.
    heaviest = {category: _heaviest(category, hits, rules) for category in sums}
    ranked = sorted(sums.items(), key=lambda item: (-round(item[1], 6), -heaviest[item[0]], item[0]))
    scores = tuple((category, round(_score(total, thresholds), 3)) for category, total in ranked)
    listed = tuple(item for item in scores if item[1] >= thresholds["report_above"])
    if not ranked or ranked[0][1] < thresholds["caution"]:
        kind = _kind(innocent, bool(sums), opinion, thresholds)
        return Decision("none", None, kind, listed, tuple(hits), -relief)
    best, total = ranked[0]
    level = _level(best, total, hits, rules, thresholds)
    return Decision(level, best, None, listed, tuple(hits), added.get(best, 0.0) - relief)


def _added(opinion: Opinion, thresholds: Mapping[str, float]) -> dict[str, float]:
    """What the model adds: the surer it is of a scam and of the script, the more; never enough for danger."""
    floor = thresholds["model_floor"]
    if opinion.scam < floor:
        return {}
    strength = thresholds["model_max"] * (opinion.scam - floor) / (1 - floor)
    return {category: round(strength * math.sqrt(share), 2) for category, share in opinion.scripts if share >= 0.1}


def _relief(opinion: Opinion, thresholds: Mapping[str, float]) -> float:
    """What the model takes off where it is sure of innocence."""
    ceiling = thresholds["model_innocent"]
    return round(thresholds["model_relief"] * max(0.0, (ceiling - opinion.scam) / ceiling), 2)


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
    return float(sum(weights[:1]) + thresholds["innocent_rest"] * sum(weights[1:]))


def _score(total: float, thresholds: Mapping[str, float]) -> float:
    return 1.0 / (1.0 + math.exp(-thresholds["steepness"] * (total - thresholds["caution"])))


def _level(
    category: str,
    total: float,
    hits: Sequence[Hit],
    rules: Sequence[Mapping[str, Any]],
    thresholds: Mapping[str, float],
) -> str:
    """`danger` needs a high sum, two rules or more, among them a strong one and one of a verified source."""
    supporting = [rules[hit.rule] for hit in hits if category in rules[hit.rule]["weights"]]
    strong = _heaviest(category, hits, rules) >= thresholds["danger_rule"]
    enough = total >= thresholds["danger"] and strong and len(supporting) >= 2
    return "danger" if enough and any(rule["status"] == "verified" for rule in supporting) else "caution"


def _heaviest(category: str, hits: Sequence[Hit], rules: Sequence[Mapping[str, Any]]) -> float:
    """The weight of the rule that speaks most for a category."""
    return max((float(rules[hit.rule]["weights"].get(category, 0.0)) for hit in hits), default=0.0)


def _kind(
    innocent: Sequence[Mapping[str, Any]], suspected: bool, opinion: Opinion, thresholds: Mapping[str, float]
) -> str:
    """What an innocent text is; `unknown` where nothing says so."""
    if innocent:
        return str(max(innocent, key=lambda rule: rule["weight"])["kind"])
    return "ordinary" if not suspected and opinion.scam < thresholds["model_innocent"] else "unknown"

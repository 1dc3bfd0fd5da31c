"""Weigh the evidence: from hits to a level, a category and scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from antifraud_cli.messages.linear import NO_OPINION, Opinion
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
    hits = without_cancelled(hits, rules)
    found = [rules[hit.rule] for hit in hits]
    names = {rule["id"] for rule in found}
    innocent = [rule for rule in found if rule["kind"] and names.isdisjoint(rule["unless_rules"])]
    added = added_by(opinion, thresholds)
    sums, heaviest = evidence_for(found, thresholds)
    relief = relief_of(opinion, thresholds)
    # Publicity quotes a whole script, so what it quotes counts for less, however much it is.
    quoted = thresholds["quoted_share"] if any(rule["kind"] == "anti_fraud_publicity" for rule in innocent) else 1.0
    trust = trust_in_lookalikes(opinion, thresholds)
    for category in {*sums, *added}:
        against = _innocence(category, innocent, thresholds) * trust if innocent else 0.0
        relieved = relief_within(relief, heaviest.get(category, 0.0), thresholds)
        sums[category] = sums.get(category, 0.0) * quoted + added.get(category, 0.0) - relieved - against
    # Equal sums go by the heaviest rule, then by name: the same text must get the same answer in every process.
    ranked = sorted(sums.items(), key=lambda item: (-round(item[1], 6), -heaviest.get(item[0], 0.0), item[0]))
    scores = tuple([(category, round(score_of(total, thresholds), 3)) for category, total in ranked])
    listed = tuple([item for item in scores if item[1] >= thresholds["report_above"]])
    relieved = relief_within(relief, heaviest.get(ranked[0][0], 0.0) if ranked else 0.0, thresholds)
    if not ranked or ranked[0][1] < thresholds["caution"]:
        kind = _kind(innocent, bool(sums), opinion, thresholds)
        return Decision("none", None, kind, listed, tuple(hits), -relieved)
    best, total = ranked[0]
    supporting = [rule for rule in found if best in rule["weights"]]
    level = "danger" if all(danger_needs(best, total, heaviest, added, supporting, thresholds).values()) else "caution"
    return Decision(level, best, None, listed, tuple(hits), added.get(best, 0.0) - relieved)


def added_by(opinion: Opinion, thresholds: Mapping[str, float]) -> dict[str, float]:
    """What the model adds: the surer it is of a scam and of the script, the more; never enough for danger."""
    floor = thresholds["model_floor"]
    if opinion.scam < floor:
        return {}
    strength = thresholds["model_max"] * (opinion.scam - floor) / (1 - floor)
    least, power = thresholds["model_share_least"], thresholds["model_share_power"]
    return {category: round(strength * share**power, 2) for category, share in opinion.scripts if share >= least}


def relief_of(opinion: Opinion, thresholds: Mapping[str, float]) -> float:
    """What the model would take off where it is sure of innocence: the more its log-odds lie below, the more."""
    ceiling = thresholds["model_innocent"]
    if opinion.scam >= ceiling:
        return 0.0
    below = _log_odds(ceiling) - _log_odds(opinion.scam)
    return round(thresholds["model_relief"] * below, 2)


def relief_within(relief: float, heaviest: float, thresholds: Mapping[str, float]) -> float:
    """As much of it as a category may lose, by its heaviest rule: one that all but proves the script keeps its caution."""
    return min(relief, thresholds["model_relief_proven" if heaviest >= thresholds["proven"] else "model_relief_max"])


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def trust_in_lookalikes(opinion: Opinion, thresholds: Mapping[str, float]) -> float:
    """How much of their weight look-alikes have: more where the model sees no scam either, less where it is sure of one."""
    if opinion is NO_OPINION:
        return 1.0
    floor = thresholds["model_floor"]
    sure = max(0.0, (opinion.scam - floor) / (1 - floor))
    return 1 + thresholds["innocent_boost"] * (1 - opinion.scam) - thresholds["innocent_doubt"] * sure


def without_cancelled(hits: Sequence[Hit], rules: Sequence[Mapping[str, Any]]) -> list[Hit]:
    """The hits less those of which a piece lies within what a cancelling look-alike found."""
    cancelling = [span for hit in hits if rules[hit.rule].get("cancels") for span in hit.spans]
    if not cancelling:
        return list(hits)
    return [
        hit
        for hit in hits
        if rules[hit.rule]["kind"]
        or not any(begin <= inner[0] and inner[1] <= end for begin, end in cancelling for inner in hit.spans)
    ]


def evidence_for(
    found: Sequence[Mapping[str, Any]], thresholds: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """For each category the sum, strong rules in full, medium and weak ones up to their caps; and the heaviest rule."""
    weak_below, medium_below = thresholds["weak_below"], thresholds["medium_below"]
    strong: dict[str, float] = {}
    medium: dict[str, float] = {}
    weak: dict[str, float] = {}
    heaviest: dict[str, float] = {}
    for rule in found:
        for category, weight in rule["weights"].items():
            sums = weak if weight < weak_below else medium if weight < medium_below else strong
            sums[category] = sums.get(category, 0.0) + weight
            if weight > heaviest.get(category, 0.0):
                heaviest[category] = weight
    for capped, cap in ((medium, thresholds["medium_cap"]), (weak, thresholds["weak_cap"])):
        for category, weight in capped.items():
            strong[category] = strong.get(category, 0.0) + min(weight, cap)
    return strong, heaviest


def _innocence(category: str, innocent: Sequence[Mapping[str, Any]], thresholds: Mapping[str, float]) -> float:
    weights = sorted(
        (rule["weight"] for rule in innocent if not rule["against"] or category in rule["against"]), reverse=True
    )
    rest = 0.0
    for weight in weights[1:]:  # sum() adds more cleverly from Python 3.12 on: the same text must get the same answer
        rest += weight
    return float(sum(weights[:1]) + thresholds["innocent_rest"] * rest)


def score_of(total: float, thresholds: Mapping[str, float]) -> float:
    """The score, 0 to 1, of a sum of weights; 0.5 where caution begins."""
    return 1.0 / (1.0 + math.exp(-thresholds["steepness"] * (total - thresholds["caution"])))


def danger_needs(
    category: str,
    total: float,
    heaviest: Mapping[str, float],
    added: Mapping[str, float],
    supporting: Sequence[Mapping[str, Any]],
    thresholds: Mapping[str, float],
) -> dict[str, bool]:
    """Which conditions of `danger` are met: a high sum, a strong rule, another rule or a sure model, a verified source."""
    return {
        "sum": total >= thresholds["danger"],
        "heavy_rule": heaviest.get(category, 0.0) >= thresholds["danger_rule"],
        "two_rules": len(supporting) >= 2 or added.get(category, 0.0) >= thresholds["danger_model"],
        "verified_rule": any(rule["status"] == "verified" for rule in supporting),
    }


def _kind(
    innocent: Sequence[Mapping[str, Any]], suspected: bool, opinion: Opinion, thresholds: Mapping[str, float]
) -> str:
    """What an innocent text is; `unknown` where nothing says so."""
    if innocent:
        return str(max(innocent, key=lambda rule: rule["weight"])["kind"])
    return "ordinary" if not suspected and opinion.scam < thresholds["model_innocent"] else "unknown"

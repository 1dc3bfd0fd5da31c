"""Who a caller says to be, and whether the number suits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from antifraud_cli.numbers.domestic import Found
from antifraud_cli.numbers.plan import NumberPlan


class Claim(NamedTuple):
    """A claim, understood."""

    id: str
    """Id of a claim in rules.yaml; other if it is not understood, "" if nothing was claimed."""
    entry: Mapping[str, Any] | None
    """The claim in rules.yaml."""
    owner: int | None
    """The organisation named, by its place in the list of owners."""
    lines: frozenset[str] = frozenset()
    """The official lines of the mainland that bear the name that was claimed."""


NONE = Claim("", None, None)
# Names shorter than this are too common inside other words to mean an organisation.
_SHORTEST_NAME = 2


def claim_of(words: str | None, plan: NumberPlan) -> Claim:
    """Understand what the caller claims to be; the longest known word decides."""
    if not words or not words.strip():
        return NONE
    said = words.lower()
    owner = _owner(said, plan)
    best: Mapping[str, Any] | None = None
    longest = 0
    for entry in plan.part["claims"]:
        for word in entry["words"]:
            if len(word) > longest and word in said:
                best, longest = entry, len(word)
    if owner is not None and (best is None or plan.part["owners"][owner][1] not in best["fits"]):
        group = plan.part["owners"][owner][1]
        best = next((entry for entry in plan.part["claims"] if group in entry["fits"] and entry["id"] != "sales"), best)
    lines = frozenset(number for number, line in plan.cn.items() if any(name.lower() in said for name in line["alias"]))
    return Claim(best["id"], best, owner, lines) if best else Claim("other", None, owner, lines)


def _owner(said: str, plan: NumberPlan) -> int | None:
    found, longest = None, _SHORTEST_NAME - 1
    for index, (names, _, aliases) in enumerate(plan.part["owners"]):
        for name in (*names, *aliases):
            if len(name) > longest and name.lower() in said and (not name.isascii() or len(name) > 3):
                found, longest = index, len(name)
    return found


def fit(claim: Claim, found: Found, group: str, plan: NumberPlan) -> str:
    """yes, no, or unknown: whether the number suits the claim."""
    if found.listed == "enterprise":
        owner = plan.numbers[found.official][0]
        if claim.owner is not None:
            return "yes" if owner == claim.owner else "no"
        if claim.entry is None:
            return "unknown"
        return "yes" if group in claim.entry["fits"] else "no"
    if claim.lines and found.official in plan.cn and plan.cn[found.official]["alias"]:
        # The line of one authority or operator by name: it suits its own name and nobody else's.
        return "yes" if found.official in claim.lines else "no"
    if claim.entry is None:
        return "unknown"
    if found.listed in ("official", "weak"):
        return "yes" if group in claim.entry["fits"] else "no"
    return "no" if found.kind in claim.entry["misfits"] else "unknown"

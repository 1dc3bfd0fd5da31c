"""How rules, and what they find, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block
from antifraud_cli.rulebook import INNOCENT, RuleEntry, RuleScore

_MOST_SHOWN = 40
_SHORT = ("level", "kind", "move", "weight", "priority", "status")


def record(entry: RuleEntry) -> tuple[object, ...]:
    """--plain: id, file and line, what it is (level, kind or move), weight or priority, number of patterns, status, state."""
    fields = entry.fields
    what = fields.get("level") or fields.get("kind") or fields.get("move")
    weight = fields.get("weight", fields.get("priority"))
    place, patterns = f"{entry.file}:{entry.line}", len(fields.get("patterns", ()))
    return (entry.id, place, what, weight, patterns, fields.get("status"), entry.state or None)


def summary(entry: RuleEntry) -> dict[str, Any]:
    """The rule in short, for JSON."""
    short = {key: entry.fields[key] for key in _SHORT if key in entry.fields}
    return {"id": entry.id, "file": entry.file, "line": entry.line, **short, **_state(entry)}


def full(entry: RuleEntry) -> dict[str, Any]:
    """Everything that is written in the rule, for JSON; dates as text."""
    return {"file": entry.file, "line": entry.line, **_plain(entry.fields), **_state(entry)}


def _state(entry: RuleEntry) -> dict[str, str]:
    """What own rules make of a rule."""
    return {**({"origin": "own"} if entry.own else {}), **({"state": entry.state} if entry.state else {})}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def blocks(entries: Iterable[RuleEntry], text: Callable[..., str]) -> list[Block]:
    """The rules in full, as they stand in the files."""
    shown: list[Block] = []
    for entry in entries:
        shown += [BLANK] if shown else []
        state = f"  ({text(f'own.state.{entry.state}')})" if entry.state else ""
        shown.append(Block(f"{entry.id}  {one_line(entry.file)}:{entry.line}{state}", "strong"))
        for key, value in _plain(entry.fields).items():
            if key == "id":
                continue
            if isinstance(value, list):
                shown.append(Block(key, "heading", indent=2))
                shown += [Block(str(item), marker="-", indent=4) for item in value]
            elif isinstance(value, dict):
                shown.append(Block(key, "heading", indent=2))
                shown += [Block(f"{name}: {item}", indent=4) for name, item in value.items()]
            else:
                shown.append(Block(f"{key}: {value}", indent=2))
    return shown


def score_blocks(scores: Sequence[RuleScore], rows: Sequence[tuple[str, str]], text: Callable[..., str]) -> list[Block]:
    """The rules with the most false hits, those without any hit, and how many texts there were."""
    scams = sum(label != INNOCENT for _, label in rows)
    shown = [Block(text("bench.texts", scams=scams, innocent=len(rows) - scams), "strong")]
    wrong = sorted((score for score in scores if _wrong(score)), key=lambda score: (-_wrong(score), score.rule))
    shown += [BLANK, Block(text("bench.wrong"), "heading")]
    shown += [_score(score, text) for score in wrong[:_MOST_SHOWN]]
    best = sorted(scores, key=lambda score: (-score.decisive, -score.right, score.rule))
    shown += [BLANK, Block(text("bench.decisive"), "heading")]
    shown += [_score(score, text) for score in best[:_MOST_SHOWN] if score.decisive]
    unused = [score.rule for score in scores if not (score.right or score.other or score.innocent)]
    if unused:
        shown += [BLANK, Block(text("bench.unused", count=len(unused)), "heading"), Block(" ".join(unused))]
    return shown


def _wrong(score: RuleScore) -> int:
    """Hits on the wrong side."""
    return score.other if score.lookalike else score.innocent


def _score(score: RuleScore, text: Callable[..., str]) -> Block:
    return Block(text("bench.score", **score._asdict()), marker="-")

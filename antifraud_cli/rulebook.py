"""What stands in the rule files, how each rule does on labelled texts, and which phrases no rule has yet."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli.knowledge.document import Collector, Table, read_document
from antifraud_cli.knowledge.keys import is_named

if TYPE_CHECKING:
    from antifraud_cli.knowledge.owncompiler import Compiled

INNOCENT = "none"
"""The label of a text that is no scam."""


@dataclass(frozen=True)
class RuleEntry:
    """One rule as it stands in data/."""

    id: str
    """Its id."""
    file: str
    """The file, from data/ on."""
    line: int
    """The line on which it begins."""
    fields: Mapping[str, Any]
    """Everything that is written in it."""
    state: str = ""
    """own | replaces (own, in place of one of ours) | replaced (by an own one) | off; empty for one of ours in force."""
    own: bool = False
    """Whether it is one of the person's own."""


def entries(data_dir: Path, only: Sequence[str] = ()) -> list[RuleEntry]:
    """The rules for messages and numbers, in the order of the files; `only` names rules, or prefixes of their ids."""
    problems = Collector().problems
    paths = [*sorted((data_dir / "rules").glob("*.yaml")), data_dir / "numbers/rules.yaml"]
    found = []
    for path in paths:
        shown = f"data/{path.relative_to(data_dir).as_posix()}"
        for row in read_document(path, shown, problems).get("rules") or ():
            if isinstance(row, Table) and "id" in row:
                entry = RuleEntry(str(row["id"]), shown, row.line, row)
                if not only or is_named(entry.id, only):
                    found.append(entry)
    return found


def with_own(ours: Sequence[RuleEntry], own: Compiled, only: Sequence[str] = ()) -> list[RuleEntry]:
    """Our rules and a person's own, each with its state; `only` names rules, or prefixes of their ids."""
    in_force, off = {rule["id"] for rule in own.own.rules}, set(own.own.off)
    names = {entry.id for entry in ours}
    found = [replace(entry, state=_state_of_ours(entry, in_force, off)) for entry in ours]
    rows = [(file, row) for file, table in own.tables for row in table["rules"]]
    last = {str(row["id"]): row for _, row in rows}
    for file, row in rows:
        name = str(row["id"])
        if row is not last[name]:
            state = "replaced"
        elif row.get("enabled") is False:
            state = "off"
        else:
            state = "replaces" if name in names else "own"
        if not only or is_named(name, only):
            found.append(RuleEntry(name, file, row.line, row, state, own=True))
    return found


def _state_of_ours(entry: RuleEntry, replaced: Collection[str], off: Collection[str]) -> str:
    if not entry.file.startswith("data/rules/"):  # a rule for numbers is another thing, whatever its id
        return ""
    return "replaced" if entry.id in replaced else "off" if entry.id in off else ""


class RuleScore(NamedTuple):
    """How one rule did on labelled texts."""

    rule: str
    """Its id."""
    right: int
    """Texts of a scam that the rule speaks for, in which it was found."""
    other: int
    """Texts of other scams."""
    innocent: int
    """Innocent texts: false hits for a rule of a scam, hits for a look-alike."""
    decisive: int
    """Texts of its scam that were found and for which no other rule spoke."""
    lookalike: bool
    """Whether it speaks for innocence: then its hits in scams are the wrong ones."""


def bench(
    rows: Iterable[tuple[str, str]], classify: Callable[[str], Any], weights: Mapping[str, Mapping[str, float]]
) -> list[RuleScore]:
    """How every rule does on texts with their labels (a category, or `none`); rules without a hit are listed too.

    `classify` gives the verdict on a text; `weights`: rule -> category -> weight.
    """
    right, other, innocent, decisive = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for text, label in rows:
        verdict = classify(text)
        for rule in {signal.rule for signal in verdict.signals} & weights.keys():
            if label == INNOCENT:
                innocent[rule] += 1
            elif label in weights[rule]:
                right[rule] += 1
                decisive[rule] += _is_decisive(rule, label, verdict, weights)
            else:
                other[rule] += 1
    return [
        RuleScore(rule, right[rule], other[rule], innocent[rule], decisive[rule], lookalike=not weights[rule])
        for rule in weights
    ]


def _is_decisive(rule: str, label: str, verdict: Any, weights: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether of all rules in a text that was found this one alone speaks for its category."""
    if verdict.level == "none":
        return False
    others = {signal.rule for signal in verdict.signals} - {rule}
    return not any(label in weights.get(other, {}) for other in others)


class Phrase(NamedTuple):
    """A phrase that reported messages hold more often than innocent ones."""

    text: str
    """The phrase, as the rules would see it."""
    reported: int
    """Reported messages that hold it."""
    innocent: int
    """Innocent messages that hold it."""
    score: float
    """Log-odds in units of its standard deviation: above 2 it is hardly chance."""


_CHUNK = re.compile(r"[\u4e00-\u9fff]+|[a-z]{2,}")
_SHORTEST, _LONGEST = 2, 10
_MOST_WORDS = 4
_PRIOR = 1000.0
"""How many phrases the prior counts for."""


def suggest(
    reported: Iterable[str],
    innocent: Iterable[str],
    cut: Callable[[str], Iterable[str]],
    *,
    most: int = 50,
    at_least: int = 3,
) -> list[Phrase]:
    """Phrases of one to four words that set reported messages apart, best first, for a maintainer to review.

    Both piles are normalized texts. `cut` parts Chinese text into words. A phrase is left out if a longer one stands in
    just as many reported messages. Scores follow Monroe, Colaresi and Quinn (2008), "Fightin' Words", with both piles
    together as the prior.
    """
    bad, bad_total = _documents(reported, cut)
    good, good_total = _documents(innocent, cut)
    found = [
        Phrase(phrase, count, good[phrase], round(_log_odds(count, bad_total, good[phrase], good_total), 2))
        for phrase, count in bad.items()
        if count >= at_least
    ]
    found = _without_parts([phrase for phrase in found if phrase.score > 0])
    return sorted(found, key=lambda phrase: (-phrase.score, phrase.text))[:most]


def _documents(texts: Iterable[str], cut: Callable[[str], Iterable[str]]) -> tuple[Counter[str], int]:
    """In how many texts each phrase stands, and the sum of these: piles of long and of short texts can be compared."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_phrases(text, cut)))
    return counts, counts.total()


def _phrases(text: str, cut: Callable[[str], Iterable[str]]) -> Iterable[str]:
    for chunk in _CHUNK.findall(text):
        words = list(cut(chunk)) if ord(chunk[0]) > 0x7F else [chunk]
        for begin in range(len(words)):
            for end in range(begin + 1, min(begin + _MOST_WORDS, len(words)) + 1):
                phrase = "".join(words[begin:end])
                if _SHORTEST <= len(phrase) <= _LONGEST:
                    yield phrase


def _log_odds(bad: int, bad_total: int, good: int, good_total: int) -> float:
    """How much more often a phrase stands in reported messages: log-odds ratio over its standard deviation."""
    prior = _PRIOR * (bad + good + 1) / (bad_total + good_total + 2)
    one, other = bad + prior, good + prior
    odds = math.log(one / (bad_total + _PRIOR - one)) - math.log(other / (good_total + _PRIOR - other))
    return odds / math.sqrt(1 / one + 1 / other)


def _without_parts(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases without those that hardly ever stand outside a longer one."""
    by_count: dict[int, list[str]] = {}
    for phrase in phrases:
        by_count.setdefault(phrase.reported, []).append(phrase.text)
    return [
        phrase
        for phrase in phrases
        if not any(phrase.text in longer and phrase.text != longer for longer in by_count[phrase.reported])
    ]

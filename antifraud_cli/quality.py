"""What a maintainer runs after an edit of data/: is everything well-formed, and do the examples behave?"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antifraud_cli.errors import Problem
from antifraud_cli.knowledge.keys import is_named

if TYPE_CHECKING:
    from antifraud_cli.knowledge.owncompiler import Compiled
    from antifraud_cli.messages.classify import Classifier

_UNREADABLE = ("not valid YAML", "not UTF-8", "expected a mapping at the top")


@dataclass(frozen=True)
class Report:
    """The outcome of a check."""

    problems: tuple[Problem, ...]
    """Every fault found."""
    counts: Mapping[str, int]
    """How much was looked at."""
    warnings: tuple[Problem, ...] = ()
    """What is no fault but should be looked at."""

    def __add__(self, other: Report) -> Report:
        """Both; what `other` counts is told apart as a person's own."""
        counts = {**self.counts, **{f"own_{name}": count for name, count in other.counts.items()}}
        return Report(self.problems + other.problems, counts, self.warnings + other.warnings)


def check(data_dir: Path, as_of: datetime.date) -> Report:
    """Read all of data/ and check form, references, translations, validity on the day `as_of`, and phone numbers."""
    from antifraud_cli.knowledge import compiler

    parts, found = compiler.read_all(data_dir, as_of)
    problems = causes(found) if found else _check_hotlines(parts)
    counts = {
        "categories": len(parts["categories"]["categories"]),
        "rules": len(parts["messages"]["rules"]),
        "patterns": parts["table.patterns"].count("\n") + 1,
        "hotlines": len(parts["response"]["hotlines"]),
        "facts": len(parts["response"]["facts"]),
    }
    return Report(tuple(problems), counts)


def check_own(folders: Sequence[str], as_of: datetime.date) -> Report:
    """Check a person's own rules the way ours are checked, against ours."""
    found = _own(folders, as_of)
    return Report(found.own.problems, found.counts)


def run_own_examples(folders: Sequence[str], only: Sequence[str] = ()) -> Report:
    """Run the examples of a person's own rules, with all their rules in force. Broken rules are reported, not tested.

    Warns of innocent examples of ours on which these rules raise an alarm.
    """
    from antifraud_cli.knowledge import store
    from antifraud_cli.messages.classify import Classifier

    found = _own(folders)
    if found.own.problems:
        return Report(found.own.problems, {})
    classifier = Classifier(found.own.over(store.load))
    examples = [example for example in found.examples if _is_wanted(example["rule"], only)]
    failures = _failures(classifier, examples)
    innocent, alarms = _false_alarms(classifier, examples)
    counts = {"rules": len(examples), "examples": _count(examples), "innocent": innocent}
    return Report(tuple(failures), counts, tuple(alarms))


def _own(folders: Sequence[str], as_of: datetime.date | None = None) -> Compiled:
    from antifraud_cli.knowledge import owncompiler, ownfiles

    return owncompiler.compile_rules(ownfiles.sources(folders), as_of)


def _false_alarms(classifier: Classifier, examples: Sequence[Mapping[str, Any]]) -> tuple[int, list[Problem]]:
    """How many innocent examples of ours were tried, and those of which own rules make an alarm."""
    from antifraud_cli import api
    from antifraud_cli.knowledge import store

    places = {example["rule"]: example for example in examples}
    lookalikes = {rule["id"] for rule in store.load("messages")["rules"] if rule["kind"]}
    texts = [
        text
        for example in store.load("examples")
        for text in example["match" if example["rule"] in lookalikes else "no_match"]
    ]
    alarms = []
    for text in dict.fromkeys(texts):
        verdict = classifier(text)
        own = [signal.rule for signal in verdict.signals if signal.own and signal.weight > 0]
        rule = next((name for name in own if name in places), None)
        if rule and verdict.level != "none" and api.classify(text).level == "none":
            message = f"makes {verdict.level} of an example without a sign of fraud: {text!r}"
            alarms.append(Problem(places[rule]["file"], places[rule]["line"], rule, message))
    return len(texts), alarms


def causes(problems: Sequence[Problem]) -> list[Problem]:
    """The problems without those that only follow from others: of a file that cannot be read every id is unknown."""
    unreadable = [problem for problem in problems if problem.message.startswith(_UNREADABLE)]
    return unreadable or list(problems)


def run_examples(data_dir: Path, only: Sequence[str] = ()) -> Report:
    """Run the `match` and `no_match` examples of the message rules and of the number rules.

    `only` names rules, or prefixes of their ids (romance). Broken data is reported, not tested.
    """
    from antifraud_cli.knowledge import compiler

    parts, problems = compiler.read_all(data_dir)
    if problems:
        return Report(tuple(causes(problems)), {})
    examples = [example for example in parts["examples"] if _is_wanted(example["rule"], only)]
    from antifraud_cli.messages.classify import Classifier

    failures = _failures(Classifier(parts.__getitem__), examples)
    numbers, number_failures = _run_number_examples(data_dir, parts, only)
    counts = {
        "rules": len(examples),
        "examples": _count(examples),
        "number_examples": numbers,
    }
    return Report((*failures, *number_failures), counts)


def _is_wanted(rule: str, only: Sequence[str]) -> bool:
    return not only or is_named(rule, only)


def _count(examples: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(example["match"]) + len(example["no_match"]) for example in examples)


def _failures(classifier: Classifier, examples: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """The examples of message rules that do not behave."""
    failures = []
    for example in examples:
        for wanted in ("match", "no_match"):
            for text in example[wanted]:
                if (example["rule"] in classifier.rules_hit(text)) != (wanted == "match"):
                    verb = "does not find" if wanted == "match" else "finds"
                    message = f"the rule {verb} its {wanted} example {text!r}"
                    failures.append(Problem(example["file"], example["line"], example["rule"], message))
    return failures


def _run_number_examples(data_dir: Path, parts: Mapping[str, Any], only: Sequence[str]) -> tuple[int, list[Problem]]:
    """How many examples of number rules there are, and those that do not behave."""
    from antifraud_cli.knowledge import numberplan
    from antifraud_cli.knowledge.document import Collector
    from antifraud_cli.numbers import NumberContext, check, load_plan

    plan = load_plan(parts["numbers"])
    examples = [example for example in numberplan.examples(data_dir, Collector()) if _is_wanted(example["rule"], only)]
    failures = []
    for example in examples:
        given = {_CONTEXT[key]: example[key] for key in _CONTEXT if key in example}
        verdict = check(example["number"], NumberContext(**given), plan)
        if (verdict.rule == example["rule"]) != example["wanted"]:
            wanted = "match" if example["wanted"] else "no_match"
            message = f"the rule {verdict.rule} decides on its {wanted} example {example['number']!r}"
            failures.append(Problem("data/numbers/rules.yaml", example["line"], example["rule"], message))
    return len(examples), failures


_CONTEXT = {
    "direction": "direction",
    "location": "location",
    "called_first": "called_first",
    "claims": "claims",
    "overseas_contact": "overseas_contact",
    "link": "has_link",
}
"""Key of an example -> field of NumberContext."""


def _check_hotlines(parts: Mapping[str, Any]) -> list[Problem]:
    """A line that our own checker would call impossible or fraudulent when dialled must not be printed."""
    from antifraud_cli.numbers import NumberContext, check, load_plan

    plan = load_plan(parts["numbers"])
    problems = []
    for name, line in parts["response"]["hotlines"].items():
        verdict = check(line["number"], NumberContext(direction="dial", location=line["region"]), plan)
        if verdict.level in ("invalid", "danger"):
            problems.append(
                Problem("data/hotlines.yaml", 1, name, f"our own checker calls {line['number']} {verdict.level}")
            )
    return problems

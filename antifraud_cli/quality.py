"""What a maintainer runs after an edit of data/: is everything well-formed, and do the examples behave?"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antifraud_cli.errors import Problem


@dataclass(frozen=True)
class Report:
    """The outcome of a check."""

    problems: tuple[Problem, ...]
    """Every fault found."""
    counts: Mapping[str, int]
    """How much was looked at."""


def check(data_dir: Path, as_of: datetime.date) -> Report:
    """Read all of data/ and check form, references, translations, validity on the day `as_of`, and phone numbers."""
    from antifraud_cli.knowledge import compiler

    parts, problems = compiler.read_all(data_dir, as_of)
    if not problems:
        problems = _check_hotlines(parts)
    counts = {
        "categories": len(parts["categories"]["categories"]),
        "rules": len(parts["messages"]["rules"]),
        "patterns": parts["messages"]["table"]["patterns"].count("\n") + 1,
        "hotlines": len(parts["response"]["hotlines"]),
        "facts": len(parts["response"]["facts"]),
    }
    return Report(tuple(problems), counts)


def run_examples(data_dir: Path, only: Sequence[str] = ()) -> Report:
    """Run the `match` and `no_match` examples of the message rules and of the number rules.

    `only` names rules, or prefixes of their ids (romance). Broken data is reported, not tested.
    """
    from antifraud_cli.knowledge import compiler

    parts, problems = compiler.read_all(data_dir)
    if problems:
        return Report(tuple(problems), {})
    examples = [
        example
        for example in parts["examples"]
        if not only or any(example["rule"] == name or example["rule"].startswith(f"{name}.") for name in only)
    ]
    failures = _run_message_examples(parts, examples)
    counts = {
        "rules": len(examples),
        "examples": sum(len(example["match"]) + len(example["no_match"]) for example in examples),
    }
    return Report(tuple(failures), counts)


def _run_message_examples(parts: Mapping[str, Any], examples: Sequence[Mapping[str, Any]]) -> list[Problem]:
    classifier = _classifier(parts)
    failures = []
    for example in examples:
        for wanted in ("match", "no_match"):
            for text in example[wanted]:
                if (example["rule"] in classifier.rules_hit(text)) != (wanted == "match"):
                    verb = "does not find" if wanted == "match" else "finds"
                    message = f"the rule {verb} its {wanted} example {text!r}"
                    failures.append(Problem(example["file"], example["line"], example["rule"], message))
    return failures


def _classifier(parts: Mapping[str, Any]) -> Any:
    from antifraud_cli.messages.classify import Classifier
    from antifraud_cli.messages.wordbounds import WordBounds
    from antifraud_cli.numbers import NumberContext, check, find_in_message, load_plan

    plan = load_plan(parts["numbers"])
    context = NumberContext(direction="dial")

    def numbers(text: str, lang: str) -> list[tuple[int, int, Mapping[str, Any]]]:
        return [(raw.start, raw.end, check(raw.text, context, plan, lang).as_json()) for raw in find_in_message(text)]

    return Classifier(
        parts["messages"],
        parts["categories"],
        lambda lang: parts[f"ui.{lang}"],
        WordBounds(lambda: parts["words"]),
        numbers,
    )


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

"""Verdicts as JSON, straight from the evidence, by the compiled module: for `batch`, where objects cost more than judging.

It is what MessageVerdict.as_json would give, to the letter. What of it is the same for every message is written beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli import speedups
from antifraud_cli.messages.classify import CONTACT_WORDS, MODEL, Classifier, amounts_in, contacts_in
from antifraud_cli.messages.phone_numbers import LOOKED_AT

if TYPE_CHECKING:
    from antifraud_cli.speedups._native import Answers, Characters, Judge, Linear, Numbers, Patterns

_REMEMBERED = 1_000
"""So many verdicts on numbers need not be written anew."""
AsJson = Callable[[Any], str]
_LEFT = (".", *CONTACT_WORDS)
"""A text in whose normalized form one of these stands may hold an address or an account, which Python finds."""

Written = tuple[str, "str | None", tuple[str, ...], bytes]
"""Level, category id, ids of the rules that found something, and the line of JSON with its end."""


class Stages(NamedTuple):
    """The steps of a verdict in the compiled module."""

    characters: Characters
    """Normalizes."""
    patterns: Patterns
    """Finds rules."""
    linear: Linear
    """Asks the model."""
    numbers: Numbers
    """Finds phone numbers."""
    categories: Sequence[str]
    """Those of the model, in its order."""
    number_rule: int
    """Number of the rule that a dangerous phone number is; -1: none."""
    look_below: float
    """From which probability of a scam on the model is asked which."""
    own: Patterns | None
    """Finds a person's own rules."""
    own_first: int
    """The number of the first of them."""
    off: bytes
    """For each of our rules 1 if it does not count."""


class Writer:
    """Judges messages and gives lines of JSON."""

    def __init__(self, classifier: Classifier, answers: Answers, lang: str, as_json: AsJson) -> None:
        self._classifier = classifier
        self._answers = answers
        self._lang = lang
        self._as_json = as_json
        self._number = lru_cache(_REMEMBERED)(self._write_number)
        self._judge = self._compile()

    def __call__(self, text: str, own: str, copies: int = 0) -> Written:
        """The verdict on one text with its record, `own`, under `input`; `copies` under `count` unless it is 0.

        Raises InputError if the text is longer than MAX_LENGTH.
        """
        answer = None if self._judge is None else self._judge.write(text, own, copies)
        return answer or self._step_by_step(text, own, copies)

    def _step_by_step(self, text: str, own: str, copies: int) -> Written:
        """The same for every text."""
        classifier = self._classifier
        classifier.check_length(text, self._lang)
        hits, addresses, numbers, normalized = classifier.evidence(text, self._lang)
        plain = normalized.text
        scam, scripts, telling = classifier.opinion(normalized)
        return self._answers.write(
            text,
            hits,
            scam,
            scripts,
            normalized.span(*telling),
            ",".join([self._number(place.number, place.direction)[0] for place, _ in numbers]) if numbers else "",
            self._as_json([self._url(address) for address in addresses])[1:-1] if addresses else "",
            contacts_in(plain),
            amounts_in(plain),
            own,
            copies,
        )

    def _compile(self) -> Judge | None:
        """All steps in one, for texts that need no Python in between."""
        native, stages = speedups.native(), self._classifier.stages()
        if native is None or stages is None:
            return None
        judge: Judge = native.Judge(
            characters=stages.characters,
            patterns=stages.patterns,
            linear=stages.linear,
            numbers=stages.numbers,
            answers=self._answers,
            number=self._number,
            left=list(_LEFT),
            categories=tuple(map(self._answers.category, stages.categories)),
            number_rule=stages.number_rule,
            longest=LOOKED_AT,
            look_below=stages.look_below,
            own=stages.own,
            own_first=stages.own_first,
            off=stages.off,
        )
        return judge

    def _write_number(self, number: str, direction: str) -> tuple[str, bool]:
        """The verdict on a number as JSON, and whether it is danger."""
        verdict = self._classifier.number(number, direction, self._lang)
        return self._as_json(verdict.as_json()), verdict.level == "danger"

    def _url(self, address: Any) -> dict[str, Any]:
        return self._classifier.url(address, self._lang)._asdict()


def writer(classifier: Classifier, part: Callable[[str], Any], lang: str, as_json: AsJson) -> Writer | None:
    """A writer; None without the compiled module. `part` gives a compiled part of the knowledge by its name."""
    native = speedups.native()
    if native is None:
        return None
    compiled = part("messages")
    rules: Sequence[Mapping[str, Any]] = compiled["rules"]
    categories: Mapping[str, Any] = part("categories")["categories"]
    texts, reasons = part(f"ui.{lang}"), part(f"reasons.{lang}")
    kinds = sorted({rule["kind"] for rule in rules if rule["kind"]} | {"anti_fraud_publicity", "ordinary", "unknown"})
    techniques, situations = (sorted({rule[key] for rule in rules if rule[key]}) for key in ("technique", "situation"))
    names = sorted(categories)
    place = {name: number for number, name in enumerate(names)}
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}

    def written(rule: Mapping[str, Any], reason: str) -> tuple[Any, ...]:
        weight = float(rule["weight"]) if rule["kind"] else 0.0
        return (
            rule["id"],
            as_json(rule["id"]),
            as_json(reason),
            tuple([(place[name], float(each), as_json(float(each))) for name, each in rule["weights"].items()]),
            tuple([place[name] for name in rule.get("against", ())]),
            tuple([numbers[name] for name in rule.get("unless_rules", ()) if name in numbers]),
            kinds.index(rule["kind"]) if rule["kind"] else -1,
            weight,
            as_json(-weight),
            bool(rule.get("cancels")),
            rule["status"] == "verified",
            techniques.index(rule["technique"]) if rule["technique"] else -1,
            situations.index(rule["situation"]) if rule["situation"] else -1,
            "own" in rule,
        )

    answers: Answers = native.Answers(
        thresholds=compiled["decision"],
        categories=[
            (name, as_json(name), *(as_json(categories[name][key][lang]) for key in ("name", "rebuttal", "advice")))
            for name in names
        ],
        kinds=[(as_json(kind), as_json([texts[f"advice.{kind}"]])) for kind in kinds],
        techniques=list(map(as_json, techniques)),
        situations=list(map(as_json, situations)),
        rules=[written(rule, reason) for rule, reason in zip(rules, reasons, strict=True)],
        publicity=kinds.index("anti_fraud_publicity"),
        ordinary=kinds.index("ordinary"),
        unknown=kinds.index("unknown"),
        model=MODEL,
        model_json=as_json(MODEL),
        model_reason=as_json(texts["signal.model"]),
    )
    return Writer(classifier, answers, lang, as_json)

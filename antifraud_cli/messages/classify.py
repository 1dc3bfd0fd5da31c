"""From a text to a verdict: normalize, collect evidence, decide, explain."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli import speedups
from antifraud_cli.errors import InputError
from antifraud_cli.knowledge.tableformat import ENDS
from antifraud_cli.messages.decide import Decision, decide
from antifraud_cli.messages.linear import NO_OPINION, LinearModel, Opinion
from antifraud_cli.messages.matcher import Hit, Matcher
from antifraud_cli.messages.model import CategoryScore, MessageVerdict, Signal, UrlFinding
from antifraud_cli.messages.phone_numbers import NumbersInMessage, Place
from antifraud_cli.messages.urls import Address, AddressChecker
from antifraud_cli.messages.wordbounds import WordBounds
from antifraud_cli.text.normalize import Normalized, Normalizer

if TYPE_CHECKING:
    from antifraud_cli.messages.explain import Explanation, SetAside
    from antifraud_cli.messages.layered import LayeredMatcher
    from antifraud_cli.messages.written import Stages, Writer
    from antifraud_cli.numbers.model import NumberVerdict

MAX_LENGTH = 1_000_000
"""Code points of the longest text that is judged; no message is that long, and the limit bounds time and memory."""

MODEL = "model.linear"
"""What stands as the rule of a signal that comes from the linear model."""

CONTACT_WORDS = ("qq", "微信", "飞机", "telegram", "line", "whatsapp", "蝙蝠")
_CONTACT = (
    r"(?:qq群?|微信号?|企业微信|飞机号?|telegram|line|whatsapp|蝙蝠)"
    r"(?:号码|账号|id)?[:为是加]{0,2} ?([a-z0-9_@\-]{5,20}[a-z0-9])"
)
_AMOUNT = (
    r"[0-9](?:[0-9,]{0,11}(?:\.[0-9]{1,2})?[十百千万亿]{0,2}(?:多|余|来)?"
    r"(?:元|块|美元|港币|港元|台币|新台币|usdt|u(?![a-z]))|[0-9.]{0,6}万)"
)


class Evidence(NamedTuple):
    """Everything found in a text, before it is weighed."""

    hits: list[Hit]
    """Rules found; spans in code points of the original text."""
    addresses: list[Address]
    """Web addresses."""
    numbers: list[tuple[Place, NumberVerdict]]
    """Phone numbers with their verdicts."""
    normalized: Normalized
    """The text as the rules saw it."""


class Classifier:
    """Judges messages. Pure: knowledge comes in at the start, and nothing is kept of what it is shown."""

    def __init__(self, part: Callable[[str], Any]) -> None:
        """`part` gives a compiled part of the knowledge by its name; it is asked for each when first needed."""
        compiled: Mapping[str, Any] = part("messages")
        self._part = part
        self._rules: Sequence[Mapping[str, Any]] = compiled["rules"]
        self._thresholds: Mapping[str, float] = compiled["decision"]
        self._categories: Mapping[str, Any] = part("categories")["categories"]
        self._normalize = Normalizer(compiled["characters"])
        is_word = WordBounds(lambda: part("words"))
        self._matcher: Matcher | LayeredMatcher = Matcher(
            self._rules, lambda column: part(f"table.{column}"), is_word, lambda column: part(f"table.{column}{ENDS}")
        )
        own = compiled.get("own")
        if own:
            from antifraud_cli.messages.layered import LayeredMatcher

            theirs = Matcher(self._rules[own["first"] :], lambda column: part(f"own.{column}"), is_word)
            self._matcher = LayeredMatcher(self._matcher, theirs, own["first"], own["off"])
        self._addresses = AddressChecker(compiled["urls"])
        self._numbers = NumbersInMessage(part, compiled["around_numbers"])
        self._model = LinearModel(part)
        off: Collection[int] = own["off"] if own else ()
        self._checks = {
            rule["check"]: number for number, rule in enumerate(self._rules) if rule["check"] and number not in off
        }

    def __call__(self, text: str, lang: str = "zh-Hans") -> MessageVerdict:
        """The verdict on one text, explained in `lang`. Raises InputError if it is longer than MAX_LENGTH."""
        self.check_length(text, lang)
        evidence = self.evidence(text, lang)
        opinion = self.opinion(evidence.normalized)
        decision = decide(evidence.hits, opinion, self._rules, self._thresholds)
        return self._verdict(text, evidence, decision, opinion, lang)

    def explained(
        self, text: str, lang: str = "zh-Hans", only: Sequence[str] = ()
    ) -> tuple[MessageVerdict, Explanation]:
        """The verdict on one text, and how it came about.

        `only` names rules, or prefixes of their ids (romance): they alone judge then, without the model. Raises
        InputError if the text is longer than MAX_LENGTH.
        """
        self.check_length(text, lang)
        evidence = self.evidence(text, lang)
        opinion = self.opinion(evidence.normalized)
        if only:
            opinion = NO_OPINION
            named = self._named_by(only)
            evidence = evidence._replace(hits=[hit for hit in evidence.hits if hit.rule in named])
        decision = decide(evidence.hits, opinion, self._rules, self._thresholds)
        return self._verdict(text, evidence, decision, opinion, lang), self._explanation(evidence, opinion, lang, only)

    def writer(self, lang: str, as_json: Callable[[Any], str]) -> Writer | None:
        """Gives verdicts in `lang` as JSON, without making objects of them; None without the compiled module.

        `as_json` is how a value is written.
        """
        from antifraud_cli.messages.written import writer

        return writer(self, self._part, lang, as_json)

    def stages(self) -> Stages | None:
        """What judges a text in the compiled module; None without it."""
        from antifraud_cli.messages.written import Stages

        normalize, find_numbers = self._normalize.compiled, self._numbers.compiled
        ours, own, first, off = self._matcher, None, 0, bytes(len(self._rules))
        if not isinstance(ours, Matcher):
            own, first = ours.own.compiled.now(), ours.first
            if own is None:
                return None
            off = bytes([number in ours.off for number in range(first)])
            ours = ours.ours
        find_rules, ask_model = ours.compiled.now(), self._model.compiled.now()
        if normalize is None or find_numbers is None or find_rules is None or ask_model is None:
            return None
        number_rule = self._checks.get("number_danger", -1)
        floor = self._thresholds["model_floor"]
        categories = self._model.categories
        return Stages(normalize, find_rules, ask_model, find_numbers, categories, number_rule, floor, own, first, off)

    def number(self, number: str, direction: str, lang: str) -> NumberVerdict:
        """The verdict on a number in a message: incoming, where the text says that it called; otherwise dial."""
        return self._numbers.judge(number, direction, lang)

    def opinion(self, normalized: Normalized) -> Opinion:
        """What the model thinks of a text."""
        return self._model(normalized.text, self._thresholds["model_floor"])

    def knows(self, name: str) -> bool:
        """Whether a rule has this id, or an id that begins with it."""
        return bool(self._named_by([name]))

    def _named_by(self, names: Sequence[str]) -> set[int]:
        """Numbers of the rules that are named, or whose ids begin with a name."""
        from antifraud_cli.knowledge.keys import is_named

        return {number for number, rule in enumerate(self._rules) if is_named(rule["id"], names)}

    def check_length(self, text: str, lang: str) -> None:
        """Raises InputError for a text longer than MAX_LENGTH."""
        if len(text) > MAX_LENGTH:
            texts = self._part(f"ui.{lang}")
            raise InputError(texts["error.too_long"].format(limit=MAX_LENGTH), texts["hint.too_long"])

    def _explanation(self, evidence: Evidence, opinion: Opinion, lang: str, only: Sequence[str]) -> Explanation:
        from antifraud_cli.messages.explain import SHOWN_THRESHOLDS, Explanation, Weighing

        weighing = Weighing(evidence.hits, opinion, self._rules, self._thresholds)
        categories = weighing.categories({name: entry["name"][lang] for name, entry in self._categories.items()})
        return Explanation(
            categories=categories,
            found=weighing.found(),
            set_aside=(*weighing.set_aside(), *self._stopped(evidence.normalized, only)),
            danger_needs=weighing.danger_needs(categories[0] if categories else None),
            model=None if opinion is NO_OPINION else opinion.scam,
            only=tuple(only),
            thresholds={name: self._thresholds[name] for name in SHOWN_THRESHOLDS},
        )

    def _stopped(self, normalized: Normalized, only: Sequence[str]) -> list[SetAside]:
        """The rules that were not found because of an exception, with places in the original text."""
        from antifraud_cli.messages.explain import SetAside

        named = self._named_by(only)
        return [
            SetAside(
                str(self._rules[one.rule]["id"]),
                one.why,
                (),
                tuple([normalized.span(*span) for span in one.spans]),
                normalized.span(*one.by),
            )
            for one in self._matcher.stopped(normalized.text)
            if not only or one.rule in named
        ]

    def evidence(self, text: str, lang: str = "zh-Hans") -> Evidence:
        """What the text holds, unweighed."""
        normalized = self._normalize(text)
        hits = self._matcher.hits(normalized.text)
        if normalized.starts is not None:
            hits = [Hit(hit.rule, tuple([normalized.span(*span) for span in hit.spans])) for hit in hits]
        addresses = self._addresses.find(normalized)
        numbers = self._numbers.judged(text, lang)
        hits += self._computed(normalized, addresses, numbers)
        return Evidence(hits, addresses, numbers, normalized)

    def rules_hit(self, text: str) -> set[str]:
        """Ids of the rules that the text holds; what `rules test` compares with the examples."""
        return {self._rules[hit.rule]["id"] for hit in self.evidence(text).hits}

    def _computed(
        self,
        normalized: Normalized,
        addresses: Sequence[Address],
        numbers: Sequence[tuple[Place, NumberVerdict]],
    ) -> list[Hit]:
        if not (addresses or numbers or normalized.evasions):
            return []
        places: dict[str, list[tuple[int, int]]] = {}
        for address in addresses:
            for finding in address.findings:
                places.setdefault(finding, []).append((address.start, address.end))
        if addresses and all(address.official for address in addresses):  # one strange address spoils the others
            places["url_official"] = [(address.start, address.end) for address in addresses]
        for place, verdict in numbers:
            if verdict.level == "danger":
                places.setdefault("number_danger", []).append((place.start, place.end))
        for evasion in normalized.evasions:
            places.setdefault("evasion", []).append((evasion.start, evasion.end))
        return [Hit(self._checks[check], tuple(spans[:8])) for check, spans in places.items() if check in self._checks]

    def _verdict(
        self, text: str, evidence: Evidence, decision: Decision, opinion: Opinion, lang: str
    ) -> MessageVerdict:
        category = self._categories[decision.category] if decision.category else None
        texts = self._part(f"ui.{lang}")
        reasons = self._part(f"reasons.{lang}")
        signals = [self._signal(text, hit, decision.category, reasons) for hit in sorted(decision.hits, key=_place)]
        if decision.category and decision.model > 0:
            start, end = evidence.normalized.span(*opinion.telling)
            reason = texts["signal.model"]
            signals.append(
                Signal(MODEL, decision.category, decision.model, start, end, text[start:end], reason, ((start, end),))
            )
        return MessageVerdict(
            level=decision.level,
            category=decision.category,
            category_name=category["name"][lang] if category else None,
            kind=decision.kind,
            categories=tuple(
                CategoryScore(name, self._categories[name]["name"][lang], score) for name, score in decision.scores
            ),
            techniques=self._named(decision, "technique"),
            situations=self._named(decision, "situation"),
            signals=tuple(signals),
            numbers=tuple([verdict.as_json() for _, verdict in evidence.numbers]),
            urls=tuple([self.url(address, lang) for address in evidence.addresses]),
            contacts=contacts_in(evidence.normalized.text),
            amounts=amounts_in(evidence.normalized.text),
            rebuttal=category["rebuttal"][lang] if category else None,
            advice=tuple(category["advice"][lang]) if category else (texts[f"advice.{decision.kind}"],),
        )

    def _named(self, decision: Decision, key: str) -> tuple[str, ...]:
        """The techniques or situations that the rules found along with an alarm."""
        if decision.level == "none":
            return ()
        found = (self._rules[hit.rule][key] for hit in decision.hits)
        return tuple(sorted({name for name in found if name}))

    def _signal(self, text: str, hit: Hit, best: str | None, reasons: Sequence[str]) -> Signal:
        rule = self._rules[hit.rule]
        weights: Mapping[str, float] = rule["weights"]
        if rule["kind"]:
            category, weight = None, -float(rule["weight"])
        elif weights:
            spoken_for = best if best is not None and best in weights else max(weights, key=lambda name: weights[name])
            category, weight = spoken_for, float(weights[spoken_for])
        else:
            category, weight = None, 0.0
        # Of a rule that needs several pieces the longest says most.
        start, end = hit.spans[0] if len(hit.spans) == 1 else max(hit.spans, key=lambda span: span[1] - span[0])
        return Signal(
            rule["id"], category, weight, start, end, text[start:end], reasons[hit.rule], hit.spans, "own" in rule
        )

    def url(self, address: Address, lang: str) -> UrlFinding:
        """What is said about an address."""
        texts = self._part(f"reasons.{lang}")
        reasons = tuple(texts[self._checks[finding]] for finding in address.findings if finding in self._checks)
        return UrlFinding(address.url, "caution" if reasons else "none", address.owner, reasons)


def _place(hit: Hit) -> tuple[int, int]:
    return hit.spans[0]


def contacts_in(text: str) -> tuple[str, ...]:
    """The accounts that a normalized text names."""
    for word in CONTACT_WORDS:  # spares most texts the search; any(…) would take three times as long
        if word in text:
            return _all(_contact(), text, 1)
    return ()


def amounts_in(text: str) -> tuple[str, ...]:
    """The sums of money that a normalized text names."""
    native = speedups.native()
    if native is None:
        return _all(_amount(), text, 0)
    sums: tuple[str, ...] = native.sums_in(text)
    return sums


@cache
def _contact() -> re.Pattern[str]:
    return re.compile(_CONTACT)


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(_AMOUNT)


def _all(pattern: re.Pattern[str], text: str, group: int) -> tuple[str, ...]:
    """What a pattern finds, each once."""
    return tuple(dict.fromkeys([match[group] for match in pattern.finditer(text)]))

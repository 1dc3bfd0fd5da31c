"""Compile `data/rules/`: message rules, look-alikes, link evidence and the thresholds of the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge import numberplan, textdata
from antifraud_cli.knowledge.document import Collector, Entry, open_entry
from antifraud_cli.knowledge.patterntable import PatternTable
from antifraud_cli.knowledge.tableformat import LANGUAGES
from antifraud_cli.text.normalize import Normalizer
from antifraud_cli.text.patterns import PatternError, parse

MOVES = ("opening", "bond", "fear", "proof", "hook", "isolation", "payment", "blocking", "aftermath", "evasion")
KINDS = ("legit_notice", "anti_fraud_publicity", "ad_or_spam", "ordinary")
MAX_WEIGHT = {"verified": 8.0, "single": 4.0, "unverified": 2.0}
_SPECIAL = ("decision.yaml", "urls.yaml", "vocabulary.yaml")
CHECKS = (
    "url_imitates",
    "url_cheap",
    "url_short",
    "url_bare_ip",
    "url_userinfo",
    "url_app",
    "url_official",
    "number_danger",
    "evasion",
)  # computed in antifraud_cli/messages/classify.py
_THRESHOLDS = (
    "caution",
    "danger",
    "danger_rule",
    "danger_model",
    "weak_below",
    "weak_cap",
    "medium_below",
    "medium_cap",
    "proven",
    "steepness",
    "innocent_rest",
    "innocent_boost",
    "innocent_doubt",
    "quoted_share",
    "report_above",
    "model_floor",
    "model_max",
    "model_innocent",
    "model_relief",
    "model_relief_max",
    "model_relief_proven",
    "model_share_least",
    "model_share_power",
)


def read(data_dir: Path, collector: Collector) -> dict[str, Any]:
    """Everything that `messages` needs, JSON-able; examples apart, since only `rules test` wants them."""
    tables = textdata.read(data_dir, collector)
    compiler = RuleCompiler(Normalizer(tables), collector, vocabulary(data_dir, collector))
    for path in sorted((data_dir / "rules").glob("*.yaml")):
        if path.name not in _SPECIAL:
            compiler.file(open_entry(path, f"data/rules/{path.name}", collector))
    decision = open_entry(data_dir / "rules/decision.yaml", "data/rules/decision.yaml", collector)
    thresholds = {key: decision.number(key, 0, 20) for key in _THRESHOLDS}
    around_numbers = {
        **numberplan.message_words(data_dir, collector),
        "incoming": decision.texts("incoming_words", 1),
        "incoming_within": int(decision.number("incoming_within", 1, 40)),
    }
    decision.done()
    return {
        "urls": _urls(open_entry(data_dir / "rules/urls.yaml", "data/rules/urls.yaml", collector)),
        "characters": tables,
        "rules": compiler.rules,
        "reasons": compiler.reasons,
        "table": compiler.compiled_table(),
        "decision": thresholds,
        "around_numbers": around_numbers,
        "examples": compiler.examples,
    }


class RuleCompiler:
    """Gathers rules from files into one table with one index of anchors."""

    def __init__(self, normalizer: Normalizer, collector: Collector, vocabulary: Mapping[str, list[str]]) -> None:
        self.vocabulary = vocabulary
        self.normalize: Callable[[str], str] = cache(lambda text: normalizer(text).text)
        self.collector = collector
        self.rules: list[dict[str, Any]] = []
        self.reasons: dict[str, list[str]] = {language: [] for language in LANGUAGES}
        self.table = PatternTable()
        self.examples: list[dict[str, Any]] = []

    def compiled_table(self) -> dict[str, str]:
        """The patterns as a table; the examples tell which words are common."""
        return self.table.table(self.example_texts())

    def example_texts(self) -> Iterator[str]:
        """Examples, normalized: of one rule in three, which tells as well what is common."""
        for example in self.examples[::3]:
            yield from map(self.normalize, [*example["match"], *example["no_match"]])

    def file(self, entry: Entry) -> None:
        """Take the rules of one file in."""
        category = entry.reference("category", "category", None)
        for rule in entry.entries("rules", at_least=1):
            self.rule(rule, category)
        entry.done()

    def rule(self, entry: Entry, category: str | None) -> None:
        """Take one rule in; `category`: the one that its file is about."""
        name = entry.text("id")
        self.collector.define("rule", name, entry)
        kind = entry.choice("kind", KINDS, "") or None
        weights = self._weights(entry, category, kind)
        rule: dict[str, Any] = {
            "id": name,
            "weights": weights,
            "kind": kind,
            "move": entry.choice("move", MOVES, "") or None,
            "technique": entry.reference("technique", "technique", None),
            "situation": entry.reference("situation", "situation", None),
            "word": entry.flag("word"),
            "check": entry.choice("check", CHECKS, "") or None,
        }
        if kind:
            rule["weight"] = entry.number("weight", 0.5, 10)
            rule["against"] = entry.references("against", "category")
            rule["unless_rules"] = entry.references("unless_rules", "rule")
            rule["cancels"] = entry.flag("cancels")
        rule["status"] = self._status(entry, weights)
        number = len(self.rules)
        self.rules.append(rule)
        for language, reason in self._reason(entry).items():
            self.reasons[language].append(reason)
        for pattern in entry.texts("patterns", at_least=0 if rule["check"] else 1):
            parts = self._parse(entry, "patterns", pattern)
            if parts:
                self.table.add(number, parts)
        for pattern in entry.texts("unless"):
            parts = self._parse(entry, "unless", pattern)
            if parts:
                self.table.add_unless(number, parts)
        self.examples.append(
            {
                "rule": name,
                "file": entry.file,
                "line": entry.line,
                "match": entry.texts("match", at_least=2),
                "no_match": entry.texts("no_match", at_least=2),
            }
        )

    def _weights(self, entry: Entry, category: str | None, kind: str | None) -> dict[str, float]:
        """Weight for each category that the rule is evidence for."""
        if kind:
            return {}
        shares = entry.entry("categories", None)
        weights: dict[str, float] = {}
        if shares is not None:
            weights = _shares(shares)
        elif category is None and not entry.has("technique"):
            entry.note("categories", "missing: a rule outside a category's file says what it is evidence for")
        if category is not None:
            weights[category] = entry.number("weight", 0.5, 8)
        also = entry.entry("also", None)
        if also is not None:
            weights.update({name: weight for name, weight in _shares(also).items() if name not in weights})
        return weights

    def _reason(self, entry: Entry) -> dict[str, str]:
        """Why the rule matters, in every language."""
        return entry.localized("reason")

    def _status(self, entry: Entry, weights: dict[str, float]) -> str:
        """How far the rule is verified; no rule weighs more than that allows."""
        status = str(entry.provenance()["status"])
        check_weight(entry, status, weights)
        return status

    def _parse(self, entry: Entry, key: str, pattern: str) -> list[Any]:
        try:
            return parse(pattern, self.normalize, self.vocabulary)
        except PatternError as error:
            entry.note(key, f"pattern {pattern!r} {error}")
            return []


def check_weight(entry: Entry, status: str, weights: Mapping[str, float]) -> None:
    """Note a rule that weighs more than one of its status may."""
    limit = MAX_WEIGHT[status]
    if weights and max(weights.values()) > limit:
        entry.note("weight", f"a rule that is {status} may weigh at most {limit:g}")


def _shares(entry: Entry) -> dict[str, float]:
    weights = {}
    for name in entry.table:
        entry.collector.use("category", name, entry, name)
        weights[name] = entry.number(name, 0.5, 8)
    return weights


def vocabulary(data_dir: Path, collector: Collector) -> dict[str, list[str]]:
    """The words that a `<name>` in a pattern stands for."""
    entry = open_entry(data_dir / "rules/vocabulary.yaml", "data/rules/vocabulary.yaml", collector)
    return {name: entry.texts(name, at_least=2) for name in entry.table}


def _urls(entry: Entry) -> dict[str, Any]:
    owners = []
    for owner in entry.entries("owners", at_least=1):
        owners.append(
            {
                "name": owner.text("name"),
                "domains": owner.texts("domains", 1),
                "words": owner.texts("words", 1),
                "glued": owner.texts("glued"),
            }
        )
    lists = {
        "owners": owners,
        **{key: entry.texts(key, 1) for key in ("own_pages", "shorteners", "cheap_suffixes", "app_suffixes")},
    }
    entry.done()
    return lists

"""Read data/numbers/rules.yaml: claims, advice, and the rules that judge a number, with their examples."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from antifraud_cli.knowledge.document import Entry, Items
from antifraud_cli.knowledge.tableformat import LANGUAGES

LEVELS = ("danger", "caution", "none", "official", "invalid")
_FACT_NAMES = ("number", "owner", "purpose", "official", "carrier", "area", "country", "code", "claim", "kind", "never")
PLACEHOLDERS = frozenset((*_FACT_NAMES, "police", "antifraud", "report"))
"""What a text may name: facts of the number, and the lines of the region that help."""
REGIONS = ("CN", "HK", "MO", "TW", "SG", "MY", "US", "CA", "UK", "AU", "JP", "overseas")
_FLAGS = (True, False)
_TAILS = ("", "emergency", "official", "enterprise")
CONDITIONS: dict[str, tuple[Any, ...] | None] = {
    "kind": None,
    "group": None,
    "claim": None,
    "exact": None,
    "pattern": None,
    "direction": ("incoming", "sms", "dial"),
    "location": REGIONS,
    "abroad": _FLAGS,
    "called_first": _FLAGS,
    "overseas_contact": _FLAGS,
    "link": _FLAGS,
    "lookalike": _FLAGS,
    "one_ring": _FLAGS,
    "cases": _FLAGS,
    "claim_fits": ("yes", "no", "unknown"),
    "mark": ("none", "plus", "zeros", "doubled", "bare86"),
    "behind": ("", "cn", "naked", "foreign"),
    "fault": ("", "long", "short", "local_first", "local_length", "area_unknown", "letters", "padded", "zeros"),
    "listed": ("none", "official", "enterprise", "weak", "sender"),
    "use": ("", "both", "out", "sms"),
    "calls_out": ("yes", "no", "rare", "unknown"),
    "sends_sms": ("yes", "no", "unknown"),
    "form": ("bare", "area", "area_other", "dial_form"),
    "tail": _TAILS,
    "head": _TAILS,
    "home": ("", "landline", "mobile"),
}
"""What a condition may ask for, and the values it may allow (None: checked against another table)."""
CONTEXT_KEYS = ("direction", "location", "called_first", "claims", "overseas_contact", "link")


def read(entry: Entry, kinds: Collection[str], groups: Collection[str]) -> dict[str, Any]:
    """claims, advices and rules; a rule is [id, level, priority, when, reason, advice, source, adds], highest priority first."""
    entry.raw("reviewed")
    claims = [_claim(item, kinds, groups) for item in entry.entries("claims", at_least=1)]
    advices: dict[str, list[str]] = {}
    inner = entry.entry("advices")
    for name in inner.table if inner else ():
        advices[name] = _texts(inner, name) if inner else []
    known = {"kind": kinds, "group": groups, "claim": ["", "other", *(claim["id"] for claim in claims)]}
    rules = [_rule(item, entry, known, advices) for item in entry.entries("rules", at_least=1)]
    rules.sort(key=lambda rule: (-rule[2], rule[0]))
    if rules and rules[-1][3]:
        entry.note(
            "rules", "the rule with the lowest priority must have no conditions, so that every number gets a verdict"
        )
    entry.done()
    return {"claims": claims, "advices": advices, "rules": rules}


def _texts(entry: Entry, key: str) -> list[str]:
    localized = entry.localized(key)
    for text in localized.values():
        for name in re.findall(r"\{(\w*)\}", text):
            if name not in PLACEHOLDERS:
                entry.note(key, f"unknown value {{{name}}}; expected one of {', '.join(sorted(PLACEHOLDERS))}")
    return [localized.get(language, "") for language in LANGUAGES]


def _claim(item: Entry, kinds: Collection[str], groups: Collection[str]) -> dict[str, Any]:
    item.collector.define("claim", item.text("id"), item)
    claim = {
        "id": item.text("id"),
        "name": _texts(item, "name"),
        "words": [word.lower() for word in item.texts("words", at_least=1)],
        "fits": item.texts("fits"),
        "misfits": item.texts("misfits"),
    }
    _known(item, "fits", claim["fits"], groups)
    _known(item, "misfits", claim["misfits"], kinds)
    return claim


def _known(item: Entry, key: str, values: Collection[Any], allowed: Collection[Any]) -> None:
    for value in values:
        if value not in allowed or isinstance(value, bool) != any(isinstance(one, bool) for one in allowed):
            item.note(key, f"unknown value {value!r}")


def _rule(item: Entry, parent: Entry, known: dict[str, Collection[Any]], advices: Collection[str]) -> list[Any]:
    name = item.text("id")
    item.collector.define("number rule", name, item)
    if not item.has("reviewed") and parent.has("reviewed"):
        item.table["reviewed"] = parent.table["reviewed"]
    level = item.choice("level", LEVELS)
    priority = int(item.number("priority", 0, 1000))
    inner = item.entry("when")
    when = _conditions(inner, known) if inner else {}
    reason = _texts(item, "reason")
    advice = item.texts("advice", at_least=1)
    _known(item, "advice", advice, advices)
    for key in ("match", "no_match"):
        _examples(item, key)
    provenance = item.provenance()
    if level == "danger" and provenance["status"] != "verified":
        item.note("status", f"a rule of status {provenance['status']} cannot stand alone behind danger")
    return [name, level, priority, when, reason, advice, provenance["source"], item.flag("adds", True)]


def _conditions(inner: Entry, known: dict[str, Collection[Any]]) -> dict[str, list[Any]]:
    when: dict[str, list[Any]] = {}
    for key in inner.table:
        value = inner.raw(key)
        if key not in CONDITIONS:
            inner.note(key, f"unknown condition; expected one of {', '.join(CONDITIONS)}")
            continue
        if not isinstance(value, Items) or not value:
            inner.note(key, f"expected a list of allowed values, found {value!r}")
            continue
        allowed = CONDITIONS[key] or known.get(key)
        if key in ("exact", "pattern"):
            if not all(isinstance(one, str) and re.fullmatch(r"[\d#]+", one) for one in value):
                inner.note(key, "expected digits (and # for any digit) in quotes")
        elif allowed is not None:
            _known(inner, key, value, allowed)
        when[key] = list(value)
    return when


def _examples(item: Entry, key: str) -> list[dict[str, Any]]:
    found = []
    for example in item.entries(key, at_least=2):
        one: dict[str, Any] = {"number": example.text("number")}
        for name in CONTEXT_KEYS:
            value = example.raw(name, None)
            if value is not None:
                one[name] = value
        found.append(one)
    return found


def examples(entry: Entry) -> list[dict[str, Any]]:
    """Each example: rule, level, wanted (whether the rule must decide it), line, number and context."""
    rows = []
    for item in entry.entries("rules"):
        for key, wanted in (("match", True), ("no_match", False)):
            base = {"rule": item.text("id"), "level": item.text("level"), "wanted": wanted, "line": item.line}
            rows += [{**base, **example} for example in _examples(item, key)]
        item._asked.update(item.table)
    entry._asked.update(entry.table)
    return rows

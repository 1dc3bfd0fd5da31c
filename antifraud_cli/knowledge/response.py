"""Read what a person needs once a scam is suspected: facts, laws, phone lines, regions, situations, checklists.

Source files: sources.yaml, facts.yaml, laws.yaml, hotlines.yaml, regions.yaml, situations.yaml, checklists/*.yaml and
text/regional.yaml. docs/data.md describes their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge import laws
from antifraud_cli.knowledge.document import Collector, Entry, open_entry
from antifraud_cli.knowledge.responsechecks import HOME, ROLES, Checks
from antifraud_cli.knowledge.tableformat import LANGUAGES

TIERS = ("official", "law", "media", "mirror", "dataset", "author")
CALLS_OUT = ("yes", "no", "rare", "unknown")
WITHOUT_LINE = ("drop", "keep")
"""What becomes of a step where the region has no line for its role. The police can be called everywhere: always keep."""
CALLS = ("police", "bank", "antifraud")
"""Calls that are made once, however many things have to be said in them."""
OVERSEAS = "overseas"
"""The region of those who are in none of the others: it has no police number of its own."""

_SPAN = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ID = re.compile(r"[a-z][a-z0-9_]*")


def read(data_dir: Path, collector: Collector) -> dict[str, Any]:
    """Return everything as one JSON-able mapping; faults are noted in the collector."""
    response = {
        "sources": read_sources(_open(data_dir, "sources.yaml", collector), collector),
        "facts": dict(_facts(_open(data_dir, "facts.yaml", collector), collector)),
        **laws.read(_open(data_dir, "laws.yaml", collector), collector),
        **_hotlines(_open(data_dir, "hotlines.yaml", collector), collector),
        "regions": dict(_regions(_open(data_dir, "regions.yaml", collector), collector)),
        "words": _words(_open(data_dir, "text/regional.yaml", collector)),
    }
    checks = Checks(response, collector)
    situations = _open(data_dir, "situations.yaml", collector)
    response["situations"] = dict(_situations(situations, collector, checks))
    situations.done()
    categories = _open(data_dir, "checklists/categories.yaml", collector)
    response["category_checklists"] = dict(_categories(categories, collector, checks))
    categories.done()
    checks.every_category_has_a_checklist(data_dir, categories, response["category_checklists"])
    channels = _open(data_dir, "checklists/channels.yaml", collector)
    response["channels"] = dict(_channels(channels, collector, checks))
    channels.done()
    response["bystander"] = _bystander(data_dir, collector, checks)
    return response


def _open(data_dir: Path, name: str, collector: Collector) -> Entry:
    return open_entry(data_dir / name, f"data/{name}", collector)


def read_sources(top: Entry, collector: Collector) -> dict[str, Any]:
    """sources.yaml: id -> title, ref, tier, region, home_law, read; `titles` by language where they were translated."""
    sources: dict[str, Any] = {}
    for name in top.table:
        entry = top.entry(name)
        if entry is None:
            continue
        collector.define("source", name, entry)
        day = entry.date("read")
        title, region = entry.text("title"), entry.reference("region", "region", None)
        tier = entry.choice("tier", TIERS)
        sources[name] = {
            "title": title,
            "ref": entry.text("ref"),
            "tier": tier,
            "region": region,
            "home_law": tier == "law" and region == HOME,
            "read": day.isoformat() if day else "",
        }
        translated = entry.entry("title_in", None)
        if translated:
            others = {language: translated.text(language) for language in LANGUAGES[1:]}
            sources[name]["titles"] = {LANGUAGES[0]: title, **others}
            translated.done()
        entry.done()
    return sources


def _named(entry: Entry, kind: str, collector: Collector) -> str:
    name = entry.text("id")
    collector.define(kind, name, entry)
    return name


def _facts(top: Entry, collector: Collector) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("facts", at_least=1):
        yield _named(entry, "fact", collector), {"claim": entry.localized("claim"), **entry.provenance()}
    top.done()


def _hotlines(top: Entry, collector: Collector) -> dict[str, Any]:
    """`hotlines` (id -> line) and `dial_first` (region -> what to dial first)."""
    found = {"hotlines": dict(_lines(top, collector)), "dial_first": dict(_dial_first(top, collector))}
    top.done()
    return found


def _dial_first(top: Entry, collector: Collector) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("dial_first", at_least=1):
        region = entry.text("region")
        collector.use("region", region, entry, "region")
        collector.define("dial_first", region, entry)
        yield region, {"text": entry.localized("text"), "source": entry.references("source", "source", at_least=1)}


def _lines(top: Entry, collector: Collector) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("hotlines", at_least=1):
        name = _named(entry, "hotline", collector)
        region = entry.text("region")
        collector.use("region", region, entry, "region")
        yield (
            name,
            {
                "region": region,
                "number": entry.text("number"),
                "dial_from_abroad": entry.text("dial_from_abroad", "") or None,
                "name": entry.localized("name"),
                "does": entry.localized("does"),
                "does_not": entry.localized("does_not"),
                "hours": entry.localized("hours", None),
                "calls_out": entry.choice("calls_out", CALLS_OUT),
                **entry.provenance(),
            },
        )


def _regions(top: Entry, collector: Collector) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("regions", at_least=1):
        name = _named(entry, "region", collector)
        lines: dict[str, str] = {}
        roles = entry.entry("lines")
        for role in roles.table if roles else ():
            hotline = roles.reference(role, "hotline", None) if roles else None
            if role not in ROLES:
                entry.note("lines", f"unknown role {role!r}; expected one of {', '.join(ROLES)}")
            if hotline:
                lines[role] = hotline
        if "police" not in lines and name != OVERSEAS:
            entry.note("lines", "a region needs a police line")
        yield (
            name,
            {
                "name": entry.localized("name"),
                "lines": lines,
                "language": entry.choice("language", LANGUAGES),
                "elsewhere": entry.localized("elsewhere", None),
                "not_found": entry.localized_list("not_found"),
                "notes": entry.localized_list("notes"),
                "source": entry.references("source", "source", at_least=1),
            },
        )
    top.done()


def _situations(top: Entry, collector: Collector, checks: Checks) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("situations", at_least=1):
        name = _named(entry, "situation", collector)
        yield (
            name,
            {
                "title": entry.localized("title"),
                "question": entry.localized("question"),
                "superseded_by": entry.references("superseded_by", "situation"),
                **_parts(entry, checks),
            },
        )


def _categories(top: Entry, collector: Collector, checks: Checks) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("categories", at_least=1):
        name = entry.text("id")
        collector.use("category", name, entry, "id")
        collector.define("category checklist", name, entry)
        situation = entry.reference("situation", "situation", None)
        yield name, {"situation": situation, **_parts(entry, checks)}


def _channels(top: Entry, collector: Collector, checks: Checks) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("channels", at_least=1):
        name = _named(entry, "channel", collector)
        yield (
            name,
            {
                "name": entry.localized("name"),
                "aliases": entry.texts("aliases", at_least=1),
                "situation": entry.reference("situation", "situation"),
                "replaces": entry.references("replaces", "step"),
                **_parts(entry, checks),
            },
        )


def _bystander(data_dir: Path, collector: Collector, checks: Checks) -> dict[str, Any]:
    """checklists/bystander.yaml: what to say to somebody who believes the fraudster."""
    top = _open(data_dir, "checklists/bystander.yaml", collector)
    reviewed = top.date("reviewed")
    asks: dict[str, Any] = {}
    for entry in top.entries("asks", at_least=1):
        name = entry.text("category")
        collector.use("category", name, entry, "category")
        asks[name] = {"text": entry.localized("text"), "source": entry.references("source", "source", at_least=1)}
    found = {
        **{
            key: [_dont(item, checks) for item in top.entries(key, at_least=2)]
            for key in ("stall", "questions", "donts")
        },
        "calls": [_step(step, checks) for step in top.entries("calls", at_least=2)],
        "asks": asks,
        "reviewed": reviewed.isoformat() if reviewed else "",
    }
    for path in sorted((data_dir / "categories").glob("*.yaml")):
        if path.stem not in asks:
            top.note("asks", f"category {path.stem!r} has no question of its own")
    top.done()
    return found


def _words(top: Entry) -> dict[str, dict[str, dict[str, str]]]:
    """text/regional.yaml: language -> region -> word of the texts -> word of that place, the longest first."""
    words: dict[str, dict[str, dict[str, str]]] = {}
    for entry in top.entries("words", at_least=1):
        language = entry.choice("language", LANGUAGES)
        says = entry.entry("says")
        table = {word: says.text(word) for word in sorted(says.table, key=len, reverse=True)} if says else {}
        for word, here in table.items():
            brought = [other for other in table if other in here]
            if brought:
                entry.note("says", f"{word!r} becomes {here!r}, which holds {brought[0]!r}, itself to be replaced")
        for region in entry.references("regions", "region", at_least=1):
            words.setdefault(language, {}).setdefault(region, {}).update(table)
    top.done()
    return words


def _parts(entry: Entry, checks: Checks) -> dict[str, Any]:
    """What situations, categories and ways of payment have in common."""
    reviewed = entry.date("reviewed")
    return {
        "steps": [_step(step, checks) for step in entry.entries("steps", at_least=1)],
        "donts": [_dont(dont, checks) for dont in entry.entries("donts", at_least=1)],
        "reviewed": reviewed.isoformat() if reviewed else "",
    }


def _step(entry: Entry, checks: Checks) -> dict[str, Any]:
    prepare = entry.localized_list("prepare")
    line = entry.choice("line", ROLES) if entry.has("line") else entry.raw("line", None)
    step = {
        **_common(entry, checks),
        "urgency": entry.number("urgency", 0, 99),
        "do": entry.localized("do"),
        "who": entry.localized("who", None),
        "line": line,
        "call": entry.choice("call", CALLS) if entry.has("call") else entry.raw("call", None),
        "without_line": entry.choice("without_line", WITHOUT_LINE, "keep" if line == "police" else "drop"),
        "say": entry.localized("say", None),
        "prepare": prepare if any(prepare.values()) else None,
        "deadline": entry.localized("deadline", None),
    }
    checks.step(entry, step)
    return step


def _dont(entry: Entry, checks: Checks) -> dict[str, Any]:
    dont = {**_common(entry, checks), "text": entry.localized("text")}
    checks.item(entry, dont)
    return dont


def _common(entry: Entry, checks: Checks) -> dict[str, Any]:
    name = entry.text("id")
    if not _ID.fullmatch(name):
        entry.note("id", f"expected small letters, digits and _, found {name!r}")
    return {
        "id": name,
        "facts": checks.facts(entry),
        "source": entry.references("source", "source", at_least=1),
        "regions": entry.references("regions", "region"),
        "when": entry.references("when", "situation"),
        "unless": entry.references("unless", "situation"),
        "elapsed": _elapsed(entry),
    }


def _elapsed(entry: Entry) -> list[int | None] | None:
    """`{min: 24h, max: 3d}` as seconds, from `min` up to but without `max`."""
    bounds = entry.entry("elapsed", None)
    if bounds is None:
        return None
    found: list[int | None] = []
    for key in ("min", "max"):
        text = bounds.text(key, "")
        match = _SPAN.fullmatch(text)
        if text and not match:
            bounds.note(key, f"expected a span like 90s, 20m, 10h or 5d, found {text!r}")
        found.append(int(match[1]) * _SECONDS[match[2]] if match else None)
    bounds.done()
    return found

"""Read what a person needs once a scam is suspected: facts, laws, phone lines, regions, situations, checklists.

Source files: sources.yaml, facts.yaml, laws.yaml, hotlines.yaml, regions.yaml, situations.yaml and
checklists/categories.yaml. docs/data.md describes their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge import laws
from antifraud_cli.knowledge.document import HOTLINE_PLACEHOLDER, Collector, Entry, open_entry

TIERS = ("official", "law", "media", "mirror", "dataset", "author")
ROLES = ("police", "antifraud", "report", "consular", "psych")
CALLS_OUT = ("yes", "no", "rare", "unknown")
WITHOUT_LINE = ("drop", "keep")
"""What becomes of a step where the region has no line for its role. The police can be called everywhere: always keep."""
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
    }
    checks = _Checks(response, collector)
    situations = _open(data_dir, "situations.yaml", collector)
    response["situations"] = dict(_situations(situations, collector, checks))
    situations.done()
    categories = _open(data_dir, "checklists/categories.yaml", collector)
    response["category_checklists"] = dict(_categories(categories, collector, checks))
    categories.done()
    checks.every_category_has_a_checklist(data_dir, categories, response["category_checklists"])
    return response


def _open(data_dir: Path, name: str, collector: Collector) -> Entry:
    return open_entry(data_dir / name, f"data/{name}", collector)


def read_sources(top: Entry, collector: Collector) -> dict[str, Any]:
    """sources.yaml: id -> title, ref, tier, read."""
    sources: dict[str, Any] = {}
    for name in top.table:
        entry = top.entry(name)
        if entry is None:
            continue
        collector.define("source", name, entry)
        day = entry.date("read")
        sources[name] = {
            "title": entry.text("title"),
            "ref": entry.text("ref"),
            "tier": entry.choice("tier", TIERS),
            "read": day.isoformat() if day else "",
        }
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
                "notes": entry.localized_list("notes"),
                "source": entry.references("source", "source", at_least=1),
            },
        )
    top.done()


def _situations(top: Entry, collector: Collector, checks: _Checks) -> Iterator[tuple[str, Any]]:
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


def _categories(top: Entry, collector: Collector, checks: _Checks) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("categories", at_least=1):
        name = entry.text("id")
        collector.use("category", name, entry, "id")
        collector.define("category checklist", name, entry)
        situation = entry.reference("situation", "situation", None)
        yield name, {"situation": situation, **_parts(entry, checks)}


def _parts(entry: Entry, checks: _Checks) -> dict[str, Any]:
    """What situations and categories have in common."""
    reviewed = entry.date("reviewed")
    return {
        "steps": [_step(step, checks) for step in entry.entries("steps", at_least=1)],
        "donts": [_dont(dont, checks) for dont in entry.entries("donts", at_least=1)],
        "reviewed": reviewed.isoformat() if reviewed else "",
    }


def _step(entry: Entry, checks: _Checks) -> dict[str, Any]:
    prepare = entry.localized_list("prepare")
    line = entry.choice("line", ROLES) if entry.has("line") else entry.raw("line", None)
    step = {
        **_common(entry, checks),
        "urgency": entry.number("urgency", 0, 99),
        "do": entry.localized("do"),
        "who": entry.localized("who", None),
        "line": line,
        "without_line": entry.choice("without_line", WITHOUT_LINE, "keep" if line == "police" else "drop"),
        "say": entry.localized("say", None),
        "prepare": prepare if any(prepare.values()) else None,
        "deadline": entry.localized("deadline", None),
    }
    checks.step(entry, step)
    return step


def _dont(entry: Entry, checks: _Checks) -> dict[str, Any]:
    dont = {**_common(entry, checks), "text": entry.localized("text")}
    checks.item(entry, dont)
    return dont


def _common(entry: Entry, checks: _Checks) -> dict[str, Any]:
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


def _texts(value: Any) -> Iterator[str]:
    """All strings in a localized text or list."""
    for texts in (value or {}).values():
        yield from [texts] if isinstance(texts, str) else texts


class _Checks:
    """What must hold across files, so that no checklist can show a doubtful number or lean on a doubtful fact."""

    def __init__(self, response: dict[str, Any], collector: Collector) -> None:
        self._response, self._collector = response, collector
        self._seen: dict[str, dict[str, Any]] = {}
        numbers = {number for line in response["hotlines"].values() for number in _written_forms(line)}
        self._typed = re.compile(rf"(?<!\d)(?:{'|'.join(map(re.escape, sorted(numbers)))})(?!\d)") if numbers else None

    def facts(self, entry: Entry) -> list[str]:
        """The facts and laws that a step rests on; at least one of them must be verified."""
        names = entry.texts("facts")
        known = []
        for name in names:
            kind = "law" if name in self._response["laws"] else "fact"
            self._collector.use(kind, name, entry, "facts")
            found = self._response["laws"].get(name) or self._response["facts"].get(name)
            if found:
                known.append(found)
        if known and all(fact["status"] != "verified" for fact in known):
            entry.note("facts", "rests on nothing that is verified")
        return names

    def step(self, entry: Entry, step: dict[str, Any]) -> None:
        """A step's phone line must be verified in every region where the step is shown."""
        role = step["line"]
        for name, region in self._response["regions"].items():
            hotline = region["lines"].get(role)
            if hotline and (not step["regions"] or name in step["regions"]):
                self._verified(entry, "line", hotline)
        self.item(entry, step)

    def item(self, entry: Entry, item: dict[str, Any]) -> None:
        """Phone numbers are named, never typed; the same id means the same words."""
        for key in ("do", "who", "say", "prepare", "deadline", "text"):
            for text in _texts(item.get(key)):
                for name in HOTLINE_PLACEHOLDER.findall(text):
                    self._verified(entry, key, name)
                if self._typed and (found := self._typed.search(HOTLINE_PLACEHOLDER.sub("", text))):
                    entry.note(key, f"a phone number is typed, {found[0]}; write the id of its hotline in braces")
        first = self._seen.setdefault(item["id"], item)
        if first != item:
            entry.note("id", f"{item['id']!r} stands elsewhere with other contents; use a YAML alias or another id")

    def _verified(self, entry: Entry, key: str, hotline: str) -> None:
        line = self._response["hotlines"].get(hotline)
        if line is None:
            self._collector.use("hotline", hotline, entry, key)
        elif line["status"] != "verified":
            entry.note(key, f"hotline {hotline!r} is {line['status']}; only a verified line may stand on a checklist")

    def every_category_has_a_checklist(self, data_dir: Path, top: Entry, found: Iterable[str]) -> None:
        """Each file in categories/ needs an entry in checklists/categories.yaml."""
        wanted = {path.stem for path in (data_dir / "categories").glob("*.yaml")}
        for name in sorted(wanted.difference(found)):
            top.note("categories", f"category {name!r} has no checklist")


def _written_forms(line: dict[str, Any]) -> Iterator[str]:
    """The ways in which someone might type a number into a text."""
    for number in (line["number"], line["dial_from_abroad"]):
        if number:
            yield number
            yield re.sub(r"[\s-]", "", number)

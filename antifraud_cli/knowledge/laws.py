"""Read data/laws.yaml: the articles that steps and lessons rest on, in plain words, and the topics that group them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from antifraud_cli.knowledge.document import Collector, Entry
from antifraud_cli.knowledge.keys import key_of
from antifraud_cli.knowledge.tableformat import LANGUAGES


def read(top: Entry, collector: Collector) -> dict[str, Any]:
    """`laws` (id -> article), `law_topics` (id -> name) and `law_names` (what people type -> id of a topic or a law)."""
    names: dict[str, str] = {}
    topics = dict(_topics(top, collector, names))
    laws = dict(_laws(top, collector, names))
    top.done()
    for name, entry in collector.defined("law topic").items():
        if not any(name in law["topics"] for law in laws.values()):
            entry.note("id", f"law topic {name!r} has no law")
    return {"laws": laws, "law_topics": topics, "law_names": names}


def _topics(top: Entry, collector: Collector, names: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("topics", at_least=1):
        name = entry.text("id")
        collector.define("law topic", name, entry)
        shown = entry.localized("name")
        _note_names(entry, name, [name, *(shown[language] for language in LANGUAGES), *entry.texts("aliases")], names)
        yield name, {"name": shown}


def _laws(top: Entry, collector: Collector, names: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for entry in top.entries("laws", at_least=1):
        name = entry.text("id")
        collector.define("law", name, entry)
        _note_names(entry, name, [name, *entry.texts("aliases")], names)
        in_force = entry.date("in_force")
        today = collector.as_of
        if today and in_force and in_force > today:
            entry.note("in_force", f"{in_force} lies in the future")
        yield (
            name,
            {
                "region": entry.reference("region", "region"),
                "topics": entry.references("topics", "law topic", at_least=1),
                "law": entry.localized("law"),
                "article": entry.localized("article"),
                "says": entry.localized("says"),
                "consequence": entry.localized("consequence", None),
                "pitfall": entry.localized("pitfall", None),
                "in_force": in_force.isoformat() if in_force else "",
                "in_force_note": entry.localized("in_force_note", None),
                **entry.provenance(),
            },
        )


def _note_names(entry: Entry, name: str, spellings: list[str], names: dict[str, str]) -> None:
    for spelling in spellings:
        key = key_of(spelling)
        if names.setdefault(key, name) != name:
            entry.note("aliases", f"{spelling!r} already stands for {names[key]}")

"""Compile `data/quiz/`: made-up messages, scams and their innocent twins, from which a quiz is drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge.document import HOTLINE_PLACEHOLDER, Collector, Entry, open_entry

AT_LEAST = 2
"""Scams that every category needs, and innocent twins."""

_HARMLESS = r"(?:[a-z0-9-]+\.)*(?:example(?:\.(?:com|net|org))?|[a-z0-9-]+\.(?:example|test|invalid))"
_ADDRESS = re.compile(r"(?:https?://)?\b[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![0-9.])[0-9][0-9 -]{5,}[0-9](?![0-9.])")


def read(data_dir: Path, collector: Collector) -> list[dict[str, Any]]:
    """The items of all files, in a fixed order: `id`, `category`, `scam`, `text`, `why`."""
    items: list[dict[str, Any]] = []
    covered = set()
    for path in sorted((data_dir / "quiz").glob("*.yaml")):
        top = open_entry(path, f"data/quiz/{path.name}", collector)
        category = top.reference("category", "category") or ""
        if category != path.stem:
            top.note("category", f"expected {path.stem!r}, the name of the file, found {category!r}")
        covered.add(category)
        found = [_item(entry, category, collector) for entry in top.entries("items", at_least=1)]
        for scam in (True, False):
            count = sum(item["scam"] is scam for item in found)
            if count < AT_LEAST:
                top.note("items", f"expected at least {AT_LEAST} with scam: {str(scam).lower()}, found {count}")
        items += found
        provenance = top.date("reviewed")
        for item in found:
            item["reviewed"] = provenance.isoformat() if provenance else ""
        top.done()
    for name, entry in collector.defined("category").items():
        if name not in covered:
            entry.note("id", f"category {name!r} has no quiz: data/quiz/{name}.yaml is missing")
    return items


def _item(entry: Entry, category: str, collector: Collector) -> dict[str, Any]:
    name = entry.text("id")
    collector.define("quiz item", name, entry)
    if not name.startswith(f"{category}."):
        entry.note("id", f"expected an id that begins with {category}., found {name!r}")
    item: dict[str, Any] = {
        "id": name,
        "category": category,
        "scam": entry.flag("scam"),
        "text": entry.localized("text"),
        "why": entry.localized("why"),
    }
    for texts in (item["text"], item["why"]):
        for language, text in texts.items():
            _refuse_real_ones(entry, language, HOTLINE_PLACEHOLDER.sub("", text))
    return item


def _refuse_real_ones(entry: Entry, language: str, text: str) -> None:
    """A made-up message must lead nowhere: no number that may be somebody's, no address that may be registered."""
    if number := _NUMBER.search(text):
        entry.note(f"text.{language}", f"{number[0]!r} looks like a phone number; leave it out or write {{hotline.id}}")
    for address in _ADDRESS.findall(text):
        host = address.partition("://")[2] or address
        if re.search(r"[a-z]", host, re.IGNORECASE) and not re.fullmatch(_HARMLESS, host, re.IGNORECASE):
            entry.note(f"text.{language}", f"{address!r} may exist; use a reserved name such as pay.example")

"""Compile `data/categories/` and `data/techniques.yaml`: what a scam script is, and how to talk a person out of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge.document import Collector, Entry, open_entry
from antifraud_cli.knowledge.keys import key_of
from antifraud_cli.knowledge.tableformat import LANGUAGES


def read(data_dir: Path, collector: Collector) -> dict[str, Any]:
    """`categories` (id -> what verdicts need), `techniques`, `names` (what people type -> id), `learn` (the long texts)."""
    categories: dict[str, Any] = {}
    learn: dict[str, Any] = {}
    names: dict[str, str] = {}
    for path in sorted((data_dir / "categories").glob("*.yaml")):
        entry = open_entry(path, f"data/categories/{path.name}", collector)
        name = entry.text("id")
        if name != path.stem:
            entry.note("id", f"expected {path.stem!r}, the name of the file, found {name!r}")
        collector.define("category", name, entry)
        categories[name], learn[name] = _prose(entry)
        categories[name]["leads_to"] = entry.references("leads_to", "category")
        learn[name].update(
            case=entry.localized("case"),
            how=entry.localized_list("how", at_least=3),
            lookalikes=entry.localized_list("lookalikes", at_least=1),
            laws=entry.references("laws", "law", at_least=1),
        )
        _names(entry, name, names)
        _refuse_typed_numbers(entry)
        entry.done()
    techniques: dict[str, Any] = {}
    entry = open_entry(data_dir / "techniques.yaml", "data/techniques.yaml", collector)
    for technique in entry.entries("techniques", at_least=1):
        name = technique.text("id")
        collector.define("technique", name, technique)
        techniques[name], learn[name] = _prose(technique)
        for key in ("how", "lookalikes"):
            learn[name][key] = technique.localized_list(key)
        _names(technique, name, names)
    entry.done()
    return {"categories": categories, "techniques": techniques, "names": names, "learn": learn}


def _refuse_typed_numbers(entry: Entry) -> None:
    """A phone number stands in hotlines.yaml only: here it could never be corrected in one place."""
    for key, value in entry.table.items():
        if (
            re.search(r"(?<![0-9.])[0-9][0-9 -]{5,}[0-9](?![0-9.])", str(value).replace("datetime.date", ""))
            and key != "reviewed"
        ):
            entry.note(key, "holds a number that looks like a phone number; write {hotline.id} instead")


def _prose(entry: Entry) -> tuple[dict[str, Any], dict[str, Any]]:
    """The short part that a verdict shows and the long part that `learn` shows."""
    short = {
        "name": entry.localized("name"),
        "rebuttal": entry.localized("rebuttal"),
        "advice": entry.localized_list("advice", at_least=1),
    }
    provenance = entry.provenance()
    long = {
        "definition": entry.localized("definition"),
        "signs": entry.localized_list("signs", at_least=2),
        "source": provenance["source"],
        "reviewed": provenance["reviewed"],
    }
    return short, long


def _names(entry: Entry, name: str, names: dict[str, str]) -> None:
    localized = entry.table.get("name") or {}
    shown = [localized.get(language) for language in LANGUAGES] if isinstance(localized, dict) else []
    for alias in [name, *filter(None, shown), *entry.texts("aliases", at_least=1)]:
        key = key_of(str(alias))
        if names.get(key, name) != name:
            entry.note("aliases", f"{alias!r} already stands for {names[key]}")
        names[key] = name

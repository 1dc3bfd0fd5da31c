"""Read data/lists.yaml: what a person's own lists may change, and how their lists and columns may be called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antifraud_cli.knowledge.document import Collector, Entry, open_entry

COLUMNS = ("list", "number", "note", "added", "prefix", "region", "carrier")
NAMES = ("contact", "allow", "block", "places")


def read(data_dir: Path, collector: Collector) -> dict[str, Any]:
    """The compiled part `lists`: ids of rules, and ids of columns and lists by every name they go by."""
    entry = open_entry(data_dir / "lists.yaml", "data/lists.yaml", collector)
    entry.date("reviewed")
    part = {
        "calmed": entry.references("calmed", "number rule", at_least=1),
        "columns": _by_name(entry, "columns", COLUMNS),
        "names": _by_name(entry, "names", NAMES),
    }
    entry.done()
    return part


def _by_name(entry: Entry, key: str, ids: tuple[str, ...]) -> dict[str, str]:
    """Id by name; an id is a name of its own."""
    table = {name: name for name in ids}
    inner = entry.entry(key)
    if inner is None:
        return table
    for one in ids:
        for name in inner.texts(one):
            if table.setdefault(name.lower(), one) != one:
                inner.note(one, f"{name!r} is also a name of {table[name.lower()]}")
    inner.done()
    return table

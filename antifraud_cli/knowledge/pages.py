"""Read pages.yaml: the official web page of a region that may be printed with a QR code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge.document import Collector, Entry, open_entry

_ADDRESS = re.compile(r"https://[a-z0-9.-]+/[!-~]*")


def read(data_dir: Path, sources: Mapping[str, Any], collector: Collector) -> dict[str, Any]:
    """Region -> what the page is about and its address; faults are noted in the collector."""
    pages: dict[str, Any] = {}
    top = open_entry(data_dir / "pages.yaml", "data/pages.yaml", collector)
    for entry in top.entries("pages"):
        region = entry.text("region")
        collector.use("region", region, entry, "region")
        collector.define("page of a region", region, entry)
        about, provenance = entry.localized("about"), entry.provenance()
        if provenance["status"] != "verified":
            entry.note("status", "only a verified page may be printed")
        pages[region] = {"about": about, "address": _address(entry, provenance["source"], sources), **provenance}
    top.done()
    return pages


def _address(entry: Entry, names: list[str], sources: Mapping[str, Any]) -> str:
    """The address of the first source, which must be an official page."""
    source = sources.get(names[0], {}) if names else {}
    ref = str(source.get("ref", ""))
    if source and (source["tier"] != "official" or not _ADDRESS.fullmatch(ref)):
        entry.note("source", f"expected an official source with an https address first, found {names[0]!r}: {ref}")
    return ref

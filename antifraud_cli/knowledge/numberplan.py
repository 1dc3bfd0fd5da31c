"""Read data/numbers/ into one compact part: the number plan, whose numbers are whose, and how numbers are judged.

The compiled part is a mapping of plain lists and strings. Texts are lists in the order of LANGUAGES; the tables are
as flat as possible, because every start of `check-number` parses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge import numberrules
from antifraud_cli.knowledge.document import (
    Collector,
    Entry,
    Items,
    Problems,
    Table,
    open_entry,
    read_document,
)
from antifraud_cli.knowledge.tableformat import LANGUAGES

CALLS_OUT = ("yes", "no", "rare", "unknown")
FORMS = ("bare", "area")
GROUPS = (
    *("police", "gov", "court", "embassy", "emergency", "operator", "operator_sales", "utility", "bank", "payment"),
    *("insurer", "broker", "courier", "shop", "tech", "travel", "airline", "auto", "local", "property", "hotel"),
)
"""What owners are, as claims see them."""
_RANGE = re.compile(r"(\d+)-(\d+)")


def read(data_dir: Path, collector: Collector) -> dict[str, Any]:
    """The compiled part `numbers`; faults are noted in the collector."""
    part: dict[str, Any] = {}
    part.update(_plan(_open(data_dir, "plan", collector)))
    part.update(_areas(_open(data_dir, "area_codes", collector)))
    part.update(_official(_open(data_dir, "official", collector)))
    part.update(_enterprise(_open(data_dir, "enterprise", collector)))
    part.update(_foreign(_open(data_dir, "foreign", collector)))
    part.update(numberrules.read(_open(data_dir, "rules", collector), part["kinds"], GROUPS))
    _add_hotlines(data_dir, part)
    part["sources"] = _titles(data_dir, part["rules"])
    return part


def examples(data_dir: Path, collector: Collector) -> list[dict[str, Any]]:
    """The examples of all number rules: rule, level, wanted, number and the context keys; for `rules test`."""
    return numberrules.examples(_open(data_dir, "rules", collector))


def message_words(data_dir: Path, collector: Collector) -> dict[str, list[str]]:
    """The words around a run of digits that tell whether it can be a phone number: lists by name."""
    entry = _open(data_dir, "message", collector)
    words = {key: entry.texts(key, 1) for key in ("not_before", "units", "not_units", "call", "call_after")}
    entry.done()
    return words


def _open(data_dir: Path, name: str, collector: Collector) -> Entry:
    return open_entry(data_dir / "numbers" / f"{name}.yaml", f"data/numbers/{name}.yaml", collector)


def _texts(localized: dict[str, str]) -> list[str]:
    return [localized.get(language, "") for language in LANGUAGES]


def _named(entry: Entry, key: str) -> dict[str, list[str]]:
    """A mapping id -> localized text."""
    inner = entry.entry(key)
    return {name: _texts(inner.localized(name)) for name in inner.table} if inner else {}


def _sourced(entry: Entry, parent: Entry) -> str:
    """Check source, status and reviewed of an entry, where missing those of the file; returns the status."""
    for key in ("source", "status", "reviewed"):
        if not entry.has(key) and parent.has(key):
            entry.table[key] = parent.table[key]
            entry.table.lines[key] = entry.table.line
    provenance = entry.provenance()
    return str(provenance["status"])


def _file_provenance(entry: Entry) -> None:
    for key in ("source", "status", "reviewed"):
        entry.raw(key, None)


def _plan(entry: Entry) -> dict[str, Any]:
    _file_provenance(entry)
    kinds, carriers = _named(entry, "kinds"), _named(entry, "carriers")
    structures: list[list[Any]] = []
    heads: dict[str, list[int]] = {}
    for item in entry.entries("structures", at_least=1):
        item.collector.define("number structure", item.text("id"), item)
        kind, carrier = item.text("kind"), item.text("carrier", "")
        if kind not in kinds:
            item.note("kind", f"unknown kind {kind!r}")
        if carrier and carrier not in carriers:
            item.note("carrier", f"unknown carrier {carrier!r}")
        item.text("note", "")
        _sourced(item, entry)
        structures.append([kind, carrier, _lengths(item)])
        for prefix in _prefixes(item):
            heads.setdefault(prefix, []).append(len(structures) - 1)
    entry.done()
    return {"kinds": kinds, "carriers": carriers, "structures": structures, "heads": heads}


def _lengths(item: Entry) -> list[int]:
    lengths = item.raw("lengths")
    if not isinstance(lengths, Items) or not lengths or not all(type(n) is int and 1 <= n <= 20 for n in lengths):
        item.note("lengths", f"expected a list of lengths from 1 to 20, found {lengths!r}")
        return []
    return list(lengths)


def _prefixes(item: Entry) -> Iterator[str]:
    for text in item.texts("prefixes", at_least=1):
        bounds = _RANGE.fullmatch(text)
        if bounds and len(bounds[1]) == len(bounds[2]) and int(bounds[1]) < int(bounds[2]):
            yield from (str(number) for number in range(int(bounds[1]), int(bounds[2]) + 1))
        elif text.isdigit():
            yield text
        else:
            item.note("prefixes", f"expected digits or a range like 1340-1348, found {text!r}")


def _areas(entry: Entry) -> dict[str, Any]:
    _file_provenance(entry)
    first = entry.text("local_first")
    areas: dict[str, list[Any]] = {}
    inner = entry.entry("areas")
    for code, row in inner.table.items() if inner else ():
        if not re.fullmatch(r"0\d{2,3}", code) or not _is_row(row, 3) or not isinstance(row[3], Items):
            entry.note("areas", f"{code}: expected [zh-Hans, zh-Hant, en, [lengths]], found {row!r}")
            continue
        areas[code] = [*row[:3], list(row[3])]
    entry.references("source", "source", at_least=1)
    entry.done()
    return {"local_first": first, "areas": areas}


def _is_row(row: Any, texts: int) -> bool:
    return isinstance(row, Items) and len(row) >= texts and all(isinstance(text, str) and text for text in row[:texts])


def _official(entry: Entry) -> dict[str, Any]:
    _file_provenance(entry)
    never = _named(entry, "never")
    lines: dict[str, dict[str, dict[str, Any]]] = {}
    dial_forms: dict[str, str] = {}
    for item in entry.entries("lines", at_least=1):
        numbers = item.texts("numbers") or [item.text("number")]
        region = item.text("region", "CN")
        line = _line(item, entry, never)
        for form in item.texts("dial"):
            dial_forms[re.sub(r"\D", "", form)] = numbers[0]
        for number in numbers:
            item.collector.define(f"official number of {region}", number, item)
            if not number.isdigit():
                item.note("number", f"expected digits only, found {number!r}")
            lines.setdefault(region, {})[number] = line
    senders = [
        [item.text("prefix"), _lengths(item), item.text("number"), _sourced(item, entry)]
        for item in entry.entries("sms_senders")
    ]
    help_lines = _help(entry)
    entry.done()
    return {"never": never, "lines": lines, "dial_forms": dial_forms, "senders": senders, "help": help_lines}


def _line(item: Entry, parent: Entry, never: dict[str, list[str]]) -> dict[str, Any]:
    unwanted = [name for name in item.texts("never") if name not in never]
    for name in unwanted:
        item.note("never", f"unknown id {name!r}; expected one of {', '.join(never)}")
    shows = item.texts("shows") or ["bare"]
    if not set(shows) <= set(FORMS):
        item.note("shows", f"expected some of {', '.join(FORMS)}, found {shows!r}")
    line = {
        "owner": _texts(item.localized("owner")),
        "purpose": _texts(item.localized("purpose")),
        "group": item.choice("group", GROUPS),
        "calls": item.choice("calls_out", CALLS_OUT),
        "sms": item.choice("sms", ("yes", "no", "unknown")),
        "never": item.texts("never"),
        "area": "area" in shows,
        "imitated": item.flag("imitated"),
        "alias": item.texts("alias"),
    }
    line["status"] = _sourced(item, parent)
    return line


def _help(entry: Entry) -> dict[str, Any]:
    table: dict[str, Any] = {}
    inner = entry.entry("help")
    for region in inner.table if inner else ():
        one = inner.entry(region) if inner else None
        if one is None:
            continue
        if region == "else":
            table[region] = {role: _texts(one.localized(role)) for role in one.table}
        else:
            table[region] = {role: one.text(role) for role in one.table}
    return table


def _enterprise(entry: Entry) -> dict[str, Any]:
    _file_provenance(entry)
    owners: list[list[Any]] = []
    numbers: dict[str, list[int]] = {}
    for item in entry.entries("owners", at_least=1):
        owners.append([_texts(item.localized("name")), item.choice("group", GROUPS), item.texts("alias")])
        _sourced(item, entry)
        # A number that stands in two lists keeps its narrowest use, which comes later.
        for use, key in enumerate(("numbers", "outbound", "sms")):
            for number in item.texts(key):
                if not re.fullmatch(r"\+?\d{3,20}", number):
                    item.note(key, f"expected digits, with + in front abroad only, found {number!r}")
                owner = numbers.get(number, [len(owners) - 1])[0]
                if owner != len(owners) - 1:
                    item.note(key, f"{number} already belongs to {owners[owner][0][0]}")
                numbers[number] = [len(owners) - 1, use]
    entry.references("source", "source", at_least=1)
    entry.done()
    return {"owners": owners, "numbers": numbers}


def _foreign(entry: Entry) -> dict[str, Any]:
    _file_provenance(entry)
    countries: dict[str, dict[str, list[str]]] = {}
    inner = entry.entry("countries")
    for code, regions in inner.table.items() if inner else ():
        if not isinstance(regions, Table) or not all(_is_row(row, 3) for row in regions.values()):
            entry.note("countries", f"{code}: expected {{ISO: [zh-Hans, zh-Hant, en]}}, found {regions!r}")
            continue
        countries[code] = {region: list(row) for region, row in regions.items()}
    networks = {}
    inner = entry.entry("networks")
    for code, row in inner.table.items() if inner else ():
        if _is_row(row, 3):
            networks[code] = list(row)
        else:
            entry.note("networks", f"{code}: expected [zh-Hans, zh-Hant, en], found {row!r}")
    lists = {key: _prefix_list(entry, key) for key in ("one_ring", "cases")}
    plus = {}
    for item in entry.entries("domestic_plus"):
        plus[item.text("region")] = item.texts("prefixes", at_least=1)
        _sourced(item, entry)
    entry.references("source", "source", at_least=1)
    unassigned = entry.texts("unassigned", at_least=1)
    entry.done()
    return {"countries": countries, "networks": networks, "unassigned": unassigned, "domestic_plus": plus, **lists}


def _prefix_list(entry: Entry, key: str) -> list[str]:
    found = []
    for item in entry.entries(key):
        found += item.texts("prefixes", at_least=1)
        _sourced(item, entry)
    return found


def _add_hotlines(data_dir: Path, part: dict[str, Any]) -> None:
    """Make every line that a checklist may print official in its region.

    hotlines.yaml has its own reader, which notes its faults; here they are passed over.
    """
    part["foreign_lines"] = {}
    path = data_dir / "hotlines.yaml"
    table = read_document(path, "", Problems()) if path.is_file() else {}
    for row in table.get("hotlines") or ():
        try:
            number, region = re.sub(r"\D", "", str(row["number"])), str(row["region"])
            line = {
                "owner": [row["name"][language] for language in LANGUAGES],
                "purpose": [row["does"][language] for language in LANGUAGES],
                "group": "gov",
                "calls": {True: "yes", False: "no"}.get(row.get("calls_out"), row.get("calls_out") or "unknown"),
                "sms": "unknown",
                "never": [],
                "area": False,
                "alias": [],
                "status": row.get("status", "unverified"),
            }
        except (KeyError, TypeError):
            continue
        if line["status"] == "unverified" or not number:
            continue
        if region != "CN" or number not in part["numbers"]:
            part["lines"].setdefault(region, {}).setdefault(number, line)
        abroad = row.get("dial_from_abroad")
        if isinstance(abroad, str):
            digits = re.sub(r"\D", "", abroad)
            if region == "CN":
                part["dial_forms"].setdefault(digits, number)
            else:
                part["foreign_lines"][digits] = [region, number]


def _titles(data_dir: Path, rules: list[list[Any]]) -> dict[str, str]:
    """The titles of the sources that rules name, so that a verdict can say where it rests without another file."""
    path = data_dir / "sources.yaml"
    table = read_document(path, "", Problems()) if path.is_file() else {}
    wanted = {name for rule in rules for name in rule[6]}
    return {name: str(table[name].get("title", name)) for name in sorted(wanted) if isinstance(table.get(name), dict)}

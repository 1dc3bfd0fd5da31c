"""Compile data/ into what the program loads, and tell whether what was compiled is still true.

Needs the standard library, PyYAML and phonenumbers only: it runs inside the build of the package too.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
from binascii import a2b_base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from antifraud_cli.errors import DataError, Problem
from antifraud_cli.knowledge import (
    categories,
    messagerules,
    numberplan,
    ownlists,
    pages,
    places,
    quiz,
    response,
    words,
)
from antifraud_cli.knowledge.document import HOTLINE_PLACEHOLDER, Collector, open_entry
from antifraud_cli.knowledge.patterntable import BY_LINE
from antifraud_cli.knowledge.store import BYTES
from antifraud_cli.knowledge.tableformat import ENDS, LANGUAGES
from antifraud_cli.text.lookup import line_ends

FORMAT = 13
"""Raise it when the compiled form changes: older compiled files are then stale."""
MANIFEST = "manifest.json"
SUFFIXES = (".yaml", ".txt", ".json")
"""Files in data/ that are compiled."""
INTERFACE = ("answers.yaml", "errors.yaml", "help.yaml")
"""Files of the program's own texts."""


def read_all(data_dir: Path, as_of: datetime.date | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """The compiled parts by name, and every problem found. With `as_of`, entries that lapsed before that day count."""
    collector = Collector(as_of)
    learn = categories.read(data_dir, collector)
    messages = messagerules.read(data_dir, collector)
    parts: dict[str, Any] = {
        "categories": {key: learn[key] for key in ("categories", "techniques", "names")},
        "learn": learn["learn"],
        "quiz": quiz.read(data_dir, collector),
        "messages": {key: value for key, value in messages.items() if key not in ("examples", "reasons", "table")},
        "examples": messages["examples"],
        **_model(data_dir, collector),
        "words": words.read(data_dir, collector),
        "numbers": numberplan.read(data_dir, collector),
        "lists": ownlists.read(data_dir, collector),
        "response": response.read(data_dir, collector),
    }
    parts["pages"] = pages.read(data_dir, parts["response"]["sources"], collector)
    parts["places"], parts["places.mobile"] = places.read(data_dir, parts["numbers"]["areas"], collector)
    for name, text in messages["table"].items():
        parts[f"table.{name}"] = text
        if name in BY_LINE:
            parts[f"table.{name}{ENDS}"] = line_ends(text)
    for language, table in _interface(data_dir, collector).items():
        parts[f"ui.{language}"] = table
        parts[f"reasons.{language}"] = messages["reasons"][language]
    hotlines = parts["response"]["hotlines"]
    for name in parts:
        if name != "response":  # checklists put the numbers of a person's own region in
            parts[name] = _with_numbers(parts[name], hotlines)
    _check_completeness(data_dir, collector, messages["rules"])
    collector.check_references(must_be_used=("fact",))
    collector.problems.sort(key=lambda problem: (problem.file, problem.line))
    return parts, list(dict.fromkeys(collector.problems))


def _interface(data_dir: Path, collector: Collector) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for path in sorted((data_dir / "ui").glob("*.yaml")):
        entry = open_entry(path, f"data/ui/{path.name}", collector)
        for key in entry.table:
            collector.define("text", key, entry)
            for language, text in entry.localized(key).items():
                tables[language][key] = text
    return tables


def _check_completeness(data_dir: Path, collector: Collector, rules: list[dict[str, Any]]) -> None:
    """Every category has rules, every part of the interface is there, and no file is passed over in silence."""
    with_rules = {category for rule in rules for category in rule["weights"]}
    for category, entry in collector.defined("category").items():
        if category not in with_rules:
            entry.note("id", f"category {category!r} has no rule: data/rules/{category}.yaml is missing or empty")
    for name in INTERFACE:
        if not (data_dir / "ui" / name).is_file():
            collector.problems.note(f"data/ui/{name}", 1, "", "is missing")
    for path in sorted(data_dir.rglob("*")):
        if path.is_file() and path.suffix not in SUFFIXES:
            shown = f"data/{path.relative_to(data_dir).as_posix()}"
            collector.problems.note(shown, 1, "", f"is not read; expected a name that ends in {', '.join(SUFFIXES)}")


def model_parts(model: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a linear model as training/train.py writes it: n-grams as a text, weights as bytes, the rest.

    Raises KeyError, TypeError or ValueError for one that is not whole.
    """
    grams = str(model["grams"])
    apart: dict[str, Any] = {"linear.grams": grams, f"linear.grams{ENDS}": line_ends(grams)}
    weights = {part: a2b_base64(model[part.partition(".")[2]]) for part in BYTES}
    rest = {key: value for key, value in model.items() if f"linear.{key}" not in (*apart, *weights)}
    return {"linear": rest, **apart, **weights}


def _model(data_dir: Path, collector: Collector) -> dict[str, Any]:
    """The parts of the linear model in data/."""
    shown = "data/model/linear.json"
    try:
        model = json.loads((data_dir / "model/linear.json").read_text(encoding="utf-8"))
        parts = model_parts(model)
        for category in model["categories"]:
            if category not in collector.defined("category"):
                collector.problems.note(
                    shown, 1, "categories", f"unknown category id {category!r}; train the model anew"
                )
    except (OSError, ValueError, KeyError, TypeError) as error:
        collector.problems.note(shown, 1, "", f"cannot be read ({error}); make model writes it")
        return {"linear": {}, "linear.grams": "", f"linear.grams{ENDS}": b"", **dict.fromkeys(BYTES, b"")}
    return parts


def _with_numbers(value: Any, hotlines: Mapping[str, Any]) -> Any:
    """`value` with `{cn.police}` and its like replaced by the number of that line."""
    if isinstance(value, str):
        if "{" not in value:
            return value
        return HOTLINE_PLACEHOLDER.sub(lambda match: str(hotlines.get(match[1], {}).get("number", match[0])), value)
    if isinstance(value, dict):
        return {key: _with_numbers(item, hotlines) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_numbers(item, hotlines) for item in value]
    return value


def data_files(data_dir: Path) -> list[Path]:
    """All files that are compiled, in a fixed order."""
    return sorted(path for path in data_dir.rglob("*") if path.is_file() and path.suffix in SUFFIXES)


def fingerprint(data_dir: Path) -> str:
    """A hash over names and contents of all data files."""
    digest = hashlib.blake2b(str(FORMAT).encode(), digest_size=16)
    for path in data_files(data_dir):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(data_dir).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def stamps(data_dir: Path) -> dict[str, list[int]]:
    """Size and time of change of each data file."""
    found = {}
    for path in data_files(data_dir):
        status = path.stat()
        found[path.relative_to(data_dir).as_posix()] = [status.st_size, status.st_mtime_ns]
    return found


def code_stamps() -> dict[str, list[int]]:
    """Size and time of change of the code that compiles: whoever works on it must not be shown what the old code made."""
    package = Path(__file__).resolve().parent.parent
    found = {}
    for path in sorted([*package.glob("knowledge/*.py"), *package.glob("text/*.py")]):
        status = path.stat()
        found[path.relative_to(package).as_posix()] = [status.st_size, status.st_mtime_ns]
    return found


def write(data_dir: Path, target: Path) -> None:
    """Compile `data_dir` into the folder `target`. Raises DataError, then nothing is written."""
    before = stamps(data_dir)
    parts, problems = read_all(data_dir)
    if problems:
        raise DataError(problems)
    save(parts, before, fingerprint(data_dir), target)


def save(parts: Mapping[str, Any], before: Mapping[str, list[int]], content: str, target: Path) -> None:
    """Write compiled parts into a folder of their own inside `target`, then the manifest that names it.

    A program that read the manifest a moment ago goes on with the folder that it named, so it never mixes two
    compilations; that folder is removed by the compilation after the next. `before`: the stamps of the data when it
    was read, `content`: its fingerprint.
    """
    code = code_stamps()
    name = hashlib.blake2b(f"{content}{sorted(code.items())}".encode(), digest_size=8).hexdigest()
    folder = target / name
    folder.mkdir(parents=True, exist_ok=True)
    for part, value in parts.items():
        # A long text full of line ends costs ten times as much to read as JSON.
        suffix = "txt" if isinstance(value, str) else "bin" if isinstance(value, bytes) else "json"
        _replace(folder / f"{part}.{suffix}", value)
    manifest = {"format": FORMAT, "folder": name, "fingerprint": content, "stamps": before, "code": code}
    _replace(target / MANIFEST, manifest)
    earlier = sorted((entry for entry in target.iterdir() if entry.is_dir() and entry != folder), key=_changed)
    for old in earlier[:-1]:
        shutil.rmtree(old, ignore_errors=True)


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def _replace(path: Path, value: Any) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    if not isinstance(value, (str, bytes)):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    temporary.write_bytes(value if isinstance(value, bytes) else value.encode("utf-8"))
    temporary.replace(path)

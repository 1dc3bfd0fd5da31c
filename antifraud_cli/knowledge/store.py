"""Load compiled knowledge, and never a stale one.

The compiled files lie in `antifraud_cli/_compiled/`. In a checkout and an editable install data/ stands beside the package
and may be edited at any time; in an installed wheel it lies inside the package. Either way the compiled files carry size,
time and hash of every data file; where these differ, data/ is compiled anew.
"""

from __future__ import annotations

import contextlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge.tableformat import ENDS

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED = PACKAGE / "_compiled"
TEXTS = ("table.", "linear.grams", "places.mobile")
"""Names of parts that are long texts, stored as such."""
BYTES = ("linear.rarity", "linear.scam", "linear.scripts")
"""Names of parts that are bytes."""
MAPPED = ("linear.scripts",)
"""Names of those of which a message wants a few pieces: they are not read as a whole."""
_INSTALL_SECONDS = 300
"""An installer writes all files within this time; a data file that is younger than the compiled ones by more was edited."""


def data_dir() -> Path:
    """The folder of the YAML files: beside the package in a checkout, inside it when installed."""
    beside = PACKAGE.parent / "data"
    return beside if (PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir() else PACKAGE / "data"


def in_checkout() -> bool:
    """Whether the package runs from a checkout or an editable install of one."""
    return data_dir().parent != PACKAGE


@cache
def load(part: str) -> Any:
    """One compiled part: see `compiler.read_all` for their names.

    Raises DataError if data/ had to be compiled anew and is broken.
    """
    compiled = _compiled()
    if not isinstance(compiled, Path):
        return compiled[part]
    if part in MAPPED:
        import mmap

        with (compiled / f"{part}.bin").open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    if part in BYTES or part.endswith(ENDS):
        return (compiled / f"{part}.bin").read_bytes()
    if part.startswith(TEXTS):
        return (compiled / f"{part}.txt").read_bytes().decode("utf-8")
    return json.loads((compiled / f"{part}.json").read_bytes())


def version() -> str:
    """A hash over all data files in force: the same knowledge gives the same answers."""
    if isinstance(_compiled(), Path):
        return str(json.loads((COMPILED / "manifest.json").read_bytes())["fingerprint"])
    from antifraud_cli.knowledge import compiler

    return compiler.fingerprint(data_dir())


def compilation() -> str:
    """Names what was compiled: other data, or other code that compiled it, has another name."""
    compiled = _compiled()
    return compiled.name if isinstance(compiled, Path) else version()


@cache
def _compiled() -> Path | dict[str, Any]:
    """The folder of the compiled files if they are true; otherwise all parts, compiled just now."""
    data = data_dir()
    try:
        manifest = json.loads((COMPILED / "manifest.json").read_bytes())
    except (OSError, ValueError):
        manifest = {}
    same_code = bool(manifest) and not (in_checkout() and _code_changed(manifest))
    if same_code and _unchanged(data, manifest):
        return COMPILED / str(manifest["folder"])
    from antifraud_cli.errors import DataError
    from antifraud_cli.knowledge import compiler

    before, content = compiler.stamps(data), compiler.fingerprint(data)
    same = same_code and manifest.get("format") == compiler.FORMAT and manifest.get("fingerprint") == content
    if same and not in_checkout():
        return COMPILED / str(manifest["folder"])
    parts, problems = compiler.read_all(data)
    if problems:
        raise DataError(problems)
    if in_checkout():
        # Kept for the next start; a read-only checkout merely compiles again.
        with contextlib.suppress(OSError):
            compiler.save(parts, before, content, COMPILED)
    return parts


def _unchanged(folder: Path, manifest: dict[str, Any]) -> bool:
    """Whether size and time of every data file are those of the compilation."""
    stamps: dict[str, list[int]] = manifest["stamps"]
    checkout = in_checkout()
    built = (COMPILED / "manifest.json").stat().st_mtime_ns + _INSTALL_SECONDS * 1_000_000_000
    found = 0
    for path, size, changed in _walk(str(folder), ""):
        stamp = stamps.get(path)
        if stamp is None or stamp[0] != size:
            return False
        # An installer gives every file a new time, so in a wheel only a later one is suspicious.
        if changed != stamp[1] and (checkout or changed > built):
            return False
        found += 1
    return found == len(stamps)


def _code_changed(manifest: dict[str, Any]) -> bool:
    """Whether the code that compiles is not the code that compiled."""
    for name, (size, changed) in manifest.get("code", {"": (0, 0)}).items():
        try:
            status = os.stat(PACKAGE / name)  # noqa: PTH116 - this runs at every start
        except OSError:
            return True
        if (status.st_size, status.st_mtime_ns) != (size, changed):
            return True
    return False


def _walk(folder: str, prefix: str) -> list[tuple[str, int, int]]:
    rows = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                rows += _walk(entry.path, f"{prefix}{entry.name}/")
            elif entry.name.endswith((".yaml", ".txt", ".json")):
                status = entry.stat()
                rows.append((prefix + entry.name, status.st_size, status.st_mtime_ns))
    return rows

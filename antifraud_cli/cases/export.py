"""Write a case out for the police: reports, and a zip with everything. The case itself is only read."""

from __future__ import annotations

import os
import secrets
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from antifraud_cli.cases import disk, folder
from antifraud_cli.cases.faults import CaseError, refused
from antifraud_cli.cases.model import Case, Evidence

ARCHIVE = "report.zip"
SUMS = "SHA256SUMS"
"""What `sha256sum --check` reads."""


def sums(case: Case) -> bytes:
    """The hashes of all copies in the zip, in the form of sha256sum."""
    lines = (f"{item.file.sha256}  {_place(item.file)}\n" for item in case.items if item.file)
    return "".join(lines).encode()


def export(place: Path, target: Path, case: Case, reports: Mapping[str, bytes], *, with_evidence: bool) -> list[Path]:
    """Write the reports and, beside them, one zip that holds them too. Returns what was written.

    `target` must not exist; it appears under its name when it is complete. With `with_evidence` the zip also holds the
    case folder itself; without, nothing of it.
    """
    if os.path.lexists(target):
        raise CaseError("exists", name=str(target))
    if _inside(target, place):
        raise CaseError("export_inside", name=str(target))
    with refused(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name[:40]}.{os.getpid()}.{secrets.token_hex(4)}.partial")
        partial.mkdir(mode=0o700)
    try:
        for name, content in reports.items():
            disk.write_new(partial / name, content)
        _zip(partial / ARCHIVE, place, case, reports, with_evidence)
        disk.sync_folder(partial)
        with refused(target):
            partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    disk.sync_folder(target.parent)
    return [target / name for name in (*reports, ARCHIVE)]


def _place(evidence: Evidence) -> str:
    """Where a copy lies in the zip."""
    return f"case/{folder.EVIDENCE}/{evidence.path.rpartition('/')[2]}"


def _inside(path: Path, place: Path) -> bool:
    return place.resolve() in (path.resolve(), *path.resolve().parents)


def _zip(path: Path, place: Path, case: Case, reports: Mapping[str, bytes], with_evidence: bool) -> None:
    with refused(path), path.open("xb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in reports.items():
                archive.writestr(name, content)
            if with_evidence:
                _pack_case(archive, place, case)
        disk.lasting(stream)


def _pack_case(archive: zipfile.ZipFile, place: Path, case: Case) -> None:
    """The case folder, under case/, so that `antifraud case verify` works on it once it is unpacked."""
    archive.writestr(SUMS, sums(case))
    for name in (folder.YAML, folder.LOG):
        if os.path.lexists(place / name):
            with disk.open_plain(place / name) as source:
                archive.writestr(f"case/{name}", source.read())
    for item in case.items:
        path = folder.evidence_path(place, item.file) if item.file else None
        if item.file is None or path is None:
            continue
        # Photos and films do not get smaller; packing them would only take long.
        entry = zipfile.ZipInfo(_place(item.file))
        entry.compress_type = zipfile.ZIP_STORED
        with disk.open_plain(path) as source, archive.open(entry, "w", force_zip64=True) as target:
            while piece := source.read(disk.CHUNK):
                target.write(piece)

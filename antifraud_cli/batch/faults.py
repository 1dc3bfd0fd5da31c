"""Records that cannot be read: which, why, and what stood there."""

from __future__ import annotations

from dataclasses import dataclass

from antifraud_cli.batch.lines import MAX_LINE, LineFault


@dataclass(frozen=True)
class Fault:
    """One record that cannot be read."""

    line: int
    """Line of the source, from 1."""
    reason: str
    """Key of the program's text that says why."""
    detail: str = ""
    """What was found."""
    raw: str | bytes | None = None
    """The record as it stood, so that it can be mended; bytes where they are no text, None where it is too long."""


def line_fault(number: int, fault: LineFault, raw: bytes | str | LineFault | None = None) -> Fault:
    """The fault of a line that cannot be given."""
    detail = str(MAX_LINE // 1_000_000) if fault is LineFault.TOO_LONG else ""
    return Fault(number, f"batch.{fault.value}", detail, raw.rstrip(b"\r\n") if isinstance(raw, bytes) else None)

"""A checklist for paper: with numbers of one's own to write down, dates, and one official page to look things up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from antifraud_cli.checklists.model import Checklist
from antifraud_cli.output import checklist_view
from antifraud_cli.output.layout import BLANK, Block

EMPTY = "________"
"""What a line to write on ends in."""
LABELS = ("bank", "family", "station", "police")
"""Names that have words in every language. Each sheet has room for the first three; for the police in place of the
station where their number is not known."""


class Own(NamedTuple):
    """A number of the reader's own."""

    name: str
    """One of LABELS, or a name of the reader's choice."""
    value: str
    """The number, with whose it is; empty for a line to write on."""


def blocks(
    checklist: Checklist, own: Sequence[Own], official: Block | None, day: str, text: Callable[..., str]
) -> list[Block]:
    """The sheet below its title.

    `official` leads to the official page of the region, if there is one; `day` is the date of printing.
    """
    shown = [*checklist_view.body(checklist, text), BLANK, Block(text("heading.own"), "heading")]
    if official:
        shown.append(official)
    bank, family, station, police = LABELS
    named = {number.name for number in own}
    missing = [name for name in (bank, family, police if police in checklist.gaps else station) if name not in named]
    shown += own_blocks([*own, *(Own(name, "") for name in missing)], text)
    shown += [BLANK, Block(text("print.dates", day=day, reviewed=checklist.reviewed), "note")]
    shown += [Block(text("print.sources", count=len(checklist.sources)), "note")]
    shown += [BLANK, Block(text("heading.sources"), "heading")]
    return shown + [Block(f"{source.title} {source.ref}", "source", marker="-") for source in checklist.sources]


def own_blocks(own: Sequence[Own], text: Callable[..., str]) -> list[Block]:
    """One line for each number."""
    return [Block(text("print.own", label=label(number, text), value=number.value or EMPTY), "field") for number in own]


def label(number: Own, text: Callable[..., str]) -> str:
    """Whose number it is; an empty line says where to find it."""
    if number.name not in LABELS:
        return number.name
    return text(f"own.{number.name}" if number.value else f"own.{number.name}.empty")

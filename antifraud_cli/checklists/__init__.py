"""What to do now: ordered steps for a scam script, what has happened so far, and a region."""

from antifraud_cli.checklists.build import build
from antifraud_cli.checklists.bystander import bystander
from antifraud_cli.checklists.elapsed import parse_elapsed
from antifraud_cli.checklists.lines import dial_first, hotlines
from antifraud_cli.checklists.maker import fill, local_words
from antifraud_cli.checklists.model import Card, Checklist, Dont, Line, Source, Step

__all__ = [
    "Card", "Checklist", "Dont", "Line", "Source", "Step", "build", "bystander", "dial_first", "fill", "hotlines",
    "local_words", "parse_elapsed",
]  # fmt: skip

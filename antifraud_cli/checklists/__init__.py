"""What to do now: ordered steps for a scam script, what has happened so far, and a region."""

from antifraud_cli.checklists.build import build, fill
from antifraud_cli.checklists.elapsed import parse_elapsed
from antifraud_cli.checklists.lines import dial_first, hotlines
from antifraud_cli.checklists.model import Checklist, Dont, Line, Source, Step

__all__ = ["Checklist", "Dont", "Line", "Source", "Step", "build", "dial_first", "fill", "hotlines", "parse_elapsed"]

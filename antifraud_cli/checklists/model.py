"""What a checklist is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Source(NamedTuple):
    """Where something was read."""

    id: str
    """Id in data/sources.yaml."""
    title: str
    """What it is, in a few words."""
    ref: str
    """A public address, an article of a law or the name of a document."""


@dataclass(frozen=True)
class Step:
    """One thing to do."""

    n: int
    """Place in the list, from 1."""
    do: str
    """The action, a verb first, one sentence."""
    who: str | None
    """Who is to be called or asked; None if nobody is."""
    number: str | None
    """The phone number to dial in the region of the checklist; None if the step needs none or none is known."""
    say: str | None
    """Words to read out, blanks as ____; None if none are needed."""
    prepare: str | None
    """What to have ready, in one line; None if nothing is needed."""
    deadline: str | None
    """By when; None if the order of the list says enough."""
    source: str
    """Titles of the sources, joined."""
    source_ids: tuple[str, ...]
    """The ids of the same sources."""
    id: str
    """Id of the step in the data."""
    prepare_items: tuple[str, ...] = ()
    """The same as `prepare`, one entry each."""


class Dont(NamedTuple):
    """One thing not to do."""

    text: str
    """The warning, one sentence."""
    source: str
    """Titles of the sources, joined."""
    source_ids: tuple[str, ...]
    """The ids of the same sources."""
    id: str
    """Id of the warning in the data."""


@dataclass(frozen=True)
class Checklist:
    """What to do now, most urgent first."""

    category: str | None
    """Id of the scam script, None if it is not known."""
    situations: tuple[str, ...]
    """Ids of what has happened; the ones that were assumed if none were given."""
    region: str
    """Id of the region whose phone lines are printed."""
    steps: tuple[Step, ...]
    """The steps in order."""
    donts: tuple[Dont, ...]
    """What to leave alone."""
    gaps: tuple[str, ...]
    """Roles (police, psych …) that a step asked for and for which the region has no confirmed line."""
    sources: tuple[Source, ...]
    """Every source named by a step or a warning, once; those of the region first."""
    reviewed: str
    """The oldest review date among all that is shown, as 2026-11-21."""
    paid_by: tuple[str, ...] = ()
    """Ids of the ways in which the money went, as far as they were told."""
    not_found: tuple[str, ...] = ()
    """What was looked for and not found out about the region, one sentence each; nothing is guessed instead."""


@dataclass(frozen=True)
class Card:
    """What a bystander needs who wants to stop a payment."""

    category: str | None
    """Id of the scam script, None if it is not known."""
    region: str
    """Id of the region whose phone lines are printed."""
    rebuttal: str | None
    """The one sentence that breaks the spell of the script; None if the script is not known."""
    stall: tuple[str, ...]
    """How to win time."""
    questions: tuple[str, ...]
    """What to ask; the last one belongs to the script, if that is known."""
    calls: tuple[Step, ...]
    """Whom to call on the spot."""
    donts: tuple[str, ...]
    """What makes it worse."""
    gaps: tuple[str, ...]
    """Roles for which the region has no confirmed line."""
    sources: tuple[Source, ...]
    """Every source, once; those of the region first."""
    reviewed: str
    """The oldest review date among all that is shown, as 2026-11-21."""


@dataclass(frozen=True)
class Line:
    """One phone line, for the `hotlines` command."""

    id: str
    """Id of the hotline in the data."""
    region: str
    """Region in which `number` is dialled as written."""
    number: str
    """The number as one dials it inside its region."""
    dial_from_abroad: str | None
    """The number as one dials it from elsewhere; None if it cannot be reached or that is not known."""
    name: str
    """What the line is called."""
    does: str
    """What it is for."""
    does_not: str
    """What it does not do or would never ask."""
    hours: str | None
    """When somebody answers; None if that is not known."""
    calls_out: str
    """Whether this number calls people: yes, no, rare or unknown."""
    roles: tuple[str, ...]
    """The roles that it plays for the region asked for: police, antifraud …; empty if none."""
    status: str
    """verified, single or unverified."""
    source: str
    """Titles of the sources, joined."""
    source_ids: tuple[str, ...]
    """The ids of the same sources."""
    reviewed: str
    """When it was last looked at."""
    valid_until: str | None
    """When it must be looked at again; None if no day was set."""

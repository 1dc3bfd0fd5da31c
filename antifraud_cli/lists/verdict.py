"""What a person's own entry changes in a verdict, and what it must not.

An entry speaks about a number; who is calling it cannot know, because the display can be forged. So an entry to allow
takes back one thing only: a `caution` all of whose reasons rest on the sort of number (a call from abroad, a virtual
operator). Which rules these are stands in data/lists.yaml; forged, impossible and official numbers are not among them.
An entry to block makes `danger` of what was not official: if the anti-fraud line could be blocked by an entry, a
fraudster would have his victim make one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from antifraud_cli.knowledge.tableformat import PLACE_DIGITS
from antifraud_cli.lists.forms import is_pattern
from antifraud_cli.lists.model import Entry, Place
from antifraud_cli.numbers.model import NumberReason, NumberVerdict

_RAISED, _CALMED, _KEPT = "raised", "calmed", "kept"
_DOUBTS = ("danger", "caution")
_CODE_DIGITS, _AREA_DIGITS = 3, 4
"""The longest calling code and area code: what the built-in data tells places apart by."""
_CARRIER_DIGITS = 5
"""The longest beginning by which the built-in data tells operators apart."""

Texts = Callable[..., str]


def apply(
    verdict: NumberVerdict, entries: Sequence[Entry], calmed: Set[str], dialled: bool, text: Texts
) -> NumberVerdict:
    """The verdict with what the lists say: `entries` as `Store.find` gives them, the one that decides first.

    `calmed`: ids of the rules whose caution an entry takes back. `dialled`: the person wants to call the number.
    """
    if not entries:
        return verdict
    entry = entries[0]
    effect = _effect(verdict, entry, calmed)
    level = {_RAISED: "danger", _CALMED: "none", _KEPT: verdict.level}[effect]
    own = [_reason(entry, f"lists.{entry.list}.{_said(effect, verdict.level)}", text)]
    if entry.list != "block":
        own += [_reason(other, "lists.block.overruled", text) for other in entries if other.list == "block"][:1]
    return replace(
        verdict,
        level=level,
        rule=verdict.rule if effect == _KEPT else f"list.{entry.list}",
        reasons=(*verdict.reasons, *own) if effect == _KEPT else (*own, *verdict.reasons),
        advice=_advice(verdict, entry, effect, dialled, text),
        own_entry={**entry._asdict(), "effect": effect},
    )


def _effect(verdict: NumberVerdict, entry: Entry, calmed: Set[str]) -> str:
    if entry.list == "block":
        return _RAISED if verdict.level in ("none", "caution") else _KEPT
    doubts = {verdict.rule, *(reason.rule for reason in verdict.reasons)}
    return _CALMED if verdict.level == "caution" and doubts <= calmed else _KEPT


def _said(effect: str, level: str) -> str:
    """The end of the key of the sentence about an entry."""
    if effect != _KEPT:
        return effect
    return level if level in ("none", "official") else _KEPT


def _reason(entry: Entry, key: str, text: Texts) -> NumberReason:
    note = text("lists.note", note=entry.note) if entry.note else ""
    said = text("lists.entry", entry=entry.number, note=note, added=entry.added)
    return NumberReason(f"list.{entry.list}", text(key, entry=said), text("lists.source"))


def _advice(verdict: NumberVerdict, entry: Entry, effect: str, dialled: bool, text: Texts) -> tuple[str, ...]:
    if entry.list == "block":
        if effect == _KEPT:
            return verdict.advice
        undo = text("lists.advice.undo", number=f'"{entry.number}"' if is_pattern(entry.number) else entry.number)
        return (text("lists.advice.do_not_dial" if dialled else "lists.advice.hang_up"), *verdict.advice, undo)
    if dialled:
        return (text("lists.advice.money"),) if effect == _CALMED else verdict.advice
    ask = text("lists.advice.saved_number")
    if effect == _CALMED:
        return (text("lists.advice.money"), ask)
    if verdict.level == "none":
        return (*verdict.advice[:1], ask, *verdict.advice[1:])
    return (*verdict.advice, ask) if verdict.level in _DOUBTS and entry.list == "contact" else verdict.advice


def with_place(verdict: NumberVerdict, place: Place | None) -> NumberVerdict:
    """The verdict with what the person's own prefix table says, where ours says nothing or goes by fewer digits."""
    if place is None:
        return verdict
    digits, known = len(place.prefix), _AREA_DIGITS
    if verdict.kind in ("mobile", "mvno"):
        digits, known = len(place.prefix.removeprefix("+86")), 1 + PLACE_DIGITS
    elif place.prefix.startswith("+86"):
        digits -= 2  # the area code behind it has no 0
    elif place.prefix.startswith("+"):
        digits, known = digits - 1, _CODE_DIGITS
    region = place.region if place.region and (not verdict.region or digits > known) else verdict.region
    carrier = place.carrier if place.carrier and (not verdict.carrier or digits > _CARRIER_DIGITS) else verdict.carrier
    return replace(verdict, region=region, carrier=carrier)

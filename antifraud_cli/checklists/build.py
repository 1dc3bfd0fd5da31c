"""Make a checklist: pick the steps that fit, order them by urgency, put the numbers of the region in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from antifraud_cli.checklists.maker import HOME, Maker
from antifraud_cli.checklists.model import Checklist
from antifraud_cli.errors import UsageError

GENERAL = "only_received"
"""The situation that is assumed when nothing is known."""

ABROAD = "overseas"
"""The region, and the situation, of a person who is elsewhere."""

MONEY_MOVED = frozenset(("transferred", "handed_cash_or_gold"))
"""Where what is not known about stopping money in a region is said."""

_Item = Mapping[str, Any]


def build(
    response: Mapping[str, Any],
    *,
    category: str | None,
    situations: Sequence[str],
    region: str,
    elapsed: int | None,
    lang: str,
    paid_by: Sequence[str] = (),
) -> Checklist:
    """Return the checklist for a script, everything that has happened, and a region.

    Several situations are merged: each step once, most urgent first, whatever the order in which they are named; what
    has to be said in one call stands in one step. `elapsed` are the seconds since it happened; None counts as just now,
    the reading that loses no time. `paid_by` are the ids of the ways in which the money went; they imply that it went.
    Who is abroad cannot dial the lines of the mainland: CN, the default, then gives way to `overseas`.
    """
    extra = None if category is None else entry(response["category_checklists"], category, "category")
    channels = [entry(response["channels"], name, "channel") for name in dict.fromkeys(paid_by)]
    held = _situations(response, situations, extra, channels)
    if region == HOME and ABROAD in held:
        region = ABROAD
    entry(response["regions"], region, "region")
    maker = Maker(response, region, lang)
    parts = [response["situations"][name] for name in response["situations"] if name in held]
    parts = [part for part in parts if not held.intersection(part["superseded_by"])]
    parts += channels + ([extra] if extra else [])
    now = elapsed or 0
    replaced = set.intersection(*(set(channel["replaces"]) for channel in channels)) if channels else set()
    steps = [step for step in _pick(parts, "steps", held, region, now) if step["id"] not in replaced]
    steps = [step for step in steps if maker.can_show(step)]
    steps.sort(key=lambda step: step["urgency"])  # a stable sort: ties keep the order of the data
    shown = tuple(maker.step(number, group) for number, group in enumerate(_calls(steps), start=1))
    donts = tuple(maker.dont(dont) for dont in _pick(parts, "donts", held, region, now))
    named = dict.fromkeys([*situations, *(channel["situation"] for channel in channels)])
    return Checklist(
        category=category,
        situations=tuple(named) or tuple(sorted(held)),
        region=region,
        paid_by=tuple(dict.fromkeys(paid_by)),
        steps=shown,
        donts=donts,
        gaps=tuple(maker.gaps),
        not_found=maker.not_found() if held & MONEY_MOVED else (),
        sources=maker.sources(),
        reviewed=min([*maker.dates, *(part["reviewed"] for part in parts)]),
    )


def entry(table: Mapping[str, Any], name: str, kind: str) -> Any:
    """The entry of a table; a name that is not there raises UsageError."""
    if name not in table:
        raise UsageError(f"{kind}: {name!r}", " ".join(table))
    return table[name]


def _situations(
    response: Mapping[str, Any], names: Sequence[str], extra: _Item | None, channels: Sequence[_Item]
) -> set[str]:
    """The situations that hold; where none was told, the one that the script suggests or the general one."""
    for name in names:
        entry(response["situations"], name, "situation")
    held = set(names) | {channel["situation"] for channel in channels}
    suggested = extra["situation"] if extra and not names else None
    return held | ({suggested} if suggested else set()) or {GENERAL}


def _pick(parts: Sequence[_Item], kind: str, held: set[str], region: str, elapsed: int) -> Iterator[_Item]:
    """The steps (or warnings) that fit what holds, each id once."""
    seen: set[str] = set()
    for part in parts:
        for item in part[kind]:
            if item["id"] not in seen and _fits(item, held, region, elapsed):
                seen.add(item["id"])
                yield item


def _fits(item: _Item, held: set[str], region: str, elapsed: int) -> bool:
    if item["regions"] and region not in item["regions"]:
        return False
    if item["when"] and not held.intersection(item["when"]):
        return False
    if held.intersection(item["unless"]):
        return False
    earliest, latest = item["elapsed"] or (None, None)
    return (earliest is None or elapsed >= earliest) and (latest is None or elapsed < latest)


def _calls(steps: Sequence[_Item]) -> list[list[_Item]]:
    """Steps that are one and the same call stand together, at the place of the most urgent."""
    groups: list[list[_Item]] = []
    calls: dict[str, list[_Item]] = {}
    for step in steps:
        call = step["call"]
        if call in calls:
            calls[call].append(step)
            continue
        groups.append([step])
        if call:
            calls[call] = groups[-1]
    return groups

"""Make a checklist: pick the steps that fit, order them by urgency, put the numbers of the region in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from antifraud_cli.checklists.model import Checklist, Dont, Source, Step
from antifraud_cli.errors import UsageError

GENERAL = "only_received"
"""The situation that is assumed when nothing is known."""

HOME, ABROAD = "CN", "overseas"
"""The default region; the region, and the situation, of a person who is elsewhere."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
_JOIN = {"zh-Hans": "；", "zh-Hant": "；", "en": "; "}
_Item = Mapping[str, Any]


def build(
    response: Mapping[str, Any],
    *,
    category: str | None,
    situations: Sequence[str],
    region: str,
    elapsed: int | None,
    lang: str,
) -> Checklist:
    """Return the checklist for a script, everything that has happened, and a region.

    Several situations are merged: each step once, most urgent first, whatever the order in which they are named.
    `elapsed` are the seconds since it happened; None counts as just now, the reading that loses no time.
    Who is abroad cannot dial the lines of the mainland: CN, the default, then gives way to `overseas`.
    """
    extra = _category(response, category)
    held = _situations(response, situations, extra)
    if region == HOME and ABROAD in held:
        region = ABROAD
    place = _entry(response["regions"], region, "region")
    maker = _Maker(response, region, place["lines"], lang)
    parts = [response["situations"][name] for name in response["situations"] if name in held]
    parts = [part for part in parts if not held.intersection(part["superseded_by"])]
    parts += [extra] if extra else []
    now = elapsed or 0
    steps = [step for step in _pick(parts, "steps", held, region, now) if maker.can_show(step)]
    steps.sort(key=lambda step: step["urgency"])  # a stable sort: ties keep the order of the data
    shown = tuple(maker.step(number, step) for number, step in enumerate(steps, start=1))
    donts = tuple(maker.dont(dont) for dont in _pick(parts, "donts", held, region, now))
    return Checklist(
        category=category,
        situations=tuple(dict.fromkeys(situations)) or tuple(sorted(held)),
        region=region,
        steps=shown,
        donts=donts,
        gaps=tuple(maker.gaps),
        sources=maker.sources(),
        reviewed=min([*maker.dates, *(part["reviewed"] for part in parts)]),
    )


def fill(text: str, response: Mapping[str, Any], region: str) -> str:
    """Put phone numbers in for `{hotline.id}`, in the form in which one dials them in `region`."""

    def number(match: re.Match[str]) -> str:
        line = response["hotlines"].get(match[1])
        return dialled(line, region) if line else match[0]

    return _PLACEHOLDER.sub(number, text)


def dialled(line: Mapping[str, Any], region: str) -> str:
    """The number of a hotline as one dials it in `region`."""
    if line["region"] != region and line["dial_from_abroad"]:
        return str(line["dial_from_abroad"])
    return str(line["number"])


def _entry(table: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in table:
        raise UsageError(f"{kind}: {name!r}", " ".join(table))
    return table[name]


def _category(response: Mapping[str, Any], category: str | None) -> Any:
    return None if category is None else _entry(response["category_checklists"], category, "category")


def _situations(response: Mapping[str, Any], names: Sequence[str], extra: _Item | None) -> set[str]:
    """The situations that hold; where none was told, the one that the script suggests or the general one."""
    for name in names:
        _entry(response["situations"], name, "situation")
    if names:
        return set(names)
    return {(extra and extra["situation"]) or GENERAL}


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


class _Maker:
    """Turns data into shown text, and remembers which sources, dates and gaps came up on the way."""

    def __init__(self, response: Mapping[str, Any], region: str, lines: Mapping[str, str], lang: str) -> None:
        self._response, self._region, self._lines, self._lang = response, region, lines, lang
        self._source_ids: dict[str, None] = {}
        self.dates: list[str] = []
        self.gaps: dict[str, None] = {}

    def can_show(self, step: _Item) -> bool:
        """Whether the step makes sense here: to call a line that the region lacks may be no advice."""
        role = step["line"]
        if role and role not in self._lines:
            self.gaps[role] = None
            return bool(step["without_line"] == "keep")
        return True

    def step(self, n: int, step: _Item) -> Step:
        items = tuple(self._text(text) for text in (step["prepare"] or {}).get(self._lang, ()))
        ids = self._note(step)
        return Step(
            n=n,
            do=self._local(step["do"]) or "",
            who=self._local(step["who"]),
            number=self._number(step["line"]),
            say=self._local(step["say"]),
            prepare=_JOIN[self._lang].join(items) or None,
            deadline=self._local(step["deadline"]),
            source=self._titles(ids),
            source_ids=ids,
            id=step["id"],
            prepare_items=items,
        )

    def dont(self, dont: _Item) -> Dont:
        ids = self._note(dont)
        return Dont(text=self._local(dont["text"]) or "", source=self._titles(ids), source_ids=ids, id=dont["id"])

    def sources(self) -> tuple[Source, ...]:
        """Every source noted so far."""
        table = self._response["sources"]
        return tuple(Source(name, table[name]["title"], table[name]["ref"]) for name in self._source_ids)

    def _note(self, item: _Item) -> tuple[str, ...]:
        ids = tuple(item["source"])
        self._source_ids.update(dict.fromkeys(ids))
        for name in item["facts"]:
            fact = self._response["facts"].get(name) or self._response["laws"][name]
            self.dates.append(fact["reviewed"])
        return ids

    def _titles(self, ids: Iterable[str]) -> str:
        return _JOIN[self._lang].join(self._response["sources"][name]["title"] for name in ids)

    def _number(self, role: str | None) -> str | None:
        if not role or role not in self._lines:
            return None
        return self._dial(self._lines[role])

    def _dial(self, hotline: str) -> str:
        line = self._response["hotlines"][hotline]
        self.dates.append(line["reviewed"])
        return dialled(line, self._region)

    def _local(self, text: Mapping[str, str] | None) -> str | None:
        return self._text(text[self._lang]) if text else None

    def _text(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: self._dial(match[1]), text)

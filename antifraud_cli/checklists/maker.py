"""Turn items of the data into shown text: numbers of the region put in, words of the region, sources ordered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from antifraud_cli.checklists.model import Dont, Source, Step

HOME = "CN"
"""The default region, whose law says nothing about duties elsewhere."""
_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
_JOIN = {"zh-Hans": "；", "zh-Hant": "；", "en": "; "}
_AND_THEN = {"zh-Hans": "", "zh-Hant": "", "en": " "}
_Item = Mapping[str, Any]


class Maker:
    """Makes what is shown, and remembers which sources, dates and gaps came up on the way."""

    def __init__(self, response: Mapping[str, Any], region: str, lang: str) -> None:
        place = response["regions"][region]
        self._response, self._region, self._lang = response, region, lang
        self._lines: Mapping[str, str] = place["lines"]
        self._elsewhere: Mapping[str, str] = place["elsewhere"]
        self._not_found: Sequence[str] = place["not_found"][lang]
        self._in_local_words = local_words(response, region, lang)
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

    def step(self, n: int, group: Sequence[_Item]) -> Step:
        """One step; the further ones of a group are the same call, so that only what they add is taken over."""
        first = group[0]
        ids = _once(name for step in group for name in self._note(step))
        said = _once(filter(None, (self._local(step["say"]) for step in group)))
        items = _once(self.text(text) for step in group for text in (step["prepare"] or {}).get(self._lang, ()))
        return Step(
            n=n,
            do=self._local(first["do"]) or "",
            who=_first(self._who(step) for step in group),
            number=_first(self._number(step["line"]) for step in group),
            say=_AND_THEN[self._lang].join(said) or None,
            prepare=_JOIN[self._lang].join(items) or None,
            deadline=_first(self._local(step["deadline"]) for step in group),
            source=self._titles(ids),
            source_ids=ids,
            id=first["id"],
            prepare_items=items,
        )

    def dont(self, dont: _Item) -> Dont:
        """One warning, or another item that is nothing but a text."""
        ids = self._note(dont)
        return Dont(text=self._local(dont["text"]) or "", source=self._titles(ids), source_ids=ids, id=dont["id"])

    def text(self, text: str) -> str:
        """A text with the numbers and in the words of the region."""
        return self._in_local_words(_PLACEHOLDER.sub(lambda match: self._dial(match[1]), text))

    def not_found(self) -> tuple[str, ...]:
        """What was looked for and not found out about this region."""
        return tuple(map(self.text, self._not_found))

    def sources(self) -> tuple[Source, ...]:
        """Every source noted so far, those of the region first, then those in the reader's own script."""
        table = self._response["sources"]
        ids = sorted(self._source_ids, key=self._distance)
        return tuple(Source(name, title(table[name], self._lang), table[name]["ref"]) for name in ids)

    def cite(self, names: Iterable[str]) -> None:
        """Note sources that belong to what is shown."""
        self._source_ids.update(dict.fromkeys(names))

    def _note(self, item: _Item) -> tuple[str, ...]:
        ids = self._fitting(item["source"])
        self.cite(ids)
        for name in item["facts"]:
            fact = self._response["facts"].get(name) or self._response["laws"][name]
            self.dates.append(fact["reviewed"])
        return tuple(sorted(ids, key=self._distance))

    def _fitting(self, names: Sequence[str]) -> Sequence[str]:
        """The sources that speak for this region: its own and those of no region; where it has none, all but foreign law."""
        table = self._response["sources"]
        if any(table[name]["region"] == self._region for name in names):
            return [name for name in names if table[name]["region"] in (self._region, None)]
        return [name for name in names if self._region == HOME or not table[name]["home_law"]] or names

    def _distance(self, name: str) -> tuple[bool, bool]:
        """How far a source is from the reader: another region, another script."""
        region = self._response["sources"][name]["region"]
        language = self._response["regions"][region]["language"] if region else self._lang
        return region != self._region, language != self._lang

    def _titles(self, ids: Iterable[str]) -> str:
        return _JOIN[self._lang].join(title(self._response["sources"][name], self._lang) for name in ids)

    def _who(self, step: _Item) -> str | None:
        """Whom to ask: as the step says, the name of the line, or how to find the police where no number is known."""
        role = step["line"]
        if role == "police" and role not in self._lines and self._elsewhere:
            return self._local(self._elsewhere)
        if step["who"] or role not in self._lines:
            return self._local(step["who"])
        line = self._response["hotlines"][self._lines[role]]  # a name is a name: no words of the region in it
        return str(line["name"][self._lang]).removeprefix(line["number"]).strip(" ,，") or None

    def _number(self, role: str | None) -> str | None:
        return self._dial(role) if role and role in self._lines else None

    def _dial(self, name: str) -> str:
        """The number of a role of this region, or of a hotline."""
        line = self._response["hotlines"][self._lines.get(name, name)]
        self.dates.append(line["reviewed"])
        return dialled(line, self._region)

    def _local(self, text: Mapping[str, str] | None) -> str | None:
        return self.text(text[self._lang]) if text else None


def title(source: Mapping[str, Any], lang: str) -> str:
    """What a source is called, in the language of the reader where that is known."""
    return str(source.get("titles", {}).get(lang, source["title"]))


def local_words(response: Mapping[str, Any], region: str, lang: str) -> Callable[[str], str]:
    """A function that says a text in the words of a region: 轉賬 in Hong Kong, 轉帳 in Taiwan."""
    words: Mapping[str, str] = response["words"].get(lang, {}).get(region, {})

    def local(text: str) -> str:
        for word, here in words.items():  # the longest first; none brings in another: the data is checked for that
            if word in text:
                text = text.replace(word, here)
        return text

    return local


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


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _first(values: Iterable[str | None]) -> str | None:
    return next(filter(None, values), None)

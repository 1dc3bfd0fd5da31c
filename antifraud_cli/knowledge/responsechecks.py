"""What must hold between the files of the response, so that no checklist shows a doubtful number or leans on a doubtful fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge.document import HOTLINE_PLACEHOLDER, Collector, Entry

ROLES = ("police", "antifraud", "report", "consular", "psych")
"""What a phone line can be for."""
HOME = "CN"
"""Whose law the articles in laws.yaml are."""


def _texts(value: Any) -> Iterator[str]:
    """All strings in a localized text or list."""
    for texts in (value or {}).values():
        yield from [texts] if isinstance(texts, str) else texts


class Checks:
    """What must hold across files, so that no checklist can show a doubtful number or lean on a doubtful fact."""

    def __init__(self, response: dict[str, Any], collector: Collector) -> None:
        self._response, self._collector = response, collector
        self._seen: dict[str, dict[str, Any]] = {}
        numbers = {number for line in response["hotlines"].values() for number in _written_forms(line)}
        self._typed = re.compile(rf"(?<!\d)(?:{'|'.join(map(re.escape, sorted(numbers)))})(?!\d)") if numbers else None

    def facts(self, entry: Entry) -> list[str]:
        """The facts and laws that a step rests on; at least one of them must be verified."""
        names = entry.texts("facts")
        known = []
        for name in names:
            kind = "law" if name in self._response["laws"] else "fact"
            self._collector.use(kind, name, entry, "facts")
            found = self._response["laws"].get(name) or self._response["facts"].get(name)
            if found:
                known.append(found)
        if known and all(fact["status"] != "verified" for fact in known):
            entry.note("facts", "rests on nothing that is verified")
        return names

    def step(self, entry: Entry, step: dict[str, Any]) -> None:
        """A step's phone line must be verified in every region where the step is shown."""
        self._collector.define_once("step", step["id"], entry)
        self._role(entry, "line", step["line"], step["regions"])
        self.item(entry, step)

    def item(self, entry: Entry, item: dict[str, Any]) -> None:
        """Phone numbers are named, never typed; the same id means the same words."""
        for key in ("do", "who", "say", "prepare", "deadline", "text"):
            for text in _texts(item.get(key)):
                for name in HOTLINE_PLACEHOLDER.findall(text):
                    if name in ROLES:
                        self._role(entry, key, name, item["regions"], needed=True)
                    else:
                        self._verified(entry, key, name)
                if self._typed and (found := self._typed.search(HOTLINE_PLACEHOLDER.sub("", text))):
                    entry.note(key, f"a phone number is typed, {found[0]}; write the id of its hotline in braces")
        self._sources(entry, item)
        first = self._seen.setdefault(item["id"], item)
        if first != item:
            entry.note("id", f"{item['id']!r} stands elsewhere with other contents; use a YAML alias or another id")

    def _role(self, entry: Entry, key: str, role: str | None, regions: list[str], *, needed: bool = False) -> None:
        """The line that plays a role must be verified wherever the text is shown."""
        for name, region in self._response["regions"].items():
            if role and (not regions or name in regions):
                hotline = region["lines"].get(role)
                if hotline:
                    self._verified(entry, key, hotline)
                elif needed:
                    entry.note(key, f"region {name!r} has no line for {{{role}}}; limit `regions`")

    def _sources(self, entry: Entry, item: dict[str, Any]) -> None:
        """Shown sources need a title in each language; mainland law alone is no ground for advice elsewhere."""
        known = [self._response["sources"][name] for name in item["source"] if name in self._response["sources"]]
        for name in item["source"]:
            if "titles" not in self._response["sources"].get(name, {"titles": 0}):
                entry.note("source", f"source {name!r} is shown on checklists and needs title_in in sources.yaml")
        if item["regions"] != [HOME] and known and all(source["home_law"] for source in known):
            entry.note("source", f"rests on the law of {HOME} only; write `regions: [{HOME}]` or name another source")

    def _verified(self, entry: Entry, key: str, hotline: str) -> None:
        line = self._response["hotlines"].get(hotline)
        if line is None:
            self._collector.use("hotline", hotline, entry, key)
        elif line["status"] != "verified":
            entry.note(key, f"hotline {hotline!r} is {line['status']}; only a verified line may stand on a checklist")

    def every_category_has_a_checklist(self, data_dir: Path, top: Entry, found: Iterable[str]) -> None:
        """Each file in categories/ needs an entry in checklists/categories.yaml."""
        wanted = {path.stem for path in (data_dir / "categories").glob("*.yaml")}
        for name in sorted(wanted.difference(found)):
            top.note("categories", f"category {name!r} has no checklist")


def _written_forms(line: dict[str, Any]) -> Iterator[str]:
    """The ways in which someone might type a number into a text."""
    for number in (line["number"], line["dial_from_abroad"]):
        if number:
            yield number
            yield re.sub(r"[\s-]", "", number)

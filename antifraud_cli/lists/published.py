"""Numbers that a block entry must not take in unnoticed: the ones that banks, police and companies publish."""

from __future__ import annotations

from bisect import bisect_left

from antifraud_cli.knowledge.tableformat import LANGUAGES
from antifraud_cli.lists.forms import head
from antifraud_cli.lists.patterns import covered
from antifraud_cli.numbers import NumberPlan


class Published:
    """All published numbers of the number plan, with their owners."""

    def __init__(self, plan: NumberPlan, lang: str) -> None:
        language = LANGUAGES.index(lang)
        self._owners: dict[str, str] = {
            number: plan.part["owners"][row[0]][0][language] for number, row in plan.numbers.items()
        }
        for lines in plan.lines.values():
            self._owners.update({number: line["owner"][language] for number, line in lines.items()})
        for form, number in plan.dial_forms.items():
            self._owners["+" + form] = self._owners.get(number, "")
        for form, (region, number) in plan.part["foreign_lines"].items():
            self._owners["+" + form] = plan.lines[region][number]["owner"][language]
        self._sorted = sorted(self._owners)

    def covered_by(self, entry: str) -> list[str]:
        """The published numbers that an entry stands for, in order."""
        start = head(entry)
        first = bisect_left(self._sorted, start)
        last = bisect_left(self._sorted, start + ":", first)  # : comes right after 9
        return covered(entry, self._sorted[first:last])

    def owner(self, number: str) -> str:
        """Whose number it is."""
        return self._owners[number]

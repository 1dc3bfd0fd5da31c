"""How far the phonenumbers package gets on its own, on the table of numbers with the verdicts that an expert gives.

    python benchmarks/phonenumbers_alone.py

phonenumbers knows no danger and no owner: it says valid, possible or impossible. So two readings are counted:
  strict   valid must mean `official` or `none`, impossible must mean `invalid`
  lenient  anything but valid counts as a warning too, so that an impossible number is right for `danger` and `caution`
A number is valid if the package says so of it as a number of the place, or as a short number there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import phonenumbers
import yaml
from phonenumbers import shortnumberinfo

from antifraud_cli import api
from antifraud_cli.numbers import NumberContext

TABLE = Path(__file__).resolve().parent.parent / "tests" / "numbers_table.yaml"
CALM = ("official", "none")


def is_valid(number: str, location: str) -> bool:
    """What the package says of a number as it was shown to somebody in `location`."""
    region = {"UK": "GB", "overseas": "US"}.get(location, location)
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) or shortnumberinfo.is_valid_short_number(parsed)


def rows() -> list[tuple[str, dict[str, Any], str]]:
    """Number, context and level of each row."""
    return [(row[0], row[1], row[2]) for row in yaml.safe_load(TABLE.read_text(encoding="utf-8"))["rows"]]


def main() -> None:
    counts: dict[str, list[int]] = {}
    for number, context, level in rows():
        valid = is_valid(number, context.get("location", "CN"))
        own = api.check_number_in(number, NumberContext(**context)).level
        right = (own == level, valid == (level in CALM) and (valid or level == "invalid"), valid == (level in CALM))
        for name in (level, "all"):
            row = counts.setdefault(name, [0, 0, 0, 0])
            row[0] += 1
            for place, hit in enumerate(right, start=1):
                row[place] += hit
    print("| level | numbers | antifraud | phonenumbers, strict | phonenumbers, lenient |")
    print("|---|---|---|---|---|")
    for name in ("danger", "caution", "none", "official", "invalid", "all"):
        total, *hits = counts[name]
        print(f"| {name} | {total} | " + " | ".join(f"{hit / total:.3f}" for hit in hits) + " |")


if __name__ == "__main__":
    main()

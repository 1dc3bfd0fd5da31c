"""How hard the checklists are to read: common characters, length of sentences. docs/checklists.md holds the figures.

Two plain measures that need no model and can be checked by hand:

- the share of Chinese characters that are among the 3,755 of level 1 of GB 2312, the characters of everyday use (a child
  leaves primary school with about 3,000); Traditional characters are looked up under their simplified form;
- characters in a sentence, cut at 。！？；： and line ends: how much has to be kept in mind at a time.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Iterator

import yaml

from antifraud_cli import api
from antifraud_cli.knowledge import store

_LEVEL_1 = range(0xB0, 0xD8)
"""First bytes of level 1 in GB 2312; level 2 begins at 0xD8."""
_SENTENCE = re.compile(r"[。！？；：\n]")


def simplified() -> dict[str, str]:
    """Traditional character -> simplified, as the normalizer has it."""
    table = yaml.safe_load((store.data_dir() / "text/traditional.yaml").read_text(encoding="utf-8"))
    return {pair[0]: pair[1] for line in table["pairs"] for pair in line.split()}


def is_common(character: str) -> bool:
    """Whether a simplified character is in level 1 of GB 2312."""
    try:
        return character.encode("gb2312")[0] in _LEVEL_1
    except UnicodeEncodeError:
        return False


def texts(lang: str) -> Iterator[str]:
    """What checklists and bystander's cards say, each text once, over situations, categories, ways of payment, regions."""
    response, seen = store.load("response"), set()
    for region in response["regions"]:
        lists = [api.checklist(situations=[name], region=region, lang=lang) for name in response["situations"]]
        lists += [api.checklist(name, region=region, lang=lang) for name in response["category_checklists"]]
        lists += [api.checklist(paid_by=[name], region=region, lang=lang) for name in response["channels"]]
        found = [(step.do, step.say, step.deadline) for checklist in lists for step in checklist.steps]
        found += [(dont.text,) for checklist in lists for dont in checklist.donts]
        for name in response["category_checklists"]:
            card = api.bystander(name, region=region, lang=lang)
            found.append((*card.stall, *card.questions, *card.donts))
        for text in filter(None, itertools.chain.from_iterable(found)):
            if text not in seen:
                seen.add(text)
                yield text


def main() -> None:
    """Print the figures of both scripts."""
    table = simplified()
    for lang in ("zh-Hans", "zh-Hant"):
        found = list(texts(lang))
        characters = Counter(table.get(letter, letter) for text in found for letter in text if "一" <= letter <= "鿿")
        rare = {letter: count for letter, count in characters.items() if not is_common(letter)}
        lengths = [len(part) for text in found for part in _SENTENCE.split(text) if part]
        share = 1 - sum(rare.values()) / characters.total()
        print(f"{lang}: {len(found)} texts, {characters.total()} Chinese characters, {len(characters)} different ones")
        print(f"  common characters: {share:.2%}; others: {''.join(sorted(rare, key=rare.__getitem__, reverse=True))}")
        print(
            f"  characters in a sentence: median {statistics.median(lengths):g}, "
            f"90th percentile {statistics.quantiles(lengths, n=10)[-1]:g}, longest {max(lengths)}"
        )


if __name__ == "__main__":
    main()

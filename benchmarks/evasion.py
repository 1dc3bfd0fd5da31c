"""How verdicts hold when texts are disguised as scammers disguise them.

    python benchmarks/evasion.py SCAM.jsonl... [--innocent FILE.jsonl...] [--seed 1] [--most N]

Each line of a file is {"text": …, "expect": CATEGORY | "none"} (or "label"). Every family of disguises, and mixtures of
two and three, is applied to all texts; the table shows what is found and rightly named beside the plain texts, and how
many innocent texts are alarmed. The tables below are this benchmark's own: they say what scammers do, not what
`data/text/` undoes.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import yaml

from antifraud_cli import api

Family = Callable[[str, random.Random], str]
ALARM = ("caution", "danger")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,8}")
_TRADITIONAL = Path(__file__).resolve().parent.parent / "data" / "text" / "traditional.yaml"

# 拆字: a character written as its parts.
SPLIT = dict(
    银="钅艮", 行="彳亍", 钱="钅戋", 转="车专", 账="贝长", 贷="代贝", 加="力口", 红="纟工", 码="石马", 证="讠正", 付="亻寸",
    信="亻言", 赌="贝者", 博="十尃", 股="月殳", 款="士示欠", 汇="氵匚", 诈="讠乍", 骗="马扁", 群="君羊", 佣="亻用", 返="辶反",
)  # fmt: skip
# 谐音 and look-alike characters.
SOUND = dict(
    微="薇威溦徽", 信="芯囟", 加="嘉咖伽", 群="裙峮", 账="帐", 钱="銭", 赚="撰", 单="丹蛋", 贷="袋代", 款="欵", 返="反", 利="莉",
    投="頭", 资="姿", 码="玛", 验="念", 充="冲", 值="植", 群里="裙里", 客服="客伏", 扣="叩", 号="呺", 彩="踩", 佣="拥", 聊="撩",
)  # fmt: skip
# Words in Latin letters: whole pinyin, or the first letters.
PINYIN = dict(
    微信="weixin", 支付宝="zhifubao", 银行="yinhang", 转账="zhuanzhang", 验证码="yanzhengma", 贷款="daikuan", 红包="hongbao",
    客服="kefu", 退款="tuikuan", 投资="touzi", 股票="gupiao", 兼职="jianzhi", 刷单="shuadan", 密码="mima", 佣金="yongjin",
    返利="fanli", 公安="gongan", 快递="kuaidi", 理财="licai", 汇款="huikuan", 充值="chongzhi", 保证金="baozhengjin",
)  # fmt: skip
INITIALS = dict(
    微信="wx", 支付宝="zfb", 银行卡="yhk", 转账="zz", 验证码="yzm", 贷款="dk", 红包="hb", 兼职="jz", 刷单="sd", 身份证="sfz", 加微信="+wx",
)  # fmt: skip
EMOJI = dict(
    钱="💰", 手机="📱", 电话="☎️", 加="➕", 红包="🧧", 飞机="✈️", 银行="🏦", 卡="💳", 家="🏠", 车="🚗", 群="👥", 号码="🔢",
    快递="📦", 机票="🎫", 老师="👩‍🏫", 点="👉", 心="❤️", 火="🔥", 天="☀️",
)  # fmt: skip
HOMOGLYPHS = dict(
    a="а", e="е", o="о", p="р", c="с", x="х", y="у", i="і", k="κ", A="Α", B="В", E="Е", H="Н", O="О", P="Р", T="Т"
)
DIGITS = [
    "０１２３４５６７８９",
    "①②③④⑤⑥⑦⑧⑨",
    "零一二三四五六七八九",
    "٠١٢٣٤٥٦٧٨٩",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "〇壹贰叁肆伍陆柒捌玖",
]


def _replace(text: str, table: dict[str, str], chance: random.Random, share: float, whole: bool = True) -> str:
    """Some of the words of a table replaced: by the whole value, or by one of its characters."""
    words = sorted(table, key=len, reverse=True)
    found = re.compile("|".join(map(re.escape, words)))

    def new(match: re.Match[str]) -> str:
        if chance.random() > share:
            return match[0]
        value = table[match[0]]
        return value if whole or len(match[0]) > 1 else chance.choice(value)

    return found.sub(new, text)


def _between(text: str, marks: str, chance: random.Random, share: float, most: int = 1) -> str:
    """Marks between the characters of some Chinese runs."""

    def spread(match: re.Match[str]) -> str:
        if chance.random() > share:
            return match[0]
        mark = chance.choice(marks) * chance.randint(1, most)
        return mark.join(match[0])

    return _CHINESE.sub(spread, text)


def invisible(text: str, chance: random.Random) -> str:
    """Zero-width characters inside words."""
    return "".join(c + (chance.choice("\u200b\u200c\u2060\ufeff\u200d") if chance.random() < 0.3 else "") for c in text)


def selectors(text: str, chance: random.Random) -> str:
    """Variation selectors and marks of direction."""
    return "".join(
        c + (chance.choice("\ufe0f\ufe0e\u202d\u202c\u061c\u00ad") if chance.random() < 0.2 else "") for c in text
    )


def symbols(text: str, chance: random.Random) -> str:
    """Symbols between the characters of words: 安.全.账.户."""
    return _between(text, ".*-_~|/·•^=#", chance, 0.5, 2)


def blanks(text: str, chance: random.Random) -> str:
    """Blanks and line breaks between the characters of words."""
    return _between(text, " \u3000\n\t", chance, 0.5)


def brackets(text: str, chance: random.Random) -> str:
    """Single characters in brackets: 加(微)信."""
    pairs = ["()", "[]", "【】", "（）", "<>", "{}", "「」"]

    def mark(match: re.Match[str]) -> str:
        if chance.random() > 0.3:
            return match[0]
        pair, at = chance.choice(pairs), chance.randrange(len(match[0]))
        return match[0][:at] + pair[0] + match[0][at] + pair[1] + match[0][at + 1 :]

    return _CHINESE.sub(mark, text)


def wide(text: str, chance: random.Random) -> str:
    """Full-width, mathematical and circled Latin letters."""

    def new(c: str) -> str:
        if not c.isascii() or not c.isalpha():
            return c
        base = chance.choice(
            [0xFF21 if c.isupper() else 0xFF41, 0x1D400 if c.isupper() else 0x1D41A, 0x24B6 if c.isupper() else 0x24D0]
        )
        return chr(base + ord(c.lower()) - ord("a"))

    return "".join(map(new, text))


def homoglyphs(text: str, chance: random.Random) -> str:
    """Cyrillic and Greek letters for Latin ones."""
    return "".join(HOMOGLYPHS.get(c, c) if chance.random() < 0.7 else c for c in text)


def digits(text: str, chance: random.Random) -> str:
    """Digits of other scripts, or words for digits."""
    table = chance.choice(DIGITS)
    offset = 1 if len(table) == 9 else 0
    return "".join(
        table[int(c) - offset] if c.isascii() and c.isdigit() and int(c) >= offset and chance.random() < 0.8 else c
        for c in text
    )


def _to_traditional() -> dict[str, str]:
    pairs = " ".join(yaml.safe_load(_TRADITIONAL.read_text(encoding="utf-8"))["pairs"]).split()
    return {plain: traditional for traditional, plain in pairs if unicodedata.category(traditional) == "Lo"}


TRADITIONAL = _to_traditional()


def traditional(text: str, chance: random.Random) -> str:
    """Simplified and traditional characters mixed."""
    return "".join(TRADITIONAL.get(c, c) if chance.random() < 0.6 else c for c in text)


def split(text: str, chance: random.Random) -> str:
    """Characters written as their parts: 钅艮行."""
    return _replace(text, SPLIT, chance, 0.5)


def sound(text: str, chance: random.Random) -> str:
    """Characters of the same sound or shape."""
    return _replace(text, SOUND, chance, 0.5, whole=False)


def pinyin(text: str, chance: random.Random) -> str:
    """Words in pinyin."""
    return _replace(text, PINYIN, chance, 0.6)


def initials(text: str, chance: random.Random) -> str:
    """Words by the first letters of their pinyin."""
    return _replace(text, INITIALS, chance, 0.7)


def emoji(text: str, chance: random.Random) -> str:
    """Pictures for words."""
    return _replace(text, EMOJI, chance, 0.6)


def misread(text: str, chance: random.Random) -> str:
    """Letters for digits and lost blanks, as character recognition of pictures gives them."""
    table = {"0": "O", "1": "l", "5": "S", "8": "B", "日": "曰", "己": "已", "末": "未", "人": "入"}
    return "".join(
        table[c] if c in table and chance.random() < 0.3 else "" if c == " " and chance.random() < 0.5 else c
        for c in text
    )


FAMILIES: tuple[Family, ...] = (
    *(invisible, selectors, symbols, blanks, brackets, wide, homoglyphs, digits, traditional, split, sound, pinyin),
    *(initials, emoji, misread),
)


def mixture(count: int) -> Family:
    """Several families, one after another."""

    def mixed(text: str, chance: random.Random) -> str:
        for family in chance.sample(FAMILIES, count):
            text = family(text, chance)
        return text

    mixed.__name__ = f"mixture of {count}"
    return mixed


def read(paths: list[Path]) -> list[tuple[str, set[str]]]:
    """Texts and the categories that are right for each; none for innocent ones."""
    rows = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            expected = row.get("expect", row.get("label"))
            rows.append((row["text"], set() if expected == "none" else {expected, *row.get("also", ())}))
    return rows


def measure(rows: list[tuple[str, set[str]]], family: Family | None, seed: int) -> tuple[float, float, float]:
    """Share of scams found, share rightly named, share of innocent texts alarmed."""
    chance = random.Random(seed)
    found = right = alarmed = scams = 0
    for text, expected in rows:
        verdict = api.classify(family(text, chance) if family else text)
        alarm = verdict.level in ALARM
        scams += bool(expected)
        found += bool(expected) and alarm
        right += bool(expected) and alarm and verdict.category in expected
        alarmed += not expected and alarm
    innocent = len(rows) - scams
    return found / max(scams, 1), right / max(scams, 1), alarmed / max(innocent, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scam", type=Path, nargs="+")
    parser.add_argument("--innocent", type=Path, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=1_000_000, help="texts of each sort, taken at random")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    scams = [row for row in read(options.scam) if row[1]]
    innocent = [row for row in read(options.innocent) if not row[1]]
    scams, innocent = (chance.sample(rows, min(options.most, len(rows))) for rows in (scams, innocent))
    print(f"{len(scams)} scam texts, {len(innocent)} innocent texts")
    print("| disguise | found | right | alarm |")
    print("|---|---|---|---|")
    for family in (None, *FAMILIES, mixture(2), mixture(3)):
        found, right, _ = measure(scams, family, options.seed)
        alarm = measure(innocent, family, options.seed)[2] if innocent else 0.0
        print(
            f"| {family.__name__ if family else 'as received'} | {found:.3f} | {right:.3f} | {alarm:.3f} |", flush=True
        )


if __name__ == "__main__":
    main()

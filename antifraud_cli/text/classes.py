"""The classes that a pattern may name, and what no gap crosses: shared by the parser and by what runs its programs."""

from __future__ import annotations

import re
from functools import cache

SENTENCE_END = "。!?"
"""No gap reaches across these (normalized) characters."""
LONGEST_MATCH = 1_000
"""Characters that one part of a pattern can match at most, so that no text need be looked at further from where it begins."""

HTTP_OR_DOMAIN = (
    r"(?:https?://[a-z0-9\-._~:/?#@!$&*+,;=%]{3,300}"
    r"|(?<![a-z0-9@.\-])(?:[a-z0-9](?:[a-z0-9\-]{0,40}[a-z0-9])?\.){1,5}"
    r"(?:com|cn|net|org|cc|top|xyz|vip|shop|site|club|info|me|icu|ink|fun|live|app|link|work|online|store|tw|hk|mo|sg|my|"
    r"jp|us|uk|co|io|tv|in|ru|su|pw|tk|ml|ga|cf|gq|ltd|biz|win|bid|loan|asia|mobi|pro|one|cfd|sbs|lol|bond|click|world|"
    r"today|group|ly|to|gl|gd|kim|red|wang|ren|life|help|quest|fit|sale|buzz|rest|cyou|host|space|website|tech|cloud|zone|run|pub|art|ai|dev|page|gov|edu|mil|int|hk|id|vn|th|kh|la|mm|ph|"
    r"lat|qpon|homes|pics|hair|mom|cam|autos|beauty|skin|monster|taipei|uno|boats|makeup|blog|au|ca|nz)"
    # An ending that is not known may follow: nhsa.gov.cn.abc/d is not nhsa.gov.cn.
    r"(?![a-z0-9\-]|\.[a-z0-9\-]{2,24}/)(?:[/?#][a-z0-9\-._~:/?#@!$&*+,;=%]{0,300})?)"
)
CLASSES = {
    "n": (r"(?:[0-9][0-9,.]{0,11}|[零〇一二两三四五六七八九十百千万亿几数半]{1,8})[十百千万亿w多余]{0,3}", 15),
    # Public corpora of messages mask addresses as URL; a person who forwards one may do so too.
    "url": (rf"(?:{HTTP_OR_DOMAIN}|(?<![a-z])url(?![a-z]))", 320),
    "phone": (r"\+?[0-9][0-9\-]{4,19}", 21),
}
"""Name -> regex, and the most characters that it can match."""
CLASS_MARKS = {"n": "", "url": ".:u", "phone": ""}
"""Name -> characters one of which is in all that matches; without them nothing need be looked for. Empty: none are known."""


def is_latin(character: str) -> bool:
    """Whether it is a small Latin letter, as normalized texts have them; nothing is none."""
    return "a" <= character <= "z"


@cache
def class_regex(name: str) -> re.Pattern[str]:
    """Finds every place at which a class matches, overlapping ones too: an empty match, with what matches as group 1.

    It is compiled when a text first needs it.
    """
    return re.compile(f"(?=({CLASSES[name][0]}))")


@cache
def address_regex() -> re.Pattern[str]:
    """The regular expression of a web address."""
    return re.compile(HTTP_OR_DOMAIN)

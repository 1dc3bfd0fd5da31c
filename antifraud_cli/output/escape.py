"""Foreign text is data: nothing in it may steer a terminal, a reader's eye or a spreadsheet."""

from __future__ import annotations

import json
import re
from typing import Any

# C0 without tab and newline, DEL, C1, line and paragraph separators, bidi and other invisible marks, lone surrogates.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_VISIBLE = re.compile(f"[{_CONTROLS}]")
_VISIBLE_IN_LINE = re.compile(f"[{_CONTROLS}\t\n]")
_IN_JSON = re.compile(f"[{_CONTROLS}]")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # json.dumps would make one for each call


def visible(text: str) -> str:
    """`text` with control characters written out (\\x1b, \\u202e); newlines and tabs stay."""
    return _VISIBLE.sub(_name, text)


def one_line(text: str) -> str:
    """`text` on one line: newlines and tabs become blanks, other control characters are written out."""
    return _VISIBLE_IN_LINE.sub(lambda match: " " if match[0] in "\t\n" else _name(match), text)


def as_json(value: Any) -> str:
    """One JSON object on one line, readable Chinese, no raw control character."""
    return escaped_json(_ENCODE(value))


def escaped_json(encoded: str) -> str:
    """JSON of one line without raw control characters: they stand inside strings only, where each may be escaped."""
    if encoded.isprintable():  # what is printable holds no control character, and most is
        return encoded
    return _IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", encoded)


def _name(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

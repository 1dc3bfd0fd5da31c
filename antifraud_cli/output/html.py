"""For paper and for the browser: one file that needs nothing else, no script and no network."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from antifraud_cli.output.escape import visible
from antifraud_cli.output.layout import BLANK, Block, width_of, wrap

_STYLESHEET = Path(__file__).with_name("page.css")
# A phone number, an amount, a date: not to be broken at its blanks or hyphens.
_UNBROKEN = re.compile(r"\+?\d[\d ./:\-]{2,18}\d")
_EMPTY = re.compile(r"_{6,}$")
_ITEMS = {"first": "step"}
"""Styles that share a section with another one."""
_WIDTH, _HEIGHT = 194, 277
"""What a sheet of A4 holds, in millimetres: less than lies between its margins, as letters differ between machines."""
_CLOSE, _CLOSEST, _EASY = 1.18, 1.1, 1.36
"""Line heights in letters: a close one, one too close to read, and a comfortable one."""
_LINE_WHEN_CLOSE, _LINE_GROWTH = 1.26, 1.58
"""Height that a line of text takes on a page set close, gaps included, and how much of it goes with the line height."""


class Page(NamedTuple):
    """What is printed on one page or more."""

    title: str
    """What stands on top."""
    blocks: Sequence[Block]
    """What it says."""
    lang: str
    """BCP 47 tag of the language, with the place where the shape of characters depends on it: zh-Hant-HK."""
    large: bool = False
    """Letters of 20 points instead of 16."""


def language_tag(lang: str, region: str) -> str:
    """The tag of `lang` for readers in `region`: Hong Kong and Taiwan write some characters in different shapes."""
    place = {"zh-Hans": "CN", "zh-Hant": "HK" if region in ("HK", "MO") else "TW"}.get(lang)
    return f"{lang}-{place}" if place else lang


def render(page: Page) -> str:
    """The page as HTML. Every text in it is escaped; nothing in it makes a browser ask another machine for anything."""
    line = _line_height(page)
    looks = " ".join(name for name, holds in (("large", page.large), ("long", line is None)) if holds)
    body = "\n".join(_section(heading, part) for heading, part in _sections(page.blocks))
    return f"""<!DOCTYPE html>
<html lang="{_quoted(page.lang)}" class="{looks}" style="--line: {line or _EASY:.2f}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{_quoted(page.title)}</title>
<style>
{_STYLESHEET.read_text(encoding="utf-8").strip()}
</style>
</head>
<body>
<main>
<h1>{_text(page.title)}</h1>
{body}
</main>
</body>
</html>
"""


def _line_height(page: Page) -> float | None:
    """The height of lines, in letters, at which the page just fills one sheet; None if it needs more than one.

    An estimate from the number of lines, with figures measured in a browser. Browsers break lines by fonts of their own,
    so some millimetres are left over.
    """
    letter = 25.4 / 72 * (20 if page.large else 16)
    columns = int(2 * _WIDTH / letter) - 6
    if not page.lang.startswith("zh"):
        columns = columns * 10 // 9  # Latin letters are narrower than half a Chinese character
    lines = len(wrap(page.title, int(columns * 0.8))) + _lines(page.blocks, columns)
    fitting = _CLOSE + (_HEIGHT / letter / lines - _LINE_WHEN_CLOSE) / _LINE_GROWTH
    return None if fitting < _CLOSEST else min(max(fitting, _CLOSEST + 0.02), _EASY)


def _lines(blocks: Iterable[Block], columns: int) -> int:
    """How many lines the blocks take: a short step shares one with its number, short remarks share one."""
    lines, used = 0, columns
    for block in blocks:
        size = width_of(block.text) * 5 // 4 if block.style == "number" else width_of(block.text)
        shares = block.indent and block.style != "say" and used + size + 2 <= columns
        if not block.text or block.style == "source":
            continue
        if shares:
            used += size + 2
        else:
            lines += len(wrap(block.text, columns))
            used = size
        if block.style == "number":
            used = columns
    return lines


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[Block | None, list[Block]]]:
    """Cut at blank lines and before each heading: how far sections stand apart is the stylesheet's business."""
    heading: Block | None = None
    part: list[Block] = []
    for block in [*blocks, BLANK]:
        if block.style == "heading" or block == BLANK:
            if part or heading:
                yield heading, part
            heading, part = (block if block.style == "heading" else None), []
        else:
            part.append(block)


def _section(heading: Block | None, blocks: Sequence[Block]) -> str:
    """A section is named after its first block, so that the stylesheet can put warnings into a box."""
    style = blocks[0].style if blocks else ""
    head = f"<h2>{_text(heading.text)}</h2>\n" if heading else ""
    return f'<section class="of-{_ITEMS.get(style, style) or "text"}">\n{head}{"".join(_parts(blocks))}</section>'


def _parts(blocks: Sequence[Block]) -> Iterator[str]:
    """Paragraphs, and lists of those that carry a marker; what is indented belongs to the item before it."""
    place = 0
    while place < len(blocks):
        end = place
        while end < len(blocks) and (blocks[end].marker or (end > place and blocks[end].indent)):
            end += 1
        if end == place:
            yield _paragraph(blocks[place])
            place += 1
        else:
            yield _list(blocks[place:end])
            place = end


def _list(blocks: Sequence[Block]) -> str:
    tag = "ol" if blocks[0].marker[:1].isdigit() else "ul"
    items: list[list[Block]] = []
    for block in blocks:
        if block.marker:
            items.append([block])
        else:
            items[-1].append(block)
    return f"<{tag}>\n{''.join(_item(block, details) for block, *details in items)}</{tag}>\n"


def _item(block: Block, details: Sequence[Block]) -> str:
    style = _ITEMS.get(block.style, block.style)
    box = '<span class="box" aria-hidden="true"></span>' if style == "step" else ""
    mark = f'<span class="mark">{box}{_text(block.marker)}</span>'
    numbers = [detail for detail in details if detail.style == "number"]
    head = "".join(map(_paragraph, [block, *numbers]))  # what to do and whom to call share a line where they fit
    rest = "".join(_paragraph(detail) for detail in details if detail.style != "number")
    more = f'<div class="more">{rest}</div>' if rest else ""
    return f'<li class="{style or "item"}">{mark}<div class="what"><div class="head">{head}</div>{more}</div></li>\n'


def _paragraph(block: Block) -> str:
    if block.rows:
        return _table(block)
    if block.style == "qr":
        return _code(block)
    text = _text(block.text.strip())
    if block.style == "field":
        line = '<span class="line"></span>' if _EMPTY.search(text) else ""
        text = f"<span>{_EMPTY.sub('', text)}</span>{line}"
    if block.link:
        # A name of a file can be followed; a web address is for reading, nobody should tap on one by mistake.
        text = f"{text} {_text(block.link)}" if "://" in block.link else f'<a href="{_quoted(block.link)}">{text}</a>'
    return f'<p class="{block.style or "text"}">{text}</p>\n'


def _table(block: Block) -> str:
    names, *records = [[_text(cell) for cell in row] for row in block.rows]
    caption = f"<caption>{_text(block.text)}</caption>" if block.text else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in records)
    return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"


def _code(block: Block) -> str:
    """A QR code with its address in letters beside it: nobody has to trust a picture."""
    import segno

    code = segno.make(block.link, error="m", micro=False).svg_inline(border=4, omitsize=True)
    label = f"<figcaption>{_text(block.text)}<br>{_text(block.link)}</figcaption>"
    return f'<figure class="qr">{code}{label}</figure>\n'


def _text(text: str) -> str:
    """Text for an element: numbers stay in one piece, lines stay lines."""
    escaped = _UNBROKEN.sub(r'<span class="whole">\g<0></span>', _quoted(text))
    return escaped.replace("\n", "<br>")


def _quoted(text: str) -> str:
    """Text for an attribute in quotes."""
    return html.escape(visible(text))

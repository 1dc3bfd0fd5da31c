"""Pages for paper: HTML and Markdown, checked without a browser. test_browser.py looks at them in a real one."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli.output import html, markdown, terminal, text
from antifraud_cli.output.html import Page
from antifraud_cli.output.layout import STYLES, Block

EVIL = '<script src="https://evil.example/x.js"></script>"&\'`*_[a](javascript:alert(1))_ \x1b[31m\u202e'
VOID = {"meta", "br", "path", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Reads a page, checks that its tags are closed in order, and keeps tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def every_style() -> list[Block]:
    """A block of each style, and each shape that a block can have."""
    blocks = [Block(f"text of {name}", name) for name in STYLES if name != "qr"]
    blocks += [
        Block("step", "step", marker="1."),
        Block("detail", "say", indent=4),
        Block("number 12", "number", indent=4),
    ]
    blocks += [Block("item", marker="-"), Block("also", indent=2)]
    blocks += [Block("scan", "qr", link="https://www.example.org/a?b=1&c=2"), Block("next", link="next.html")]
    return [*blocks, Block("table", rows=(("a", "b"), ("1", "2|3")))]


def test_every_style_has_a_look() -> None:
    """Whatever style a block may have, each format knows it and shows its text."""
    assert set(terminal.STYLES) == set(STYLES)
    for shown in (
        Reader(html.render(Page("title", every_style(), "en"))).text,
        markdown.render(every_style(), "title"),
        text.render(every_style(), 40),
        terminal.render(every_style(), 40),
    ):
        for block in every_style():
            assert block.text in shown
            assert block.link.removesuffix("next.html") in shown


def test_foreign_text_stays_text_in_html() -> None:
    """Nothing in a text becomes a tag or an attribute, wherever it stands; control characters are written out."""
    for block in every_style():
        page = html.render(
            Page(EVIL, [block._replace(text=EVIL, rows=block.rows and ((EVIL,), (EVIL,)))], lang='e"n><b>')
        )
        found = Reader(page)
        assert "script" not in [tag for tag, _ in found.tags]
        assert "b" not in [tag for tag, _ in found.tags]
        assert "<script" in found.text
        assert not any(name[:2] == "on" for _, attributes in found.tags for name in attributes)
        assert "\x1b" not in page
        assert "\u202e" not in page


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(sorted(set(STYLES) - {"qr"})), st.sampled_from(["", "1.", "-"]))
def test_any_text_gives_a_well_formed_page(words: str, style: str, marker: str) -> None:
    """Tags close in order whatever stands in a block."""
    assert Reader(html.render(Page(words, [Block(words, style, marker), Block(words, style, indent=4)], "zh-Hans-CN")))


def test_foreign_text_stays_text_in_markdown() -> None:
    """Emphasis, tags, links, bare addresses, headings and list marks of a text are escaped."""
    assert markdown.escape("*a* _b_ `c` <d> [e](f) |") == "\\*a\\* \\_b\\_ \\`c\\` \\<d\\> \\[e\\](f) \\|"
    assert markdown.escape("http://a.top www.b.top") == "http:\\// www".replace(" ", "a.top ") + "\\.b.top"
    assert markdown.escape("# a\n- b\n1. c\n+ d") == "\\# a\n\\- b\n1\\. c\n\\+ d"
    assert markdown.escape("\x1b\u202e") == "\\\\x1b\\\\u202e"


def test_a_page_needs_nothing_else() -> None:
    """No script, no frame, no file and no address that a browser would open by itself: the policy in the page forbids it too."""
    page = html.render(Page("title", every_style(), "en"))
    found = Reader(page)
    tags = {tag for tag, _ in found.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "form", "base"}
    loading = {"src", "srcset", "data", "action", "poster", "background", "ping", "formaction", "xlink:href", "style"}
    assert not loading & {name for _, attributes in found.tags for name in attributes}
    assert [attributes["href"] for tag, attributes in found.tags if tag == "a"] == ["next.html"]
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert any("default-src 'none'" in (attributes.get("content") or "") for _, attributes in found.tags)


def test_a_table_fits_or_is_written_as_lines() -> None:
    """On a wide terminal columns stand side by side; on a narrow one each cell is a line with its name."""
    table = Block("", rows=(("时间", "金额"), ("10:05", "5000")))
    assert text.render([table], 40) == "时间   金额\n10:05  5000\n"
    wide = Block("", rows=(("time", "amount"), ("10:05", "5000 yuan in all"), ("11:00", "1")))
    assert text.render([wide], 20) == "time: 10:05\namount: 5000 yuan in\nall\n\ntime: 11:00\namount: 1\n"

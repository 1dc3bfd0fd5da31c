"""Pages for paper: HTML and Markdown, checked without a browser. test_browser.py looks at them in a real one."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antifraud_cli.checklists import local_words
from antifraud_cli.knowledge import pages
from antifraud_cli.knowledge.document import Collector
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
    loading = {"src", "srcset", "data", "action", "poster", "background", "ping", "formaction", "xlink:href"}
    assert not loading & {name for _, attributes in found.tags for name in attributes}
    assert [attributes["href"] for tag, attributes in found.tags if tag == "a"] == ["next.html"]
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert any("default-src 'none'" in (attributes.get("content") or "") for _, attributes in found.tags)


def test_numbers_are_not_broken() -> None:
    """A phone number, an amount or a date stays on one line, and in one piece for whoever copies it."""
    page = html.render(Page("title", [Block("call 1800-255-0000, pay 20,000.10 on 2026-11-21")], "en"))
    for number in ("1800-255-0000", "20,000.10", "2026-11-21"):
        assert f'<span class="whole">{number}</span>' in page
    assert "call 1800-255-0000, pay 20,000.10 on 2026-11-21" in Reader(page).text


def test_a_table_fits_or_is_written_as_lines() -> None:
    """On a wide terminal columns stand side by side; on a narrow one each cell is a line with its name."""
    table = Block("", rows=(("时间", "金额"), ("10:05", "5000")))
    assert text.render([table], 40) == "时间   金额\n10:05  5000\n"
    wide = Block("", rows=(("time", "amount"), ("10:05", "5000 yuan in all"), ("11:00", "1")))
    assert text.render([wide], 20) == "time: 10:05\namount: 5000 yuan in\nall\n\ntime: 11:00\namount: 1\n"


def sheet(antifraud: Any, *arguments: str) -> str:
    """A checklist as HTML."""
    return str(antifraud("checklist", *arguments, "--format", "html", "--date", "2026-11-21").out)


LANGUAGES_AND_REGIONS = [("zh-Hans", "CN"), ("zh-Hant", "HK"), ("zh-Hant", "TW"), ("en", "SG"), ("zh-Hans", "overseas")]


@pytest.mark.parametrize(("lang", "region"), LANGUAGES_AND_REGIONS)
def test_a_sheet_says_all_that_the_checklist_says(antifraud: Any, lang: str, region: str) -> None:
    """Every step, number, script and warning of the JSON stands on the sheet, and its dates and sources, in HTML and Markdown."""
    wanted = ("romance", "--situation", "transferred", "--region", region, "--lang", lang)
    found = antifraud("checklist", *wanted, "--json").json
    told = [step[key] for step in found["steps"] for key in ("do", "number", "who", "say", "prepare", "deadline")]
    told += [dont["text"] for dont in found["donts"]] + [source["ref"] for source in found["sources"]]
    page = sheet(antifraud, *wanted)
    shown = Reader(page).text
    source = antifraud("checklist", *wanted, "--format", "md", "--date", "2026-11-21").out
    assert len([one for one in told if one]) > 20
    for one in [*filter(None, told), "2026-11-21", found["reviewed"]]:
        assert one in shown
        assert markdown.escape(one) in source
    assert page.count('class="box"') == len(found["steps"]) == source.count("- [ ] ")
    assert f'<html lang="{html.language_tag(lang, region)}"' in page


@pytest.mark.parametrize(("size", "points"), [((), 16), (("--large",), 20)])
def test_no_letter_is_small(antifraud: Any, size: tuple[str, ...], points: int) -> None:
    """Letters are 16 points and more, in large print 20 and more; nothing makes any of them smaller."""
    page = sheet(antifraud, "romance", *size)
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert ('class="large' in page) == bool(size)
    roots = dict(re.findall(r"^:root(\.large)? \{[^}]*?font-size: (\d+)pt", style, re.MULTILINE))
    assert int(roots[".large" if size else ""]) == points
    sizes = re.findall(r"font(?:-size)?: ([\d.]+)(\w+)", style)
    assert len(sizes) > 4
    assert all(unit in ("rem", "pt") and float(number) >= (1 if unit == "rem" else 16) for number, unit in sizes)
    assert "zoom" not in style
    assert "scale(" not in style


def test_black_on_white(antifraud: Any) -> None:
    """No colour but black, white and the grey of the lines between steps."""
    style = sheet(antifraud, "romance").partition("<style>")[2].partition("</style>")[0]
    assert set(re.findall(r"#[0-9a-f]{3,8}", style)) == {"#000", "#fff", "#888"}


@pytest.mark.parametrize("region", ["CN", "HK", "MO", "TW", "SG", "MY", "US", "CA", "UK", "AU", "JP", "overseas"])
def test_at_most_one_code_and_its_address_beside_it(antifraud: Any, parts: Any, region: str) -> None:
    """A sheet carries the code of the region's official page with the address in letters, or no code at all."""
    found = Reader(sheet(antifraud, "romance", "--region", region))
    known = parts["pages"].get(region)
    assert [tag for tag, _ in found.tags].count("svg") == (1 if known else 0)
    if known:
        assert known["address"] in found.text
        source = parts["response"]["sources"][known["source"][0]]
        assert (source["tier"], source["ref"]) == ("official", known["address"])


def test_some_regions_have_an_official_page(parts: Any) -> None:
    """The table of pages is not empty, and each page was reviewed and will be again."""
    assert {"HK", "SG"} <= set(parts["pages"])
    assert all(page["reviewed"] and page["valid_until"] for page in parts["pages"].values())


def test_a_page_that_is_not_official_is_refused(data_dir: Path, tmp_path: Path) -> None:
    """The address of a repost, or one without https, may not be printed as a code."""
    for name, tier, ref in (("A", "mirror", "https://a.example/"), ("B", "official", "http://b.example/")):
        (tmp_path / "pages.yaml").write_text(
            f"pages:\n  - region: HK\n    about: {{zh-Hans: 甲, zh-Hant: 甲, en: a}}\n    source: [{name}]\n"
            "    reviewed: 2026-11-21\n",
            encoding="utf-8",
        )
        collector = Collector(None)
        pages.read(tmp_path, {name: {"tier": tier, "ref": ref}}, collector)
        assert [problem.file for problem in collector.problems] == ["data/pages.yaml"]
        assert "official source with an https address" in collector.problems[0].message


def test_own_numbers_are_printed(antifraud: Any) -> None:
    """--fill puts a number on the sheet, a bank's with the name of its owner; what is not given is a line to write on."""
    filled = ("--fill", "bank=95588", "--fill", "family=女儿 138 0013 8000", "--fill", "社区=", "--region", "CN")
    done = antifraud("checklist", "romance", *filled, "--format", "md", "--lang", "zh-Hans")
    assert (done.status, done.err) == (0, "")
    assert "银行：95588（中国工商银行）" in done.out
    assert "家人：女儿 138 0013 8000" in done.out
    empty = markdown.escape("________")
    assert f"社区：{empty}" in done.out
    assert f"派出所、警局：{empty}" in done.out
    assert done.out.count(empty) == 2
    plain = antifraud("checklist", "romance", *filled, "--lang", "zh-Hans")
    assert "家人：女儿 138 0013 8000" in plain.out
    assert empty not in plain.out


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("bank=02012345678", "没有这样的号码"),
        ("family=12345678901234567", "位数太多"),
        ("bank=13800138000", "不会是手机号"),
        ("family=妈妈", "没有号码"),
        ("95588", "名称=号码"),
        ("=95588", "名称=号码"),
    ],
)
def test_a_wrong_number_is_not_printed(antifraud: Any, tmp_path: Path, given: str, why: str) -> None:
    """A number that cannot exist, a mobile number for a bank, or none at all ends with status 2, and nothing is written."""
    target = tmp_path / "sheet.html"
    done = antifraud("checklist", "romance", "--fill", given, "-o", str(target), "--region", "CN", "--lang", "zh-Hans")
    assert done.status == 2
    assert why in done.err
    assert not target.exists()


def test_a_doubtful_number_is_printed_with_a_warning(antifraud: Any) -> None:
    """A number that is not a known line of a bank is printed, and stderr says to compare it first."""
    done = antifraud(
        "checklist", "--fill", "bank=010-65231234", "--format", "md", "--region", "CN", "--lang", "zh-Hans"
    )
    assert done.status == 0
    assert "银行：010-65231234" in done.out
    assert done.err.startswith("当心：010-65231234 不在已知的银行号码里")


def test_the_numbers_a_person_fills_in_are_data(antifraud: Any) -> None:
    """A name with markup stays text."""
    page = sheet(antifraud, "romance", "--fill", "<img src=x onerror=alert(1)>=95588", "--region", "CN")
    assert "<img" not in page
    assert "<img" in Reader(page).text


def test_where_the_police_number_is_unknown_there_is_a_line_for_it(antifraud: Any) -> None:
    """Abroad the sheet leaves room for the local police number, which it does not know."""
    assert "当地报警电话：" in Reader(sheet(antifraud, "--region", "overseas", "--lang", "zh-Hans")).text
    assert "当地报警电话：" not in Reader(sheet(antifraud, "--region", "CN", "--lang", "zh-Hans")).text


def test_the_name_of_the_file_decides_the_format(antifraud: Any, tmp_path: Path) -> None:
    """-o x.html writes HTML, x.md Markdown, x.json JSON, anything else text; --format wins; stdout stays empty."""
    begins = {
        "a.html": "<!DOCTYPE html>",
        "a.htm": "<!DOCTYPE html>",
        "a.md": "# ",
        "a.json": "{",
        "a.txt": "1. ",
        "a": "1. ",
    }
    for name, begin in begins.items():
        done = antifraud("checklist", "romance", "-o", str(tmp_path / name))
        assert (done.status, done.out, done.err) == (0, "", "")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    antifraud("checklist", "romance", "-o", str(tmp_path / "b.html"), "--format", "md")
    assert (tmp_path / "b.html").read_text(encoding="utf-8").startswith("# ")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*begins, "b.html"])  # no partial file is left


def test_json_is_the_same_by_either_name(antifraud: Any, tmp_path: Path) -> None:
    """--json, --format json and -o x.json give the same object; - is standard output."""
    wanted = antifraud("checklist", "romance", "--json").out
    assert antifraud("checklist", "romance", "--format", "json", "-o", "-").out == wanted
    antifraud("checklist", "romance", "-o", str(tmp_path / "x.json"))
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == wanted


def test_a_page_is_utf_8_on_any_console(antifraud: Any) -> None:
    """HTML declares UTF-8, so it is written as such whatever the console uses."""
    done = antifraud("checklist", "romance", "--format", "html", "-o", "-", encoding="latin-1")
    assert "马上" in done.out.encode("latin-1").decode("utf-8")


def test_a_folder_is_not_overwritten(antifraud: Any, tmp_path: Path) -> None:
    """-o with the name of a folder, or in a folder that does not exist, is an error of status 2."""
    for name in (tmp_path, tmp_path / "no" / "a.html"):
        done = antifraud("checklist", "romance", "-o", str(name), "--format", "html")
        assert done.status == 2
        assert done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "pdf"),
        ("--large",),
        ("--large", "--format", "md"),
        ("--json", "--format", "html"),
        ("--json", "--fill", "bank=95588"),
        ("--plain", "--format", "html"),
        ("--plain", "-o", "x.html"),
        ("--date", "yesterday"),
        ("--all",),
        ("--all", "-o", "-"),
        ("--all", "-o", "x", "--format", "json"),
        ("romance", "--all", "-o", "x"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(
    antifraud: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """What cannot be done is said, with status 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    done = antifraud("checklist", *arguments)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) >= 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_set_holds_every_category(antifraud: Any, parts: Any, tmp_path: Path, form: str) -> None:
    """--all writes one file a category in the language and region asked for, and an index that leads to each of them."""
    folder = tmp_path / "new" / "set"
    wish = ("--region", "HK", "--lang", "zh-Hant", "--situation", "transferred", "--format", form)
    done = antifraud("checklist", "--all", "-o", str(folder), *wish)
    assert (done.status, done.out) == (0, "")
    categories = parts["categories"]["categories"]
    assert {path.name for path in folder.iterdir()} == {f"{name}.{form}" for name in [*categories, "index"]}
    index = (folder / f"index.{form}").read_text(encoding="utf-8")
    for name, category in categories.items():
        written = (folder / f"{name}.{form}").read_text(encoding="utf-8")
        assert "999" in written
        shown = local_words(parts["response"], "HK", "zh-Hant")(category["name"]["zh-Hant"])
        assert shown in (Reader(written).text if form == "html" else written.replace("\\", ""))
        assert f"{name}.{form}" in index
    if form == "html":
        links = [attributes["href"] for tag, attributes in Reader(index).tags if tag == "a"]
        assert links == [f"{name}.html" for name in categories]


def test_a_set_needs_a_folder(antifraud: Any, tmp_path: Path) -> None:
    """--all into a file is an error, and the file stays as it was."""
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    done = antifraud("checklist", "--all", "-o", str(tmp_path / "file"))
    assert done.status == 2
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    ("lang", "region"), [("zh-Hans", "CN"), ("zh-Hant", "HK"), ("zh-Hant", "TW"), ("zh-Hans", "US")]
)
def test_every_sheet_after_a_transfer_is_meant_for_one_page(
    antifraud: Any, tmp_path: Path, lang: str, region: str
) -> None:
    """In Chinese no category needs a second sheet once money is gone; lines are never closer than 1.1 letters."""
    antifraud(
        "checklist", "--all", "-o", str(tmp_path), "--situation", "transferred", "--region", region, "--lang", lang
    )
    for path in tmp_path.glob("*.html"):
        head = path.read_text(encoding="utf-8").partition("<head>")[0]
        assert "long" not in head, path.name
        assert 1.1 < float(head.partition("--line: ")[2].partition('"')[0]) < 1.4


@pytest.mark.parametrize("region", ["CN", "HK", "TW", "SG", "US"])
def test_a_card_has_its_warnings_in_a_box_of_their_own(antifraud: Any, region: str) -> None:
    """On a printed card nothing but warnings stands in the box of warnings, and no call is without its number."""
    found = antifraud("checklist", "romance", "--bystander", "--region", region, "--json").json
    page = antifraud("checklist", "romance", "--bystander", "--region", region, "--format", "html").out
    [box] = [part for part in page.split("<section")[1:] if part.startswith(' class="of-dont"')]
    shown = Reader(box.partition("</section>")[0]).text
    assert all(warning in shown for warning in found["donts"])
    assert "2026" not in shown
    whole = Reader(page).text
    assert all(call["number"] in whole for call in found["calls"] if call["number"])

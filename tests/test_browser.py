"""Sheets in a real browser: how they break into pages on paper, and that nothing hangs over the edge of a screen."""

from __future__ import annotations

import html as entities
import re
import shutil
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .conftest import Program

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60
"""After this a browser that hangs is ended; it takes less than one."""
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--no-pdf-header-footer",
]  # fmt: skip

pypdf = pytest.importorskip("pypdf", reason="needs pypdf, which reads the printed pages")
pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, BROWSERS)), reason=f"needs one of {', '.join(BROWSERS)} to print and to look"
)

ONE_PAGE = {
    "romance CN": ("romance", "-s", "transferred", "--elapsed", "20m", "--region", "CN", "--lang", "zh-Hans"),
    "threat_extortion CN": ("threat_extortion", "-s", "transferred", "--region", "CN", "--lang", "zh-Hans"),
    "impersonate_authority HK": ("impersonate_authority", "-s", "transferred", "--region", "HK", "--lang", "zh-Hant"),
    "fake_investment TW": ("fake_investment", "-s", "transferred", "--region", "TW", "--lang", "zh-Hant"),
    "phishing_link SG": ("phishing_link", "-s", "transferred", "--region", "SG", "--lang", "zh-Hans"),
    "impersonate_embassy abroad": ("impersonate_embassy", "--region", "overseas", "--lang", "zh-Hans"),
}
MERGED = ("-s", "installed_app_or_shared_screen", "-s", "gave_code_or_password", "-s", "transferred")
MORE_PAGES = {
    "merged CN": ("cancel_service", *MERGED, "--region", "CN", "--lang", "zh-Hans"),
    "merged US large": ("romance", *MERGED, "--region", "US", "--lang", "en", "--large"),
    "phishing_link SG English": ("phishing_link", "-s", "transferred", "--region", "SG", "--lang", "en"),
    "elder CN large": ("elder_health", "-s", "transferred", "--region", "CN", "--lang", "zh-Hans", "--large"),
}
SHEETS = {**ONE_PAGE, **MORE_PAGES}
WIDTHS = {"phone": 390, "tablet": 820, "A4": 794}
"""Pixels; A4 is 210 mm at 96 pixels an inch."""


@dataclass
class Printed:
    """A sheet, and what a browser made of it."""

    page: Path
    """The HTML file."""
    json: Any
    """The same checklist as JSON."""
    pages: list[str]
    """The text of each printed page, without blanks."""
    sizes: set[tuple[int, int]]
    """Width and height of the pages in points."""


def browse(folder: Path, name: str, *arguments: str) -> str:
    """Run the browser once, with a profile of its own, and return what it writes to stdout."""
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    profile = folder / f"profile-{name}"
    command = [browser, *QUIET, f"--user-data-dir={profile}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    return done.stdout


def squeezed(text: str) -> str:
    """Without blanks: a PDF does not tell where a line was broken."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """All sheets, printed two at a time."""
    folder = tmp_path_factory.mktemp("printed")
    antifraud = Program()
    for number, arguments in enumerate(SHEETS.values()):
        done = antifraud("checklist", *arguments, "-o", str(folder / f"{number}.html"))
        assert done.status == 0, done.err

    def look(number: int) -> list[Any]:
        paper = folder / f"{number}.pdf"
        browse(folder, str(number), f"--print-to-pdf={paper}", (folder / f"{number}.html").as_uri())
        return list(pypdf.PdfReader(paper).pages)

    with ThreadPoolExecutor(2) as pool:
        papers = list(pool.map(look, range(len(SHEETS))))
    found = {}
    for number, (name, arguments) in enumerate(SHEETS.items()):
        json = antifraud("checklist", *(one for one in arguments if one != "--large"), "--json").json
        sizes = {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in papers[number]}
        text = [squeezed(page.extract_text()) for page in papers[number]]
        found[name] = Printed(folder / f"{number}.html", json, text, sizes)
    return found


def stands(part: str, page: str) -> bool:
    """Whether a text stands on a page; a PDF writes some characters as their radicals, which any character may match."""
    return bool(re.search("".join(f"[{re.escape(one)}\u2e80-\u2fdf]" for one in squeezed(part)), page))


@pytest.mark.parametrize("name", SHEETS)
def test_paper_is_a4(printed: dict[str, Printed], name: str) -> None:
    """Every page is A4 upright, whatever the browser's own setting."""
    assert printed[name].sizes == {(595, 842)}


@pytest.mark.parametrize("name", ONE_PAGE)
def test_the_common_case_fits_one_page(printed: dict[str, Printed], name: str) -> None:
    """A category after a transfer takes one sheet of A4 at 16 points."""
    assert len(printed[name].pages) == 1


@pytest.mark.parametrize("name", MORE_PAGES)
def test_a_long_list_takes_few_pages_and_numbers_them(printed: dict[str, Printed], name: str) -> None:
    """What does not fit goes on, with page numbers at the bottom, and no page is empty."""
    pages = printed[name].pages
    assert 2 <= len(pages) <= 4
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page
        assert len(page) > 60


@pytest.mark.parametrize("name", SHEETS)
def test_no_step_is_torn(printed: dict[str, Printed], name: str) -> None:
    """All parts of a step, and all warnings, stand on one page; nothing of the checklist is missing on paper."""
    steps = [
        [step[key] for key in ("do", "number", "say", "prepare", "deadline")] for step in printed[name].json["steps"]
    ]
    assert steps
    for parts in [*steps, [dont["text"] for dont in printed[name].json["donts"]]]:
        assert any(all(stands(part, page) for part in parts if part) for page in printed[name].pages), parts


@pytest.mark.parametrize("name", SHEETS)
def test_sources_are_left_out_on_paper(printed: dict[str, Printed], name: str) -> None:
    """The list of sources is for the screen."""
    addresses = [squeezed(source["ref"]) for source in printed[name].json["sources"]]
    official = printed[name].page.read_text(encoding="utf-8").partition("<figcaption>")[2].partition("</figcaption>")[0]
    for address in addresses:
        assert address in squeezed(official) or not any(address in page for page in printed[name].pages)


@pytest.mark.parametrize("where", WIDTHS)
def test_nothing_hangs_over_the_edge(printed: dict[str, Printed], tmp_path: Path, where: str) -> None:
    """At the width of a phone, a tablet and a sheet no page has to be pushed sideways, and no element sticks out."""
    width = WIDTHS[where]
    frames = [
        # The policy of a page forbids scripts, so it is looked at from outside, in a frame.
        f'<iframe width="{width}" height="2000" srcdoc="{entities.escape(sheet.page.read_text(encoding="utf-8"))}"></iframe>'
        for sheet in printed.values()
    ]
    script = """addEventListener("load", () => {
      for (const frame of document.querySelectorAll("iframe")) {
        const page = frame.contentDocument, found = document.createElement("b");
        const ends = [...page.querySelectorAll("main *")].map(one => one.getBoundingClientRect().right);
        found.textContent = page.documentElement.scrollWidth + " " + Math.ceil(Math.max(...ends));
        document.body.append(found);
      }
      document.querySelectorAll("iframe").forEach(frame => frame.remove());
    })"""
    measuring = tmp_path / "measure.html"
    measuring.write_text(f"<!DOCTYPE html><body>{''.join(frames)}<script>{script}</script>", encoding="utf-8")
    shown = browse(tmp_path, where, "--virtual-time-budget=5000", "--dump-dom", measuring.as_uri())
    found = re.findall(r"<b>(\d+) (\d+)</b>", shown)
    assert len(found) == len(SHEETS)
    for name, (page, furthest) in zip(SHEETS, found, strict=True):
        assert int(page) == width, name
        assert int(furthest) <= width, name


@pytest.mark.parametrize("where", WIDTHS)
def test_a_picture_can_be_taken(printed: dict[str, Printed], tmp_path: Path, where: str) -> None:
    """The browser shows the page at that width: a picture of it is not one white area."""
    picture = tmp_path / "picture.png"
    page = printed["romance CN"].page.as_uri()
    browse(tmp_path, where, f"--window-size={WIDTHS[where]},1200", f"--screenshot={picture}", page)
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (WIDTHS[where], 1200)
    assert len(data) > 20_000

"""Knowledge is never stale: an edit changes the next answer, a broken one is named, every form gives one answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from antifraud_cli.knowledge import store

IGNORED = shutil.ignore_patterns(
    ".git", ".venv*", "dist", "__pycache__", ".hypothesis", ".*_cache", "_compiled", "corpus", "tests", "node_modules"
)
LINES = [
    ["classify", "--json", "我是市公安局民警,你涉嫌洗钱,把资金转入安全账户,点 http://icbc-a.top/x"],
    ["classify", "--json", "--lang", "zh-Hant", "刷单兼职,日结三百,先垫付后返佣,加QQ 123456789"],
    ["classify", "--json", "【顺丰速运】您的快件已到达驿站,取件码 8-2-3301"],
    ["check-number", "--json", "4008123123", "+8696110", "110", "021-12345678", "+12025550123", "13800138000"],
    ["checklist", "--json", "公检法", "-s", "transferred", "-s", "gave_code_or_password", "-s", "clicked_link"],
    ["checklist", "--json", "--region", "HK", "-s", "blackmailed", "-s", "kept_on_the_line", "-s", "overseas"],
    ["learn", "--json", "杀猪盘", "--lang", "en"],
    ["hotlines", "--json", "--region", "US"],
    ["triage", "--json", "您的ETC已过期,请点击 http://etc-cn.top/a 重新认证"],
    ["checklist", "--help"],
]
SCRIPT = """
import io, json, sys
from antifraud_cli.cli.environment import Environment
from antifraud_cli.cli.main import run
import antifraud_cli
answers = []
for line in json.loads(sys.argv[1]):
    out, err = io.BytesIO(), io.BytesIO()
    status = run(line, Environment(io.BytesIO(), out, err))
    answers.append([int(status), out.getvalue().decode(), err.getvalue().decode()])
print(json.dumps([antifraud_cli.__file__, answers]))
"""


def answers(folder: Path, lines: Sequence[Sequence[str]] = LINES) -> list[Any]:
    """What the package in a folder answers, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(lines)],
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    where, found = json.loads(done.stdout)
    assert Path(where).is_relative_to(folder)
    return list(found)


@pytest.fixture(scope="module")
def checkout(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, not compiled yet."""
    folder = tmp_path_factory.mktemp("copy") / "checkout"
    shutil.copytree(repository, folder, ignore=IGNORED)
    return folder


@pytest.fixture(scope="module")
def truth(checkout: Path) -> list[Any]:
    """The answers of the checkout, compiled on its first start."""
    return answers(checkout)


def test_a_checkout_compiles_itself(checkout: Path, truth: list[Any]) -> None:
    """The first start compiles data/, and the next one reads what was compiled and answers the same."""
    assert all(status in (0, 1) for status, _, _ in truth)
    assert (checkout / "antifraud_cli/_compiled/manifest.json").is_file()
    assert answers(checkout) == truth


@pytest.mark.usefixtures("truth")
def test_an_edit_changes_the_next_answer_and_a_broken_one_is_named(checkout: Path, tmp_path: Path) -> None:
    """Saving a data file is all it takes; a fault is told with file and line, in a few lines, without a traceback."""
    folder = tmp_path / "edited"
    shutil.copytree(checkout, folder)
    path = folder / "data/ui/answers.yaml"
    original = path.read_text(encoding="utf-8")
    line = [["hotlines"]]
    note = "来电显示可以伪造"
    assert note in answers(folder, line)[0][1]
    path.write_text(original.replace(note, "屏幕上的号码信不过"), encoding="utf-8")
    edited = answers(folder, line)[0][1]
    assert "屏幕上的号码信不过" in edited
    assert note not in edited
    path.write_text(original + "\nnot.finished: {zh-Hans: 只有一种\n", encoding="utf-8")
    status, out, err = answers(folder, line)[0]
    assert (status, out) == (2, "")
    assert "data/ui/answers.yaml:" in err
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 6


def test_every_form_gives_the_same_answers(repository: Path, checkout: Path, truth: list[Any], tmp_path: Path) -> None:
    """Checkout (which an editable install points at), sdist and wheel answer alike, to the letter."""
    pytest.importorskip("build")
    pytest.importorskip("hatchling")
    pytest.importorskip("setuptools")
    dist = tmp_path / "dist"
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist), str(checkout)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = dist.glob("*.whl")
    (sdist,) = dist.glob("*.tar.gz")
    installed = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(installed)
    assert "antifraud_cli/py.typed" in names
    assert "antifraud_cli/_compiled/manifest.json" in names
    assert "antifraud_cli/data/hotlines.yaml" in names
    assert not [name for name in names if name.startswith(("tests/", "data/", "corpus/"))]
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (source,) = (tmp_path / "source").iterdir()
    assert not (source / "antifraud_cli/_compiled").exists()
    assert answers(installed) == truth
    assert answers(source) == truth


def test_what_was_compiled_is_what_is_read(parts: dict[str, Any]) -> None:
    """Every part loads as the compiler made it, in the same order: order is meaning in situations and steps."""
    for name, part in parts.items():
        loaded = store.load(name)
        if isinstance(part, bytes):
            assert bytes(loaded) == part, name  # it may be mapped and not read
        else:
            assert loaded == json.loads(json.dumps(part)), name
    for table in ("situations", "regions", "hotlines"):
        assert list(store.load("response")[table]) == list(parts["response"][table]), table
